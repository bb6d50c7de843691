"""Reads files of units in worker processes that may be killed. Reads no file itself.

A file may exhaust a reader or crash a library. So each is read within limits of time and memory, and if its worker
dies, that is the file's fault: the others go on. Workers are started when the first file needs one, and stay for the
files of later runs in this process.

They are no multiprocessing (or pebble) workers: those import the program's main module again, which under Prefect
takes seconds, and share locks with a worker that is killed.
"""

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import IO, cast

from flows.intake.reading_worker import OUT_OF_MEMORY, Limits, Request, command, receive, send
from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import Text
from transforms.read.agreed import Agreed
from transforms.read.filings import FileRead
from transforms.read.headers.book import HeaderBook
from transforms.read.refusal import Refusal, refuse
from transforms.read.shared.reading import SharedRead
from transforms.read.titles.words import TitleBook

_MAX_WORKERS = 4
_FILES, _BYTES = 50, 4 * 1024 * 1024  # for which one more worker is worth its start (0.3 s)
_PATIENCE = 5  # times the processor time that a file may take, while other programs run
_TRIES = 2  # a worker may also be killed by mistake
_STOPPED = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP})  # somebody ends the program: no file's fault
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")  # of the environment, which may hold secrets


class ReadingError(RuntimeError):
    """The workers do not start, or are being ended from outside; no fault of a file."""


def read_apart(
    contents: Mapping[int, bytes],
    contract: Contract,
    book: HeaderBook,
    terms: Mapping[int, Agreed],
    words: TitleBook,
    *,
    limits: Limits,
) -> dict[int, FileRead]:
    """Each file as transforms.read.filings.read_file reads it, by a worker; a file beyond the limits is refused.

    Raises ReadingError where there is no worker to be had.
    """
    if not contents:
        return {}
    books = pickle.dumps((book, words))
    size = sum(map(len, contents.values()))
    most = min(os.cpu_count() or 1, _MAX_WORKERS, len(contents))
    workers = min(most, 1 + max(len(contents) // _FILES, size // _BYTES))
    read = partial(_read, contract=contract.name, books=books, terms=terms, limits=limits)
    if workers == 1:
        return {file: read(file, content) for file, content in contents.items()}
    with ThreadPoolExecutor(workers, "reading") as pool:
        try:
            return dict(zip(contents, pool.map(read, *zip(*contents.items(), strict=True)), strict=True))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_workers()
            raise


def read_shared_apart(
    content: bytes,
    contract: Contract,
    book: HeaderBook,
    agreed: Agreed,
    words: TitleBook,
    by: str,
    *,
    limits: Limits,
) -> SharedRead:
    """A file of several units as transforms.read.shared.reading.read_shared reads it, by a worker within limits.

    Raises ReadingError where there is no worker to be had.
    """
    found = _ask(Request(content, contract.name, pickle.dumps((book, words)), agreed, limits, by))
    return SharedRead(refusal=found) if isinstance(found, Refusal) else cast("SharedRead", found)


def _read(
    file: int, content: bytes, contract: str, books: bytes, terms: Mapping[int, Agreed], limits: Limits
) -> FileRead:
    found = _ask(Request(content, contract, books, terms[file], limits))
    return FileRead(refusal=found) if isinstance(found, Refusal) else cast("FileRead", found)


def _ask(request: Request) -> object:
    """What a worker answers; the refusal of a file on which it died or took longer than allowed."""
    limits, sent = request.limits, pickle.dumps(request)
    for _ in range(_TRIES):
        with _worker() as worker:
            answer = worker.ask(sent, limits.seconds * _PATIENCE)
        if answer is not None:
            return pickle.loads(answer)  # noqa: S301 - from our own worker
        if worker.stopped or worker.ended_by in _STOPPED:
            raise ReadingError("tiến trình đọc tệp bị dừng từ bên ngoài")
        if worker.overdue or worker.ended_by in {-signal.SIGXCPU, OUT_OF_MEMORY}:
            break
    return replace(_refusal(worker, limits), ended_reader=True)


def _refusal(worker: "_Worker", limits: Limits) -> Refusal:
    if worker.overdue or worker.ended_by == -signal.SIGXCPU:
        return refuse(
            f"đọc tệp này quá {limits.seconds} giây: hãy bỏ phần thừa, hoặc chia nhỏ tệp; {_allow('read_seconds').vi}",
            f"reading this file took more than {limits.seconds} seconds: remove what is not needed, or split it; "
            + _allow("read_seconds").en,
        ).refusal
    if worker.ended_by == OUT_OF_MEMORY:
        return refuse(
            f"đọc tệp này quá {limits.memory_mb} MB bộ nhớ: hãy bỏ phần thừa, hoặc chia nhỏ tệp; "
            + _allow("read_memory_mb").vi,
            f"reading this file took more than {limits.memory_mb} MB of memory: remove what is not needed, or split "
            "it; " + _allow("read_memory_mb").en,
        ).refusal
    code = _name_of(worker.ended_by)
    return refuse(
        f"chương trình đọc bị ngắt khi đọc tệp này ({code}), thường vì tệp hỏng hoặc quá {limits.memory_mb} MB bộ nhớ: "
        "hãy lưu lại dạng CSV UTF-8, và báo mã trong ngoặc cho người phụ trách phần mềm",
        f"the reader was ended by this file ({code}), which may be damaged or need more than {limits.memory_mb} MB of "
        "memory: save it as CSV UTF-8, and report the code in parentheses",
    ).refusal


def _allow(key: str) -> Text:
    """How such a file is taken after all."""
    return Text(
        f"nếu tệp cần như vậy, tăng {key} ở [run] của tyle.toml, rồi cho đọc lại: tyle quarantine release",
        f"if it has to be like this, raise {key} in [run] of tyle.toml and have it read again: tyle quarantine release",
    )


def _name_of(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit {code}"


class _Worker:
    """A started worker. Raises ReadingError where it does not start."""

    def __init__(self) -> None:
        self.overdue = self.stopped = False
        self.process = subprocess.Popen(  # noqa: S603
            command(os.getpid(), sys.path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | {"POLARS_MAX_THREADS": "1"},
            start_new_session=True,  # Ctrl-C reaches the program, which ends its workers
        )
        self.requests, self.answers = cast("IO[bytes]", self.process.stdin), cast("IO[bytes]", self.process.stdout)
        if receive(self.answers) is None:
            code = self.ended_by
            self.close()
            raise ReadingError(f"không khởi động được tiến trình đọc tệp ({_name_of(code)})")

    @property
    def ended_by(self) -> int:
        """The exit code, negative for a signal."""
        return self.process.wait()

    def ask(self, request: bytes, seconds: float) -> bytes | None:
        """The answer; None where the worker died or took longer."""
        timer = threading.Timer(seconds, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            with suppress(BrokenPipeError):
                send(self.requests, request)
                if (answer := receive(self.answers)) is not None:
                    return answer
            self.process.wait()
            return None
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        self.overdue = True
        self.process.kill()

    def stop(self) -> None:
        """Kill it: it holds nothing that could be lost."""
        self.stopped = True
        self.process.kill()

    def close(self) -> None:
        """Kill it if need be, and let go of its pipes; nobody waits for it any more."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.requests, self.answers):
            with suppress(OSError):
                pipe.close()


_lock = threading.Lock()
_all: set[_Worker] = set()
_idle: list[_Worker] = []


@contextmanager
def _worker() -> Iterator[_Worker]:
    """A worker for one file, a waiting one if there is one. One that died, or was left at its work, is put away."""
    with _lock:
        worker = _idle.pop() if _idle else None
    if worker is None:
        worker = _Worker()
        with _lock:
            _all.add(worker)
    try:
        yield worker
    except BaseException:
        _put_away(worker)
        raise
    if worker.stopped or worker.process.poll() is not None:
        _put_away(worker)
        return
    with _lock:
        _idle.append(worker)


def _put_away(worker: _Worker) -> None:
    worker.close()
    with _lock:
        _all.discard(worker)


def end_workers() -> None:
    """End all workers of this process; the next file starts new ones. Whoever waits for one gets a ReadingError."""
    with _lock:
        waiting = list(_idle)
        _idle.clear()
        for worker in _all:
            worker.stop()
    for worker in waiting:
        _put_away(worker)


def _forget() -> None:
    """After a fork: the workers are the parent's."""
    _idle.clear()
    _all.clear()


atexit.register(end_workers)
os.register_at_fork(after_in_child=_forget)

"""Reads files of units in a process of its own, one after the other, each within its limits. Decides nothing else.

flows.intake.reading starts it. It has no settings, no secrets and no open files beside its two pipes.
"""

import os
import pickle
import resource
import select
import struct
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from transforms.dictionary.contracts import CONTRACTS
from transforms.read.agreed import Agreed
from transforms.read.filings import FileRead, read_file
from transforms.read.headers.book import HeaderBook
from transforms.read.shared.reading import SharedRead, read_shared
from transforms.read.titles.words import TitleBook
from transforms.read.unforeseen import unreadable

OUT_OF_MEMORY = 78  # exit code
_SIZE = struct.Struct("<Q")
_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """For one file: seconds of processor time, and MB of memory beyond what the process had before."""

    seconds: int
    memory_mb: int


@dataclass(frozen=True)
class Request:
    """A file to read. `books`: pickled HeaderBook and TitleBook, the same bytes for all files of a run."""

    content: bytes
    contract: str
    books: bytes
    agreed: Agreed
    limits: Limits
    by: str = ""  # how it names its units, where it holds several


def serve(parent: int) -> None:
    """Answer requests from standard input on standard output until it is closed or the process `parent` has ended."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for used in (0, 1, 2):  # what a library prints is no answer
        os.dup2(nothing, used)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    send(answers, b"")  # ready
    while (request := receive(requests)) is not None:
        send(answers, _answer(pickle.loads(request)))  # noqa: S301 - from the process that started this one


def _answer(request: Request) -> bytes:
    """The pickled FileRead or SharedRead.

    A file for which there is not enough memory ends the process, which is then worn out.
    """
    try:
        _limit(request.limits)
        return pickle.dumps(_read(request))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _read(request: Request) -> FileRead | SharedRead:
    header_book, words = _books(request.books)
    contract = CONTRACTS[request.contract]
    try:
        if request.by:
            return read_shared(request.content, contract, header_book, request.agreed, words, request.by)
        return read_file(request.content, contract, header_book, request.agreed, words)
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of a library in Rust is no Exception
        refusal = unreadable(error).refusal
        return SharedRead(refusal=refusal) if request.by else FileRead(refusal=refusal)


@lru_cache(4)
def _books(pickled: bytes) -> tuple[HeaderBook, TitleBook]:
    header_book, words = pickle.loads(pickled)  # noqa: S301 - from the process that started this one
    return header_book, words


def _limit(limits: Limits) -> None:
    """From here on at most so much. Beyond its time the system ends this process (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(usage.ru_utime + usage.ru_stime) + 1 + limits.seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    with suppress(OSError, ValueError):  # where there is no /proc, or such a limit is not kept
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        memory = pages * resource.getpagesize() + limits.memory_mb * _MB
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message, after its length."""
    pipe.write(_SIZE.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; None where the other end was closed before it was whole.

    Waits by `poll`, which Ctrl-C interrupts; a read it does not where a library (polars) has a handler of its own.
    """
    file = pipe.fileno()
    waiting = select.poll()
    waiting.register(file, select.POLLIN)

    def exactly(size: int) -> bytes | None:
        found = bytearray()
        while len(found) < size:
            waiting.poll()
            part = os.read(file, min(size - len(found), _MB))
            if not part:
                return None
            found += part
        return bytes(found)

    header = exactly(_SIZE.size)
    return None if header is None else exactly(*_SIZE.unpack(header))


def command(parent: int, path: Sequence[str]) -> list[str]:
    """How this is started, with the same modules as the program that starts it whatever the folder it runs in."""
    code = f"import sys; sys.path[:] = {list(path)!r}; from {__name__} import serve; serve({parent})"
    return [sys.executable, "-P", "-c", code]

"""Starts programs and ends them, with everything they started, before this process ends. Knows no Prefect.

Each program has its own session, so that Ctrl-C in a terminal reaches only this process, which then ends the programs
in order. If this process is killed with SIGKILL, Linux sends SIGTERM to the programs.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from types import FrameType

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LOG_BYTES = 10_000_000  # a longer log is renamed when its program starts again
_LOG_END = 2_000  # bytes at the end of a log in which the last line is searched for


@dataclass(frozen=True)
class Child:
    """A started program, its name and its log file."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def ended(self) -> bool:
        """Whether the program has ended."""
        return self.process.poll() is not None

    def last_line(self) -> str:
        """The last non-empty line of its log; empty where there is none."""
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_END))
            lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines()]
            return next((line for line in reversed(lines) if line), "")
        return ""


@dataclass(frozen=True)
class Adopting:
    """The state of `adopting`.

    `stop`: set when a signal asks this process to end; `before`: the process ids of children that already ran.
    """

    stop: Event
    before: frozenset[int]


def start(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
    """Start a program; its output is appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".1.log"))
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603
            list(command),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(end_with_parent, os.getpid()) if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
        )
    return Child(name, process, log)


def end_started_by(child: Child, patience: float) -> None:
    """Send SIGTERM to the children of a program, and wait `patience` seconds for them.

    The program itself still runs, and can report how its children ended.
    """
    until = time.monotonic() + patience
    signalled: set[int] = set()
    while (left := children_of(child.process.pid)) and time.monotonic() < until:
        for process in set(left) - signalled:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        signalled.update(left)
        time.sleep(0.2)


def end(child: Child, patience: float) -> None:
    """Send SIGTERM to a program, and SIGKILL after `patience` seconds."""
    if not child.ended:
        child.process.terminate()
        try:
            child.process.wait(patience)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def end_orphans(adopting: Adopting, running: Iterable[Child], patience: float = 10.0) -> None:
    """End the processes that ended programs left behind, which `adopting` has made children of this process.

    Spares `running`, and children that ran before `adopting`. SIGTERM first, SIGKILL after `patience` seconds.
    """
    known = adopting.before | {child.process.pid for child in running}
    for number, until in ((signal.SIGTERM, time.monotonic() + patience), (signal.SIGKILL, time.monotonic() + 2)):
        while left := [process for process in children_of(os.getpid()) if process not in known]:
            for process in left:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(process, number)
                    os.waitpid(process, os.WNOHANG)
            if time.monotonic() > until:
                break
            time.sleep(0.2)


@contextmanager
def adopting() -> Iterator[Adopting]:
    """For the block, this process becomes the parent of orphaned descendants (Linux), and signals set `stop`.

    The signals are SIGINT, SIGTERM and SIGHUP; they do not end this process.
    """
    _set_subreaper(on=True)
    stop = Event()

    def set_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, set_stop) for number in numbers]
    try:
        yield Adopting(stop, frozenset(children_of(os.getpid())))
    finally:
        _set_subreaper(on=False)
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def wait_until(condition: Callable[[], bool], child: Child, stop: Event, seconds: float) -> bool:
    """Wait until `condition` holds; False when the child ended, `stop` was set, or `seconds` passed."""
    until = time.monotonic() + seconds
    while not condition():
        if child.ended or stop.wait(0.3) or time.monotonic() > until:
            return False
    return True


def _set_subreaper(*, on: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def end_with_parent(parent: int) -> None:
    """From now on Linux sends this process SIGTERM when `parent`, which started it, ends; at once if it has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def children_of(process: int) -> list[int]:
    """The process ids of a process's children, adopted ones too; empty where there is no /proc."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, file.read_text(encoding="ascii").split())
    return found

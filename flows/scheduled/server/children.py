"""Programs that live as long as this process: started, looked after, ended with all they started. Knows no Prefect.

Each is in a session of its own, so that Ctrl-C in a terminal reaches this process alone, which ends them in order.
Where this process is killed without a word, Linux tells them to end.
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
from pathlib import Path
from threading import Event
from types import FrameType

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LOG_BYTES = 10_000_000  # a longer log is laid aside when its program starts again
_LAST_WORDS = 2_000  # bytes of a log that are looked through for what went wrong


@dataclass(frozen=True)
class Child:
    """A program under way, its name and where its output goes."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def ended(self) -> bool:
        """Whether it is no longer there."""
        return self.process.poll() is not None

    def last_line(self) -> str:
        """The last line it wrote."""
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_WORDS))
            lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines()]
            return next((line for line in reversed(lines) if line), "")
        return ""


@dataclass(frozen=True)
class Adopting:
    """While what is left behind becomes ours: `asked` is set when this process is to end; `before`: older children."""

    asked: Event
    before: frozenset[int]


def start(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
    """Start a program whose output is added to `log`."""
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
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
        )
    return Child(name, process, log)


def end_started_by(child: Child, patience: float) -> None:
    """Ask what a program started to end, and wait `patience` seconds for it: the program can still tell how it went."""
    until = time.monotonic() + patience
    asked: set[int] = set()
    while (left := children_of(child.process.pid)) and time.monotonic() < until:
        for process in set(left) - asked:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        asked.update(left)
        time.sleep(0.2)


def end(child: Child, patience: float) -> None:
    """Ask a program to end, and after `patience` seconds end it."""
    if not child.ended:
        child.process.terminate()
        try:
            child.process.wait(patience)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def end_orphans(adopting: Adopting, but: Iterable[Child], patience: float = 10.0) -> None:
    """End what programs that ended left running in sessions of its own, and `adopting` made ours."""
    known = adopting.before | {child.process.pid for child in but}
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
    """For the block: what a program leaves behind becomes ours, and a signal to end is an event."""
    _adopt(really=True)
    asked = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, ask) for number in numbers]
    try:
        yield Adopting(asked, frozenset(children_of(os.getpid())))
    finally:
        _adopt(really=False)
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def wait_until(found: Callable[[], bool], child: Child, asked: Event, seconds: float) -> bool:
    """Wait until something is so; False when the child ended, this process is to end, or it took too long."""
    until = time.monotonic() + seconds
    while not found():
        if child.ended or asked.wait(0.3) or time.monotonic() > until:
            return False
    return True


def _adopt(*, really: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(really), 0, 0, 0)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def children_of(process: int) -> list[int]:
    """The children of a process, adopted ones too; empty where the machine does not say."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, file.read_text(encoding="ascii").split())
    return found

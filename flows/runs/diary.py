"""The runs under way on this machine, for another process that watches them. Decides and shows nothing.

A run has its own file in `running/`, which it locks while it lives, and adds a line whenever a step begins or ends. A
file that no process locks and that lacks the last line belongs to a run that was cut off.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from filelock import FileLock

from warehouse.places.locks import is_held

FOLDER = "running"
_PATIENCE = 5.0  # seconds to wait for the lock: a process that checks whether a run lives holds it for a moment


@dataclass(frozen=True)
class Step:
    """A step of a run: `done` items of `of`; `seconds` it took, None while it goes on; `error`: why it failed."""

    name: str
    of: int
    began: datetime
    done: int = 0
    seconds: float | None = None
    error: str | None = None


@dataclass(frozen=True)
class RunRecord:
    """A run of the business dates `first` to `last`: its process, its start (UTC), its steps, and how it ended."""

    run_id: str
    first: date
    last: date
    process: int
    began: datetime
    steps: tuple[Step, ...] = ()
    ended: Literal["done", "failed", "cut off"] | None = None


class Diary:
    """Where a run writes its steps, from any thread."""

    def __init__(self, file: int | None) -> None:
        """`file`: an open file descriptor; None: the run cannot be watched."""
        self._file = file

    def write(self, **fields: Any) -> None:
        """Add a line."""
        line = json.dumps({"at": datetime.now(UTC).isoformat()} | fields) + "\n"
        if self._file is not None:
            with suppress(OSError):  # a full disk is reported by the step that needs the room
                os.write(self._file, line.encode())


@contextmanager
def under_way(root: Path, first: date, last: date) -> Iterator[Diary]:
    """For the block, other processes can watch the run of these business dates in the workspace `root`.

    Removes the files of earlier runs. Where no file can be written, the run goes on and cannot be watched.
    """
    opened = _open(root / FOLDER)
    if opened is None:
        yield Diary(None)
        return
    lock, file = opened
    diary = Diary(file)
    try:
        diary.write(first=first.isoformat(), last=last.isoformat(), process=os.getpid())
        yield diary
    except BaseException:
        diary.write(ended="failed")
        raise
    else:
        diary.write(ended="done")
    finally:
        os.close(file)
        lock.release()


def several_days(root: Path, days: Sequence[date]) -> AbstractContextManager[object]:
    """For the block, several days can be watched as one run, also between two days; each day is its own run too."""
    return under_way(root, days[0], days[-1]) if len(days) > 1 else nullcontext()


def runs(root: Path) -> list[RunRecord]:
    """The runs under way in the workspace, and those that ended after the newest began; oldest first."""
    found = (_read(path) for path in sorted((root / FOLDER).glob("*.jsonl")))
    return [run for run in found if run]


def _open(folder: Path) -> tuple[FileLock, int] | None:
    """A new file for a run (its descriptor) and its lock; None where nothing can be written."""
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.jsonl"
    lock = FileLock(path)
    try:
        folder.mkdir(exist_ok=True)
        _remove_ended(folder)
        lock.acquire(timeout=_PATIENCE)
        return lock, os.open(path, os.O_WRONLY | os.O_APPEND)
    except OSError:
        lock.release()
        return None


def _remove_ended(folder: Path) -> None:
    for path in folder.glob("*.jsonl"):
        if not is_held(path):
            path.unlink(missing_ok=True)


def _read(path: Path) -> RunRecord | None:
    """The run of a file; None where the file is still empty, or gone."""
    alive = is_held(path)  # checked before reading: a run that ends in between writes that it ended
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]  # without a line that is still being written
    except FileNotFoundError:
        return None
    run: RunRecord | None = None
    for line in map(json.loads, lines):
        at = datetime.fromisoformat(line["at"])
        if run is None:
            days = date.fromisoformat(line["first"]), date.fromisoformat(line["last"])
            run = RunRecord(path.stem, *days, line["process"], at)
        elif "ended" in line:
            run = replace(run, ended=line["ended"])
        elif "of" in line:
            run = replace(run, steps=(*run.steps, Step(line["step"], line["of"], at)))
        else:
            *before, last = run.steps
            run = replace(run, steps=(*before, _progressed(last, line)))
    return replace(run, ended="cut off") if run and not (alive or run.ended) else run


def _progressed(step: Step, line: dict[str, Any]) -> Step:
    if "seconds" in line:
        return replace(step, seconds=line["seconds"], error=line.get("error"))
    return replace(step, done=step.done + 1)

"""Broken files in runs of 26 good units: whether the other 25 count, and what the worst file cost. Knows no reader."""

import pickle
import resource
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from flows.intake import reading
from flows.settings.workspace import Workspace, open_workspace
from flows.work.day import DayResult
from tests.flows.workspaces import MONDAY, UNITS, outcomes, put, small_workspace, to_lake
from tests.fuzz.broken import broken
from tests.fuzz.seeds import READERS

GOOD = tuple(f"don-vi-{number:02}" for number in range(25))
BAD = "don-vi-bad"
_MB = 1024


def workspace_of_26(root: Path) -> Workspace:
    """25 units with a right export each for MONDAY, and one that has sent nothing yet."""
    workspace = small_workspace(root, "[run]\nfiles_per_day = 10000\n")
    header = UNITS.splitlines()[0]
    units = [
        f"{unit_id},Đơn vị {number},so,departments,{number},2022-01-01,,pending,every_day,,"
        for number, unit_id in enumerate((*GOOD, BAD), start=1)
    ]
    (root / "reference" / "units.csv").write_text("\n".join([header, *units]) + "\n", encoding="utf-8")
    for number, unit_id in enumerate(GOOD, start=1):
        put(workspace, unit_id, MONDAY, f"Đất đai;{number};2;{number + 2}", "Hộ tịch;0;5;5")
    return open_workspace(root)


def broken_files(reader: str, number: int, first_seed: int) -> list[bytes]:
    """So many broken files of a format; the same for the same seed."""
    sound, found = READERS[reader](), list[bytes]()

    def keep(content: bytes) -> None:
        found.append(content)

    while len(found) < number:
        profile = settings(
            max_examples=number,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seed(first_seed)(profile(given(broken(reader, sound))(keep)))()
        first_seed += 1
    return found[:number]


def put_broken(workspace: Workspace, contents: Sequence[bytes]) -> None:
    """All of them sent by one unit for one day."""
    for number, content in enumerate(contents):
        put(workspace, BAD, MONDAY, tag=f"_{number:04}", content=content)


def stopped(day: DayResult, sent: int) -> str:
    """Why a run is not what it must be; empty where the 25 count and each broken file has become a delivery."""
    found = outcomes(day)
    wrong = [unit_id for unit_id in GOOD if found[unit_id] != "accepted"]
    if wrong:
        return f"units of good files: {wrong}"
    stored = day.stored.filter(unit_id=BAD).height
    return "" if stored == sent else f"{stored} deliveries of {sent} files"


@dataclass
class Worst:
    """Of all files that workers read: the most processor time (seconds) and memory (MB) of one file, and which."""

    seconds: float = 0
    slowest: bytes = b""
    memory_mb: float = 0
    largest: bytes = b""
    ended: int = 0  # workers that a file ended
    files: int = 0


@contextmanager
def measured() -> Iterator[Worst]:
    """What each file costs in its worker, by /proc."""
    worst, asked = Worst(), reading._Worker.ask

    def measuring(worker: reading._Worker, request: bytes, seconds: float) -> bytes | None:
        process = Path(f"/proc/{worker.process.pid}")
        (process / "clear_refs").write_text("5")  # the peak of memory begins anew
        before = _seconds(process)
        answer = asked(worker, request, seconds)
        worst.files += 1
        if answer is None:
            worst.ended += 1
            return None
        if (spent := _seconds(process) - before) > worst.seconds:
            worst.seconds, worst.slowest = spent, request
        if (peak := _peak_mb(process)) > worst.memory_mb:
            worst.memory_mb, worst.largest = peak, request
        return answer

    reading._Worker.ask = measuring  # type: ignore[method-assign]
    try:
        yield worst
    finally:
        reading._Worker.ask = asked  # type: ignore[method-assign]


def _seconds(process: Path) -> float:
    user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100


def _peak_mb(process: Path) -> float:
    lines = (process / "status").read_text().splitlines()
    return next(int(line.split()[1]) / _MB for line in lines if line.startswith("VmHWM"))


def search(number: int, folder: Path, batch: int = 100) -> int:
    """Give `number` broken files to runs, `batch` of one format to each; 1 where a run was stopped.

    The files of such a run are kept in `folder`, as are the slowest and the largest of all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    readers, runs, failed, sent = list(READERS), 0, 0, 0
    with tempfile.TemporaryDirectory() as place, measured() as worst:
        prepared = workspace_of_26(Path(place) / "prepared").root
        while sent < number:
            reader = readers[runs % len(readers)]
            contents = broken_files(reader, min(batch, number - sent), 1000 * runs)
            root = Path(shutil.copytree(prepared, Path(place) / "run"))
            workspace = open_workspace(root)
            put_broken(workspace, contents)
            try:
                fault = stopped(to_lake(workspace, MONDAY), len(contents))
            except Exception:  # noqa: BLE001 - what is searched for
                fault = traceback.format_exc()
            shutil.rmtree(root)
            runs, sent = runs + 1, sent + len(contents)
            if fault:
                failed += 1
                for at, content in enumerate(contents):
                    (folder / f"run-{runs}-{reader}-{at:04}.bin").write_bytes(content)
                (folder / f"run-{runs}-{reader}.txt").write_text(fault, encoding="utf-8")
                sys.stdout.write(f"{reader}: run {runs} stopped, see {folder}/run-{runs}-{reader}.txt\n")
    reading.end_workers()
    for name, request in (("slowest", worst.slowest), ("largest", worst.largest)):
        if request:
            (folder / f"{name}.bin").write_bytes(pickle.loads(request).content)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MB
    sys.stdout.write(
        f"{runs} runs with {sent} broken files: {failed} stopped; {worst.files} files in workers, "
        f"{worst.ended} of them ended; worst file {worst.seconds:.2f} s and {worst.memory_mb:.0f} MB; "
        f"the run itself {own} MB\n"
    )
    return 1 if failed else 0

"""A day on a disk with so many KB left, or with a folder that cannot be written; then again without that fault.

`python -m tests.torture.disks FOLDER FAULT…` mounts a small file system at FOLDER: in a mount namespace of its
own (`trials`). Prints a JSON line each: how the day ended there, what was wrong then, and after it was run again.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.torture.commands import tyle
from tests.torture.ending import Ending, ending
from tests.torture.invariants import inspect
from tests.torture.scenario import DAYS, deliver, new_workspace

SIZE = 96 << 20
FIRST, SECOND = 0, 2


def own_mounts() -> list[str]:
    """The start of a command that may mount; root has the right, others get it in a user namespace of their own."""
    for way in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            return way
    raise RuntimeError("no mount namespace can be had here: neither root nor user namespaces")


def mount(folder: Path, options: str, *more: str) -> None:
    subprocess.run(["mount", *more, "-o", options, str(folder)], check=True)


def run_day(root: Path, number: int) -> Any:
    return tyle("run", "--date", f"{DAYS[number]}", "--workspace", str(root))


def fill(folder: Path, left: int) -> Path:
    """Leave so many bytes of the file system `folder` is on."""
    filler = folder / "filler"
    free = os.statvfs(folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left)
    return filler


@dataclass(frozen=True)
class Trial:
    """How a faulty day ended: exit code, stderr and drafts left; `wrong`: what did not hold then or afterwards."""

    fault: str
    code: int
    err: list[str]
    drafts: list[str]
    again: int
    wrong: list[str]


def trials(*faults: str) -> list[Trial]:
    """Try a day with each of these many KB left, or with the folder of that name read-only or (`full:`) full."""
    with tempfile.TemporaryDirectory(prefix="tyle-disk-") as folder:
        done = subprocess.run(
            [*own_mounts(), sys.executable, "-m", "tests.torture.disks", folder, *faults],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        raise AssertionError(done.stderr)
    return [Trial(**json.loads(line)) for line in done.stdout.splitlines()]


def tried(folder: Path, base: Path, fault: str, expected: Ending) -> Trial:
    """The second day in a copy of `base`, with the fault and again without."""
    root = folder / "w"
    shutil.copytree(base, root, symlinks=True)
    end_fault = _begin(folder, root, fault)
    faulty = run_day(root, SECOND)
    drafts = [str(path.relative_to(root)) for path in root.rglob("*") if path.name.endswith((".tmp", ".part"))]
    end_fault()
    after = inspect(root, {"stored": {}, "published": None})
    again = run_day(root, SECOND)
    wrong = [*after.lost, *after.doubled, *after.wrong, *ending(root).differences(expected)]
    shutil.rmtree(root)
    return Trial(fault, faulty.code or 0, faulty.err.splitlines(), drafts, again.code or 0, wrong)


def _begin(folder: Path, root: Path, fault: str) -> Callable[[], object]:
    """Begin the fault; returns what ends it."""
    if fault.isdecimal():
        return fill(folder, int(fault) << 10).unlink
    place = root / fault.removeprefix("full:")
    if fault.startswith("full:"):
        mount(place, "size=4k", "-t", "tmpfs", "tmpfs")
        (place / "filler").write_bytes(bytes(4096))
    else:
        mount(place, "bind", str(place))
        mount(place, "remount,bind,ro")
    return lambda: subprocess.run(["umount", str(place)], check=True)


def main(folder: Path, faults: Sequence[str]) -> None:
    mount(folder, f"size={SIZE}", "-t", "tmpfs", "tmpfs")
    base = folder / "base"
    workspace = new_workspace(base)
    deliver(workspace, FIRST)
    run_day(base, FIRST)
    deliver(workspace, 1)
    deliver(workspace, SECOND)
    whole = folder / "whole"
    shutil.copytree(base, whole, symlinks=True)
    run_day(whole, SECOND)
    expected = ending(whole)
    shutil.rmtree(whole)
    for fault in faults:
        sys.stdout.write(json.dumps(vars(tried(folder, base, fault, expected))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

"""Two runs of a workspace at once: one waits and says for whom, and both together end as one alone."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings.workspace import Workspace
from tests.torture.commands import tyle
from tests.torture.ending import ending
from tests.torture.invariants import inspect
from tests.torture.scenario import DAYS, deliver, new_workspace
from warehouse.places.errors import LockedError
from warehouse.places.locks import hold

HELD_BACK = 2


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = new_workspace(tmp_path / "w")
    deliver(workspace, 0)
    return workspace


def arguments(root: Path) -> tuple[str, ...]:
    return "run", "--date", f"{DAYS[0]}", "--workspace", str(root)


def start(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", *arguments(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_two_runs_at_once_end_as_one_alone(workspace: Workspace, tmp_path: Path) -> None:
    alone = new_workspace(tmp_path / "alone")
    deliver(alone, 0)
    both = [start(workspace.root) for _ in range(2)]
    assert tyle(*arguments(alone.root)).code == HELD_BACK
    errors = [run.communicate()[1] for run in both]
    assert [run.returncode for run in both] == [HELD_BACK, HELD_BACK], errors
    assert not any("Traceback" in error for error in errors)
    assert inspect(workspace.root, {"stored": {}, "published": None}).is_clean
    assert ending(workspace.root).differences(ending(alone.root)) == []


@pytest.mark.slow
def test_a_run_that_has_to_wait_says_for_whom_and_goes_on(workspace: Workspace) -> None:
    lock = workspace.root / "lake" / "marts.lock"
    lock.parent.mkdir()
    with hold(lock):
        run = start(workspace.root)
        assert run.stderr is not None
        line = next(line for line in run.stderr if "đang chờ" in line)
    assert line.startswith("tyle: ")
    assert f"tiến trình {os.getpid()} trên máy {socket.gethostname()}" in line
    run.communicate()
    assert run.returncode == HELD_BACK


def test_patience_ends_with_a_line_that_says_who_holds_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "writer.lock"
    with hold(lock), pytest.raises(LockedError, match=f"tiến trình {os.getpid()} trên máy") as raised, hold(lock, 0.1):
        pass
    assert "chạy lại luôn an toàn" in str(raised.value)

"""Runs that the worker's resident process forks: done, killed, cancelled; that process dies, or is upgraded."""

import os
import signal
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.scheduled import steps
from flows.scheduled.server import children
from flows.settings.workspace import Workspace
from tests.end_to_end.server import until
from tests.flows.workspaces import MONDAY, put_all, small_workspace
from tests.operation.days import asked
from tests.operation.plant import Plant

pytestmark = pytest.mark.nightly

TUESDAY = MONDAY + timedelta(days=1)
HANGS = """
[run]
pull_attempts = 1
[units.so-noi-vu.source]
kind = "http"
url = "http://127.0.0.1:{port}/{{date:%Y-%m-%d}}"
connect_seconds = 20
read_seconds = 20
attempts = 1
"""


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Workspace]:
    """A province whose runs wait for a source."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        workspace = small_workspace(tmp_path / "hanging", HANGS.format(port=silent.getsockname()[1]))
        put_all(workspace, MONDAY)
        yield workspace


def forked(plant: Plant) -> list[int]:
    """The runs that the resident process has forked and that have not ended."""
    resident = plant.resident()
    assert resident
    return children.children_of(resident)


def test_a_run_is_forked_and_nothing_is_left_of_it(plant: Plant, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    resident = plant.resident()
    run = plant.run("daily", **asked(workspace, MONDAY))
    assert until(lambda: forked(plant))
    ended = plant.ended(run)
    assert ended["state_name"] == "Completed", ended["state"]
    assert ended["empirical_policy"]["retries"] == 2  # of its deployment
    until(lambda: not forked(plant))
    assert plant.resident() == resident


def test_a_run_that_is_killed_takes_nobody_along(plant: Plant, hanging: Workspace) -> None:
    resident = plant.resident()
    killed = plant.run("daily", **asked(hanging, MONDAY))
    until(lambda: plant.state(killed) == "Running")
    (process,) = forked(plant)
    os.kill(process, signal.SIGKILL)
    assert plant.ended(killed)["state_name"] == "Crashed"
    until(lambda: not forked(plant))
    assert plant.resident() == resident


def test_a_run_that_is_cancelled_ends(plant: Plant, hanging: Workspace) -> None:
    run = plant.run("daily", **asked(hanging, MONDAY))
    until(lambda: plant.state(run) == "Running")
    assert forked(plant)
    plant.ask("POST", f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})
    assert plant.ended(run)["state_type"] == "CANCELLED"
    until(lambda: not forked(plant))


def test_where_the_resident_process_dies_its_run_crashes_and_the_next_run_starts_another(
    plant: Plant, hanging: Workspace, tmp_path: Path
) -> None:
    before = plant.resident()
    assert before
    crashed = plant.run("daily", **asked(hanging, MONDAY))
    until(lambda: plant.state(crashed) == "Running")
    assert forked(plant)
    os.kill(before, signal.SIGKILL)
    assert plant.ended(crashed)["state_name"] == "Crashed"
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    ended = plant.ended(plant.run("daily", **asked(workspace, MONDAY)))
    assert ended["state_name"] == "Completed", ended["state"]
    assert until(plant.resident) != before


def test_after_an_upgrade_a_run_is_of_the_new_version_and_the_next_is_forked_again(
    plant: Plant, tmp_path: Path
) -> None:
    assert plant.worker
    before = until(plant.resident)
    file = Path(steps.__file__)
    file.touch()
    for day in (MONDAY, TUESDAY):
        workspace = small_workspace(tmp_path / str(day))
        put_all(workspace, day)
        ended = plant.ended(plant.run("daily", **asked(workspace, day)))
        assert ended["state_name"] == "Completed", ended["state"]
        assert until(plant.resident) == before
    refused = [line for line in plant.worker.log.read_text(encoding="utf-8").splitlines() if line.endswith(f": {file}")]
    assert len(refused) == 1

"""Worker and server are killed in the middle of a run: at the end all days are there, as if nothing had happened."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from flows.runs.lakes import lake_of
from tests.end_to_end.server import until
from tests.flows.workspaces import MONDAY
from tests.operation.days import ALERTS, asked, differences, province, usual
from tests.operation.plant import Plant
from warehouse.ledger.states import current_states

pytestmark = pytest.mark.nightly

TUESDAY = MONDAY + timedelta(days=1)
DIES = {"command": f"{sys.executable} -m tests.operation.dying 3"}


def test_worker_killed_in_the_middle_of_a_commit_then_the_server_in_the_middle_of_a_run(
    plant: Plant, tmp_path: Path
) -> None:
    workspace = province(tmp_path / "w", [MONDAY, TUESDAY])
    worker = plant.worker
    killed = plant.run("daily", DIES, **asked(workspace, MONDAY))
    until(lambda: worker is not None and worker.ended)
    assert plant.state(killed) == "Running"  # nobody has reported its end
    with lake_of(workspace) as lake:
        assert current_states(lake, MONDAY, TUESDAY).is_empty()
    plant.start_worker()
    after = plant.run("daily", **asked(workspace, TUESDAY))
    expected = usual(tmp_path / "usual", [MONDAY, TUESDAY])
    until(lambda: plant.state(after) == "Late")  # it waits until the killed run is given up
    plant.give_up(killed)
    until(lambda: plant.state(after) == "Running")
    plant.kill(plant.server)
    plant.start_server()
    ended = plant.ended(after)
    assert ended["state_type"] == "COMPLETED", ended["state"]
    assert plant.ended(killed)["state_name"] == "Crashed"
    assert differences(workspace, expected, ALERTS) == []


def test_worker_killed_in_the_middle_of_a_run(plant: Plant, tmp_path: Path) -> None:
    workspace = province(tmp_path / "w", [MONDAY])
    killed = plant.run("daily", **asked(workspace, MONDAY))
    until(lambda: plant.state(killed) == "Running")
    plant.kill_worker()
    plant.start_worker()
    again = plant.run("daily", **asked(workspace, MONDAY))
    assert plant.ended(again)["state_name"] == "Quarantined"
    assert plant.ended(killed)["state_name"] == "Crashed"
    assert differences(workspace, usual(tmp_path / "usual", [MONDAY])) == []

"""What a person asks of a server and its worker: a month closed once somebody approves, and days run once."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace
from flows.work.close import report_folder
from reports import neutral
from tests.end_to_end.server import until
from tests.flows.workspaces import MONDAY, put_all, run, small_workspace
from tests.operation.plant import Plant
from warehouse.ledger.closings import closings

pytestmark = pytest.mark.nightly

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = small_workspace(tmp_path / "w")
    put_all(made, MONDAY)
    return made


def suspended(plant: Plant, run_id: str) -> None:
    until(lambda: plant.state(run_id) == "Suspended")


def test_a_month_waits_for_a_persons_word(plant: Plant, workspace: Workspace) -> None:
    run(workspace, MONDAY)
    where = str(workspace.root)
    yes, no = (plant.run("monthly-close", month="2022-08", workspace=where, approval=True) for _ in range(2))
    suspended(plant, yes)
    suspended(plant, no)  # a run that waits does not keep others from running
    with lake_of(workspace) as lake:
        assert closings(lake) == []
    output = plant.tyle("approve", no, "--by", "Trần Thị B", "--note", "còn thiếu", "--reject")
    assert "Không duyệt." in output
    rejected = plant.ended(no)
    assert (rejected["state_type"], rejected["state_name"]) == ("COMPLETED", "Rejected")
    assert "Trần Thị B không duyệt: còn thiếu" in rejected["state"]["message"]
    with lake_of(workspace) as lake:
        assert closings(lake) == []

    plant.tyle("approve", yes, "--by", "Nguyễn Văn A", "--note", "Báo cáo 12")
    approved = plant.ended(yes)
    assert approved["state_name"] == "Completed", approved["state"]
    with lake_of(workspace) as lake:
        (closing,) = closings(lake)
    assert (closing.month, closing.as_of, closing.person, closing.note) == (
        "2022-08",
        MONDAY,
        "Nguyễn Văn A",
        "Báo cáo 12",
    )
    assert (report_folder(workspace, closing) / "bao-cao-2022-08.docx").exists()
    (shown, *_) = plant.ask("POST", "artifacts/latest/filter", {"artifacts": {"key": {"any_": ["month-2022-08"]}}})
    assert neutral.markdown(f"Báo cáo: {report_folder(workspace, closing)}") in shown["data"]
    assert "không chờ duyệt" in plant.tyle("approve", yes, "--by", "Nguyễn Văn A", code=1)


def test_the_same_days_asked_for_twice_are_one_run(plant: Plant, workspace: Workspace) -> None:
    put_all(workspace, TUESDAY)
    asked = ("--from", str(MONDAY), "--to", str(TUESDAY), "--queue", "--json", "--workspace", str(workspace.root))
    first, again = (json.loads(plant.tyle("backfill", *asked)) for _ in range(2))
    assert first["flow_run_id"] == again["flow_run_id"]  # its name changes when it starts
    ended = plant.ended(first["flow_run_id"])
    assert (ended["state_name"], ended["name"]) == ("Completed", f"backfill {MONDAY}–{TUESDAY}")
    assert {progress(plant), len(list((workspace.root / "published").glob("marts-*.duckdb")))} == {100.0, 1}


def progress(plant: Plant) -> Any:
    (artifact,) = plant.ask(
        "POST", "artifacts/filter", {"artifacts": {"key": {"any_": [f"backfill-{MONDAY}-{TUESDAY}"]}}}
    )
    return artifact["data"]

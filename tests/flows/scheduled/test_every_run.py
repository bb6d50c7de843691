"""Every command and every flow that works on a lake logs alike; every flow names how it ended and what it published."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from tests.flows.workspaces import MONDAY, copy_of, morning_after, put, small_workspace, to_lake

LOGGED = '[log]\nformat = "json"\n'
WRONG = f"so-y-te:{MONDAY}:summary:v1"
DECIDED = ("--reason", "đã đối chiếu", "--by", "Nguyễn Văn A")
NOW = morning_after(MONDAY).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that logs as JSON; of its three units one sends a right export and one a wrong one."""
    workspace = small_workspace(tmp_path_factory.mktemp("new") / "w", LOGGED)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    put(workspace, "so-noi-vu", MONDAY, "Hộ tịch;1;2;3")
    return workspace.root


@pytest.fixture(scope="module")
def taken(new: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the day in the lake."""
    workspace = copy_of(new, tmp_path_factory.mktemp("taken") / "w")
    to_lake(workspace, MONDAY)
    return workspace.root


def events(text: str) -> set[str]:
    """The names of the events on stderr; what is no event is no JSON."""
    return {json.loads(line)["event"] for line in text.splitlines() if line.startswith("{")}


def command(root: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--workspace", str(root)])
    return int(ended.value.code or 0)


DAY = ("--date", str(MONDAY))
DAYS = ("--from", str(MONDAY), "--to", str(MONDAY))
COMMANDS = [
    (("run", *DAY), 2, {"step", "delivery", "delivery.missing", "day"}),
    (("backfill", *DAYS), 2, {"step", "delivery", "backfill"}),
    (("watch",), 2, {"watch"}),
    (("close", "--month", "2022-08", "--by", "Nguyễn Văn A"), 2, {"close"}),
    (("quarantine", "release", WRONG, *DECIDED), 0, {"release"}),
    (("quarantine", "reject", WRONG, *DECIDED), 0, {"reject"}),
    (("purge",), 0, {"purge"}),
    (("care",), 0, {"purge", "care"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "code", "expected"), COMMANDS, ids=[" ".join(one[0][:2]) for one in COMMANDS])
def test_a_command_logs(
    new: Path,
    taken: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    expected: set[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = copy_of(new if arguments[0] in {"run", "backfill"} else taken, tmp_path / "w").root
    assert command(root, *arguments) == code
    assert expected <= events(capsys.readouterr().err)


def daily(root: str) -> Any:
    from flows.scheduled.daily import daily

    return daily(MONDAY, root, now=NOW, return_state=True)


def backfill(root: str) -> Any:
    from flows.scheduled.backfill import backfill

    return backfill(MONDAY, MONDAY, root, now=NOW, return_state=True)


def watch(root: str) -> Any:
    from flows.scheduled.watch import watch

    return watch(root, now=NOW + timedelta(hours=13), return_state=True)


def monthly_close(root: str) -> Any:
    from flows.scheduled.close import monthly_close

    return monthly_close("2022-08", workspace=root, now=NOW, return_state=True)


def lake_care(root: str) -> Any:
    from flows.scheduled.care import lake_care

    return lake_care(root, now=NOW, return_state=True)


FLOWS = [
    pytest.param(daily, "Quarantined", {"step", "delivery", "day"}, marks=pytest.mark.slow),  # test_daily.py runs it
    (backfill, "Quarantined", {"step", "delivery", "backfill"}),
    (watch, "Behind", {"watch"}),
    (monthly_close, "Completed", {"close"}),
    (lake_care, "Completed", {"purge", "care"}),
]


@pytest.mark.usefixtures("prefect")
@pytest.mark.parametrize(
    ("flow", "state", "expected"), FLOWS, ids=["daily", "backfill", "watch", "monthly_close", "lake_care"]
)
def test_a_flow_logs_and_names_its_end(
    new: Path,
    taken: Path,
    tmp_path: Path,
    flow: Callable[[str], Any],
    state: str,
    expected: set[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = copy_of(new if flow in {daily, backfill} else taken, tmp_path / "w").root
    since = datetime.now(UTC)
    ended = flow(str(root))
    assert (ended.name, ended.type.value) == (state, "COMPLETED")
    assert expected <= events(capsys.readouterr().err)
    if flow in {daily, backfill, monthly_close}:
        assert publications(since) == {f"tyle.publication.{ended.result().published.publication_id}"}


def publications(since: datetime) -> set[str]:
    """The publications that the server has events of; waits a moment, as events are sent after the run."""
    from prefect.client.orchestration import get_client

    wanted = {"event": {"prefix": ["tyle.publication"]}, "occurred": {"since": since.isoformat()}}
    with get_client(sync_client=True) as client:
        for _ in range(40):
            found = client.request("POST", "/events/filter", json={"filter": wanted, "limit": 50}).json()["events"]
            if found:
                break
            time.sleep(0.5)
    return {event["resource"]["prefect.resource.id"] for event in found}

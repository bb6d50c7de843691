"""A lake on PostgreSQL and S3 gives what one in the workspace gives: runs, release, doctor, care, purge, the end."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.runs.lakes import lake_of, landing_of
from flows.settings.workspace import Workspace
from flows.work.doctor import examine_all
from flows.work.outputs.marts import month_marts
from flows.work.quarantine import release
from tests.beyond.sharing import PASSWORD, SECRET_KEY, Shared, share
from tests.flows.workspaces import morning_after, run
from tests.torture.ending import Ending, ending
from tests.torture.life import LONG_AFTER
from tests.torture.scenario import DAYS, deliver, new_workspace
from warehouse.care.compaction import care
from warehouse.care.doctor.place import DISK
from warehouse.care.purge import purge
from warehouse.ledger.decisions import Decision
from warehouse.ledger.states import current_states

HELD = f"so-du-lich:{DAYS[0]}:summary:v1"
PURGED_BEFORE = date(2022, 8, 1)
OLD_CASE, NEW_CASE = "H55.14-220729-0001", "H55.14-220729-0006"


def live(workspace: Workspace) -> tuple[list[Any], Ending]:
    """What each step of a workspace's life returned, and what is stored at the end."""
    returned: list[Any] = []
    deliver(workspace, 0)
    returned.append(run(workspace, DAYS[0]).states.drop("received_at", "received_at_utc", strict=False).rows())
    with lake_of(workspace) as lake:
        released = release(workspace, lake, Decision(HELD, "A", "đã hỏi lại", morning_after(DAYS[0])))
        returned.append((released.released_as, released.status, released.totals))
    for number in (1, 2):
        deliver(workspace, number)
    returned.append(run(workspace, DAYS[2]).stored.select("delivery_id", "status").sort("delivery_id").rows())
    with lake_of(workspace) as lake:
        returned.append(
            current_states(lake, DAYS[0], DAYS[2]).drop("received_at", "received_at_utc", strict=False).rows()
        )
        returned.append(month_marts(workspace, lake, "2022-08")["monthly_unit_rates"].rows())
        returned.append(care(lake, LONG_AFTER))
    before = ending(workspace.root)
    with lake_of(workspace) as lake:
        today = PURGED_BEFORE + timedelta(days=30)
        returned.append(purge(lake, landing_of(workspace), {"cases": 30}, today, grace_days=0))
        with lake.snapshot() as cursor:
            returned.append(sorted(cursor.execute("SELECT case_id, business_date FROM lake.cases").fetchall()))
    examined = examine_all(workspace.root, LONG_AFTER, repair=True)
    returned.append([(one.check, one.level) for one in examined.findings if one.check != DISK])
    return returned, before


@pytest.mark.slow
def test_a_shared_lake_gives_what_a_lake_of_one_s_own_gives(shared: Shared, tmp_path: Path) -> None:
    alone = new_workspace(tmp_path / "alone")
    beyond = share(new_workspace(tmp_path / "beyond"), shared)
    expected, expected_ending = live(alone)
    returned, ended = live(beyond)
    for one, other in zip(returned, expected, strict=True):
        assert one == other
    assert ended.differences(expected_ending) == []
    assert {level for _, level in returned[-1]} == {"ok"}
    # everything is on the servers, nothing in the workspace
    assert not list((beyond.root / "lake").rglob("*.parquet"))
    assert not (beyond.root / "lake" / "catalog.sqlite").exists()
    assert not (beyond.root / "landing").exists()
    kept = shared.keys()
    assert {key.removeprefix(f"{shared.name}/").split("/")[0] for key in kept} == {"lake", "landing"}
    holding = [found.key for found in shared.bucket.objects.filter(Prefix=shared.name) if holds(found, OLD_CASE)]
    assert holding == []
    assert any(holds(found, NEW_CASE) for found in shared.bucket.objects.filter(Prefix=shared.name))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(secret.encode() in content for secret in (PASSWORD, SECRET_KEY)), file


def holds(found: Any, case: str) -> bool:
    return case.encode() in found.get()["Body"].read()


@pytest.mark.slow
def test_collectors_pull_and_the_publisher_publishes_for_all(
    shared: Shared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publisher = share(new_workspace(tmp_path / "publisher"), shared)
    collector = share(new_workspace(tmp_path / "collector"), shared, "[publish]\nhere = false\n")
    for machine in (publisher, collector):
        deliver(machine, 1)
    collected = run(collector, DAYS[1], ("so-noi-vu", "ubnd-huyen-a"))
    assert collected.published.publication is None
    assert not (collector.root / "published").exists()
    published = run(publisher, DAYS[1], ("so-xay-dung",), now=morning_after(DAYS[1]) + timedelta(minutes=1))
    assert published.published.publication is not None
    with lake_of(publisher) as lake:
        month = month_marts(publisher, lake, "2022-08")["monthly_unit_rates"].filter(pl.col("total") > 0)
    assert set(month["unit_id"]) == {"so-noi-vu", "ubnd-huyen-a", "so-xay-dung"}
    again = run(collector, DAYS[1], ("so-xay-dung",), now=morning_after(DAYS[1]) + timedelta(minutes=2))
    assert again.stored["status"].to_list() in ([], ["duplicate"])
    assert {one.level for one in examine_all(collector.root, LONG_AFTER).findings} <= {"ok", "warn"}
    from flows.cli import main

    with pytest.raises(SystemExit, match="1"):
        main(["watch", "--workspace", str(collector.root)])
    assert "chỉ chạy trên máy công bố" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="1"):
        main(["backup", str(tmp_path / "backup"), "--workspace", str(publisher.root)])
    assert "pg_dump" in capsys.readouterr().err

"""Care: fewer files, the same facts; readers read on, and the next care completes one that was cut short."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.builders import Sent, aug, batch
from transforms.dictionary.columns import LAKE
from warehouse.care import compaction as steps
from warehouse.care.compaction import care
from warehouse.lake.checksums import checksum, recorded
from warehouse.lake.files import named_files, orphans
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.places.errors import LockedError
from warehouse.places.locks import hold

NOW = datetime.now(UTC).replace(tzinfo=None)
LATER = NOW + timedelta(days=20)


def fill(lake: Lake, days: int = 5) -> None:
    for day in range(1, days + 1):
        commit(lake, batch(Sent("a", aug(day), [("x", day, 1)]), Sent("b", aug(day), broken=["r"], rejected=2)))


def facts(lake: Lake) -> dict[str, pl.DataFrame]:
    with lake.snapshot() as cursor:
        return {name: cursor.sql(f"FROM lake.{name} ORDER BY ALL").pl() for name in LAKE}


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return all(frame.equals(other[name]) for name, frame in one.items())


def on_disk(lake: Lake) -> set[str]:
    return {path.relative_to(lake.folder / "data").as_posix() for path in lake.folder.rglob("*.parquet")}


def named(lake: Lake) -> set[str]:
    with lake.snapshot() as cursor:
        return set(named_files(cursor)["path"])


@pytest.mark.slow
def test_fewer_files_the_same_facts_and_the_lake_goes_on(lake: Lake) -> None:
    fill(lake)
    before = facts(lake)
    cared = care(lake, NOW)
    assert cared.files_after < cared.files_before
    assert same(facts(lake), before)
    files = lake.connection.sql("SELECT count(*) FROM ducklake_list_files('lake', 'daily_counts')").fetchall()
    assert files == [(1,)]
    assert commit(lake, batch(Sent("a", aug(6), [("x", 6, 1)]))).height == 1


@pytest.mark.slow
def test_replaced_files_wait_for_readers_then_go_with_the_old_snapshots(lake: Lake) -> None:
    fill(lake)
    first = care(lake, NOW)
    assert (first.removed, first.snapshots) == (0, 0)
    assert first.waiting == len(on_disk(lake)) - len(named(lake)) > 0
    before = facts(lake)
    second = care(lake, LATER)
    assert second.removed >= first.waiting
    assert second.snapshots > 0
    assert second.waiting == 0
    assert on_disk(lake) == named(lake)
    assert same(facts(lake), before)


def test_who_is_reading_reads_on(lake: Lake, home: Path) -> None:
    fill(lake)
    with open_lake(home) as other, other.snapshot() as reader:
        rows = reader.execute("SELECT delivery_id, total FROM lake.daily_counts")
        assert rows.fetchone() is not None
        care(lake, NOW)
        assert len(rows.fetchall()) == 4
        assert reader.execute("SELECT sum(online) FROM lake.daily_counts").fetchall() == [(15,)]


def test_what_an_interrupted_write_left_goes_when_it_is_old_enough(lake: Lake) -> None:
    fill(lake, 1)
    written = next((lake.folder / "data/main/daily_counts").rglob("*.parquet"))
    old, young = written.with_name("ducklake-old.parquet"), written.with_name("ducklake-young.parquet")
    for path in (old, young):
        path.write_bytes(written.read_bytes())
    yesterday = time.time() - 2 * 86400
    os.utime(old, (yesterday, yesterday))
    os.utime(written, (yesterday, yesterday))
    with lake.snapshot() as cursor:
        assert orphans(lake, cursor, NOW - steps.ORPHAN_AGE) == [old.relative_to(lake.folder / "data").as_posix()]
    assert care(lake, NOW).orphans == 1
    assert (old.exists(), young.exists()) == (False, True)


def test_a_workspace_with_any_name_has_no_orphans(home: Path) -> None:
    odd = home.rename(home.parent / "Tỉnh [1] = 100% *")
    with open_lake(odd) as lake:
        fill(lake, 2)
        with lake.snapshot() as cursor:
            assert orphans(lake, cursor, LATER) == []
        care(lake, LATER)
        assert on_disk(lake) == named(lake)


def test_checksums_are_written_down_once(lake: Lake) -> None:
    fill(lake, 2)
    care(lake, NOW)
    before = recorded(lake.folder)
    assert set(before) == {f"data/{path}" for path in named(lake)}
    assert all(checksum(lake.folder / path) == digest for path, digest in before.items())
    changed = lake.folder / next(path for path in before if "daily_counts" in path)
    changed.write_bytes(changed.read_bytes() + b" ")
    care(lake, NOW)
    assert recorded(lake.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("step", ["remove_orphans", "record", "named_files"])
def test_a_care_cut_short_is_done_by_the_next(lake: Lake, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lake)
    before = facts(lake)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(steps, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            care(lake, LATER)
    assert same(facts(lake), before)
    care(lake, LATER)
    assert same(facts(lake), before)
    assert on_disk(lake) == named(lake)


CARING = """
import sys
from datetime import datetime
from pathlib import Path
from warehouse.care.compaction import care
from warehouse.lake.opening import open_lake
with open_lake(Path(sys.argv[1])) as lake:
    print("begin", flush=True)
    care(lake, datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.01, 0.06])
def test_a_care_that_is_killed_loses_nothing(home: Path, after: float) -> None:
    with open_lake(home) as lake:
        fill(lake)
        before = facts(lake)
    arguments = [sys.executable, "-c", CARING, str(home), LATER.isoformat()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment) as caring:
        assert caring.stdout is not None
        assert caring.stdout.readline() == b"begin\n"
        time.sleep(after)
        caring.send_signal(signal.SIGKILL)
    with open_lake(home) as lake:
        assert same(facts(lake), before)
        care(lake, LATER + timedelta(days=20))
        assert same(facts(lake), before)
        assert on_disk(lake) == named(lake)


def test_care_waits_for_a_writer_only_so_long(lake: Lake) -> None:
    with hold(lake.folder / "writer.lock"), pytest.raises(LockedError):
        care(lake, NOW, timeout=0.1)

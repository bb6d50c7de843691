"""What is older than its retention is gone, down to the bytes; figures stay."""

import stat
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.builders import Sent, aug, received
from transforms.dictionary.columns import LAKE
from warehouse.care import purge as steps
from warehouse.care.purge import Purged, purge
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.lake.rows import append
from warehouse.places.errors import LockedError, PurgedError
from warehouse.places.landing import discard, fetch, land
from warehouse.places.locks import hold

OLD, KEPT = "H55.99-OLD-MARK", "H55.99-KEPT-MARK"
TODAY = date(2022, 9, 10)  # with 30 days of retention 11 August is the oldest day that stays
DAYS = {date(2022, 7, 30): OLD, aug(9): OLD, aug(10): OLD, aug(11): KEPT, aug(31): KEPT}
RETENTION = {"cases": 30}
AT_ONCE = 0
NOTHING = Purged({"cases": 0}, 0, 0, 0)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with open_lake(tmp_path) as opened:
        yield opened


def fill(lake: Lake) -> None:
    """Deliveries of DAYS, landed and stored: July and 9 August alone, the other days in one file."""
    days = sorted(DAYS)
    for together in ([days[0]], [days[1]], days[2:]):
        store(lake, {day: DAYS[day] for day in together})


def store(lake: Lake, days: dict[date, str]) -> None:
    """A delivery by case per day with three cases, one of which is rejected, and their counts."""
    ids = [(day, f"a:{day}:cases:v1", mark) for day, mark in days.items()]
    sent = received([Sent("a", day, contract="cases", content=f"{mark}-0\n{mark}-1\n") for day, _, mark in ids])
    landed = land(lake.home / "landing", sent, "run-1").with_columns(
        delivery_id=pl.Series([delivery for _, delivery, _ in ids]),
        version=pl.lit(1),
        decided_at=pl.col("received_at"),
        status=pl.lit("accepted_with_warnings"),
    )
    rows = pl.DataFrame(
        [(delivery, "a", day, f"{mark}-{number}", number + 1) for day, delivery, mark in ids for number in range(3)],
        schema=["delivery_id", "unit_id", "business_date", "case_id", "row_number"],
        orient="row",
    )
    cases = rows.with_columns(channel=2, level=4, status=9, received_on="business_date")
    rejected = rows.filter(pl.col("row_number") == 3).with_columns(
        rule=pl.lit("case_id_valid"), content="case_id", message=pl.format("{}: sai", "case_id")
    )
    counts = rows.group_by("delivery_id", "unit_id", "business_date").agg(
        field=pl.lit("Đất đai"), service_level=4, online=pl.len(), in_person=0, total=pl.len()
    )
    frames = {"deliveries": landed, "cases": cases, "rejected_rows": rejected, "daily_counts": counts}
    with lake.writing() as cursor:
        for table, frame in frames.items():
            append(cursor, f"lake.{table}", LAKE[table].conform(frame))


def holding(home: Path, mark: str) -> set[str]:
    """The kinds of files below `home` that hold `mark`."""
    found = [path for path in home.rglob("*") if path.is_file() and mark.encode() in path.read_bytes()]
    return {"/".join(path.relative_to(home).parts[:4]) for path in found}


def rows(lake: Lake, table: str) -> pl.DataFrame:
    with lake.snapshot() as cursor:
        return cursor.sql(f"FROM lake.{table} ORDER BY ALL").pl()


def case_ids(lake: Lake) -> set[str]:
    return set(rows(lake, "cases")["case_id"])


def test_no_file_of_the_workspace_holds_an_expired_case_id(lake: Lake) -> None:
    fill(lake)
    parquet = {"lake/data/main/cases", "lake/data/main/rejected_rows"}
    before = holding(lake.home, OLD)
    assert parquet | {"lake/catalog.sqlite"} <= before
    assert "landing/cases/2022-08-10/run-1.zip" in before
    purged = purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    assert purged == Purged({"cases": 3}, cases=9, rejected_rows=3, waiting=0)
    assert holding(lake.home, OLD) == set()
    assert parquet <= holding(lake.home, KEPT)


def test_what_is_younger_than_its_retention_stays_and_so_do_all_counts(lake: Lake) -> None:
    fill(lake)
    kept = {table: rows(lake, table) for table in ("deliveries", "daily_counts")}
    purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    assert case_ids(lake) == {f"{KEPT}-{number}" for number in range(3)}
    assert rows(lake, "cases")["business_date"].unique().sort().to_list() == [aug(11), aug(31)]
    assert rows(lake, "rejected_rows")["business_date"].to_list() == [aug(11), aug(31)]
    assert all(rows(lake, table).equals(frame) for table, frame in kept.items())


def test_cases_are_found_and_added_after_a_purge(lake: Lake) -> None:
    fill(lake)
    purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    store(lake, {date(2022, 9, 1): "A-FIRST", date(2022, 9, 2): "Z-LAST"})  # outside of the smallest and largest id
    with lake.snapshot() as cursor:
        for case_id in (f"{KEPT}-2", "A-FIRST-0", "Z-LAST-2"):
            assert cursor.execute(f"SELECT count(*) > 0 FROM lake.cases WHERE case_id = '{case_id}'").fetchall() == [
                (True,)
            ]


def test_a_lake_of_which_everything_expires_goes_on(lake: Lake) -> None:
    fill(lake)
    purge(lake, lake.home / "landing", RETENTION, date(2023, 1, 1), AT_ONCE)
    assert holding(lake.home, "MARK") == set()
    store(lake, {date(2023, 1, 1): "NEW"})
    assert case_ids(lake) == {"NEW-0", "NEW-1", "NEW-2"}


def test_files_wait_for_readers_and_go_with_the_next_purge(lake: Lake) -> None:
    fill(lake)
    first = purge(lake, lake.home / "landing", RETENTION, TODAY)
    assert (first.cases, first.waiting > 0) == (9, True)
    assert case_ids(lake) == {f"{KEPT}-{number}" for number in range(3)}
    assert "lake/data/main/cases" in holding(lake.home, OLD)
    assert purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE) == NOTHING
    assert holding(lake.home, OLD) == set()


def test_files_replaced_a_day_ago_go_without_being_asked_for(lake: Lake) -> None:
    fill(lake)
    purge(lake, lake.home / "landing", RETENTION, TODAY)
    scheduled = "__ducklake_metadata_lake.ducklake_files_scheduled_for_deletion"
    with lake.snapshot() as cursor:  # a day passes
        day = "left(schedule_start, 10)"
        cursor.execute(
            f"UPDATE {scheduled} SET schedule_start = replace(schedule_start, {day}, ({day}::DATE - 1)::VARCHAR)"
        )
    assert purge(lake, lake.home / "landing", RETENTION, TODAY) == NOTHING
    assert holding(lake.home, OLD) == set()


@pytest.mark.slow
def test_who_is_reading_reads_on(lake: Lake) -> None:
    fill(lake)
    with open_lake(lake.home) as other, other.snapshot() as reader:
        assert reader.execute("SELECT count(*) FROM lake.cases").fetchall() == [(15,)]
        assert purge(lake, lake.home / "landing", RETENTION, TODAY).waiting > 0
        assert reader.execute("SELECT count(DISTINCT case_id) FROM lake.cases").fetchall() == [(6,)]
    assert purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE) == NOTHING
    assert holding(lake.home, OLD) == set()


def test_a_write_that_was_interrupted_leaves_no_case_id_behind(lake: Lake) -> None:
    fill(lake)
    written = list((lake.folder / "data/main/cases").rglob("*.parquet"))
    for parquet in written:
        parquet.with_name(f"ducklake-lost-{parquet.name}").write_bytes(parquet.read_bytes())
    assert len(list((lake.folder / "data").rglob("ducklake-lost-*"))) == len(written) > 0
    purge(lake, lake.home / "landing", RETENTION, TODAY)
    assert list((lake.folder / "data").rglob("ducklake-lost-*")) == []
    assert case_ids(lake) == {f"{KEPT}-{number}" for number in range(3)}


def test_nor_does_it_in_a_workspace_with_an_odd_name(tmp_path: Path) -> None:
    home = tmp_path / "Tỉnh [1]"
    home.mkdir()
    with open_lake(home) as lake:
        test_a_write_that_was_interrupted_leaves_no_case_id_behind(lake)


def test_a_second_purge_finds_nothing(lake: Lake) -> None:
    fill(lake)
    purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    assert purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE) == NOTHING


@pytest.mark.parametrize("step", ["discard", "_delete_rows", "_remove_files", "_forget_values", "_shrink"])
@pytest.mark.slow
def test_an_interrupted_purge_is_completed_by_the_next(lake: Lake, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lake)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(steps, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    assert holding(lake.home, OLD) == set()
    assert case_ids(lake) == {f"{KEPT}-{number}" for number in range(3)}


def test_only_contracts_with_a_retention_are_purged(lake: Lake) -> None:
    fill(lake)
    land(lake.home / "landing", received([Sent("a", aug(1)), Sent("a", aug(1), contract="ii06")]), "run-1")
    purged = purge(lake, lake.home / "landing", {"summary": 10}, TODAY, AT_ONCE)
    assert purged == Purged({"summary": 1}, 0, 0, 0)
    left = {path.relative_to(lake.home / "landing").parts[0] for path in (lake.home / "landing").rglob("*.zip")}
    assert left == {"cases", "ii06"}
    assert len(rows(lake, "cases")) == 15


def test_a_purge_waits_for_other_writers_only_so_long(lake: Lake) -> None:
    fill(lake)
    with hold(lake.folder / "writer.lock"), pytest.raises(LockedError):
        purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE, timeout=0.1)
    assert holding(lake.home, OLD) >= {"landing/cases/2022-08-10/run-1.zip"}


def test_a_purged_original_is_told_from_a_lost_one(tmp_path: Path) -> None:
    files = [Sent("a", aug(day), contract="cases", content="x") for day in (1, 2, 3)]
    first, second, third = land(tmp_path, received(files), "run-1")["landing"]
    assert discard(tmp_path, "cases", aug(2)) == 1
    with pytest.raises(PurgedError, match=r"cases/2022-08-01/run-1\.zip#.*hết thời hạn lưu.*trước 2022-08-02"):
        fetch(tmp_path, first)
    assert fetch(tmp_path, second) == b"x"
    (tmp_path / "cases/2022-08-03/run-1.zip").unlink()
    with pytest.raises(FileNotFoundError):
        fetch(tmp_path, third)
    with pytest.raises(FileNotFoundError):
        fetch(tmp_path, "summary/2022-08-01/run-1.zip#a/x.csv")


def test_an_earlier_day_that_lands_after_a_purge_can_be_fetched_until_the_next(tmp_path: Path) -> None:
    land(tmp_path, received([Sent("a", aug(1), contract="cases")]), "run-1")
    discard(tmp_path, "cases", aug(20))
    late = land(tmp_path, received([Sent("a", aug(5), contract="cases", content="late")]), "run-2")["landing"][0]
    assert fetch(tmp_path, late) == b"late"
    assert discard(tmp_path, "cases", aug(10)) == 1
    with pytest.raises(PurgedError, match="trước 2022-08-20"):
        fetch(tmp_path, late)


def test_what_a_purge_leaves_in_the_landing_is_for_the_owner_only(lake: Lake) -> None:
    fill(lake)
    purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE)
    for path in [lake.home / "landing", *(lake.home / "landing").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_moment_of_decision_does_not_count_but_the_business_date_does(lake: Lake) -> None:
    late = Sent("a", aug(1), contract="cases", decided_at=datetime(2022, 9, 9))
    land(lake.home / "landing", received([late]), "run-1")
    assert purge(lake, lake.home / "landing", RETENTION, TODAY, AT_ONCE).packs == {"cases": 1}

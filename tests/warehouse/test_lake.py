"""The lake as a place: created once, opened anywhere, refused when it is too new."""

import multiprocessing
import shutil
from pathlib import Path

import pytest

from tests.warehouse.builders import Sent, aug, batch
from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.lake.tables import SCHEMA_VERSION
from warehouse.ledger.commit import commit
from warehouse.ledger.deliveries import seen
from warehouse.places.errors import LakeError


def test_the_tables_are_those_of_the_dictionary(lake: Lake) -> None:
    found = lake.connection.sql(
        "SELECT table_name, column_name, is_nullable, comment FROM duckdb_columns() WHERE database_name = 'lake'"
    ).fetchall()
    expected = [(t.name, c.name, c.nullable, c.comment) for t in LAKE.values() for c in t.columns]
    assert sorted(row for row in found if row[0] != "schema_version") == sorted(expected)


def test_a_lake_of_an_older_version_gets_what_it_lacks_and_keeps_what_it_has(home: Path) -> None:
    with open_lake(home) as lake:
        commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
        lake.connection.execute("DROP TABLE lake.cases")
        lake.connection.execute("ALTER TABLE lake.deliveries DROP COLUMN etag")
        lake.connection.execute("DELETE FROM lake.schema_version")
        lake.connection.execute("INSERT INTO lake.schema_version VALUES (1, now())")
    with open_lake(home) as lake:
        test_the_tables_are_those_of_the_dictionary(lake)
        assert seen(lake, aug(1), aug(1))["etag"].to_list() == [None]
        commit(lake, batch(Sent("a", aug(2), contract="cases", cases=["H55-220802-0001"])))
    with open_lake(home) as lake:
        assert lake.connection.sql("SELECT case_id FROM lake.cases").fetchall() == [("H55-220802-0001",)]
        assert lake.connection.sql("SELECT max(version) FROM lake.schema_version").fetchall() == [(SCHEMA_VERSION,)]


def test_data_lies_by_month(lake: Lake, home: Path) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]), Sent("a", aug(31), [("x", 1, 1)])))
    assert {path.parent.relative_to(home / "lake" / "data").as_posix() for path in home.rglob("*.parquet")} == {
        "main/schema_version",
        *(
            f"main/{name}/year=2022/month=8"
            for name in ("deliveries", "daily_counts", "delivery_sums", "check_results", "layouts", "outcomes")
        ),
    }


def test_a_moved_workspace_opens_and_goes_on(home: Path) -> None:
    with open_lake(home) as lake:
        commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    moved = home.rename(home.parent / "chỗ mới")
    with open_lake(moved) as lake:
        commit(lake, batch(Sent("a", aug(2), [("x", 1, 1)])))
        assert seen(lake, aug(1), aug(31))["business_date"].to_list() == [aug(1), aug(2)]
    assert not home.exists()


def test_a_copy_does_not_write_to_the_original(home: Path) -> None:
    with open_lake(home) as lake:
        commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    copy = Path(shutil.copytree(home, home.parent / "copy"))
    files = sorted(home.rglob("*.parquet"))
    with open_lake(copy) as other:
        commit(other, batch(Sent("a", aug(2), [("x", 1, 1)])))
    assert sorted(home.rglob("*.parquet")) == files


def test_a_relative_home_survives_a_change_of_folder(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(empty_home, tmp_path / "w")
    monkeypatch.chdir(tmp_path)
    with open_lake(Path("w")) as lake:
        monkeypatch.chdir("/")
        assert commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]))).height == 1


def test_a_newer_lake_is_refused_untouched(home: Path) -> None:
    with open_lake(home) as lake:
        lake.connection.execute(f"UPDATE lake.schema_version SET version = {SCHEMA_VERSION + 1}")
    with pytest.raises(LakeError, match="mới hơn"):
        open_lake(home)


def test_a_creation_cut_short_is_started_again(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    for leftover in (".catalog.sqlite.tmp", ".catalog.sqlite.tmp-wal"):
        (tmp_path / "lake" / leftover).write_bytes(b"half")
    with open_lake(tmp_path) as lake:
        assert seen(lake, aug(1), aug(31)).is_empty()


@pytest.mark.slow
def test_processes_that_create_and_open_at_once_agree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open_and_read, args=(tmp_path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]


def _open_and_read(home: Path) -> None:
    with open_lake(home) as lake:
        seen(lake, aug(1), aug(31))


def test_readers_go_on_while_another_handle_writes(lake: Lake, home: Path) -> None:
    with open_lake(home) as reader:
        for day in (1, 2, 3):
            commit(lake, batch(Sent("a", aug(day), [("x", 1, 1)])))
            assert seen(reader, aug(1), aug(31)).height == day

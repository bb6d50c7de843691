"""A shared catalog that lost its tables is not begun anew while data files or originals are still there."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.beyond.sharing import Shared
from tests.warehouse.builders import Sent, aug, batch
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.places.errors import LakeError
from warehouse.places.stores import S3Prefix, store_of


def tables(shared: Shared) -> int:
    with psycopg.connect(shared.catalog) as database:
        found = database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(found[0]) if found else 0


@pytest.mark.slow
def test_data_files_without_their_catalog(shared: Shared, tmp_path: Path) -> None:
    with open_lake(tmp_path / "one", shared.lake) as lake:
        commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    with psycopg.connect(shared.catalog) as database:
        database.execute("DROP SCHEMA public CASCADE")
        database.execute("CREATE SCHEMA public")
    for home in ("one", "another"):
        with pytest.raises(LakeError, match="danh mục của kho dùng chung"):
            open_lake(tmp_path / home, shared.lake)
    assert tables(shared) == 0


def test_originals_without_their_catalog(shared: Shared, tmp_path: Path) -> None:
    landing = S3Prefix(**{**vars(shared.lake.data), "prefix": f"{shared.name}/landing"})
    store_of(landing).add("summary/2022-08-01/x.zip", b"PK")
    with pytest.raises(LakeError, match="bản gốc"):
        open_lake(tmp_path / "one", replace(shared.lake, landing=landing))
    assert tables(shared) == 0


def test_a_catalog_of_another_program_is_refused(shared: Shared, tmp_path: Path) -> None:
    with open_lake(tmp_path / "one", shared.lake) as lake:
        lake.connection.execute("DROP TABLE lake.schema_version")
    with pytest.raises(LakeError, match="không phải kho dữ liệu của tyle"):  # other tables without a version
        open_lake(tmp_path / "one", shared.lake)


@pytest.mark.slow
def test_a_creation_that_was_cut_short_is_completed(shared: Shared, tmp_path: Path) -> None:
    with open_lake(tmp_path / "one", shared.lake) as lake:
        names = lake.connection.sql("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake'").fetchall()
        for (name,) in names:
            lake.connection.execute(f'DROP TABLE lake."{name}"')
    with open_lake(tmp_path / "two", shared.lake) as lake:
        assert commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]))).height == 1

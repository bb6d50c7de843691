"""Publishing: what a BI tool finds, and that a bad file never replaces a good one."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.marts.catalogue import PUBLISHED
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import throw_away, workbench
from warehouse.places.errors import PublishError
from warehouse.published import audit
from warehouse.published.publish import Publication, expectation, publish

SETTING = Setting(expected=every_day("abc", aug(1), aug(31)), periods=[("2022-08", aug(1), aug(31))])
TWO_MONTHS = Setting(expected=every_day("abc", aug(1), aug(31)))
OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


def built(lake: Lake, day: int, setting: Setting = SETTING) -> Publication | None:
    """One more day, materialised and published."""
    commit(lake, batch(*(Sent(unit, aug(day), [("x", day, 2)]) for unit in "ab"), Sent("c", aug(day), broken=["r"])))
    materialise(lake, setting.reference())
    return publish(lake, at(day), "0.1.0")


def link(home: Path) -> Path:
    return home / "published" / "marts.duckdb"


def open_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """As a BI tool does: no extension, no network."""
    return duckdb.connect(str(path), read_only=True, config=OFFLINE)


def published(home: Path) -> list[str]:
    """What lies in the folder of published files; each has its copies beside it."""
    names = {path.name for path in (home / "published").iterdir()}
    files = {name for name in names if name.endswith(".duckdb")}
    copies = {name.replace(".duckdb", ".parquet") for name in files}
    assert {name for name in names if name.endswith(".parquet")} == copies
    return sorted(names - copies)


@dataclass(frozen=True)
class Good:
    """A good publication: its workspace, its figures straight from the lake, and what the audit was given."""

    home: Path
    publication: Publication
    marts: dict[str, pl.DataFrame]
    expected: dict[str, Any]


@pytest.fixture(scope="module")
def good(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Good:
    home = Path(shutil.copytree(empty_home, tmp_path_factory.mktemp("good") / "home"))
    with open_lake(home) as lake:
        commit(lake, batch(Sent("a", date(2022, 7, 5), [("x", 1, 3)])))
        publication = built(lake, 2, TWO_MONTHS)
        assert publication is not None
        with workbench(lake), lake.snapshot() as cursor:
            expected = {**expectation(cursor), "publication_id": publication.publication_id}
        return Good(home, publication, build_marts(lake, TWO_MONTHS.reference(), ["2022-07", "2022-08"]), expected)


def test_the_file_holds_the_marts_and_says_where_it_comes_from(good: Good) -> None:
    assert good.publication.path == good.home.resolve() / "published" / "marts-20220802T200000Z.duckdb"
    with open_read_only(link(good.home)) as reader:
        for name, frame in good.marts.items():
            assert reader.table(f"marts.{name}").pl().equals(frame), name
        row = ("20220802T200000Z", at(2), aug(2), at(2), "0.1.0", at(2), at(2))
        assert reader.sql("FROM marts.publication").fetchall() == [row]
        months = reader.sql("SELECT DISTINCT month FROM marts.monthly_unit_rates ORDER BY month").fetchall()
        assert months == [("2022-07",), ("2022-08",)]


def test_every_table_and_column_is_documented_as_in_the_dictionary(good: Good) -> None:
    with open_read_only(link(good.home)) as reader:
        tables = dict(reader.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        columns = reader.sql("SELECT table_name, column_name, is_nullable, comment FROM duckdb_columns()").fetchall()
    assert tables == {name: table.meaning for name, table in PUBLISHED.items()}
    assert sorted(row for row in columns if row[0] in PUBLISHED) == sorted(
        (table.name, column.name, column.nullable, column.comment)
        for table in PUBLISHED.values()
        for column in table.columns
    )


def test_keys_are_declared(good: Good) -> None:
    with open_read_only(link(good.home)) as reader:
        keys = reader.sql(
            "SELECT table_name, constraint_type, constraint_column_names, referenced_table FROM duckdb_constraints() "
            "WHERE constraint_type <> 'NOT NULL'"
        ).fetchall()
    primary = {name: columns for name, kind, columns, _ in keys if kind == "PRIMARY KEY"}
    foreign = {(name, *columns, target) for name, kind, columns, target in keys if kind == "FOREIGN KEY"}
    assert primary == {name: list(table.grain) for name, table in PUBLISHED.items()}
    units = {(name, "unit_id", "units") for name, table in PUBLISHED.items() if table.references}
    of_metrics = ("monthly_rates", "daily_rates", "rankings", "monthly_scores", "daily_scores")
    metrics = {(name, "metric_id", "metric_version", "metrics") for name in of_metrics}
    of_groups = ("monthly_group_rates", "monthly_channel_counts")
    without = {"monthly_rates", "monthly_scores", "rankings", *of_groups, "units"}  # their members may also be groups
    groups = {(name, "unit_group", "groups") for name in ("units", "targets", *of_groups)}
    contracts = {(name, "contract", "contracts") for name in ("check_failures", "overrides", "restatements")}
    more = {("monthly_field_rates", "field_id", "fields"), ("monthly_channel_counts", "channel_id", "channels")}
    assert foreign == {one for one in units if one[0] not in without} | metrics | groups | contracts | more


@pytest.mark.slow
def test_names_sort_the_vietnamese_way_and_can_be_grouped_filtered_and_joined(lake: Lake, home: Path) -> None:
    reference = Setting([Unit(name) for name in "abcd"]).reference()
    names = pl.Series("name", ["Sở Y tế", "Đại Từ", "Sở Nội vụ", "An"])
    reference = replace(reference, units=reference.units.with_columns(names))
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    materialise(lake, reference)
    publish(lake, at(1), "0")
    with open_read_only(link(home)) as reader:
        assert [row[0] for row in reader.sql("SELECT name FROM marts.units ORDER BY name").fetchall()] == [
            "An", "Đại Từ", "Sở Nội vụ", "Sở Y tế"
        ]  # fmt: skip
        assert reader.sql(
            "SELECT u.name, sum(r.total) FROM marts.monthly_unit_rates r JOIN marts.units u ON u.name = r.unit_name "
            "WHERE r.unit_name LIKE 'Sở%' AND u.name >= 'S' GROUP BY u.name ORDER BY u.name"
        ).fetchall() == [("Sở Nội vụ", None), ("Sở Y tế", 2)]


@pytest.mark.slow
def test_nothing_new_publishes_nothing(lake: Lake, home: Path) -> None:
    assert built(lake, 1) is not None
    materialise(lake, SETTING.reference())
    assert publish(lake, at(2), "0.1.0") is None
    link(home).unlink()
    assert publish(lake, at(2), "0.1.0") is not None


@pytest.mark.slow
def test_a_second_publication_within_the_second_has_its_own_name(lake: Lake, home: Path) -> None:
    built(lake, 1)
    commit(lake, batch(Sent("a", aug(2), [("x", 1, 1)])))
    materialise(lake, SETTING.reference())
    second = publish(lake, at(1), "0.1.0")
    assert second is not None
    assert second.publication_id == "20220801T200000Z-2"
    assert link(home).readlink() == Path("marts-20220801T200000Z-2.duckdb")


@pytest.mark.slow
def test_a_local_time_is_published_as_utc(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    materialise(lake, SETTING.reference())
    vietnam = datetime(2022, 8, 2, 3, tzinfo=UTC).astimezone()
    publication = publish(lake, vietnam, "0.1.0")
    assert publication is not None
    assert (publication.publication_id, publication.built_at) == ("20220802T030000Z", at(2, 3))


@pytest.mark.slow
def test_a_reader_keeps_its_file_while_the_link_moves_on(lake: Lake, home: Path) -> None:
    built(lake, 1)
    total = "SELECT total FROM marts.monthly_group_rates WHERE unit_group = 'all'"
    with open_read_only(link(home)) as before:
        assert before.sql(total).fetchall() == [(6,)]
        built(lake, 2)
        assert before.sql(total).fetchall() == [(6,)]
        # a reader in another process, which opens the link anew, sees the new file
        read = f"import duckdb; print(duckdb.connect({str(link(home))!r}, read_only=True).sql({total!r}).fetchall())"
        assert subprocess.check_output([sys.executable, "-c", read], text=True) == "[(14,)]\n"


@pytest.mark.slow
def test_the_published_folder_can_move(home: Path) -> None:
    with open_lake(home) as lake:
        built(lake, 1)
    moved = home.rename(home.parent / "moved")
    with open_read_only(link(moved)) as reader:
        assert reader.sql("SELECT count(*) FROM marts.units").fetchall() == [(3,)]


@pytest.mark.slow
def test_old_files_go_once_enough_newer_ones_are_there_and_the_grace_is_over(lake: Lake, home: Path) -> None:
    for day in range(1, 4):
        commit(lake, batch(Sent("a", aug(day), [("x", 1, 1)])))
        materialise(lake, SETTING.reference())
        publish(lake, at(day), "0", keep=1, grace=timedelta(hours=20))
    # the file of the 2nd was current until a moment ago
    assert published(home) == ["marts-20220802T200000Z.duckdb", "marts-20220803T200000Z.duckdb", "marts.duckdb"]
    (home / "published" / "notes.txt").write_text("not ours")
    commit(lake, batch(Sent("a", aug(8), [("x", 1, 1)])))
    materialise(lake, SETTING.reference())
    publish(lake, at(8), "0", keep=1, grace=timedelta(0), now=at(31))
    assert published(home) == ["marts-20220808T200000Z.duckdb", "marts.duckdb", "notes.txt"]


@pytest.mark.slow
def test_a_clock_that_goes_back_does_not_remove_the_current_file(lake: Lake, home: Path) -> None:
    built(lake, 5)
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    materialise(lake, SETTING.reference())
    publish(lake, at(1), "0", keep=1, grace=timedelta(0), now=at(31))
    assert published(home) == ["marts-20220801T200000Z.duckdb", "marts-20220805T200000Z.duckdb", "marts.duckdb"]


def test_a_wrong_build_is_not_published_and_the_old_one_stays(lake: Lake, home: Path) -> None:
    built(lake, 1)
    before = published(home)
    commit(lake, batch(Sent("a", aug(2), [("x", 1, 1)])))
    for damage, message in (
        ("UPDATE workbench.monthly_unit_rates SET online = online + 1 WHERE unit_id = 'a'", "monthly_unit_rates tháng"),
        ("DELETE FROM workbench.monthly_field_rates", "monthly_field_rates tháng"),
        ("INSERT INTO workbench.export_status FROM workbench.export_status LIMIT 1", "khóa"),
        ("UPDATE workbench.daily_unit_rates SET unit_id = 'nobody' WHERE unit_id = 'a'", "khóa"),
    ):
        (lake.folder / "marts.duckdb").unlink()
        materialise(lake, SETTING.reference())
        with workbench(lake):
            lake.connection.execute(damage)
        with pytest.raises(PublishError, match="giữ nguyên") as raised:
            publish(lake, at(2), "0.1.0")
        assert message in str(raised.value)
        assert published(home) == before
        assert link(home).resolve().name == "marts-20220801T200000Z.duckdb"
    (lake.folder / "marts.duckdb").unlink()
    materialise(lake, SETTING.reference())
    assert publish(lake, at(2), "0.1.0") is not None


@pytest.mark.slow
def test_a_mart_of_many_rows_declares_no_keys_and_the_audit_proves_them(
    lake: Lake, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.marts.workbench.MANY_ROWS", 2)
    built(lake, 1)
    with open_read_only(link(home)) as reader:
        keys = reader.sql("SELECT DISTINCT table_name FROM duckdb_constraints() WHERE constraint_type LIKE '%KEY'")
        declared = {name for (name,) in keys.fetchall()}
    assert "export_status" not in declared
    assert {"units", "monthly_processing"} <= declared
    before = published(home)
    commit(lake, batch(Sent("a", aug(2), [("x", 1, 1)])))
    for damage, message in (
        ("INSERT INTO workbench.export_status FROM workbench.export_status LIMIT 1", "bị trùng ở 1 dòng"),
        ("UPDATE workbench.export_status SET unit_id = 'nobody' WHERE unit_id = 'a'", "không có trong units"),
    ):
        throw_away(lake)
        materialise(lake, SETTING.reference())
        with workbench(lake):
            lake.connection.execute(damage)
        with pytest.raises(PublishError, match=message):
            publish(lake, at(2), "0.1.0")
        assert published(home) == before


FOUR_MONTHS = Setting(
    expected=every_day("abc", date(2022, 5, 1), aug(31)),
    periods=[(f"2022-{month:02}", date(2022, month, 1), date(2022, month, 28)) for month in (5, 6, 7, 8)],
)


def published_with(lake: Lake, day: int, *sent: Sent) -> dict[str, pl.DataFrame]:
    """The published tables after these deliveries, checked to equal what the lake gives: rows, order and every cell."""
    commit(lake, batch(*sent))
    materialise(lake, FOUR_MONTHS.reference())
    publish(lake, at(day), "0.1.0")
    asked = build_marts(lake, FOUR_MONTHS.reference(), [month for month, _, _ in FOUR_MONTHS.periods])
    with open_read_only(link(lake.home)) as reader:
        found = {name: reader.table(f"marts.{name}").pl() for name in asked}
    for name, frame in asked.items():
        assert found[name].equals(frame), name
    return found


def settled(lake: Lake) -> Path:
    (file,) = lake.folder.glob("marts.settled-*")
    return file


@pytest.mark.slow
def test_months_some_way_back_are_copied_and_the_file_is_as_if_written_whole(lake: Lake) -> None:
    published_with(lake, 1, *(Sent("a", date(2022, month, 2), [("x", month, 2)]) for month in (5, 6, 7, 8)))
    kept = settled(lake).stat()
    published_with(lake, 2, Sent("b", aug(2), [("x", 1, 2)]), Sent("b", date(2022, 7, 2), broken=["r"]))
    assert settled(lake).stat().st_mtime_ns == kept.st_mtime_ns


@pytest.mark.slow
def test_a_month_some_way_back_that_changes_is_written_anew(lake: Lake) -> None:
    published_with(lake, 1, *(Sent("a", date(2022, month, 2), [("x", month, 2)]) for month in (5, 6, 7, 8)))
    before = settled(lake)
    after = published_with(lake, 2, Sent("a", date(2022, 5, 2), [("x", 50, 2)]))
    assert settled(lake) != before
    (may,) = after["monthly_unit_rates"].filter(month="2022-05", unit_id="a")["online"]
    assert may == 50


@pytest.mark.slow
def test_a_damaged_copy_of_months_some_way_back_is_not_published_and_not_used_again(lake: Lake) -> None:
    published_with(lake, 1, *(Sent("a", date(2022, month, 2), [("x", month, 2)]) for month in (5, 6, 7, 8)))
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{settled(lake)}' AS kept")
        connection.execute("UPDATE kept.marts.monthly_field_rates SET online = online + 1")
    commit(lake, batch(Sent("b", aug(2), [("x", 1, 2)])))
    materialise(lake, FOUR_MONTHS.reference())
    with pytest.raises(PublishError, match="monthly_field_rates"):
        publish(lake, at(2), "0.1.0")
    published_with(lake, 3)


@pytest.mark.slow
def test_a_copy_that_cannot_be_read_is_not_used_again(lake: Lake) -> None:
    published_with(lake, 1, *(Sent("a", date(2022, month, 2), [("x", month, 2)]) for month in (5, 6, 7, 8)))
    settled(lake).write_bytes(b"x" * 100_000)
    commit(lake, batch(Sent("b", aug(2), [("x", 1, 2)])))
    materialise(lake, FOUR_MONTHS.reference())
    with pytest.raises(duckdb.Error):
        publish(lake, at(2), "0.1.0")
    published_with(lake, 3)


@pytest.mark.slow
def test_thrown_away_with_the_workbench_are_the_months_kept_ready(lake: Lake) -> None:
    published_with(lake, 1, *(Sent("a", date(2022, month, 2), [("x", month, 2)]) for month in (5, 6, 7, 8)))
    throw_away(lake)
    assert not [*lake.folder.glob("marts.*duckdb*")]


@pytest.mark.slow
def test_leftovers_of_a_killed_publication_are_removed(lake: Lake, home: Path) -> None:
    (home / "published").mkdir()
    for leftover in (".marts-20220101T000000Z.duckdb.tmp", ".marts-20220101T000000Z.duckdb.tmp.wal"):
        (home / "published" / leftover).write_bytes(b"half")
    copies = home / "published" / ".marts-20220101T000000Z.parquet.tmp"
    copies.mkdir()
    (copies / "units.parquet").write_bytes(b"half")
    built(lake, 1)
    assert published(home) == ["marts-20220801T200000Z.duckdb", "marts.duckdb"]


def test_before_anything_is_materialised_there_is_nothing_to_publish(lake: Lake) -> None:
    with pytest.raises(PublishError, match="Chưa có gì"):
        publish(lake, at(1), "0.1.0")


def test_the_copies_hold_the_same_rows_and_say_what_they_mean(good: Good) -> None:
    folder = good.home / "published" / "marts.parquet"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(PUBLISHED)
    for name, frame in good.marts.items():
        assert pl.read_parquet(folder / f"{name}.parquet").equals(frame), name
    for name, table in PUBLISHED.items():
        metadata = pl.read_parquet_metadata(folder / f"{name}.parquet")
        assert metadata["publication_id"] == good.publication.publication_id
        assert (metadata["comment"], json.loads(metadata["primary_key"])) == (table.meaning, list(table.grain))
        assert json.loads(metadata["columns"]) == {column.name: column.comment for column in table.columns}


def test_what_is_published_cannot_be_written_by_mistake(good: Good) -> None:
    for path in (link(good.home), *(good.home / "published" / "marts.parquet").iterdir()):
        assert path.stat().st_mode & 0o222 == 0


@pytest.mark.slow
def test_a_switch_that_was_cut_short_is_made_up_for(lake: Lake, home: Path) -> None:
    first = built(lake, 1)
    copies = home / "published" / "marts.parquet"
    copies.unlink()  # killed between the two links
    second = publish(lake, at(1), "0.1.0")
    assert first is not None
    assert second is not None
    assert copies.readlink() == Path(second.parquet.name)
    assert publish(lake, at(1), "0.1.0") is None
    # a folder that no link was switched to does not stop a publication, and its name is not used again
    (home / "published" / "marts-20220802T200000Z.parquet").mkdir()
    third = built(lake, 2)
    assert third is not None
    assert third.publication_id == "20220802T200000Z-2"


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("COPY (FROM marts.units LIMIT 2) TO '{folder}/units.parquet'", ["units.parquet: dòng", "units.parquet: phần"]),
        ("COPY (SELECT 1 AS a) TO '{folder}/units.parquet'", ["units.parquet: cột", "units.parquet: phần"]),
        ("COPY marts.units TO '{folder}/more.parquet'", ["các tệp Parquet là"]),
        (
            "COPY marts.units TO '{folder}/units.parquet' (KV_METADATA {{publication_id: 'another'}})",
            ["units.parquet: phần"],
        ),
    ],
)
def test_the_audit_looks_into_the_copies(good: Good, tmp_path: Path, damage: str, found: list[str]) -> None:
    copies = shutil.copytree(
        good.home / "published" / "marts.parquet", tmp_path / "copies", copy_function=shutil.copyfile
    )
    with open_read_only(link(good.home)) as reader:
        assert list(audit.copy_differences(reader, copies, good.expected)) == []
        reader.execute(damage.format(folder=copies))
        differences = list(audit.copy_differences(reader, copies, good.expected))
    assert len(differences) == len(found), differences
    assert all(map(str.startswith, differences, found)), differences


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("SELECT 1", []),
        ("UPDATE marts.daily_unit_rates SET online_rate_pct = 0", ["daily_unit_rates: 4 dòng có tỷ lệ"]),
        ("UPDATE marts.publication SET publication_id = 'x'", ["publication: mã"]),
        ("DELETE FROM marts.monthly_field_rates WHERE month = '2022-08'", ["monthly_field_rates: có", "monthly_field"]),
        ("DELETE FROM marts.targets WHERE unit_group = 'all'", ["targets: có 2 dòng, phải là 3"]),
        (
            (
                "UPDATE marts.monthly_group_rates SET (online, in_person, online_rate_pct) = (0, total, 0) "
                "WHERE month = '2022-08' AND unit_group <> 'districts'"
            ),
            ["monthly_group_rates (các khối) tháng 2022-08", "monthly_group_rates tháng 2022-08"],
        ),
        (
            (
                "UPDATE marts.monthly_unit_rates SET (online, in_person, online_rate_pct) = (0, total, 0) "
                "WHERE month = '2022-07' AND total > 0"
            ),
            ["monthly_unit_rates tháng 2022-07"],
        ),
        ("COMMENT ON COLUMN marts.units.name IS NULL", ["units.name: "]),
        ("COMMENT ON TABLE marts.units IS 'khác'", ["units: chú thích"]),
        ("CREATE TABLE marts.extra (a INTEGER)", ["thừa bảng extra"]),
        ("DROP TABLE marts.baselines", ["thiếu bảng baselines"]),
        ("ALTER TABLE marts.baselines DROP COLUMN source", ["baselines.source: thiếu cột"]),
        ("ALTER TABLE marts.targets ALTER target_pct TYPE DOUBLE", ["targets.target_pct: "]),
        ("ALTER TABLE marts.targets ALTER legal_basis DROP NOT NULL", ["targets.legal_basis: "]),
    ],
)
def test_the_audit_names_what_differs(good: Good, tmp_path: Path, damage: str, found: list[str]) -> None:
    damaged = shutil.copyfile(link(good.home), tmp_path / "damaged.duckdb")
    with duckdb.connect(str(damaged)) as writer:
        writer.execute(damage)
        differences = list(audit.differences(writer, good.expected))
    assert len(differences) == len(found), differences
    assert all(map(str.startswith, differences, found)), differences


def test_the_audit_sees_keys_that_are_not_declared(good: Good, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as writer:
        writer.execute(f"ATTACH '{link(good.home)}' AS good (READ_ONLY)")
        writer.execute("CREATE SCHEMA marts")
        for name in PUBLISHED:  # without its keys
            writer.execute(f"CREATE TABLE marts.{name} AS FROM good.marts.{name}")
        writer.execute("INSERT INTO marts.units FROM marts.units LIMIT 1")
        writer.execute("UPDATE marts.daily_unit_rates SET unit_id = 'nobody' WHERE unit_id = 'a'")
        writer.execute("DETACH good")
        tables = {name: good.expected["tables"][name] for name in ("units", "daily_unit_rates")}
        found = list(audit._contents(writer, tables))
    assert found == [
        "units: có 4 dòng, phải là 3",
        "units: khóa (unit_id) bị trùng ở 1 dòng",
        "daily_unit_rates: 2 dòng không có trong units",
    ]


def test_the_audit_shares_nothing_with_the_builder() -> None:
    imported = "import sys, warehouse.published.audit; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    modules = set(subprocess.check_output([sys.executable, "-c", imported], text=True).split())
    assert "_duckdb" in modules
    assert not modules & {"duckdb", "polars", "pandas", "transforms", "flows"}

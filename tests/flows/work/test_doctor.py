"""The doctor finds what is damaged, says it in a line, repairs what it may, and never touches a fact."""

import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.cli import main
from flows.settings.workspace import open_workspace
from flows.work.doctor import Examined, examine_all
from flows.work.outputs.marts import month_marts
from flows.work.quarantine import release
from tests.flows.workspaces import MONDAY, put, put_all, run, small_workspace
from warehouse.care.compaction import care
from warehouse.care.purge import purge
from warehouse.lake.opening import open_lake
from warehouse.ledger.decisions import Decision
from warehouse.places.locks import hold

NOW = datetime.now(UTC).replace(tzinfo=None)
LONG_AGO = time.time() - 3 * 86400


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of three units, one file held back and then corrected."""
    workspace = small_workspace(tmp_path_factory.mktemp("doctor") / "home")
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;159")
    run(workspace, MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;150", tag="-2", sent=tuesday)
    put_all(workspace, tuesday)
    run(workspace, tuesday)
    return workspace.root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home", symlinks=True))


def not_ok(examined: Examined) -> dict[str, tuple[str, str]]:
    return {f.check: (f.level, f.message) for f in examined.findings if f.level != "ok"}


def data(root: Path, table: str) -> Path:
    return sorted((root / "lake/data/main" / table).rglob("*.parquet"))[0]


def packs(root: Path) -> list[Path]:
    return sorted((root / "landing").rglob("*.zip"))


def figures(root: Path) -> list[tuple[object, ...]]:
    with open_lake(root) as lake:
        return month_marts(open_workspace(root), lake, "2022-08")["monthly_unit_rates"].rows()


def test_a_sound_workspace_is_well(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--workspace", str(root), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert {finding["level"] for finding in answer["findings"]} == {"ok"}
    assert (ended.value.code, answer["state"]) == (0, "ok")


def test_a_new_workspace_is_well_and_gets_no_lake_by_being_looked_at(tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "new").root
    assert not_ok(examine_all(root, NOW)) == {}
    assert not (root / "lake").exists()


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.unlink(), "(không còn)"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "byte, phải là"),
        (lambda path: path.write_bytes(b"PAR1" + bytes(path.stat().st_size - 8) + b"PAR1"), "(không đọc được)"),
    ],
)
@pytest.mark.parametrize("table", ["daily_counts", pytest.param("check_results", marks=pytest.mark.slow)])
def test_a_damaged_fact_is_named_and_neither_repaired_nor_published(
    root: Path, damage: Callable[[Path], None], message: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data(root, table)
    published = (root / "published/marts.duckdb").readlink()
    damage(path)
    left = path.read_bytes() if path.exists() else None
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--repair", "--workspace", str(root)])
    out, err = capsys.readouterr()
    assert ended.value.code == 1
    assert message in out
    assert len(re.findall(r"ducklake-[0-9a-f-]+\.parquet", out)) == out.count(path.name)  # and no other file
    assert " 1/" in out
    assert "khôi phục" in out
    assert "Traceback" not in out + err
    assert (path.read_bytes() if path.exists() else None) == left
    assert (root / "published/marts.duckdb").readlink() == published


@pytest.mark.slow
def test_every_flipped_bit_is_found_once_the_checksums_are_written_down(root: Path) -> None:
    with open_lake(root) as lake:
        care(lake, NOW)
    path = max((root / "lake/data/main/daily_counts").rglob("*.parquet"), key=os.path.getmtime)
    whole = path.read_bytes()
    for place in range(4, len(whole), len(whole) // 10):
        flip(path, place)
        assert "tệp dữ liệu" in not_ok(examine_all(root, NOW)), place
        path.write_bytes(whole)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM lake.daily_counts WHERE field = 'Hộ tịch'", "sai số dòng"),
        ("DELETE FROM lake.check_results WHERE starts_with(delivery_id, 'so-noi-vu')", "thiếu kết quả kiểm tra"),
        ("DELETE FROM lake.deliveries WHERE unit_id = 'so-noi-vu'", "không có trong sổ (daily_counts)"),
        ("UPDATE lake.deliveries SET status = 'quarantined' WHERE unit_id = 'so-noi-vu'", "mà vẫn có số liệu"),
        ("UPDATE lake.daily_counts SET unit_id = 'so-y-te' WHERE unit_id = 'so-noi-vu'", "khác đơn vị với sổ"),
        ("INSERT INTO lake.deliveries FROM lake.deliveries", "deliveries: 7 khóa bị trùng"),
        ("DELETE FROM lake.deliveries WHERE version = 1 AND status = 'quarantined'", "nhảy cóc phiên bản"),
    ],
)
def test_rows_that_contradict_the_ledger_are_found(root: Path, statement: str, message: str) -> None:
    with open_lake(root) as lake, lake.writing() as cursor:
        cursor.execute(statement)
    found = examine_all(root, NOW)
    assert found.worst == "fault"
    assert any(message in f.message for f in found.findings), not_ok(found)


@pytest.mark.slow
def test_a_lost_and_a_changed_original_are_told_from_a_purged_one(root: Path) -> None:
    lost, changed = packs(root)[:2]
    whole = lost.read_bytes()
    lost.unlink()
    assert "không còn" in not_ok(examine_all(root, NOW))["bản gốc"][1]
    lost.write_bytes(whole)
    with zipfile.ZipFile(changed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content + b" ")
    assert "sai mã SHA-256" in not_ok(examine_all(root, NOW))["bản gốc"][1]
    with open_lake(root) as lake:
        purge(lake, root / "landing", {"summary": 1}, date(2023, 1, 1))
    assert not_ok(examine_all(root, NOW)) == {}


def leave_leftovers(root: Path) -> list[Path]:
    """What runs killed at different moments leave, days ago."""
    pack = packs(root)[0]
    left = [
        Path(shutil.copy(data(root, "daily_counts"), data(root, "daily_counts").with_name("ducklake-lost.parquet"))),
        Path(shutil.copy(pack, pack.with_name("20220801T223000-0000dead.zip"))),
        pack.with_name(".20220801T223000-0000beef.zip.tmp"),
        root / "published/.marts-20220801T223000Z.duckdb.tmp",
        root / "lake/.catalog.sqlite.tmp-wal",
    ]
    for path in left:
        path.touch()
        os.utime(path, (LONG_AGO, LONG_AGO))
    return left


@pytest.mark.slow
def test_what_killed_runs_left_is_removed_and_nothing_else(root: Path) -> None:
    before = {path for path in root.rglob("*") if path.is_file()}
    figures_before = figures(root)
    left = leave_leftovers(root)
    found = examine_all(root, NOW)
    assert found.worst == "warn"
    assert set(not_ok(found)) == {"tệp nháp", "gói bản gốc thừa", "tệp thừa"}
    assert all(path.exists() for path in left)
    repaired = examine_all(root, NOW, repair=True)
    assert len(repaired.repaired) == 3
    assert not_ok(repaired) == {}
    assert not any(path.exists() for path in left)
    gone = before - {path for path in root.rglob("*") if path.is_file()}
    assert {path for path in gone if "catalog.sqlite-" not in path.name} == set()
    assert figures(root) == figures_before


@pytest.mark.slow
def test_a_pack_that_may_be_the_only_copy_is_kept(root: Path) -> None:
    pack = packs(root)[0].with_name("20220801T223000-0000dead.zip")
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("so-y-te/x.csv", b"never committed")
    os.utime(pack, (LONG_AGO, LONG_AGO))
    found = examine_all(root, NOW, repair=True)
    assert pack.exists()
    assert not_ok(found)["gói bản gốc thừa"][0] == "warn"
    examine_all(root, NOW + timedelta(days=40), repair=True)
    assert not pack.exists()


def change(root: Path) -> None:
    link = root / "published/marts.duckdb"
    target = link.resolve()
    target.chmod(0o644)
    with duckdb.connect(str(target)) as file:
        file.execute("UPDATE marts.monthly_group_rates SET total = total + 1 WHERE unit_group = 'all'")


def wreck_workbench(root: Path) -> None:
    (root / "lake/marts.duckdb").write_bytes(b"no database")


def empty_workbench_rows(root: Path) -> None:
    with duckdb.connect(str(root / "lake/marts.duckdb")) as bench:
        bench.execute("DELETE FROM monthly_field_rates")


def cut(root: Path) -> None:
    target = (root / "published/marts.duckdb").resolve()
    target.write_bytes(target.read_bytes()[:5000])


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        change,
        wreck_workbench,
        pytest.param(cut, marks=pytest.mark.slow),
        pytest.param(empty_workbench_rows, marks=pytest.mark.slow),
        pytest.param(lambda root: (root / "published/marts.duckdb").resolve().unlink(), marks=pytest.mark.slow),
        pytest.param(lambda root: (root / "published/marts.duckdb").unlink(), marks=pytest.mark.slow),
        pytest.param(lambda root: (root / "lake/marts.duckdb").unlink(), marks=pytest.mark.slow),
    ],
)
def test_what_bi_opens_is_built_anew_from_the_facts(root: Path, damage: Callable[[Path], None]) -> None:
    before = figures(root)
    damage(root)
    found = examine_all(root, NOW)
    assert set(not_ok(found)) <= {"tệp công bố", "bộ đệm bảng tháng"}
    assert not_ok(found)
    repaired = examine_all(root, NOW, repair=True)
    assert not_ok(repaired) == {}
    assert any("công bố lại" in line for line in repaired.repaired)
    assert figures(root) == before


def test_facts_that_changed_since_the_publication_are_noticed(root: Path) -> None:
    with open_lake(root) as lake, lake.writing() as cursor:
        cursor.execute("UPDATE lake.daily_counts SET online = online + 1, total = total + 1 WHERE field = 'Hộ tịch'")
    assert "theo kho dữ liệu" in not_ok(examine_all(root, NOW))["tệp công bố"][1]


def test_wrong_settings_do_not_keep_the_lake_from_being_looked_at(root: Path) -> None:
    (root / "tyle.toml").write_text("[run]\nlookback = 3\n", encoding="utf-8")
    data(root, "daily_counts").unlink()
    assert {"cấu hình", "tệp dữ liệu"} <= set(not_ok(examine_all(root, NOW)))


def test_a_lake_that_cannot_be_opened_is_said_in_one_line(root: Path) -> None:
    (root / "lake/catalog.sqlite").write_bytes(b"not a database at all" * 100)
    for log in (root / "lake").glob("catalog.sqlite-*"):
        log.unlink()
    level, message = not_ok(examine_all(root, NOW, repair=True))["kho dữ liệu"]
    assert level == "fault"
    assert "\n" not in message


def test_a_lost_catalog_is_no_new_workspace(root: Path) -> None:
    (root / "lake/catalog.sqlite").unlink()
    assert "catalog.sqlite" in not_ok(examine_all(root, NOW))["kho dữ liệu"][1]


@pytest.mark.slow
def test_a_source_that_cannot_be_asked_is_named(root: Path) -> None:
    settings = '[units.so-y-te.source]\nkind = "http"\nurl = "http://127.0.0.1:9/{date}"\nattempts = 1\n'
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    assert not_ok(examine_all(root, NOW)) == {}
    level, message = not_ok(examine_all(root, NOW, all_sources=True))["nguồn"]
    assert level == "fault"
    assert message.startswith("so-y-te: ")


def test_a_lock_held_now_is_told_and_a_file_left_behind_is_not(root: Path) -> None:
    assert (root / "lake/writer.lock").exists()
    with hold(root / "lake/writer.lock"):
        found = not_ok(examine_all(root, NOW))
    assert found["khóa"][0] == "warn"


def test_a_full_disk_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(root)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5 * 1024 * 1024))
    assert not_ok(examine_all(root, NOW))["chỗ trống trên đĩa"] == ("fault", "chỉ còn 5 MB")


@pytest.mark.slow
def test_care_is_asked_for_when_it_is_due(root: Path) -> None:
    later = NOW + timedelta(days=60)
    assert "chăm sóc kho" in not_ok(examine_all(root, later))
    with open_lake(root) as lake:
        care(lake, later)
    assert not_ok(examine_all(root, later)) == {}


@pytest.mark.slow
def test_cases_form_ii06_releases_and_a_purge_raise_no_false_alarm(tmp_path: Path) -> None:
    settings = '[units.so-y-te]\ncontract = "cases"\n[units.so-noi-vu]\ncontract = "ii06"\n'
    workspace = small_workspace(tmp_path / "home", settings)
    root, files = workspace.root, Path(__file__).parents[2] / "corpus/files"
    for number, name in enumerate(
        ("sync-object.csv", "no-cases.csv", "above-five-percent.csv", "five-percent.csv", "id-twice.csv")
    ):
        put(workspace, "so-y-te", MONDAY + timedelta(days=number), content=(files / "cases" / name).read_bytes())
    put(workspace, "so-noi-vu", MONDAY, content=(files / "ii06/thousands.csv").read_bytes())
    put(workspace, "ubnd-huyen-a", MONDAY, "Đất đai;1;2;4")
    run(workspace, MONDAY + timedelta(days=4))
    with open_lake(root) as lake:
        release(workspace, lake, Decision("ubnd-huyen-a:2022-08-01:summary:v1", "x", "y", datetime(2022, 8, 12)))
    assert not_ok(examine_all(root, NOW)) == {}
    with open_lake(root) as lake:
        assert purge(lake, root / "landing", {"cases": 2}, date(2022, 8, 7)).cases > 0
    assert not_ok(examine_all(root, NOW)) == {}
    with open_lake(root) as lake, lake.writing() as cursor:
        cursor.execute("DELETE FROM lake.cases WHERE case_id = (SELECT min(case_id) FROM lake.cases)")
    assert "sai số hồ sơ" in not_ok(examine_all(root, NOW))["sổ và số liệu"][1]


def test_it_says_for_whom_no_target_is_in_force_and_since_when(root: Path) -> None:
    def said(now: datetime) -> str:
        (found,) = (f for f in examine_all(root, now).findings if f.check == "chỉ tiêu")
        assert found.level == "ok"  # nothing is wrong: a province may have no target
        return found.message

    assert "mọi khối" in said(datetime(2022, 12, 31, 12))
    ended = said(datetime(2022, 12, 31, 18))  # the next day in Vietnam
    assert ended.startswith("Không có chỉ tiêu đang có hiệu lực cho Sở, ban, ngành; Huyện, thành phố; Toàn tỉnh: ")
    assert ended.endswith("hết hiệu lực 31/12/2022. Ghi chỉ tiêu mới thành một dòng của reference/targets.csv.")
    targets = root / "reference" / "targets.csv"
    head = "unit_group,target_pct,legal_basis,valid_from,valid_to,metric\n"
    more = "all,60,QĐ 1,2023-01-01,,online_rate\nall,90,QĐ 2,2022-01-01,2022-06-30,online_payment_rate\n"
    targets.write_text(head + more, encoding="utf-8")
    renewed = said(datetime(2023, 1, 2))
    assert renewed.startswith("Không có chỉ tiêu đang có hiệu lực cho Sở, ban, ngành; Huyện, thành phố. ")
    other = (
        "online_payment_rate: Không có chỉ tiêu đang có hiệu lực cho Toàn tỉnh: chỉ tiêu trước hết hiệu lực 30/6/2022."
    )
    assert other in renewed

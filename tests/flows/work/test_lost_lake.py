"""A lake that lost its catalog, or a data file: every command says what to do, and none begins a lake anew."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cli import main
from flows.work.close import CloseRequest, close_month
from flows.work.doctor import examine_all
from tests.flows.workspaces import MONDAY, copy_of, put_all, run, small_workspace
from transforms.reference.clock import utc
from warehouse.lake.connections import connect
from warehouse.lake.opening import open_lake
from warehouse.places.errors import LakeError

NOW = utc(datetime.now(UTC))
CATALOG = "lake/catalog.sqlite"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two published days of three units, and the closed month."""
    workspace = small_workspace(tmp_path_factory.mktemp("lost") / "home")
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        put_all(workspace, day)
        run(workspace, day)
    with open_lake(workspace.root) as lake:
        close_month(workspace, lake, CloseRequest("2022-08", "Lê A", datetime(2022, 8, 3)))
    return workspace.root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path / "home").root


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int | str | None, str]:
    """The exit code of a command, and its last line on stderr."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    lines = capsys.readouterr().err.strip().splitlines()
    return ended.value.code, lines[-1] if lines else ""


def lose_catalog(root: Path) -> None:
    for file in (root / "lake").glob("catalog.sqlite*"):
        file.unlink()


COMMANDS = (
    "run --date 2022-08-02",
    "run --date 2022-08-02 --json",
    "backfill --from 2022-08-01 --to 2022-08-02",
    "status",
    "status --live",
    "watch",
    "marts --month 2022-08",
    "report --month 2022-08 --to out",
    "report --month 2022-08 --compare 2022-08-02",
    "site",
    "docs",
    "close --month 2022-08 --by X",
    "closings",
    "quarantine list",
    "layout list",
    "purge",
    "care",
    "backup elsewhere",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_begins_a_lake_where_one_has_been(
    root: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_catalog(root)
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "running" not in path.parts}
    code, line = told([*command.split(), "--workspace", str(root)], capsys)
    assert code == 1
    assert CATALOG in line
    assert f"tyle restore BẢN_SAO_LƯU --into {root}" in line
    after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "running" not in path.parts}
    assert after == before


def test_what_reads_no_lake_still_works(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lose_catalog(root)
    file = root / "inbox/so-y-te" / f"{MONDAY}.csv"
    code, _ = told(["check", str(file), "--unit", "so-y-te", "--date", f"{MONDAY}", "--workspace", str(root)], capsys)
    assert code == 0


@pytest.mark.parametrize(
    "kept",
    ["lake/data", "lake/marts.duckdb", "landing", "published", "reports"],
)
def test_one_part_is_enough_to_know_that_a_lake_has_been_there(
    root: Path, tmp_path: Path, kept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "left"
    for name in ("tyle.toml", "reference", kept):
        (left / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).rename(left / name)
    code, line = told(["status", "--workspace", str(left)], capsys)
    assert code == 1
    assert kept.split("/", maxsplit=1)[0] in line
    found = examine_all(left, NOW, repair=True)
    assert ("kho dữ liệu", "fault") in {(f.check, f.level) for f in found.findings}
    assert not (left / CATALOG).exists()


def test_a_folder_with_parts_of_a_lake_is_no_place_for_a_new_workspace(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = (root / "reference/units.csv").read_bytes()
    (root / "tyle.toml").unlink()
    assert told(["init", str(root)], capsys)[0] == 1
    lose_catalog(root)
    for command in ("init", "demo"):
        code, line = told([command, str(root)], capsys)
        assert (code, CATALOG in line) == (1, True)
    assert (root / "reference/units.csv").read_bytes() == units


@pytest.mark.slow
def test_a_first_run_that_was_cut_short_has_left_no_lake(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "home")
    left = workspace.root / "lake/data/main/schema_version"
    left.mkdir(parents=True)
    (left / "ducklake-x.parquet").write_bytes(b"PAR1")
    (workspace.root / "lake/writer.lock").touch()
    put_all(workspace, MONDAY)
    assert run(workspace, MONDAY).stored.height == 3


def whole(root: Path) -> bytes:
    """The catalog with its log written into it."""
    open_lake(root).close()
    assert not (root / "lake/catalog.sqlite-wal").exists()
    return (root / CATALOG).read_bytes()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: b"", "trống"),
        (lambda content: content[:50], "không phải tệp SQLite"),
        (lambda content: bytes(len(content)), "không phải tệp SQLite"),
        (lambda content: content[: len(content) // 2], "bị cụt"),
        (lambda content: content[:-100], "bị cụt"),
        (lambda content: content[:4096] + bytes(len(content) - 4096), "Không mở được kho dữ liệu"),
    ],
)
def test_a_damaged_catalog_is_not_taken_for_a_new_one(
    root: Path, damage: Callable[[bytes], bytes], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / CATALOG).write_bytes(damage(whole(root)))
    for command in (["run", "--date", "2022-08-02"], ["status"]):
        code, line = told([*command, "--workspace", str(root)], capsys)
        assert code == 1
        assert message in line
        assert "tyle restore" in line
    found = examine_all(root, NOW, repair=True)
    assert ("kho dữ liệu", "fault") in {(f.check, f.level) for f in found.findings}


def test_a_catalog_without_its_data_is_of_another_lake(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = small_workspace(tmp_path / "other")
    shutil.copytree(root / "lake", other.root / "lake")
    shutil.rmtree(other.root / "lake/data")
    put_all(other, MONDAY)
    for command in (["run", "--date", "2022-08-01"], ["status", "--month", "2022-08"]):
        code, line = told([*command, "--workspace", str(other.root)], capsys)
        assert code == 1
        assert "danh mục là của kho khác" in line


@pytest.mark.slow
def test_an_older_lake_does_not_replace_a_newer_publication(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = shutil.copytree(root / "lake", tmp_path / "older")
    workspace = copy_of(root, tmp_path / "newer")
    put_all(workspace, MONDAY + timedelta(days=2))
    run(workspace, MONDAY + timedelta(days=2))
    shutil.rmtree(workspace.root / "lake")
    shutil.copytree(older, workspace.root / "lake")
    published = (workspace.root / "published/marts.duckdb").readlink()
    for command in (["run", "--date", "2022-08-02"], ["marts", "--month", "2022-08"]):
        code, line = told([*command, "--workspace", str(workspace.root)], capsys)
        assert code == 1
        assert "kho cũ hơn bản công bố" in line
    found = examine_all(workspace.root, NOW, repair=True)
    assert any("kho cũ hơn bản công bố" in finding.message for finding in found.findings)
    assert found.worst == "fault"
    assert (workspace.root / "published/marts.duckdb").readlink() == published


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(10, len(content) // 2):
        content[place] ^= 255
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-100]), flip], ids=["gone", "cut", "flip"]
)
@pytest.mark.parametrize("command", ["run --date 2022-08-02", "marts --month 2022-08", "status --month 2022-08"])
def test_a_damaged_data_file_is_one_line_with_its_name(
    root: Path, damage: Callable[[Path], None], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "daily_counts" if command.startswith("marts") else "deliveries"
    path = sorted((root / "lake/data/main" / table).rglob("*.parquet"))[0]
    damage(path)
    code, line = told([*command.split(), "--workspace", str(root)], capsys)
    assert code == 1
    assert path.name in line
    assert "tyle restore BẢN_SAO_LƯU --files" in line


def test_the_report_of_a_day_names_a_damaged_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sorted((root / "lake/data/main/daily_counts").rglob("*.parquet"))[0]
    path.unlink()
    asked = ["report", "--month", "2022-08", "--as-of", "2022-08-01", "--to", str(root / "out")]
    code, line = told([*asked, "--workspace", str(root)], capsys)
    assert (code, path.name in line) == (1, True)


def test_a_lake_of_another_program_is_refused(tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "home").root
    (root / "lake/data").mkdir(parents=True)
    with connect() as connection:
        connection.execute(f"ATTACH 'ducklake:sqlite:{root / CATALOG}' AS x (DATA_PATH '{root}/lake/data/')")
        connection.execute("CREATE TABLE x.t AS SELECT 1 AS a")
    with pytest.raises(LakeError, match="không phải kho dữ liệu của tyle"):
        open_lake(root)

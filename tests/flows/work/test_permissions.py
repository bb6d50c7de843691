"""Whoever starts tyle, with whatever umask: only its owner reads what it writes, and everybody what is published."""

import os
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

import pytest

from flows.cli import main
from flows.settings.workspace import open_workspace
from flows.work.doctor import examine_all
from tests.flows.workspaces import MONDAY, UNITS, put_all

OTHERS = 0o077
NOW = datetime.now(UTC).replace(tzinfo=None)


def modes(folder: Path) -> dict[str, int]:
    """Relative path → rights, of everything in a folder but links."""
    found = sorted(path for path in folder.rglob("*") if not path.is_symlink())
    return {str(path.relative_to(folder)): S_IMODE(path.stat().st_mode) for path in found}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in a folder that was missing; a day, its report and a backup, started from a shell with umask 022."""
    base = tmp_path_factory.mktemp("may")
    base.chmod(0o755)
    root = base / "dữ liệu" / "tỉnh"

    def tyle(*arguments: object) -> None:
        os.umask(0o022)
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        assert ended.value.code == 0

    tyle("init", root)
    (root / "reference" / "units.csv").write_text(UNITS, encoding="utf-8")
    put_all(open_workspace(root), MONDAY)
    tyle("run", "--date", MONDAY, "--workspace", root)
    tyle("report", "--month", "2022-08", "--to", root / "reports", "--workspace", root)
    tyle("backup", base / "sao-luu" / "ngay", "--workspace", root)
    return root


def test_only_what_is_published_can_be_read_by_others(root: Path) -> None:
    found = {path: mode for path, mode in modes(root).items() if not path.startswith(("published", "inbox"))}
    assert {"tyle.toml", "reference", "lake", "landing", "gx", "reports"} <= set(found)
    assert {path: oct(mode) for path, mode in found.items() if mode & OTHERS} == {}


def test_a_backup_is_for_its_owner_alone(root: Path) -> None:
    found = modes(root.parents[1] / "sao-luu" / "ngay")
    assert found
    assert {path: oct(mode) for path, mode in found.items() if mode & OTHERS} == {}


def test_readers_get_to_what_is_published_and_can_write_nothing(root: Path) -> None:
    published = root / "published"
    way = [folder for folder in (published, *published.parents) if folder.is_relative_to(root.parent)]
    assert [folder for folder in way if not S_IMODE(folder.stat().st_mode) & 0o001] == []
    found = {path: mode for path, mode in modes(published).items() if not Path(path).name.startswith(".")}
    assert {path for path, mode in found.items() if (published / path).is_dir() and mode != 0o755} == set()
    assert {path for path, mode in found.items() if (published / path).is_file() and mode != 0o444} == set()
    assert any(path.endswith(".duckdb") for path in found)
    assert any(path.endswith(".html") for path in found)


def test_the_folder_of_a_workspace_shows_no_names(root: Path) -> None:
    assert S_IMODE(root.stat().st_mode) == 0o711


@pytest.mark.slow
def test_doctor_finds_a_folder_that_others_may_read_and_closes_it(root: Path) -> None:
    for name in ("lake", "landing"):
        (root / name).chmod(0o755)
    (root / "tyle.toml").chmod(0o644)
    [found] = [finding for finding in examine_all(root, NOW).findings if finding.check == "quyền đọc"]
    assert (found.level, found.message) == ("warn", "người dùng khác của máy này đọc được: tyle.toml, lake, landing")
    done = examine_all(root, NOW, repair=True)
    [found] = [finding for finding in done.findings if finding.check == "quyền đọc"]
    assert found.level == "ok"
    assert {oct(S_IMODE((root / name).stat().st_mode)) for name in ("lake", "landing")} == {"0o700"}
    assert os.access(root / "tyle.toml", os.R_OK | os.W_OK)

"""A backup taken while writes go on restores to a sound workspace with the same figures."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.settings.workspace import BACKED_UP, Workspace, open_workspace
from flows.work.outputs.marts import month_marts
from flows.work.restore import restore
from tests.flows.workspaces import MONDAY, copy_of, outcomes, put_all, run, small_workspace, to_lake
from warehouse.care.backup import BackedUp, back_up
from warehouse.care.compaction import care
from warehouse.care.purge import purge
from warehouse.lake.opening import open_lake
from warehouse.places.errors import BackupError, LockedError
from warehouse.places.locks import hold

NOW = datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def one_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published day of three units."""
    made = small_workspace(tmp_path_factory.mktemp("backup") / "home")
    put_all(made, MONDAY)
    run(made, MONDAY)
    return made.root


@pytest.fixture
def workspace(one_day: Path, tmp_path: Path) -> Workspace:
    """A copy of it for one test."""
    return copy_of(one_day, tmp_path / "home")


def backed_up(workspace: Workspace, target: Path) -> BackedUp:
    with open_lake(workspace.root) as lake:
        return back_up(lake, target, BACKED_UP)


def figures(root: Path) -> list[tuple[object, ...]]:
    with open_lake(root) as lake:
        return month_marts(open_workspace(root), lake, "2022-08")["monthly_unit_rates"].rows()


def restored(target: Path, root: Path) -> Workspace:
    """Another workspace, restored from the backup."""
    assert [f for f in restore(target, root, NOW).findings if f.level != "ok"] == []
    return open_workspace(root)


@pytest.mark.slow
def test_a_wrecked_workspace_is_restored_and_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    before = figures(workspace.root)
    backed_up(workspace, tmp_path / "backup")
    inbox = Path(shutil.copytree(workspace.root / "inbox", tmp_path / "inbox"))
    shutil.rmtree(workspace.root)
    again = restored(tmp_path / "backup", tmp_path / "restored")
    assert figures(again.root) == before
    shutil.copytree(inbox, again.root / "inbox", dirs_exist_ok=True)
    put_all(again, MONDAY + timedelta(days=1))
    result = run(again, MONDAY + timedelta(days=1))
    assert result.stored["business_date"].unique().to_list() == [MONDAY + timedelta(days=1)]
    assert set(outcomes(result).values()) == {"accepted"}


@pytest.mark.slow
def test_only_what_is_new_is_copied(workspace: Workspace, tmp_path: Path) -> None:
    first = backed_up(workspace, tmp_path / "backup")
    again = backed_up(workspace, tmp_path / "backup")
    assert (again.copied, again.kept) == (0, first.copied)
    put_all(workspace, MONDAY + timedelta(days=1))
    to_lake(workspace, MONDAY + timedelta(days=1))
    third = backed_up(workspace, tmp_path / "backup")
    assert 0 < third.copied < third.kept
    assert figures(restored(tmp_path / "backup", tmp_path / "restored").root) == figures(workspace.root)


def _write_days(root: Path, first: int, last: int) -> None:
    workspace = open_workspace(root)
    for day in range(first, last + 1):
        put_all(workspace, date(2022, 8, day))
        run(workspace, date(2022, 8, day))


@pytest.mark.slow
def test_a_backup_taken_while_writes_go_on_is_one_moment(workspace: Workspace, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_write_days, workspace.root, 2, 4)
        while not writing.done():
            backed_up(workspace, tmp_path / "backup")
        writing.result()
    during = restored(tmp_path / "backup", tmp_path / "during")
    assert figures(during.root)
    backed_up(workspace, tmp_path / "backup")
    assert figures(restored(tmp_path / "backup", tmp_path / "after").root) == figures(workspace.root)


@pytest.mark.slow
def test_compaction_and_purge_reach_the_backup(workspace: Workspace, tmp_path: Path) -> None:
    put_all(workspace, MONDAY + timedelta(days=1))
    to_lake(workspace, MONDAY + timedelta(days=1))
    target = tmp_path / "backup"
    backed_up(workspace, target)
    with open_lake(workspace.root) as lake:
        care(lake, NOW)
        purge(lake, workspace.landing, {"summary": 1}, date(2022, 8, 3))
    backed_up(workspace, target)
    assert not (target / "landing/summary/2022-08-01").exists()
    assert (target / "landing/summary/2022-08-02").exists()
    assert len(list(target.rglob("daily_counts/**/*.parquet"))) == 1
    assert figures(restored(target, tmp_path / "restored").root) == figures(workspace.root)


@pytest.mark.slow
def test_a_lake_that_is_damaged_does_not_replace_a_good_backup(workspace: Workspace, tmp_path: Path) -> None:
    target, before = tmp_path / "backup", figures(workspace.root)
    backed_up(workspace, target)
    put_all(workspace, MONDAY + timedelta(days=1))
    to_lake(workspace, MONDAY + timedelta(days=1))
    newest = max((workspace.root / "lake/data/main/daily_counts").rglob("*.parquet"), key=lambda p: p.stat().st_mtime)
    newest.unlink()
    (next((workspace.root / "landing/summary/2022-08-01").glob("*.zip"))).unlink()
    with pytest.raises(BackupError, match="không còn"):
        backed_up(workspace, target)
    assert figures(restored(target, tmp_path / "restored").root) == before


def test_a_file_that_changed_on_either_side_is_found(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backed_up(workspace, target)
    copy = next((target / "lake/data/main/daily_counts").rglob("*.parquet"))
    whole = copy.read_bytes()
    copy.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    backed_up(workspace, target)
    assert copy.read_bytes() == whole
    ours = workspace.root / copy.relative_to(target)
    ours.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    backed_up(workspace, target)  # the copy is sound, so nothing is copied
    assert copy.read_bytes() == whole
    with pytest.raises(BackupError, match="SHA-256"):
        backed_up(workspace, tmp_path / "another")


@pytest.mark.slow
def test_a_backup_waits_for_a_writer_only_so_long(workspace: Workspace, tmp_path: Path) -> None:
    with open_lake(workspace.root) as lake, hold(lake.folder / "writer.lock"), pytest.raises(LockedError):
        back_up(lake, tmp_path / "backup", timeout=0.1)
    assert not (tmp_path / "backup/lake/catalog.sqlite").exists()


@pytest.mark.slow
def test_a_backup_lies_outside(workspace: Workspace) -> None:
    for target in (workspace.root / "backup", workspace.root, workspace.root.parent):
        with pytest.raises(BackupError, match="nằm ngoài"):
            backed_up(workspace, target)

"""`tyle restore` brings a workspace back from its backup, whatever was lost, and never loses what was there."""

import errno
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.runs.diary import under_way
from flows.settings.workspace import BACKED_UP, Workspace, open_workspace
from flows.work.close import CloseRequest, close_month
from flows.work.outputs.marts import month_marts
from flows.work.outputs.report import changes_since
from flows.work.restore import restore
from tests.flows.workspaces import MONDAY, copy_of, put, put_all, run, small_workspace
from transforms.reference.clock import utc
from warehouse.care.backup import back_up
from warehouse.lake.opening import open_lake
from warehouse.ledger.closings import last_closings
from warehouse.places.errors import BackupError, LakeError, LockedError

NOW = utc(datetime.now(UTC))
TUESDAY = MONDAY + timedelta(days=1)
SIGNED = datetime(2022, 8, 3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two days and the month signed, and its backup in `backup` beside it."""
    folder = tmp_path_factory.mktemp("restore")
    workspace = small_workspace(folder / "home")
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;150", tag="-2", sent=TUESDAY)
    put_all(workspace, TUESDAY)
    run(workspace, TUESDAY)
    with open_lake(workspace.root) as lake:
        close_month(workspace, lake, CloseRequest("2022-08", "Lê A", SIGNED))
        back_up(lake, folder / "backup", BACKED_UP)
    return folder


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return copy_of(made / "home", tmp_path / "home").root


@pytest.fixture
def backup(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "backup", tmp_path / "backup"))


def cells(root: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every cell of every mart of the month, and of each day of it as of then."""
    workspace = open_workspace(root)
    found = {}
    with open_lake(root) as lake:
        for day in (None, MONDAY, TUESDAY):
            for name, frame in month_marts(workspace, lake, "2022-08", day).items():
                found[f"{name} {day}"] = frame.rows()
    return found


def doctor(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the doctor finds that is not well."""
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--workspace", str(root), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert ended.value.code == {"ok": 0, "warn": 2, "fault": 1}[answer["state"]]
    return [f"{f['check']}: {f['message']}" for f in answer["findings"] if f["level"] != "ok"]


def contents(root: Path) -> dict[str, bytes | str]:
    """Every file of the workspace but locks and the logs of SQLite."""
    return {
        str(path.relative_to(root)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in root.rglob("*")
        if (path.is_file() or path.is_symlink()) and not path.name.endswith((".lock", "-wal", "-shm"))
    }


def require_whole(root: Path, before: dict[str, list[tuple[object, ...]]], capsys: pytest.CaptureFixture[str]) -> None:
    """The doctor is content, all figures are as before, the signed month is there and can be compared with."""
    assert doctor(root, capsys) == []
    after = cells(root)
    assert {name for name in before if after[name] != before[name]} == set()
    workspace = open_workspace(root)
    with open_lake(root) as lake:
        (closing,) = last_closings(lake)
    assert (closing.month, closing.person, closing.closed_at) == ("2022-08", "Lê A", SIGNED)
    assert not changes_since(workspace, "2022-08", closing.known_at, None, None).rows
    assert list((root / "reports/2022-08").glob("*/bao-cao-2022-08.docx"))
    assert not list(root.glob(".restore*"))


def lose_catalog(root: Path) -> None:
    for file in (root / "lake").glob("catalog.sqlite*"):
        file.unlink()


def cut_catalog(root: Path) -> None:
    lose_catalog(root)
    (root / "lake/catalog.sqlite").touch()


def lose_lake(root: Path) -> None:
    shutil.rmtree(root / "lake")


def lose_landing_too(root: Path) -> None:
    shutil.rmtree(root / "lake")
    shutil.rmtree(root / "landing")


@pytest.mark.parametrize(
    "loss",
    [
        pytest.param(lose_catalog, marks=pytest.mark.slow),
        pytest.param(shutil.rmtree, marks=pytest.mark.slow),
        pytest.param(cut_catalog, marks=pytest.mark.slow),
        pytest.param(lose_lake, marks=pytest.mark.slow),
        pytest.param(lose_landing_too, marks=pytest.mark.slow),
    ],
)
def test_what_was_lost_comes_back_as_it_was(
    root: Path, backup: Path, loss: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    before, as_copied = cells(root), contents(backup)
    loss(root)
    with pytest.raises(SystemExit) as ended:
        main(["restore", str(backup), "--into", str(root)])
    out = capsys.readouterr().out
    assert ended.value.code == 0, out
    assert "7 lần gửi" in out
    assert "tyle backfill --from 2022-08-01" in out
    require_whole(root, before, capsys)
    assert contents(backup) == as_copied
    workspace = open_workspace(root)
    put_all(workspace, MONDAY + timedelta(days=2))
    assert run(workspace, MONDAY + timedelta(days=2)).stored.height == 3


@pytest.mark.slow
def test_it_can_be_restored_to_another_place(root: Path, backup: Path, tmp_path: Path) -> None:
    done = restore(backup, tmp_path / "một nơi khác/x", NOW)
    assert cells(done.root) == cells(root)
    assert (done.aside, done.differing, done.later) == (None, [], 0)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    "damage",
    [Path.unlink, *(pytest.param(damage, marks=pytest.mark.slow) for damage in (flip, cut))],
    ids=["gone", "flip", "cut"],
)
@pytest.mark.parametrize(
    "table", ["daily_counts", *(pytest.param(name, marks=pytest.mark.slow) for name in ("deliveries", "publications"))]
)
def test_a_damaged_data_file_comes_back_alone(
    root: Path, backup: Path, table: str, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    before = cells(root)
    workspace = open_workspace(root)
    put_all(workspace, MONDAY + timedelta(days=2))
    run(workspace, MONDAY + timedelta(days=2))
    path = sorted((backup / "lake/data/main" / table).rglob("*.parquet"))[0].relative_to(backup)
    damage(root / path)
    assert any(path.name in line for line in doctor(root, capsys))
    with pytest.raises(SystemExit) as ended:
        main(["restore", str(backup), "--into", str(root), "--files"])
    assert (ended.value.code, str(path) in capsys.readouterr().out) == (0, True)
    assert doctor(root, capsys) == []
    after = cells(root)
    days = ("2022-08-01", "2022-08-02")
    assert {key: after[key] for key in after if key.endswith(days)} == {
        key: before[key] for key in before if key.endswith(days)
    }


@pytest.mark.slow
def test_a_lost_original_comes_back_alone(root: Path, backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost, damaged = sorted((root / "landing").rglob("*.zip"))[:2]
    lost.unlink()
    damaged.write_bytes(b"PK")
    with pytest.raises(SystemExit) as ended:
        main(["restore", str(backup), "--into", str(root), "--files"])
    out = capsys.readouterr().out
    assert (ended.value.code, lost.name in out, damaged.name in out) == (0, True, True)
    assert doctor(root, capsys) == []


@pytest.mark.slow
def test_what_is_newer_than_the_backup_cannot_come_back_alone(
    root: Path, backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, wednesday = open_workspace(root), MONDAY + timedelta(days=2)
    put_all(workspace, wednesday)
    run(workspace, wednesday)
    newest = max((root / "lake/data/main/daily_counts").rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    newest.unlink()
    with pytest.raises(SystemExit) as ended:
        main(["restore", str(backup), "--into", str(root), "--files"])
    assert (ended.value.code, newest.name in capsys.readouterr().out) == (1, True)
    done = restore(backup, root, NOW, replace=True)
    assert (done.later, done.first) == (1, MONDAY)
    assert doctor(root, capsys) == []
    run(workspace, wednesday)  # the export is still in the inbox
    assert doctor(root, capsys) == []


@pytest.mark.slow
def test_a_lake_that_is_there_is_not_replaced_without_asking(root: Path, backup: Path, tmp_path: Path) -> None:
    before = contents(root)
    with pytest.raises(BackupError, match="--replace"):
        restore(backup, root, NOW)
    assert contents(root) == before
    (root / "reference/units.csv").write_bytes((root / "reference/units.csv").read_bytes() + b"\n")
    changed = (root / "reference/units.csv").read_bytes()
    done = restore(backup, root, NOW, replace=True)
    assert done.differing == ["reference/units.csv"]
    assert done.aside is not None
    assert (done.aside / "reference/units.csv").read_bytes() == changed
    laid_aside = contents(done.aside)
    assert {name: laid_aside[name] for name in before if name.startswith(("lake/", "landing/", "published/"))} == {
        name: content for name, content in before.items() if name.startswith(("lake/", "landing/", "published/"))
    }
    assert (root / "inbox/so-y-te").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda backup: flip(next((backup / "lake/data/main/daily_counts").rglob("*.parquet"))), "sai mã SHA-256"),
        (lambda backup: next((backup / "lake/data/main/outcomes").rglob("*.parquet")).unlink(), "không còn"),
        (lambda backup: flip(next((backup / "landing").rglob("*.zip"))), "sai mã SHA-256"),
        (lambda backup: next((backup / "landing").rglob("*.zip")).unlink(), "không còn"),
        (lambda backup: flip(backup / "lake/catalog.sqlite"), "đã đổi sau khi sao lưu"),
        (lambda backup: (backup / "lake/catalog.sqlite").unlink(), "không trọn vẹn"),
        (lambda backup: flip(backup / "reference/units.csv"), "reference/units.csv (sai mã SHA-256)"),
        (lambda backup: cut(backup / "BACKUP.json"), "bảng kê của bản sao lưu bị hỏng"),
        (lambda backup: (backup / "BACKUP.json").unlink(), "không có bảng kê"),
        (shutil.rmtree, "không phải bản sao lưu"),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    root: Path, backup: Path, damage: Callable[[Path], None], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_catalog(root)
    before = contents(root)
    damage(backup)
    with pytest.raises(SystemExit) as ended:
        main(["restore", str(backup), "--into", str(root)])
    assert (ended.value.code, message in capsys.readouterr().err) == (1, True)
    assert contents(root) == before


def test_a_backup_is_no_workspace(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(backup)
    for command in (["run", "--date", "2022-08-03"], ["status"], ["site"]):
        with pytest.raises(SystemExit, match="1"):
            main([*command, "--workspace", str(backup)])
        assert "đây là bản sao lưu" in capsys.readouterr().err
    assert doctor(backup, capsys) != []
    with pytest.raises(BackupError, match="nằm ngoài"):
        restore(backup, backup / "x", NOW)
    assert {name: content for name, content in contents(backup).items() if name in before} == before


def test_a_full_disk_leaves_the_workspace_as_it_was(
    root: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, calls = contents(root), []

    def full(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) > 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        shutil.copyfile(source, target)

    monkeypatch.setattr("warehouse.care.restore.shutil.copy2", full)
    with pytest.raises(SystemExit, match="1"):
        main(["restore", str(backup), "--into", str(root), "--replace"])
    assert "ổ đĩa đã đầy" in capsys.readouterr().err
    assert contents(root) == before
    assert not list(root.glob(".restore*"))


def test_no_run_goes_on_meanwhile(root: Path, backup: Path) -> None:
    with under_way(root, MONDAY, MONDAY), pytest.raises(LockedError, match="chưa xong"):
        restore(backup, root, NOW, replace=True)
    assert not (root / ".restore").exists()
    (root / ".restore").mkdir()
    with pytest.raises(LakeError, match="đang khôi phục"):
        open_lake(root)


def _restore_until(source: Path, root: Path, place: str, count: int) -> None:
    """Restore, and die without a word at this call."""
    import flows.work.restore as work
    import warehouse.care.restore as care

    owner: Any = {"copy2": shutil, "make_plan": work}.get(place, care)
    original, calls = getattr(owner, place), []

    def dying(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == count:
            os._exit(9)
        return original(*arguments)

    setattr(owner, place, dying)
    restore(source, root, NOW, replace=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "count"),
    [
        ("_move", 2),
        pytest.param("copy2", 4, marks=pytest.mark.slow),
        pytest.param("make_plan", 1, marks=pytest.mark.slow),
        pytest.param("_move", 1, marks=pytest.mark.slow),
        pytest.param("_move", 5, marks=pytest.mark.slow),
        pytest.param("_move", 9, marks=pytest.mark.slow),
        pytest.param("_move", 14, marks=pytest.mark.slow),
        pytest.param("_remove", 1, marks=pytest.mark.slow),
    ],
)
def test_a_restore_that_was_killed_is_completed_by_the_next(
    root: Path, backup: Path, place: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cells(root)
    flip(sorted((root / "lake/data/main/daily_counts").rglob("*.parquet"))[0])
    broken = contents(root)
    child = multiprocessing.get_context("spawn").Process(target=_restore_until, args=(backup, root, place, count))
    child.start()
    child.join()
    assert child.exitcode == 9
    with pytest.raises(LakeError, match="đang khôi phục"):
        open_lake(root)
    restore(backup, root, NOW, replace=True)
    require_whole(root, before, capsys)
    (aside,) = root.glob("before-restore-*")
    kept = contents(aside)
    assert {name: kept.get(name) for name in broken if name.startswith(("lake/", "landing/"))} == {
        name: content for name, content in broken.items() if name.startswith(("lake/", "landing/"))
    }


def _back_up_until(root: Path, target: Path, place: str) -> None:
    from warehouse.care import backup as module

    setattr(module, place, lambda *_: os._exit(9))
    with open_lake(root) as lake:
        back_up(lake, target, BACKED_UP)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "is_old"),
    [
        ("settle", False),
        pytest.param("_forget", False, marks=pytest.mark.slow),
        pytest.param("sync", True, marks=pytest.mark.slow),
    ],
)
def test_a_backup_cut_short_restores_to_one_state(
    root: Path, backup: Path, tmp_path: Path, place: str, *, is_old: bool
) -> None:
    before = cells(root)
    workspace: Workspace = open_workspace(root)
    put_all(workspace, date(2022, 8, 3))
    run(workspace, date(2022, 8, 3))
    (root / "tyle.toml").write_text("# khác\n", encoding="utf-8")
    child = multiprocessing.get_context("spawn").Process(target=_back_up_until, args=(root, backup, place))
    child.start()
    child.join()
    assert child.exitcode == 9
    assert cells(restore(backup, tmp_path / "again", NOW).root) == (before if is_old else cells(root))

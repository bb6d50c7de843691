"""Brings the files of a backup back into a workspace. Publishes nothing and computes no figure.

All is copied into `.restore/new` in the workspace and proved there; until then nothing else is touched. Then folders
change places by renaming: what was there goes into `before-restore-…`, the old lake first; the new lake comes last. So
a workspace has a catalog only when all else is in place, and a restore that is cut short is completed by the next one.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.care.statement import Statement, changed_files, read_statement
from warehouse.lake.beginning import RESTORING, STATEMENT
from warehouse.places import whole
from warehouse.places.disk import make_folder, sync
from warehouse.places.errors import BackupError
from warehouse.places.locks import PATIENCE, hold, is_held
from warehouse.places.permissions import make_home
from warehouse.places.stores import make_private

ASIDE = "before-restore"
_ALWAYS = ("lake", "landing", "published")  # laid aside in any case: they are not of the lake that comes
_LOCKS = ("writer.lock", "marts.lock", "alerts.lock")
_LOCK = "lock"
_SHOWN = 5


@dataclass(frozen=True)
class Plan:
    """A restore whose copy is proved: what is laid aside and what comes, relative to the workspace.

    `source`: the backup; `made_at`, `known_at`: its moment and that of its newest fact (UTC).
    """

    source: str
    made_at: str
    known_at: str | None
    aside: str
    old: list[str]
    new: list[str]


def verify(source: Path) -> Statement:
    """The statement of a backup whose files are all there and as it says. Raises BackupError naming what is not."""
    statement = read_statement(source)
    if faults := changed_files(source, statement):
        more = f" và {len(faults) - _SHOWN} tệp nữa" if len(faults) > _SHOWN else ""
        named = ", ".join(faults[:_SHOWN])
        raise BackupError(f"{source}: bản sao lưu bị hỏng: {named}{more}. Chưa đổi gì; hãy dùng bản sao lưu khác.")
    return statement


@contextmanager
def restoring(home: Path, timeout: float = PATIENCE) -> Iterator[Path]:
    """The folder of a restore, for the block: other commands refuse meanwhile, and nobody writes to the old lake.

    An error before the copy is proved removes the folder: the workspace is as before. Raises LockedError.
    """
    folder = home / RESTORING
    make_home(home)
    make_private(folder)
    with ExitStack() as locks:
        locks.enter_context(hold(folder / _LOCK, timeout))
        try:
            for name in _LOCKS if (home / "lake").is_dir() else ():
                locks.enter_context(hold(home / "lake" / name, timeout))
            yield folder
        except BaseException:
            if planned(folder) is None:
                _remove(folder)
            raise
        _remove(folder)


def discard_unplanned(home: Path) -> None:
    """Remove what a restore left that was cut short before its copy was proved; the workspace is as before it."""
    folder = home / RESTORING
    if folder.exists() and planned(folder) is None and not is_held(folder / _LOCK):
        _remove(folder)


def copy_out(source: Path, statement: Statement, folder: Path) -> Path:
    """Copy all files of a verified backup into `folder`; returns the workspace they make.

    Raises BackupError where a copy differs from the statement, OSError where there is no room.
    """
    new = folder / "new"
    shutil.rmtree(new, ignore_errors=True)  # of a restore that was cut short
    for path in statement.files:
        folder_of = make_private if path.startswith("landing/") else make_folder
        folder_of((new / path).parent)
        with whole.draft(new / path) as draft:
            shutil.copy2(source / path, draft)
    if faults := changed_files(new, statement, source):
        raise BackupError(f"{new}: bản chép sai: {faults[0]}. Chưa đổi gì; hãy xem ổ đĩa rồi chạy lại.")
    return new


def make_plan(home: Path, source: Path, statement: Statement, beside: Sequence[str], now: datetime) -> None:
    """Record that the copy is proved: from now on the restore can only go on. `now`: UTC without zone."""
    folder = home / RESTORING
    names = (*beside, *_ALWAYS)
    new = [name for name in names if (folder / "new" / name).exists()]
    old = [name for name in names if (home / name).exists() and (name in new or name in _ALWAYS)]
    aside, number = f"{ASIDE}-{now:%Y%m%dT%H%M%SZ}", 1
    while (home / aside).exists():
        number += 1
        aside = f"{ASIDE}-{now:%Y%m%dT%H%M%SZ}-{number}"
    known_at = statement.known_at.isoformat() if statement.known_at else None
    plan = Plan(str(source), statement.made_at.isoformat(), known_at, aside, old, new)
    whole.write_whole(_plan_of(folder), json.dumps(vars(plan), ensure_ascii=False))


def planned(folder: Path) -> Plan | None:
    """The plan of a restore whose copy was proved; None where there is none yet."""
    try:
        return Plan(**json.loads(_plan_of(folder).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def switch(home: Path, plan: Plan) -> None:
    """Lay the old folders aside, the lake first, and put the new ones into their places, the lake last.

    What an earlier try has moved already is passed over.
    """
    new = home / RESTORING / "new"
    for name in sorted(plan.old, key=lambda name: name != "lake"):
        if not (home / plan.aside / name).exists():
            _move(home / name, home / plan.aside / name)
    for name in sorted(plan.new, key=lambda name: name == "lake"):
        if (new / name).exists():
            _move(new / name, home / name)


def require_no_backup(home: Path, source: Path) -> None:
    """Raise BackupError where the workspace lies in the backup, the backup in the workspace, or it is a backup."""
    if home.is_relative_to(source) or source.is_relative_to(home) or (home / STATEMENT).exists():
        raise BackupError(
            f"{home}: nơi khôi phục phải nằm ngoài bản sao lưu {source}, và không phải là một bản sao lưu"
        )


def _remove(folder: Path) -> None:
    """Remove the folder of a restore, at once for all other commands."""
    done = folder.with_name(f"{folder.name}.done")
    shutil.rmtree(done, ignore_errors=True)
    with suppress(OSError):  # the first error is the one to report
        folder.rename(done)
    shutil.rmtree(done, ignore_errors=True)


def _move(path: Path, target: Path) -> None:
    make_folder(target.parent)
    path.rename(target)
    sync(target.parent)
    sync(path.parent)


def _plan_of(folder: Path) -> Path:
    return folder / "plan.json"

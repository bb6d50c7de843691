"""Exports in a folder. Decides neither what a file holds nor whether it is new."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from sources import beneath
from sources.export import Export, ExportError, Faults, SourceError, UnfinishedError, Window
from sources.settle import BEING_WRITTEN, FileState, is_young
from sources.templates import NamePattern


@dataclass(frozen=True)
class Folder:
    """A folder; `base` is what uris are relative to, `settle_seconds` how long a finished file has not changed."""

    path: Path
    base: Path
    settle_seconds: float
    max_bytes: int


def pull_folder(folder: Folder, pattern: NamePattern, window: Window) -> Iterator[Export]:
    """The exports in a folder for the days of the window, in order of their names.

    A folder that does not exist holds no exports. Names of unfinished files (`.x`, `~x`, `x.part`, `x.tmp`) are left
    alone. A file that may still be being written is checked again after `settle_seconds`. Raises SourceError when the
    folder cannot be read, and at the end for files that could not be read, grew, or are too large, and for links, which
    may lead to any file of this machine.
    """
    faults = Faults()
    found = _matching(folder, pattern, window, faults)
    if any(is_young(state, window.now, folder.settle_seconds) for _, _, state in found):
        time.sleep(folder.settle_seconds)
    for path, day, state in found:
        export = None
        with faults.of_one_export():
            export = _read(folder, path, day, state)
        if export:
            yield export
    faults.report()


def _matching(
    folder: Folder, pattern: NamePattern, window: Window, faults: Faults
) -> list[tuple[Path, date, FileState]]:
    found = []
    try:
        candidates = _candidates(folder.path, pattern, window)
        for path, day in sorted(
            faults.at_most(candidates, window.files_per_day, itemgetter(1), lambda one: beneath.shown(one[0].name))
        ):
            with faults.of_one_export():
                state = _state(folder, path)
                if state is not None:
                    found.append((path, day, state))
    except OSError as error:
        failed = SourceError(f"{_uri(Path(error.filename or folder.path), folder.base)}: {error.strerror}")
        failed.unnamed = f"một thư mục: {error.strerror}"
        raise failed from error
    return found


def _candidates(folder: Path, pattern: NamePattern, window: Window) -> list[tuple[Path, date]]:
    """The paths that may be exports of the days asked for, with their days, in order of their names."""
    if pattern.is_literal:  # nothing needs to be listed
        names = [(pattern.name_of(day), day) for day in window.days()]
        return sorted((folder / name, day) for name, day in names if name is not None)
    if not folder.is_dir():
        return []
    if "/" in pattern.template:
        paths = sorted({path for day in window.days() for path in folder.glob(pattern.glob(day))})
    else:
        paths = sorted(folder.iterdir())
    days = [(path, pattern.day_of(path.relative_to(folder).as_posix())) for path in paths]
    return [(path, day) for path, day in days if day is not None and window.holds(day)]


def _read(folder: Folder, path: Path, day: date, first_state: FileState) -> Export:
    uri = _uri(path, folder.base)
    if first_state.size > folder.max_bytes:
        raise ExportError(f"{uri}: lớn hơn {folder.max_bytes / 1024 / 1024:.4g} MB")
    try:
        with beneath.opened(folder.path, path.relative_to(folder.path)) as file:
            before = _state_of(os.fstat(file))
            content = beneath.read_at_most(file, first_state.size + 1)
            after = _state_of(os.fstat(file))
    except beneath.NoFileError as error:
        raise ExportError(f"{uri}: {error}") from None
    except OSError as error:
        raise ExportError(f"{uri}: {error.strerror}") from error
    if not before == after == first_state or len(content) != first_state.size:
        raise UnfinishedError(f"{uri}: {BEING_WRITTEN}")
    return Export(day, uri, beneath.shown(path.name), first_state.modified_at, content)


def _state(folder: Folder, path: Path) -> FileState | None:
    """The file as it is now; None where there is none, or a folder. Raises ExportError for a link or a pipe."""
    try:
        stat = os.lstat(path)  # half the time of Path.stat
    except (FileNotFoundError, NotADirectoryError):
        return None
    if S_ISREG(stat.st_mode):
        return _state_of(stat)
    if S_ISDIR(stat.st_mode):
        return None
    raise ExportError(f"{_uri(path, folder.base)}: {beneath.LINK if S_ISLNK(stat.st_mode) else beneath.NO_FILE}")


def _state_of(stat: os.stat_result) -> FileState:
    return FileState(stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC).replace(tzinfo=None))


def _uri(path: Path, base: Path) -> str:
    try:
        return beneath.shown(path.relative_to(base).as_posix())
    except ValueError:
        return path.absolute().as_uri()

"""Exports in a folder. Decides neither what a file holds nor whether it is new."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from urllib.parse import quote_from_bytes

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

    def uri_of(self, name: str) -> str:
        """The lasting name of a file by its name in this folder: relative to the base, or an address in full."""
        start = self._start
        if start is None:
            return _uri(self.path / name, self.base)
        is_address = start.startswith("file:///")
        return f"{start}{quote_from_bytes(os.fsencode(name)) if is_address else beneath.shown(name)}"

    @cached_property
    def _start(self) -> str | None:
        """What the uris of all its files begin with; None where only some of them may be inside the base."""
        if self.path in self.base.parents:
            return None
        return _uri(self.path / "x", self.base).removesuffix("x")


@dataclass(frozen=True)
class _Found:
    """A file: its name in the folder, with those of the folders on its way; its day; what it looked like."""

    name: str
    day: date
    state: FileState
    mark: tuple[int, int]


def pull_folder(folder: Folder, pattern: NamePattern, window: Window) -> Iterator[Export]:
    """The exports in a folder for the days of the window, in order of their names.

    A folder that does not exist holds no exports. Names of unfinished files (`.x`, `~x`, `x.part`, `x.tmp`) are left
    alone. A file that may still be being written is checked again after `settle_seconds`. Raises SourceError when the
    folder cannot be read, and at the end for files that could not be read, grew, or are too large, and for links, which
    may lead to any file of this machine.
    """
    faults = Faults()
    found = _matching(folder, pattern, window, faults)
    if any(is_young(file.state, window.now, folder.settle_seconds) for file in found):
        time.sleep(folder.settle_seconds)
    for file in found:
        export = None
        with faults.of_one_export():
            export = _read(folder, file)
        if export:
            yield export
    faults.report()


def _matching(folder: Folder, pattern: NamePattern, window: Window, faults: Faults) -> list[_Found]:
    found = []
    try:
        candidates = _candidates(folder.path, pattern, window)
        for name, day in sorted(
            faults.at_most(candidates, window.files_per_day, itemgetter(1), lambda one: beneath.shown(_last(one[0]))),
            key=_in_order,
        ):
            with faults.of_one_export():
                stat = _stat(folder, name)
                if stat is not None:
                    found.append(_Found(name, day, _state_of(stat), _mark(stat)))
    except OSError as error:
        failed = SourceError(f"{_uri(Path(error.filename or folder.path), folder.base)}: {error.strerror}")
        failed.unnamed = f"một thư mục: {error.strerror}"
        raise failed from error
    return found


def _candidates(folder: Path, pattern: NamePattern, window: Window) -> list[tuple[str, date]]:
    """The names that may be exports of the days asked for, with their days, in order of the names."""
    if pattern.is_literal:  # nothing needs to be listed
        named = [(pattern.name_of(day), day) for day in window.days()]
        return sorted(((_tidy(name), day) for name, day in named if name is not None), key=_in_order)
    if not folder.is_dir():
        return []
    if "/" in pattern.template:
        paths = {path for day in window.days() for path in folder.glob(pattern.glob(day))}
        names = [path.relative_to(folder).as_posix() for path in paths]
    else:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    days = [(name, pattern.day_of(name)) for name in names]
    return sorted(((name, day) for name, day in days if day is not None and window.holds(day)), key=_in_order)


def _read(folder: Folder, found: _Found) -> Export:
    uri, size = folder.uri_of(found.name), found.state.size
    if size > folder.max_bytes:
        raise ExportError(f"{uri}: lớn hơn {folder.max_bytes / 1024 / 1024:.4g} MB")
    try:
        with beneath.opened(folder.path, found.name) as (file, before):
            content = beneath.read_whole(file, size)
            after = os.fstat(file)
    except beneath.NoFileError as error:
        raise ExportError(f"{uri}: {error}") from None
    except OSError as error:
        raise ExportError(f"{uri}: {error.strerror}") from error
    if not _mark(before) == _mark(after) == found.mark or len(content) != size:
        raise UnfinishedError(f"{uri}: {BEING_WRITTEN}")
    return Export(found.day, uri, beneath.shown(_last(found.name)), found.state.modified_at, content)


def _stat(folder: Folder, name: str) -> os.stat_result | None:
    """The file as it is now; None where there is none, or a folder. Raises ExportError for a link or a pipe."""
    try:
        stat = os.lstat(f"{folder.path}/{name}")
    except (FileNotFoundError, NotADirectoryError):
        return None
    if S_ISREG(stat.st_mode):
        return stat
    if S_ISDIR(stat.st_mode):
        return None
    raise ExportError(f"{folder.uri_of(name)}: {beneath.LINK if S_ISLNK(stat.st_mode) else beneath.NO_FILE}")


def _mark(stat: os.stat_result) -> tuple[int, int]:
    """What changes when a file is written to."""
    return stat.st_size, stat.st_mtime_ns


def _state_of(stat: os.stat_result) -> FileState:
    return FileState(stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC).replace(tzinfo=None))


def _tidy(name: str) -> str:
    """A name as the system lists it: without `.` and doubled separators."""
    return "/".join(part for part in name.split("/") if part not in {"", "."}) if "/" in name else name


def _in_order(found: tuple[str, date]) -> tuple[list[str], date]:
    """Names of one folder stand together."""
    name, day = found
    return name.split("/"), day


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _uri(path: Path, base: Path) -> str:
    try:
        return beneath.shown(path.relative_to(base).as_posix())
    except ValueError:
        return path.absolute().as_uri()

"""Exports in a folder. What a file is, and whether it is new, is not decided here."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from sources.export import Export, SourceError

_DATE = r"(?P<date>\d{4}-\d{2}-\d{2})"
_UNFINISHED = re.compile(r"^[.~]|\.(tmp|part|partial|crdownload|filepart)$", re.IGNORECASE)


def pull_folder(folder: Path, pattern: str, first: date, last: date, base: Path) -> Iterator[Export]:
    """The exports in `folder` for the days from `first` to `last`, in order of their names.

    `pattern` is a glob in which `{date}` stands for YYYY-MM-DD; `base` is the folder uris are relative to.
    A folder that does not exist holds no exports. Names of unfinished files (`.x`, `~x`, `x.part`, `x.tmp`)
    are left alone. Raises SourceError when the folder or a file cannot be read.
    """
    wanted = re.compile(_to_regex(pattern))
    try:
        names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        for name in names:
            match = wanted.fullmatch(name)
            day = _as_date(match["date"]) if match and not _UNFINISHED.search(name) else None
            path = folder / name
            if day is not None and first <= day <= last and path.is_file():
                modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
                yield Export(day, _uri(path, base), name, modified, path.read_bytes())
    except OSError as error:
        raise SourceError(f"{_uri(Path(error.filename or folder), base)}: {error.strerror}") from error


def _to_regex(pattern: str) -> str:
    """A glob with one `{date}` as a regular expression. Raises SourceError without `{date}`."""
    before, found, after = pattern.partition("{date}")
    if not found:
        raise SourceError(f"“{pattern}”: thiếu {{date}}")
    glob = {"*": ".*", "?": "."}
    return "".join(glob.get(c, re.escape(c)) for c in before) + _DATE + "".join(
        glob.get(c, re.escape(c)) for c in after
    )  # fmt: skip


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # 2022-13-45 is a name like any other, no day


def _uri(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.absolute().as_uri()

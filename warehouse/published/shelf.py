"""The folder of published files: their names, the links that readers open, which files are removed. Opens no file.

`marts-<id>.duckdb` and `marts-<id>.parquet/` never change once they have these names; `marts.duckdb` and
`marts.parquet` are links to the newest. Drafts are hidden and end in `.tmp`. The pages of a publication,
`site-<id>/` behind the link `site`, are made after it (warehouse/published/site.py) and removed with it.
"""

import re
import shutil
from collections.abc import Container, Iterable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from warehouse.lake.schema import utc
from warehouse.places.disk import sync
from warehouse.places.permissions import open_to_readers

KINDS = ("parquet", "duckdb")  # in the order they are named and switched: the last one makes a publication
STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"marts-(\d{8}T\d{6}Z)(?:-(\d+))?\.(?:duckdb|parquet)")
_SITE = re.compile(r"site-(\d{8}T\d{6}Z)(?:-(\d+))?(?:\.\d+)?")  # `.2`: the same figures, drawn anew


def paths(folder: Path, publication_id: str) -> dict[str, Path]:
    """The files of a publication, by kind."""
    return {kind: folder / f"marts-{publication_id}.{kind}" for kind in KINDS}


def draft_of(path: Path) -> Path:
    """Where `path` is written before it is complete."""
    return path.with_name(f".{path.name}.tmp")


def new_id(folder: Path, built_at: datetime, taken: Container[str]) -> str:
    """An id from that moment (UTC) that is not in `taken` and that no file has yet."""
    stamp = built_at.strftime(STAMP)
    publication_id, number = stamp, 1
    while publication_id in taken or any(path.exists() for path in paths(folder, publication_id).values()):
        number += 1
        publication_id = f"{stamp}-{number}"
    return publication_id


def is_current(folder: Path, publication_id: str) -> bool:
    """Whether all links lead to this publication and its files exist."""
    return all(
        path.exists() and (folder / f"marts.{kind}").resolve() == path.resolve()
        for kind, path in paths(folder, publication_id).items()
    )


def current_id(folder: Path) -> str | None:
    """The publication that all links lead to; None where there is none or a part is missing."""
    match = _NAME.fullmatch((folder / "marts.duckdb").resolve().name)
    publication_id = match[0].removeprefix("marts-").removesuffix(".duckdb") if match else ""
    return publication_id if match and is_current(folder, publication_id) else None


def put(folder: Path, publication_id: str) -> None:
    """Open the drafts of a publication to readers, give them their names, then point the links at them."""
    for path in paths(folder, publication_id).values():
        draft = draft_of(path)
        for file in draft.iterdir() if draft.is_dir() else (draft,):
            # a client that forgets to open read-only gets an error, instead of locking out everyone else
            open_to_readers(file)
        if draft.is_dir():
            open_to_readers(draft)
        draft.rename(path)
    sync(folder)
    for kind, path in paths(folder, publication_id).items():
        point(folder / f"marts.{kind}", path)
    sync(folder)


def discard_drafts(folder: Path) -> None:
    """Remove drafts, also those of a killed process. The caller holds the lock, so none is being written."""
    for leftover in folder.glob(".marts-*.tmp*"):
        remove(leftover)


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def retire(folder: Path, current: str, keep: int, before: datetime) -> None:
    """Remove publications that were superseded before that moment, but never the newest `keep` or `current`."""
    found: dict[tuple[datetime, int], list[Path]] = {}
    for path in folder.iterdir():
        if match := _NAME.fullmatch(path.name) or _SITE.fullmatch(path.name):
            built_at = utc(datetime.strptime(match[1], STAMP).replace(tzinfo=UTC))
            found.setdefault((built_at, int(match[2] or 1)), []).append(path)
    kept = {*paths(folder, current).values(), folder / (folder / "site").resolve().name}
    newest_first = sorted(found, reverse=True)
    for (superseded_at, _), this in pairwise(newest_first):
        if superseded_at < before and this not in newest_first[:keep] and not kept & set(found[this]):
            _remove(found[this])
    discard_drafts(folder)


def _remove(files: Iterable[Path]) -> None:
    """Rename each to a draft first, so that readers see it whole or not at all, then remove it."""
    for path in files:
        path.rename(draft_of(path))
        remove(draft_of(path))


def point(link: Path, target: Path) -> None:
    """Point `link` at `target` in one step, relatively, so that the folder can move."""
    draft = link.with_name(f".{link.name}.link")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target.name)
    draft.replace(link)

"""Puts the pages of a publication beside its files, all at once behind a link. Renders nothing."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from warehouse.places.disk import sync
from warehouse.places.locks import hold
from warehouse.places.permissions import open_to_readers
from warehouse.published import shelf

LINK = "site"


def current_site(folder: Path) -> str | None:
    """The id of the publication whose pages are shown; None where there are none."""
    name = (folder / LINK).resolve().name
    return name.removeprefix("site-").split(".")[0] if name.startswith("site-") and (folder / LINK).is_dir() else None


def put_site(folder: Path, publication_id: str, files: Mapping[str, bytes]) -> Path:
    """Publish these files (relative path → content) as a publication's pages; returns the link.

    The same files again change nothing. Readers see the old pages or the new ones, never a mixture. Raises LockedError
    when another process takes too long.
    """
    link = folder / LINK
    with hold(folder / ".site.lock"):
        for leftover in folder.glob(".site-*.tmp"):
            shelf.remove(leftover)
        if current_site(folder) == publication_id and _contents(link.resolve()) == dict(files):
            return link
        place, number = folder / f"site-{publication_id}", 1
        while place.exists():
            number += 1
            place = folder / f"site-{publication_id}.{number}"
        draft = shelf.draft_of(place)
        try:
            _write(draft, files)
            draft.rename(place)
        except BaseException:
            with suppress(OSError):  # the first error is the one to report
                shelf.remove(draft)  # on a full disk it would take the room that others need
            raise
        sync(folder)
        shelf.point(link, place)
        sync(folder)
    return link


def _write(draft: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        open_to_readers(path)
        sync(path)
    for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        open_to_readers(folder)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

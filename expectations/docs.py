"""Data Docs of a workspace: a page per business date and lists of them, which open offline. Judges and draws nothing.

A page is made anew from the stored results, so it can be removed at any time; the results are the record. The days are
listed by month, and the index shows the newest one, so that a day's work does not grow with the years.
"""

import json
import re
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from expectations.judge import warm_up
from warehouse.places.whole import write_whole

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECONDS_A_DAY = 86_400


def page(home: Path, day: date) -> Path:
    """Where the page of a business date lies, whether it was made or not."""
    return _folder(home) / f"{day}.html"


def index(home: Path) -> Path:
    """Where the list of the newest month's pages and of all months lies."""
    return _folder(home) / "index.html"


def judged_days(home: Path) -> list[date]:
    """The business dates of which results are stored, in order."""
    runs = (home / "gx" / "validations").glob("*/*")
    return sorted({date.fromisoformat(run.name[:10]) for run in runs if _DAY.match(run.name)})


def outdated_days(home: Path, first: date) -> list[date]:
    """The business dates since `first` with results newer than their page: a run was killed before it made the page."""
    days = [day for day in judged_days(home) if day >= first]
    return [day for day in days if _last_made(page(home, day)) < max(map(_last_made, _results(home, day)), default=0.0)]


def build(home: Path, days: Iterable[date]) -> list[Path]:
    """Make the pages of these business dates anew, of all results stored for them, and the lists.

    A day without results gets no page. Returns the pages made; when there are none, the lists stay as they are.
    """
    stored = {day: [text for text in map(_whole, _results(home, day)) if text] for day in sorted(set(days))}
    made = [day for day, results in stored.items() if results]
    if not made:
        return []
    warm_up()
    from expectations.pages import day_page  # noqa: PLC0415 - seconds of imports

    pages = [page(home, day) for day in made]
    for day, file in zip(made, pages, strict=True):
        _write(file, day_page(day, stored[day]))
    _write_lists(home, pages)
    return pages


def prune(home: Path, days: int) -> int:
    """Remove the pages that were last made more than so many `days` ago; returns how many there were."""
    before = time.time() - days * _SECONDS_A_DAY
    old = [file for file in _pages(home) if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    if old:
        _write_lists(home, old)
    return len(old)


def _folder(home: Path) -> Path:
    return home / "gx" / "docs"


def _pages(home: Path) -> list[Path]:
    return sorted(file for file in _folder(home).glob("*.html") if _DAY.fullmatch(file.stem))


def _results(home: Path, day: date) -> list[Path]:
    """A run's name begins with the business date of what was judged."""
    return sorted((home / "gx" / "validations").glob(f"*/{day}*/*/*.json"))


def _last_made(file: Path) -> float:
    """When a file was last written (seconds); 0 when it is not there."""
    return file.stat().st_mtime if file.exists() else 0.0


def _whole(file: Path) -> str | None:
    """The text of a result; None where a run was killed while writing it, whose deliveries are judged again."""
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        json.loads(text)
    except ValueError:
        return None
    return text


def _write_lists(home: Path, changed: Iterable[Path]) -> None:
    """The index anew, and the lists of the months in which a page was made or removed or which have no list yet."""
    warm_up()
    from expectations.pages import index_page, month_page, summary_of  # noqa: PLC0415

    months: dict[str, list[Path]] = {}  # the latest first
    for file in reversed(_pages(home)):
        months.setdefault(_month_of(file), []).append(file)

    def rows(month: str) -> list[tuple[str, str]]:
        return [(file.name, summary_of(file)) for file in months.get(month, ())]

    for month in {*map(_month_of, changed), *(one for one in months if not _list(home, one).exists())}:
        if month in months:
            _write(_list(home, month), month_page(month, rows(month)))
        else:
            _list(home, month).unlink(missing_ok=True)
    _write(index(home), index_page(list(months), rows(max(months, default=""))))


def _write(file: Path, page: str) -> None:
    """Pages can be made again, and two runs may make the same one at once."""
    write_whole(file, page, durable=False, many_writers=True)


def _month_of(file: Path) -> str:
    return file.stem[:7]


def _list(home: Path, month: str) -> Path:
    return _folder(home) / f"{month}.html"

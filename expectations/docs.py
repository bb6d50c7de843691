"""Data Docs of a workspace: one page per business date and an index, files that open offline. Judges and draws nothing.

A page is made anew from the stored results, so it can be removed at any time; the results are the record.
"""

import json
import re
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from expectations.files import write_whole
from expectations.judge import warm_up

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECONDS_A_DAY = 86_400


def page(home: Path, day: date) -> Path:
    """Where the page of a business date lies, whether it was made or not."""
    return _folder(home) / f"{day}.html"


def index(home: Path) -> Path:
    """Where the list of all pages lies."""
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
    """Make the pages of these business dates anew, of all results stored for them, and the index.

    A day without results gets no page. Returns the pages made; when there are none, the index stays as it is.
    """
    stored = {day: [text for text in map(_whole, _results(home, day)) if text] for day in sorted(set(days))}
    made = [day for day, results in stored.items() if results]
    if not made:
        return []
    warm_up()
    from expectations.pages import day_page  # noqa: PLC0415 - seconds of imports

    for day in made:
        write_whole(page(home, day), day_page(day, stored[day]))
    _write_index(home)
    return [page(home, day) for day in made]


def prune(home: Path, days: int) -> int:
    """Remove the pages that were last made more than so many `days` ago; returns how many there were."""
    before = time.time() - days * _SECONDS_A_DAY
    old = [file for file in _pages(home) if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    if old:
        _write_index(home)
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


def _write_index(home: Path) -> None:
    warm_up()
    from expectations.pages import index_page, summary_of  # noqa: PLC0415

    write_whole(index(home), index_page([(file.name, summary_of(file)) for file in reversed(_pages(home))]))

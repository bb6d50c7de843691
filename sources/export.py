"""What every source gives: exports, and errors. Knows no kind of source."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

FILES_PER_DAY = 20
MB_PER_DAY = 256
_NAMED = 3  # files in a message
_NAME = 80  # letters of a name in a message

T = TypeVar("T")


@dataclass(frozen=True)
class Export:
    """One file of one unit for one business date, its bytes unchanged.

    `uri` is the lasting name of the place and holds no secret. A file in the workspace has a path relative to it, so
    that a workspace that was moved or restored still knows its files. `modified_at` is in UTC without zone, None
    where the source does not say; `etag` is the source's own mark of these bytes, None where it gives none.
    """

    business_date: date
    uri: str
    name: str
    modified_at: datetime | None
    content: bytes = field(repr=False)
    etag: str | None = None


@dataclass(frozen=True)
class Window:
    """The business dates asked for, `first` to `last`, and the moment of asking (UTC without zone).

    `only`: of these dates just some; None: all. `files_per_day`: how many files of a date are fetched at most;
    `mb_per_day`: how large they may be together. `zone`: IANA name of the time zone in which moments are asked for.
    """

    first: date
    last: date
    now: datetime
    only: frozenset[date] | None = None
    files_per_day: int = FILES_PER_DAY
    mb_per_day: float = MB_PER_DAY
    zone: str = "UTC"

    def holds(self, day: date) -> bool:
        """Whether the day is asked for."""
        return self.first <= day <= self.last and (self.only is None or day in self.only)

    def days(self) -> Iterator[date]:
        """Each day asked for, in order."""
        days = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        return filter(self.holds, days)


class SourceError(Exception):
    """A source cannot be reached or answered wrongly. The message is one line without secrets.

    `unnamed`: the message without the names of exports, where it has any: people name files after persons.
    """

    unnamed: str | None = None


class UnreachableError(SourceError):
    """The source did not answer this time; asking again may help. `retry_after`: seconds it asked to wait."""

    def __init__(self, message: str, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ExportError(SourceError):
    """One export could not be read; the source's other exports can.

    The message: the export's uri, `: `, the reason; where it is another one, `unnamed` has to be given.
    """

    def __init__(self, message: str, unnamed: str | None = None) -> None:
        super().__init__(message)
        self.unnamed = unnamed or f"một tệp: {message.rsplit(': ', 1)[-1]}"


class UnfinishedError(ExportError):
    """One export changed while it was read; asking again may find it finished."""


def within(exports: Iterable[Export], most_mb: float) -> Iterator[Export]:
    """The exports of each date as long as they are no larger together than `most_mb`.

    At the end raises SourceError for the others, and for what `exports` raises: UnreachableError where that is one.
    """
    size: dict[date, int] = {}
    left: dict[date, list[str]] = {}
    failed: SourceError | None = None
    try:
        for export in exports:
            together = size.get(export.business_date, 0) + len(export.content)
            if together > most_mb * 1024 * 1024:
                left.setdefault(export.business_date, []).append(export.name[:_NAME])
                continue
            size[export.business_date] = together
            yield export
    except SourceError as error:
        failed = error
    if not left:
        if failed:
            raise failed
        return
    do = "(bỏ bớt tệp, hoặc đặt mb_per_day ở [run] của tyle.toml)"
    what = {day: f"ngày {day}: các tệp cộng lại lớn hơn {most_mb:.4g} MB" for day in left}
    named = [f"{what[day]}; không lấy {_listed(names)} {do}" for day, names in left.items()]
    unnamed = [f"{what[day]}; không lấy {len(names)} tệp {do}" for day, names in left.items()]
    if failed:
        named.append(str(failed))
        unnamed.append(failed.unnamed or str(failed))
    kind = UnreachableError if isinstance(failed, UnreachableError) else SourceError
    too_large = kind("; ".join(named))
    too_large.unnamed = "; ".join(unnamed)
    raise too_large


def _listed(names: list[str]) -> str:
    """The first names, and how many more."""
    more = f" và {len(names) - _NAMED} tệp khác" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


class Faults:
    """Collects the errors of single exports until the others have been handed over."""

    def __init__(self) -> None:
        self._errors: list[ExportError] = []

    @contextmanager
    def of_one_export(self) -> Iterator[None]:
        """Note an ExportError instead of stopping."""
        try:
            yield
        except ExportError as error:
            self._errors.append(error)

    def at_most(
        self, files: Iterable[T], most: int, day_of: Callable[[T], date], name_of: Callable[[T], str]
    ) -> list[T]:
        """The first `most` files of each date; the others, which nobody fetches, are noted by name."""
        by_day: dict[date, list[T]] = {}
        for file in files:
            by_day.setdefault(day_of(file), []).append(file)
        for day, found in by_day.items():
            if len(found) > most:
                left = [name_of(file)[:_NAME] for file in found[most:]]
                what = f"ngày {day}: có {len(found)} tệp, chỉ lấy {most} tệp đầu theo tên"
                do = "(bỏ bớt tệp, hoặc đặt files_per_day ở [run] của tyle.toml)"
                named = f"{what}; không lấy {_listed(left)} {do}"
                self._errors.append(ExportError(named, unnamed=f"{what} {do}"))
        return [file for found in by_day.values() for file in found[:most]]

    def report(self) -> None:
        """Raise what was noted, if anything: UnreachableError where asking again may help, else SourceError."""
        if self._errors:
            message = "; ".join(map(str, self._errors))
            again = any(isinstance(error, UnfinishedError) for error in self._errors)
            error = UnreachableError(message) if again else SourceError(message)
            error.unnamed = "; ".join(each.unnamed or str(each) for each in self._errors)
            raise error

"""What every source gives: exports, and errors. Knows no kind of source."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

FILES_PER_DAY = 20
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

    `only`: of these dates just some; None: all. `files_per_day`: how many files of a date are fetched at most.
    """

    first: date
    last: date
    now: datetime
    only: frozenset[date] | None = None
    files_per_day: int = FILES_PER_DAY

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
                more = f" và {len(left) - _NAMED} tệp khác" if len(left) > _NAMED else ""
                what = f"ngày {day}: có {len(found)} tệp, chỉ lấy {most} tệp đầu theo tên"
                do = "(bỏ bớt tệp, hoặc đặt files_per_day ở [run] của tyle.toml)"
                named = f"{what}; không lấy {', '.join(left[:_NAMED])}{more} {do}"
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

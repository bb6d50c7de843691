"""What a history is made of: units with their terms, files, decisions. Decides nothing."""

from dataclasses import dataclass
from datetime import date, datetime

Key = tuple[str, date, str]  # unit, business date, contract
Place = tuple[str, int, str]  # field, level (0: no level stated), column of a figure

WAYS = ("online", "in_person", "total")
PROCESSED = ("received", "settled", "settled_on_time")


@dataclass(frozen=True)
class Unit:
    """A unit and what is agreed with it; `copies`: how a copy of the day before is taken."""

    id: str
    name: str
    kind: str
    group: str
    basis: str = "day"
    calendar: str = "every_day"
    since: date = date(2022, 1, 1)
    until: date | None = None
    copies: str = "warning"
    then: str | None = None  # the basis from a later arrival on

    @property
    def contract(self) -> str:
        return "processing" if self.group == "centres" else "summary"

    def exists(self, day: date) -> bool:
        return self.since <= day <= (self.until or date.max)


@dataclass(frozen=True)
class File:
    """A file as it lay in its unit's folder; `figures`: by place, in the order of its rows."""

    unit: Unit
    day: date
    name: str
    modified: datetime
    figures: tuple[tuple[Place, int], ...]

    @property
    def key(self) -> Key:
        return self.unit.id, self.day, self.unit.contract

    @property
    def rows(self) -> dict[tuple[str, int], dict[str, int]]:
        found: dict[tuple[str, int], dict[str, int]] = {}
        for (name, level, column), figure in self.figures:
            found.setdefault((name, level), {})[column] = figure
        return found

    @property
    def content(self) -> bytes:
        if self.unit.contract == "processing":
            lines = ["Tiếp nhận;Đã giải quyết;Đúng hạn"]
            lines += [";".join(str(row[column]) for column in PROCESSED) for row in self.rows.values()]
        else:
            lines = ["Lĩnh vực;Mức độ;Trực tuyến;Trực tiếp;Tổng số"]
            lines += [
                ";".join((name, str(level or ""), *(str(row[column]) for column in WAYS)))
                for (name, level), row in self.rows.items()
            ]
        return ("\n".join(lines) + "\n").encode()


@dataclass(frozen=True)
class Entry:
    """A figure in corrections.toml."""

    key: Key
    place: Place
    expect: int
    value: int


@dataclass(frozen=True)
class Decided:
    """What a person does: `kind` is release, reject, withdraw, previous, correct or entries; `refused`: in vain.

    `sets`: figures to set; `stated`: what the file states in their places.
    """

    kind: str
    delivery_id: str
    at: datetime
    sets: tuple[tuple[Place, int], ...] = ()
    stated: tuple[tuple[Place, int], ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class Arrival:
    """Files that came since the arrival before, the days that are then taken, and what is decided after that.

    `first`, `last`: the days; `now`: when they are taken. `lacks_only`: no file is of a day that counts already, or of
    a day on which nothing is expected, so that asking for what is lacking takes all of them. `at_once`: a file is of a
    day before its unit begins; a backfill that ends before that day does not ask for it. `published`: whether the marts
    are published then.
    """

    files: tuple[File, ...]
    first: date
    last: date
    now: datetime
    decisions: tuple[Decided, ...] = ()
    lacks_only: bool = False
    at_once: bool = False
    published: bool = True


@dataclass(frozen=True)
class Story:
    """A history: units, terms, and what came when."""

    units: tuple[Unit, ...]
    lookback: int
    backfill_days: int
    first_day: int
    holidays: frozenset[date]
    arrivals: tuple[Arrival, ...]
    switch: int = 0  # the arrival from which on `then` is agreed
    months: tuple[str, ...] = ()

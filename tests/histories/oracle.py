"""Which files of a history are accepted, derived file by file in plain Python. Shares no code with transforms.check.

Only the rules are here that the files of tests.histories.stories can break.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.histories.facts import PROCESSED, WAYS, Decided, Entry, File, Key, Place, Unit

DAY = timedelta(days=1)
SEVEN = timedelta(hours=7)
NAMES_OF_GROWTH = {"month_to_date": "month_to_date_grows", "year_to_date": "year_to_date_grows"}
Figures = tuple[int | None, ...]


@dataclass
class Version:
    """A delivery of the ledger; `broken`: the rules it breaks with their severities, without info."""

    file: File
    number: int
    basis: str
    figures: dict[Place, int]
    broken: dict[str, str]
    status: str
    by_hand: dict[Place, int] = field(default_factory=dict)
    decided: str | None = None
    withdrawn: bool = False

    @property
    def delivery_id(self) -> str:
        return f"{self.file.unit.id}:{self.file.day}:{self.file.unit.contract}:v{self.number}"

    @property
    def accepted(self) -> bool:
        return self.status.startswith("accepted")

    @property
    def counts(self) -> bool:
        return self.accepted and not self.withdrawn

    @property
    def stated(self) -> Figures:
        """What must not fall: all levels, level 4 (None where levels are not stated), or what was processed."""
        if self.file.unit.contract == "processing":
            return tuple(self.figures["", 0, column] for column in PROCESSED)
        made = all(level for _, level, _ in self.figures)
        every = [sum(n for (_, _, c), n in self.figures.items() if c == way) for way in WAYS]
        four = [sum(n for (_, level, c), n in self.figures.items() if (level, c) == (4, way)) for way in WAYS]
        return (*every, *(four if made else (None,) * 3))

    @property
    def total(self) -> int:
        column = "received" if self.file.unit.contract == "processing" else "total"
        return sum(n for (_, _, c), n in self.figures.items() if c == column)


def status_of(broken: Mapping[str, str]) -> str:
    if "critical" in broken.values():
        return "quarantined"
    return "accepted_with_warnings" if broken else "accepted"


class Ledger:
    """All deliveries of a history so far, and how the next ones are judged."""

    def __init__(self, units: Iterable[Unit], holidays: frozenset[date], first_day: int) -> None:
        self.units = {unit.id: unit for unit in units}
        self.holidays, self.first_day = holidays, first_day
        self.basis = {unit.id: unit.basis for unit in units}
        self.versions: dict[Key, list[Version]] = {}
        self.duplicates: dict[str, int] = {}
        self.at_place: dict[tuple[Key, str], bytes] = {}
        self.outcomes: set[tuple[str, date, str, str]] = set()
        self.entries: dict[Key, dict[Place, Entry]] = {}
        self.contradictions: set[str] = set()  # units with files that contradict others, or repeat them

    # what comes from the sources

    def take(self, files: Iterable[File], first: date, last: date) -> None:
        """What the runs of these days take: by business date, then by time and name."""
        for file in sorted(files, key=lambda file: (file.day, file.modified, file.name)):
            self._take(file)
        day = first
        while day <= last:
            for unit in self.units.values():
                key = (unit.id, day, unit.contract)
                if self.is_expected(unit, day) and key not in self.versions:
                    self.outcomes.add((*key, "missing"))
            day += DAY

    def _take(self, file: File) -> None:
        place = (file.key, file.name)
        if self.at_place.get(place) == file.content:
            return
        is_first = file.key not in self.versions
        known = self.versions.setdefault(file.key, [])
        self.at_place[place] = file.content
        late = is_first and file.unit.exists(file.day) and file.modified > self.cut_off(file.day)
        if late:
            self.outcomes.add((*file.key, "late"))
        if known and known[-1].file.content == file.content:
            self.duplicates[known[-1].delivery_id] = self.duplicates.get(known[-1].delivery_id, 0) + 1
            return
        known.append(self.judged(file, len(known) + 1, self.basis[file.unit.id], late=late))

    def reaches(self, file: File, last: date, lookback: int) -> bool:
        """Whether the runs of the days up to `last`, or a backfill of them, ask for this file."""
        unit, until = file.unit, date.max
        if unit.until:
            until = max(unit.until + lookback * DAY, (self.cut_off(unit.until) + SEVEN).date())
        return unit.since - lookback * DAY <= file.day <= until and max(file.day, unit.since) <= last

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def is_expected(self, unit: Unit, day: date) -> bool:
        return unit.exists(day) and (unit.calendar == "every_day" or self.is_working(day))

    def cut_off(self, day: date) -> datetime:
        """17:00 in Vietnam on the next working day, in UTC."""
        day += DAY
        while not self.is_working(day):
            day += DAY
        return datetime(day.year, day.month, day.day, 17) - SEVEN

    def month(self, day: date) -> str:
        if day.day >= self.first_day > 1:
            day = day.replace(day=28) + 4 * DAY
        return f"{day:%Y-%m}"

    # how a file is judged

    def judged(
        self, file: File, number: int, basis: str, by_hand: Mapping[Place, int] | None = None, *, late: bool = False
    ) -> Version:
        figures, stale = dict(file.figures), False
        for place, entry in self.entries.get(file.key, {}).items():
            if place in (by_hand or {}):
                continue
            stale |= figures[place] != entry.expect
            figures[place] = entry.value if figures[place] == entry.expect else figures[place]
        own = Version(file, number, basis, figures | dict(by_hand or {}), {}, "", dict(by_hand or {}))
        broken: dict[str, str] = {}
        if not file.unit.exists(file.day):
            broken["unit_exists_on_day"] = "critical"
        if stale:
            broken["correction_is_current"] = "warning"
        if late:
            broken["is_in_time"] = "warning"
        broken |= dict.fromkeys(self._within(own), "critical")
        if file.unit.contract == "summary" and any(level == 0 for _, level, _ in own.figures):
            broken["levels_told"] = "warning"
        broken |= dict.fromkeys(self._against_history(own), "critical")
        if self._is_copy(own):
            broken["is_no_copy"] = file.unit.copies
        if self._is_repeated(own):
            broken["file_is_new"] = "critical"
        if broken.keys() & {"is_no_copy", "file_is_new"}:
            self.contradictions.add(file.unit.id)
        return replace(own, broken=broken, status=status_of(broken))

    def _within(self, own: Version) -> Iterable[str]:
        rows: dict[tuple[str, int], dict[str, int]] = {}
        for (name, level, column), figure in own.figures.items():
            rows.setdefault((name, level), {})[column] = figure
        for row in rows.values():
            if own.file.unit.contract == "processing":
                if row["settled"] > row["received"]:
                    yield "settled_within_received"
                if row["settled_on_time"] > row["settled"]:
                    yield "on_time_within_settled"
            elif row["online"] + row["in_person"] != row["total"]:
                yield "total_is_sum"

    def counting(self, key: Key) -> Version | None:
        return next((version for version in reversed(self.versions.get(key, [])) if version.counts), None)

    def days_of(self, unit: Unit) -> dict[date, Version]:
        """The counting deliveries of a unit, by day."""
        found = {key[1]: self.counting(key) for key in self.versions if key[0] == unit.id}
        return {day: version for day, version in sorted(found.items()) if version}

    def _against_history(self, own: Version) -> Iterable[str]:
        cumulative = "year_to_date" if own.file.unit.contract == "processing" else "month_to_date"
        size = 4 if cumulative == "year_to_date" else 7
        month = self.month(own.file.day)
        days = {d: v for d, v in self.days_of(own.file.unit).items() if self.month(d)[:size] == month[:size]}
        day = own.file.day
        for n, figure in enumerate(own.stated):
            if figure is None:
                continue
            figures = {d: (v.basis, v.stated[n]) for d, v in days.items() if v.stated[n] is not None}
            so_far = None
            for d, (basis, stated) in figures.items():
                if d < day:
                    so_far = stated if basis == cumulative else (so_far or 0) + stated
            if own.basis == cumulative and so_far is not None and figure < so_far:
                self.contradictions.add(own.file.unit.id)
                yield NAMES_OF_GROWTH[cumulative]
            then = figure + (0 if own.basis == cumulative else so_far or 0)
            for d, (basis, stated) in figures.items():
                if d <= day:
                    continue
                if basis == cumulative:
                    if then > stated:
                        self.contradictions.add(own.file.unit.id)
                        yield "agrees_with_later_days"
                    break
                then += stated

    def _is_copy(self, own: Version) -> bool:
        earlier = [v for d, v in self.days_of(own.file.unit).items() if d < own.file.day]
        if not earlier or own.total < 1 or sorted(earlier[-1].figures.items()) != sorted(own.figures.items()):
            return False
        return own.basis == "day" or (own.basis == "year_to_date" and self.is_working(own.file.day))

    def _is_repeated(self, own: Version) -> bool:
        """The bytes of two accepted days before it in a row, or of more where there are few cases."""
        if own.basis != "day":
            return False
        before = 0
        for d, version in sorted(self.days_of(own.file.unit).items(), reverse=True):
            if d >= own.file.day or version.basis != "day":
                continue
            if version.file.content != own.file.content:
                break
            before += 1
        return before >= 2 and own.total * before >= 2

    # what persons decide

    def newest(self, key: Key) -> Version | None:
        """The version that waits for a decision, or else the one that counts."""
        last = self.versions[key][-1]
        return last if not last.accepted and last.decided is None else self.counting(key)

    def waiting(self) -> list[Version]:
        return [own[-1] for own in self.versions.values() if not own[-1].accepted and own[-1].decided is None]

    def all_counting(self) -> list[Version]:
        return [version for key in self.versions if (version := self.counting(key))]

    def find(self, delivery_id: str) -> Version:
        return next(v for own in self.versions.values() for v in own if v.delivery_id == delivery_id)

    def was_late(self, version: Version) -> bool:
        """A file that is read again is late if it was the first of its day, and late."""
        return version.number == 1 and (*version.file.key, "late") in self.outcomes

    def read_again(self, version: Version, by_hand: Mapping[Place, int]) -> Version:
        number = len(self.versions[version.file.key]) + 1
        return self.judged(version.file, number, version.basis, by_hand, late=self.was_late(version))

    def decide(self, decided: Decided) -> bool:
        """Carry out a decision; False where it is refused."""
        version = self.find(decided.delivery_id)
        own = self.versions[version.file.key]
        if decided.kind == "reject":
            version.decided = "rejected"
        elif decided.kind in {"withdraw", "previous"}:
            for one in reversed([one for one in own if one.counts]):
                one.withdrawn = True
                if decided.kind == "previous":
                    break
        elif decided.kind == "release":
            again = self.read_again(version, {})
            if not version.file.unit.exists(version.file.day):
                return False
            overridden = "critical" in again.broken.values()
            version.decided = "released"
            own.append(replace(again, status="accepted_with_warnings" if overridden else again.status))
        else:
            again = self.read_again(version, version.by_hand | dict(decided.sets))
            if again.status == "quarantined":
                return False
            version.decided = "corrected"
            own.append(again)
        return True

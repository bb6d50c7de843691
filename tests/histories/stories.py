"""Random histories: arrivals of right, wrong, copied, late and restated files, and decisions between them.

The oracle runs along, so that a decision is about a delivery that is there. Touches no workspace.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from tests.histories.facts import PROCESSED, WAYS, Arrival, Decided, Entry, File, Key, Place, Story, Unit
from tests.histories.oracle import DAY, Ledger, Version

HOLIDAYS = frozenset({date(2022, 9, 1), date(2022, 9, 2), date(2023, 1, 2)})
BEGINNINGS = (date(2022, 7, 26), date(2022, 8, 8), date(2022, 8, 27), date(2022, 12, 27))
ROWS = (("Đất đai", 4), ("Hộ tịch", 4), ("Đất đai", 3))
Figures = tuple[tuple[Place, int], ...]


def story(seed: int, days: int = 8, arrivals: int = 3) -> tuple[Story, Ledger]:
    """The history of a seed, and the ledger at its end as the oracle has it."""
    return _Author(random.Random(seed), days, arrivals).story()


def at_once(made: Story) -> tuple[Story, Ledger]:
    """The same files, all there when the first run comes, without decisions; of a file replaced since only the last."""
    units = tuple(replace(unit, basis=unit.then or unit.basis, then=None) for unit in made.units)
    by_id = {unit.id: unit for unit in units}
    there = {(file.key, file.name): file for arrival in made.arrivals for file in arrival.files}
    files = tuple(replace(file, unit=by_id[file.unit.id]) for file in there.values())
    last = made.arrivals[-1]
    ledger = Ledger(units, made.holidays, made.first_day)
    taken = [file for file in files if ledger.reaches(file, last.last, made.lookback)]
    first = min(arrival.first for arrival in made.arrivals)
    ledger.take(taken, first, last.last)
    arrival = replace(last, files=files, first=first, decisions=(), lacks_only=False, at_once=True, published=True)
    return replace(made, units=units, arrivals=(arrival,), switch=0), ledger


def undecided(made: Story) -> Ledger:
    """The ledger of a story in which nobody decides anything."""
    ledger = Ledger(made.units, made.holidays, made.first_day)
    waiting: dict[tuple[Key, str], File] = {}
    for number, arrival in enumerate(made.arrivals):
        if number == made.switch > 0:
            ledger.basis |= {unit.id: unit.then for unit in made.units if unit.then}
        waiting |= {(file.key, file.name): file for file in arrival.files}
        taken = [file for file in waiting.values() if ledger.reaches(file, arrival.last, made.lookback)]
        ledger.take(taken, arrival.first, arrival.last)
    return ledger


class _Author:
    def __init__(self, dice: random.Random, days: int, arrivals: int) -> None:
        self.dice = dice
        arrivals = dice.randint(2, arrivals)
        self.first = dice.choice(BEGINNINGS) + timedelta(dice.randint(0, 3))
        self.days = [self.first + timedelta(n) for n in range(dice.randint(days - 2, days))]
        self.first_day = dice.choice([1, 1, 15])
        self.lookback = dice.choice([0, 1, 3, 7])
        self.switch = dice.randint(1, arrivals - 1) if arrivals > 1 else 0
        self.units = self._units()
        self.ledger = Ledger(self.units, HOLIDAYS, self.first_day)
        self.truth = {unit.id: self._truth(unit) for unit in self.units}
        self.tags: dict[tuple[str, date], int] = {}
        self.latest: dict[Key, Figures] = {}
        # for each unit and day the arrival with which its first file comes
        ends = sorted(dice.sample(range(1, len(self.days) - 1), arrivals - 1))
        self.ends = [*ends, len(self.days) - 1]
        self.pending: list[File] = []
        self.free = self._firsts()

    def _units(self) -> tuple[Unit, ...]:
        dice = self.dice
        within = [None, None, *self.days[1:-1]]
        begins = [date(2022, 1, 1), date(2022, 1, 1), *self.days[1:-1]]
        return (
            Unit("so-y-te", "Sở Y tế", "so", "departments", copies=dice.choice(["warning", "critical"])),
            Unit("so-noi-vu", "Sở Nội vụ", "so", "departments", calendar="working_days", since=dice.choice(begins)),
            Unit("huyen-a", "UBND huyện A", "ubnd-huyen", "districts", "month_to_date", until=dice.choice(within)),
            Unit("huyen-b", "UBND huyện B", "ubnd-huyen", "districts", "month_to_date", "working_days"),
            Unit("huyen-c", "UBND huyện C", "ubnd-huyen", "districts", then=dice.choice([None, "month_to_date"])),
            Unit("trung-tam", "Trung tâm PVHCC", "trung-tam", "centres", "year_to_date"),
        )

    # figures

    def _truth(self, unit: Unit) -> dict[date, Figures]:
        """What is right for each day: of one day, or since the month or year began."""
        found: dict[date, Figures] = {}
        sums: dict[Place, int] = {}
        period = ""
        for day in self.days:
            month = self.ledger.month(day)
            now = month if unit.contract == "summary" else month[:4]
            if unit.basis == "day" or now != period:
                sums, period = {}, now
            for place, figure in self._of_day(unit):
                sums[place] = sums.get(place, 0) + figure
            found[day] = tuple(sums.items())
        return found

    def _of_day(self, unit: Unit) -> Iterator[tuple[Place, int]]:
        def few() -> int:
            return self.dice.randint(0, 4)

        if unit.contract == "processing":
            received = few() + few()
            settled = self.dice.randint(0, received)
            yield from zip(
                (("", 0, name) for name in PROCESSED), (received, settled, self.dice.randint(0, settled)), strict=True
            )
            return
        for field, level in ROWS:
            online, in_person = few(), few()
            yield from zip(((field, level, way) for way in WAYS), (online, in_person, online + in_person), strict=True)

    def _dirty(self, unit: Unit, day: date, figures: Figures) -> Figures:
        """The right figures, or mostly figures that break a rule on sums or on history."""
        dice = self.dice
        kind = dice.choices(["right", "scaled", "wrong sum", "copy", "no level"], [60, 18, 8, 10, 4])[0]
        before = [d for d in self.days if d < day and (unit.id, d, unit.contract) in self.latest]
        if kind == "scaled":
            factor = dice.choice([0.0, 0.5, 0.8, 1.5, 3.0])
            return _scaled(figures, factor)
        if kind == "wrong sum":
            at = dice.randrange(len(figures))
            return tuple((place, n + dice.randint(1, 4) * (i == at)) for i, (place, n) in enumerate(figures))
        if kind == "copy" and before:
            return self.latest[unit.id, before[-1], unit.contract]
        if kind == "no level" and unit.id == "huyen-a":
            return tuple(((field, 0 if level == 3 else level, column), n) for (field, level, column), n in figures)
        return figures

    def _file(self, unit: Unit, day: date, now: datetime, figures: Figures, *, over: bool = False) -> File:
        """A file that came since the run before, under a new name, or (`over`) in place of the newest one."""
        place = (unit.id, day)
        tag = max(1, self.tags.get(place, 0) + (not over))
        self.tags[place] = tag
        earliest = max(self.since, datetime(day.year, day.month, day.day, 9))
        span = max(int((now - earliest).total_seconds()) - 3600, 60)
        modified = earliest + timedelta(seconds=self.dice.randint(30, span))
        self.latest[unit.id, day, unit.contract] = figures
        name = f"{day}.csv" if tag == 1 else f"{day}_lan{tag}.csv"
        return File(unit, day, name, modified, figures)

    # arrivals

    def _firsts(self) -> dict[int, list[tuple[Unit, date]]]:
        found: dict[int, list[tuple[Unit, date]]] = {n: [] for n in range(len(self.ends))}
        for unit in self.units:
            for index, day in enumerate(self.days):
                due = next(n for n, end in enumerate(self.ends) if index <= end)
                near = unit.exists(day) or unit.exists(day - 2 * DAY) or unit.exists(day + 2 * DAY)
                if not near or (unit.calendar == "working_days" and day.weekday() >= 5 and self.dice.random() < 0.7):
                    continue
                chance = self.dice.random()
                if chance < 0.75:
                    found[due].append((unit, day))
                elif chance < 0.9 and due + 1 < len(self.ends):
                    found[due + 1].append((unit, day))
        return found

    def story(self) -> tuple[Story, Ledger]:
        made = []
        self.since = datetime(self.first.year, self.first.month, self.first.day)
        for number, end in enumerate(self.ends):
            if number == self.switch:
                self.ledger.basis |= {unit.id: unit.then for unit in self.units if unit.then}
            last = self.days[end]
            now = max(self.since, datetime(last.year, last.month, last.day)) + timedelta(self.dice.randint(1, 3))
            now = now.replace(hour=22, minute=30)
            made.append(self._arrival(number, last, now))
        months = tuple(sorted({self.ledger.month(day) for day in self.days}))
        return (
            Story(
                self.units,
                self.lookback,
                self.dice.randint(2, 6),
                self.first_day,
                HOLIDAYS,
                tuple(made),
                self.switch,
                months,
            ),
            self.ledger,
        )

    def _arrival(self, number: int, last: date, now: datetime) -> Arrival:
        files = [self._file(u, day, now, self._dirty(u, day, self._right(u, day))) for u, day in self.free[number]]
        known = [(self.ledger.units[key[0]], key[1]) for key in self.ledger.versions]
        for unit, day in self.dice.sample(known, min(len(known), self.dice.randint(0, 5))):
            files.append(self._again(unit, day, now))
        files += [self._again(unit, day, now) for unit, day in self.free[number] if self.dice.random() < 0.06]
        waiting = {(file.key, file.name): file for file in (*self.pending, *files)}
        taken = [file for file in waiting.values() if self.ledger.reaches(file, last, self.lookback)]
        self.pending = [file for file in waiting.values() if file not in taken]
        first = min((file.day for file in taken), default=last)
        since = self.days[0] if number == 0 else self.days[self.ends[number - 1] + 1]
        first = min(first, since)
        lacks_only = all(
            self.ledger.counting(file.key) is None and self.ledger.is_expected(file.unit, file.day) for file in taken
        )
        self.ledger.take(taken, first, last)
        self.since = now
        decisions = tuple(self._decisions(now))
        self.since += timedelta(minutes=1)
        at_once = any(file.day < file.unit.since for file in taken)
        published = self.dice.random() < (0.6 if number == len(self.ends) - 1 else 0.25)
        return Arrival(tuple(files), first, last, now, decisions, lacks_only, at_once, published)

    def _right(self, unit: Unit, day: date) -> Figures:
        """The right figures of a day, by the basis that is agreed now."""
        if unit.then is None or self.ledger.basis[unit.id] == unit.basis:
            return self.truth[unit.id][day]
        sums: dict[Place, int] = {}
        for other in self.days:
            if other <= day and self.ledger.month(other) == self.ledger.month(day):
                for place, n in self.truth[unit.id][other]:
                    sums[place] = sums.get(place, 0) + n
        return tuple(sums.items())

    def _again(self, unit: Unit, day: date, now: datetime) -> File:
        """A day once more: the same bytes, right figures, or other ones; under a new name or in the same place."""
        figures = self.latest[unit.id, day, unit.contract]
        if self.dice.random() < 0.7:
            figures = self._dirty(unit, day, self._right(unit, day))
        if self.dice.random() < 0.3:
            figures = _scaled(figures, self.dice.choice([0.9, 1.2, 2.0]))
        return self._file(unit, day, now, figures, over=self.dice.random() < 0.4)

    # decisions

    def _decisions(self, now: datetime) -> Iterator[Decided]:
        for number in range(self.dice.choice([0, 1, 2, 3, 3])):
            at = now + timedelta(minutes=2 * number + 2)
            decided = self._decision(at)
            if decided:
                yield decided
                self.since = at + timedelta(minutes=1)

    def _decision(self, at: datetime) -> Decided | None:
        dice, ledger = self.dice, self.ledger
        kind = dice.choice(["release", "release", "reject", "withdraw", "withdraw", "previous", "correct", "entries"])
        waiting, counting = ledger.waiting(), ledger.all_counting()
        # those with entries in corrections.toml are left to it
        free = [v for v in (*waiting, *counting) if v.file.key not in ledger.entries]
        twice = [v for v in free if sum(o.counts for o in ledger.versions[v.file.key]) > 1 and v.counts]
        either = [v for v in free if v is ledger.newest(v.file.key)]
        chosen = {
            "release": [v for v in free if not v.accepted],
            "reject": waiting,
            "withdraw": counting,
            "previous": twice,
        }.get(kind, either)
        if not chosen:
            return None
        version = dice.choice(chosen)
        sets = self._sets(version) if kind in {"correct", "entries"} else ()
        if kind in {"correct", "entries"} and not sets:
            return None
        decided = Decided(kind, version.delivery_id, at, sets)
        if kind == "entries":
            return self._entries(version, decided)
        return replace(decided, refused=not ledger.decide(decided))

    def _entries(self, version: Version, decided: Decided) -> Decided | None:
        """Entries in corrections.toml that can be applied to a delivery; None where they cannot."""
        if version.by_hand:
            return None
        stated = dict(version.file.figures)
        own = {place: Entry(version.file.key, place, stated[place], value) for place, value in decided.sets}
        self.ledger.entries[version.file.key] = own
        if not self.ledger.decide(replace(decided, sets=())):
            del self.ledger.entries[version.file.key]
            return None
        return replace(decided, stated=tuple((place, stated[place]) for place, _ in decided.sets))

    def _sets(self, version: Version) -> tuple[tuple[Place, int], ...]:
        """Two figures of a row set anew so that the row adds up again; other ones than the file states."""
        stated, now = dict(version.file.figures), version.figures
        field, level, _ = self.dice.choice(sorted(stated))
        part, whole = ("settled", "received") if version.file.unit.contract == "processing" else ("online", "total")
        more = self.dice.choice([-2, -1, 1, 2, 5])
        online = max(0, now[field, level, part] + more)
        if whole == "total":
            total = online + now[field, level, "in_person"]
        else:
            total = max(now[field, level, whole] + max(0, more), online)
        wanted = (((field, level, part), online), ((field, level, whole), total))
        return wanted if all(stated[p] != n and now[p] != n for p, n in wanted) else ()


def _scaled(figures: Figures, factor: float) -> Figures:
    """Every case times `factor`; sums stay right."""
    scaled = {place: int(n * factor) for place, n in figures}
    for field, level, column in scaled:
        if column == "total":
            scaled[field, level, column] = scaled[field, level, "online"] + scaled[field, level, "in_person"]
    return tuple(scaled.items())

"""A month of a province with its answer key: which export is good, faulty or odd, random from a seed. Runs nothing."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from itertools import cycle, islice
from pathlib import Path

from demo.clock import in_vietnam
from tests.answer_key.figures import Entries, added, of_day
from tests.answer_key.province import Member, province, tyle_toml, units_csv
from tests.answer_key.stories import Sending, Slot, Story, correction_text, ordinary, stories

FIRST = date(2022, 8, 1)
ACCEPTED = ("accepted", "accepted_with_warnings")
SHARE = 0.02  # of exports are faulty, as many again are odd but good; at least one of each kind


@dataclass(frozen=True)
class Cell:
    """What a unit sends for a business date. `story`: its name, "" for an ordinary day."""

    member: Member
    day: date
    story: str
    sendings: tuple[Sending, ...]

    def place(self, sending: Sending) -> str:
        """Where a file lies, as the lake names it."""
        return f"inbox/{self.member.unit_id}/{self.day}{sending.tag}{sending.suffix}"

    @property
    def counts(self) -> Sending | None:
        """The file that counts: the last accepted one."""
        return next((sending for sending in reversed(self.sendings) if sending.status in ACCEPTED), None)

    @property
    def outcome(self) -> tuple[str, int | None, bool]:
        """How the day stands at the end of the month: outcome, version, late."""
        if not self.sendings:
            return "missing", None, False
        versions = [sending for sending in self.sendings if sending.status != "duplicate"]
        decides = self.counts or versions[-1]
        is_late = self.sendings[0].hour > 16
        return decides.status, versions.index(decides) + 1, is_late


@dataclass(frozen=True)
class Plan:
    """Everything that is sent, and the answers."""

    seed: int
    members: list[Member]
    days: list[date]
    cells: list[Cell]
    corrections: str

    def arriving(self, day: date) -> Iterator[tuple[Cell, Sending]]:
        """The files that arrive together with the exports of a day."""
        for cell in self.cells:
            for sending in cell.sendings:
                if sending.arrives == day:
                    yield cell, sending


def working_days(first: date, number: int) -> list[date]:
    """So many working days from `first` on; a month without holidays."""
    days = (first + timedelta(days=offset) for offset in range(2 * number + 7))
    return list(islice((day for day in days if day.weekday() < 5), number))


def plan_month(seed: int, units: int, days: list[date]) -> Plan:
    """The exports of so many units on these days, with every kind of story at least once."""
    rng = random.Random(seed)
    members = province(units)
    chosen: dict[tuple[int, int], Story] = {}
    at_least = round(SHARE * units * len(days))
    for kinds in stories():
        # Stories that need ordinary days beside them are placed first: few places fit them.
        for story in sorted(
            islice(cycle(kinds), max(len(kinds), at_least)), key=lambda s: -(s.days_before + s.days_after)
        ):
            chosen[_place(story, members, len(days), chosen, rng)] = story
    cells: list[Cell] = []
    corrections: list[dict[str, object]] = []
    for member in members:
        of_days = [of_day(seed, member, day) for day in days]
        for index, day in enumerate(days):
            story = chosen.get((member.number, index))
            slot = Slot(
                member,
                day,
                _entries(member, of_days, index),
                _entries(member, of_days, index - 1) if index else (),
                days[index - 1],
                tuple(days[index + 1 :]),
            )
            if story and story.correct:
                corrections.append(story.correct(slot))
            sendings = story.sendings(slot) if story else ordinary(slot)
            cells.append(Cell(member, day, story.name if story else "", tuple(sendings)))
    return Plan(seed, members, days, cells, correction_text(corrections))


def _entries(member: Member, of_days: list[Entries], index: int) -> Entries:
    return added(of_days[: index + 1]) if member.basis == "month_to_date" else of_days[index]


def _place(
    story: Story, members: list[Member], days: int, chosen: dict[tuple[int, int], Story], rng: random.Random
) -> tuple[int, int]:
    """A unit and the index of a day, with no story on the days beside it."""
    able = [
        member
        for member in members
        if (member.contract, member.basis) == (story.contract, story.basis) and member.is_small == story.only_small
    ]
    indices = range(story.days_before, days - story.days_after)
    free = [
        (member.number, index)
        for member in able
        for index in indices
        if not any((member.number, near) in chosen for near in range(index - 1, index + 2))
    ]
    if not free:
        raise ValueError(f"no place for “{story.name}” among {len(members)} units and {days} days")
    return rng.choice(free)


def write_reference(root: Path, plan: Plan) -> None:
    """What a workspace knows of the province: units, agreements, corrections."""
    (root / "tyle.toml").write_text(tyle_toml(plan.members), encoding="utf-8")
    (root / "reference" / "units.csv").write_text(units_csv(plan.members), encoding="utf-8")
    (root / "reference" / "corrections.toml").write_text(plan.corrections, encoding="utf-8")


def write_exports(root: Path, plan: Plan, day: date) -> int:
    """Write the files that arrive on a day; returns how many."""
    number = 0
    for number, (cell, sending) in enumerate(plan.arriving(day), start=1):  # noqa: B007
        path = root / cell.place(sending)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sending.content)
        moment = in_vietnam(day, sending.hour, 30).replace(tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    return number

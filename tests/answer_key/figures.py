"""How many cases each unit had on each day and field, random from a seed. Writes nothing."""

import random
from datetime import date

from demo.fields import fields_of
from tests.answer_key.province import Member
from tests.writers import Entry

Entries = tuple[Entry, ...]  # one a field

_FIELDS = fields_of("", "ubnd-huyen")


def of_day(seed: int, member: Member, day: date) -> Entries:
    """The cases of one day, by field; those of two days less than a week apart are never all the same."""
    rng = random.Random(f"{seed} {member.unit_id} {day}")
    fields = _FIELDS[: 2 + member.number % 4]
    if member.contract == "cases" or member.is_small:
        return tuple(Entry(field, rng.randint(1, 3), rng.randint(1, 2)) for field in fields)
    busiest = Entry(fields[0], 35 + 7 * rng.randint(0, 200) + day.toordinal() % 7, rng.randint(1, 400))
    return (busiest, *(Entry(field, rng.randint(0, 60), rng.randint(0, 60)) for field in fields[1:]))


def added(days: list[Entries]) -> Entries:
    """The sums by field over some days with the same fields."""
    return tuple(
        Entry(same[0].field, sum(entry.online for entry in same), sum(entry.in_person for entry in same))
        for same in zip(*days, strict=True)
    )

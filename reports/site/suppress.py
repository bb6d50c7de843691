"""Decides which counts the public pages withhold, so that nobody can read or compute a count below a limit.

A row with a count from 1 to `below` - 1 is withheld whole, and one large row of the same sum with it. The sum less the
rows shown then gives only the two together, and every small value remains possible. Knows no page and no mart.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

Counts = tuple[int, int, int]  # online, in person, total


@dataclass(frozen=True)
class Withheld:
    """Keys of withheld rows; `covered`: whether their sum may be shown all the same."""

    keys: frozenset[str]
    covered: bool = True


def withhold(rows: Mapping[str, Counts], below: int) -> Withheld:
    """The rows of one sum that are not shown."""
    small = {key for key, counts in rows.items() if any(0 < count < below for count in counts)}
    if not small:
        return Withheld(frozenset())
    cover = cover_of(rows, small, below)
    return Withheld(frozenset(small | {cover}) if cover else frozenset(small), cover is not None)


def cover_of(rows: Mapping[str, Counts], hidden: Iterable[str], below: int) -> str | None:
    """The smallest row that is large enough to hide any small value beside it; None where there is none."""
    taken = set(hidden)
    large = [key for key, counts in rows.items() if key not in taken and min(counts[:2]) >= 2 * below - 2]
    return min(large, key=lambda key: (rows[key][2], key), default=None)


def withhold_month(
    groups: Mapping[str, Mapping[str, Counts]], below: int, apart: Collection[str] = ()
) -> tuple[frozenset[str], frozenset[str]]:
    """The units and the groups (`all` among them) that a month does not show; `groups`: the units' counts by group.

    The groups `apart` are no part of `all`: none of them covers another, and none needs cover but by its own units.
    """
    alone = {group: withhold(units, below) for group, units in groups.items() if group in apart}
    if alone:
        own, hidden = withhold_month({group: units for group, units in groups.items() if group not in alone}, below)
        uncovered = (group for group, withheld in alone.items() if not withheld.covered)
        return own.union(*(withheld.keys for withheld in alone.values())), hidden.union(uncovered)
    found = {group: withhold(units, below) for group, units in groups.items()}
    units = {unit for withheld in found.values() for unit in withheld.keys}
    gone = {group for group, withheld in found.items() if not withheld.covered}
    if gone:  # the whole less the other groups would be the group that is not shown
        elsewhere = {
            unit: counts for group, members in groups.items() if group not in gone for unit, counts in members.items()
        }
        cover = cover_of(elsewhere, units, below)
        if cover is None:
            gone.add("all")
        else:
            units.add(cover)
            gone |= {group for group, members in groups.items() if cover in members}
    return frozenset(units), frozenset(gone)

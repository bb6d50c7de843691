"""Which unit a name means on a day. Reads no file; knows no figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from transforms.dictionary.frames import checked
from transforms.reference.organisation import Organisation
from transforms.reference.unit_file import PENDING, UNITS, listed, read_units
from transforms.reference.unit_names import (
    Keys,
    NameWords,
    Spelling,
    keys_within,
    likeness,
    registered_keys,
    spelling,
    stated_keys,
)

# Whether the row's unit exists on its business date; an open end is null.
EXISTS_ON_DAY = (pl.col("business_date") >= pl.col("valid_from")) & (
    pl.col("valid_to").is_null() | (pl.col("business_date") <= pl.col("valid_to"))
)


@dataclass(frozen=True)
class _Entry:
    """One unit as it is searched: when it exists, and what it is called."""

    unit_id: str
    name: str
    aliases: str | None
    valid_from: date
    valid_to: date

    words: NameWords

    @property
    def names(self) -> list[str]:
        """All that it is called."""
        return [self.name, *listed(self.aliases)]

    @cached_property
    def spellings(self) -> tuple[Spelling, ...]:
        """Of its id and its names."""
        return tuple(spelling(name, self.words) for name in (self.unit_id, *self.names))

    def exists(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True)
class Registry:
    """All units through time; `units`: UNITS, a row per unit.

    `words`: those in names that do not distinguish units. `levels`: of administration, as titles name it, by group.
    `week_ends` (ISO weekday), `year_ends` (month): with which the periods of calendars end.
    """

    units: pl.DataFrame
    words: NameWords = field(default_factory=NameWords)
    levels: Mapping[str, str] = field(default_factory=dict)
    week_ends: int = 7
    year_ends: int = 12

    def __post_init__(self) -> None:
        """Raises FrameError for other columns."""
        checked(self.units, UNITS, "Registry: units")

    @classmethod
    def from_csv(cls, text: str, organisation: Organisation) -> "Registry":
        """From reference/units.csv. Raises ConfigurationError with all rows that are wrong."""
        levels = {group.id: group.level for group in organisation.groups}
        ends = organisation.week_ends, organisation.year_ends
        return cls(read_units(text, organisation), organisation.names, levels, *ends)

    def on(self, day: date) -> pl.DataFrame:
        """UNITS: those valid on `day`."""
        still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        return self.units.filter((pl.col("valid_from") <= day) & still)

    def resolve(self, name: str, day: date | None) -> str | None:
        """The unit_id that `name` (id, code, name or alias) means on `day`, or at any time; None if not just one."""
        meant = self.meant(name, day)
        return meant[0] if len(meant) == 1 else None

    def meant(self, name: str, day: date | None) -> list[str]:
        """The ids of the units valid on `day` that `name` may mean: none if unknown, several if unclear.

        Without a day: of all units through time.

        An id, a code or a full name goes before a name without its kind (`Phú Lương`), and what is written with
        diacritics before what is typed without (`SO Y TE`): the first of these that finds a unit decides.
        """
        known = self._found([name.strip()], self._ids, day)
        if known:
            return known
        for keys, filed in zip(stated_keys(name, self.words), self._names, strict=True):
            if found := self._found(keys, filed, day):
                return found
        return []

    def named_in(self, text: str, day: date) -> list[tuple[str, str]]:
        """The units valid on `day` whose name with its kind stands in `text`: (unit_id, the registered name).

        The longest name counts: `Sở Y tế` in `Sở Y tế tỉnh Thái Nguyên` is one unit. The name of a place counts at the
        beginning and behind `UBND`: `Trung tâm Y tế huyện Phú Lương` is no district.
        """
        full, _, plain, _ = self._names
        names: dict[str, str] = {}
        for marked, unmarked in keys_within(text, self.words):
            entries = [*full.get(marked, ()), *(plain.get(unmarked, ()) if unmarked else ())]
            names |= {entry.unit_id: entry.name for entry in entries if entry.exists(day)}
        return list(names.items())

    @staticmethod
    def _found(keys: list[str], filed: "_Filed", day: date | None) -> list[str]:
        found = (entry for key in keys for entry in filed.get(key, ()))
        return sorted({entry.unit_id for entry in found if day is None or entry.exists(day)})

    def nearest(self, name: str, day: date, count: int = 3) -> list[tuple[str, str]]:
        """The units (unit_id, name) valid on `day` that `name` is most like; those it may mean come first."""
        asked = spelling(name, self.words)
        meant = self.meant(name, day)

        def rank(entry: _Entry) -> tuple[bool, float, float]:
            alike, marked = max(likeness(asked, known) for known in entry.spellings)
            return entry.unit_id not in meant, -alike, -marked

        ranked = sorted((entry for entry in self._entries if asked.plain and entry.exists(day)), key=rank)
        return [(entry.unit_id, entry.name) for entry in ranked[:count]]

    def nearest_ids(self, unit_id: str, day: date, count: int = 3) -> list[str]:
        """The ids of the units valid on `day` that are most like `unit_id`, which may also be a name."""
        return [found for found, _ in self.nearest(unit_id, day, count)]

    @cached_property
    def calendars(self) -> dict[str, str]:
        """unit_id → how often the unit sends."""
        return dict(self.units.select("unit_id", "calendar").iter_rows())

    @cached_property
    def _entries(self) -> list[_Entry]:
        return [
            _Entry(
                *(unit["unit_id"], unit["name"], unit["aliases"], unit["valid_from"], unit["valid_to"] or date.max),
                self.words,
            )
            for unit in self.units.iter_rows(named=True)
        ]

    @cached_property
    def _ids(self) -> "_Filed":
        """The units by id and code."""
        filed: _Filed = {}
        for entry, code in zip(self._entries, self.units["code"], strict=True):
            for key in {entry.unit_id} if code == PENDING else {entry.unit_id, code}:
                filed.setdefault(key, []).append(entry)
        return filed

    @cached_property
    def _names(self) -> "tuple[_Filed, ...]":
        """The units by each of the `Keys` of their names."""
        filed: tuple[_Filed, ...] = tuple({} for _ in Keys._fields)
        for entry in self._entries:
            names = [registered_keys(name, self.words) for name in entry.names]
            for keys, book in zip(zip(*names, strict=True), filed, strict=True):
                for key in {key for spelled in keys for key in spelled}:
                    book.setdefault(key, []).append(entry)
        return filed


_Filed = dict[str, list[_Entry]]


def resolve_stated(
    stated: pl.DataFrame, registry: Registry, column: str = "unit", into: str = "stated_unit_id"
) -> pl.DataFrame:
    """`stated` (`column`, `named_on` and others) with `into`: the unit meant on the day `named_on`, or null.

    Most rows name the unit of the row above on its day: each run of such rows is resolved once.
    """
    named = stated.select(column, "named_on")
    other = pl.any_horizontal(pl.all().ne_missing(pl.all().shift())) | (pl.int_range(pl.len()) == 0)
    begins = named.select(other).to_series()
    runs = named.filter(begins)
    pairs = [(name, day, registry.resolve(name, day)) for name, day in runs.drop_nulls().unique().iter_rows()]
    schema = {column: pl.String, "named_on": pl.Date, into: pl.String}
    known = pl.DataFrame(pairs, schema=schema, orient="row")
    meant = runs.join(known, on=[column, "named_on"], how="left", maintain_order="left")[into]
    return stated.with_columns(meant.gather(begins.cum_sum() - 1))


def with_validity(sent: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """`sent` (`unit_id` and others) with `valid_from` and `valid_to` of the unit; null: unknown, or without end."""
    validity = registry.units.select("unit_id", "valid_from", "valid_to")
    return sent.drop("valid_from", "valid_to", strict=False).join(
        validity, on="unit_id", how="left", maintain_order="left"
    )


def named_on() -> pl.Expr:
    """The day as of which a file's names of units are read: its business date, or the sender's nearest day.

    So a file for a day outside its sender's life is held back for its day, not for its sender's name.
    """
    day = pl.max_horizontal("business_date", "valid_from")
    return pl.when(pl.col("valid_to") < day).then("valid_to").otherwise(day).alias("named_on")

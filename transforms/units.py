"""Who is meant, as of a day, and on which days a unit sends. Reads no file; knows no figures."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from transforms.unit_file import PENDING, listed, read_units
from transforms.unit_names import Keys, Spelling, likeness, registered_keys, spelling, stated_keys


@dataclass(frozen=True)
class _Entry:
    """One unit as it is looked for: when it exists, and how its id and names are spelled."""

    unit_id: str
    name: str
    valid_from: date
    valid_to: date
    spellings: tuple[Spelling, ...]

    def exists(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True)
class Registry:
    """All units through time; `units` has the columns of unit_file.SCHEMA."""

    units: pl.DataFrame

    @classmethod
    def from_csv(cls, text: str) -> "Registry":
        """From reference/units.csv. Raises ValueError naming the row and what is wrong."""
        return cls(read_units(text))

    def on(self, day: date) -> pl.DataFrame:
        """The units valid on `day`."""
        still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        return self.units.filter((pl.col("valid_from") <= day) & still)

    def resolve(self, name: str, day: date) -> str | None:
        """The unit_id that `name` (id, code, name or alias) means on `day`; None if unknown or unclear."""
        meant = self.meant(name, day)
        return meant[0] if len(meant) == 1 else None

    def meant(self, name: str, day: date) -> list[str]:
        """The ids of the units valid on `day` that `name` may mean: none if unknown, several if unclear.

        An id, a code or a full name goes before a name without its kind (`Phú Lương`), and what is written with
        diacritics before what is typed without (`SO Y TE`): the first of these that finds a unit decides.
        """
        for keys, filed in zip(([name.strip()], *stated_keys(name)), self._filed, strict=True):
            entries = {entry.unit_id for key in keys for entry in filed.get(key, ()) if entry.exists(day)}
            if entries:
                return sorted(entries)
        return []

    def nearest(self, name: str, day: date, count: int = 3) -> list[tuple[str, str]]:
        """The units (unit_id, name) valid on `day` that `name` looks most like; those it may mean come first."""
        asked = spelling(name)
        meant = self.meant(name, day)

        def rank(entry: _Entry) -> tuple[bool, float, float]:
            alike, marked = max(likeness(asked, known) for known in entry.spellings)
            return entry.unit_id not in meant, -alike, -marked

        ranked = sorted((entry for entry in self._entries if asked.plain and entry.exists(day)), key=rank)
        return [(entry.unit_id, entry.name) for entry in ranked[:count]]

    def nearest_ids(self, unit_id: str, day: date, count: int = 3) -> list[str]:
        """The ids of the units valid on `day` that look most like `unit_id`, which may also be a name."""
        return [found for found, _ in self.nearest(unit_id, day, count)]

    @cached_property
    def _entries(self) -> list[_Entry]:
        return [
            _Entry(
                unit["unit_id"],
                unit["name"],
                unit["valid_from"],
                unit["valid_to"] or date.max,
                tuple(map(spelling, (unit["unit_id"], *_names(unit["name"], unit["aliases"])))),
            )
            for unit in self.units.iter_rows(named=True)
        ]

    @cached_property
    def _filed(self) -> tuple[dict[str, list[_Entry]], ...]:
        """The units by id and code, then by each of the `Keys` of their names."""
        filed: tuple[dict[str, list[_Entry]], ...] = tuple({} for _ in ("ids", *Keys._fields))
        rows = self.units.select("code", "aliases").iter_rows()
        for entry, (code, aliases) in zip(self._entries, rows, strict=True):
            codes = [entry.unit_id] if code == PENDING else [entry.unit_id, code]
            names = [registered_keys(name) for name in _names(entry.name, aliases)]
            for keys, book in zip(([codes], *zip(*names, strict=True)), filed, strict=True):
                for key in {key for spelled in keys for key in spelled}:
                    book.setdefault(key, []).append(entry)
        return filed


def _names(name: str, aliases: str | None) -> list[str]:
    return [name, *listed(aliases)]


def resolve_stated(stated: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """`stated` (unit, business_date) with `stated_unit_id`: whom each name means that day, null where unknown."""
    distinct = stated.select("unit", "business_date").drop_nulls().unique()
    pairs = [(name, day, registry.resolve(name, day)) for name, day in distinct.iter_rows()]
    schema = {"unit": pl.String, "business_date": pl.Date, "stated_unit_id": pl.String}
    known = pl.DataFrame(pairs, schema=schema, orient="row")
    return stated.join(known, on=["unit", "business_date"], how="left", maintain_order="left")


def working_day(holidays: frozenset[date]) -> pl.Expr:
    """Whether `business_date` is Monday to Friday and no holiday."""
    return (pl.col("business_date").dt.weekday() <= 5) & ~pl.col("business_date").is_in(sorted(holidays))


def expected_days(units: pl.DataFrame, holidays: frozenset[date], first: date, last: date) -> pl.DataFrame:
    """The days from `first` to `last` each unit sends, by calendar and validity: unit_id, business_date."""
    days = pl.DataFrame({"business_date": pl.date_range(first, last, eager=True)}).with_columns(
        is_working=working_day(holidays)
    )
    return (
        units.join(days, how="cross")
        .filter(
            pl.col("business_date") >= pl.col("valid_from"),
            pl.col("valid_to").is_null() | (pl.col("business_date") <= pl.col("valid_to")),
            (pl.col("calendar") == "every_day") | pl.col("is_working"),
        )
        .select("unit_id", "business_date")
    )

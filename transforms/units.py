"""Who is meant, as of a day, and on which days a unit sends. Reads no file; knows no figures."""

import io
from dataclasses import dataclass
from datetime import date

import polars as pl
from rapidfuzz import process

from transforms.text import fold

SCHEMA = pl.Schema(
    {
        "unit_id": pl.String,
        "name": pl.String,
        "unit_type": pl.String,
        "unit_group": pl.String,
        "report_order": pl.Int32,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "code": pl.String,
        "calendar": pl.String,
        "aliases": pl.String,
        "successors": pl.String,
    }
)
CALENDARS = ("every_day", "working_days")

# What offices abbreviate. The kind of unit stays in the key: a commune and the district it is named after are two.
_EXPANSIONS = {"tp": "thành phố", "tx": "thị xã", "tt": "thị trấn", "p": "phường", "x": "xã", "h": "huyện"}
_EXPANDED = {short: fold(long).split() for short, long in _EXPANSIONS.items()}
_SILENT = {*fold("ủy ban nhân dân ubnd và").split()}


def unit_key(name: str) -> str:
    """A unit's name without what does not tell units apart: `UBND TP. Phổ Yên` = `Thành phố Phổ Yên`."""
    words = fold(name.replace("&", " và ")).split()
    expanded = [part for word in words for part in _EXPANDED.get(word, [word])]
    return " ".join(word for word in expanded if word not in _SILENT)


@dataclass(frozen=True)
class Registry:
    """All units through time; `units` has the columns of SCHEMA."""

    units: pl.DataFrame

    @classmethod
    def from_csv(cls, text: str) -> "Registry":
        """From reference/units.csv. Raises ValueError naming the row and what is wrong."""
        try:
            units = pl.read_csv(io.StringIO(text), schema=SCHEMA)
        except pl.exceptions.PolarsError as error:
            raise ValueError(f"units.csv: {str(error).splitlines()[0]}") from error
        _refuse_rows(units, pl.col("unit_id").is_duplicated(), "unit_id trùng")
        _refuse_rows(units, ~pl.col("calendar").is_in(CALENDARS), f"calendar phải là một trong {CALENDARS}")
        _refuse_rows(units, pl.col("valid_to") < pl.col("valid_from"), "valid_to trước valid_from")
        missing = pl.any_horizontal(pl.col("unit_id", "name", "unit_group", "valid_from").is_null())
        _refuse_rows(units, missing, "thiếu unit_id, name, unit_group hoặc valid_from")
        return cls(units)

    def on(self, day: date) -> pl.DataFrame:
        """The units valid on `day`."""
        still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        return self.units.filter((pl.col("valid_from") <= day) & still)

    def resolve(self, name: str, day: date) -> str | None:
        """The unit_id that `name` (id, code, name or alias) means on `day`; None if unknown or unclear."""
        found = {unit_id for key, unit_id in self._names(day) if key in {name.strip(), unit_key(name)}}
        return found.pop() if len(found) == 1 else None

    def nearest_ids(self, unit_id: str, day: date, count: int = 3) -> list[str]:
        """The ids of the units valid on `day` that look most like `unit_id`."""
        return [found for found, _, _ in process.extract(unit_id, self.on(day)["unit_id"].to_list(), limit=count)]

    def _names(self, day: date) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for unit in self.on(day).iter_rows(named=True):
            aliases = (unit["aliases"] or "").split("|")
            pairs.append((unit["unit_id"], unit["unit_id"]))
            if unit["code"] not in {None, "pending"}:
                pairs.append((unit["code"], unit["unit_id"]))
            pairs += [(unit_key(name), unit["unit_id"]) for name in (unit["name"], *aliases) if name]
        return pairs


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


def _refuse_rows(units: pl.DataFrame, wrong: pl.Expr, why: str) -> None:
    bad = units.with_row_index("row", offset=2).filter(wrong)
    if not bad.is_empty():
        raise ValueError(f"units.csv: dòng {bad['row'][0]} ({bad['unit_id'][0]}): {why}")

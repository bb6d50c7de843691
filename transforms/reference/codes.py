"""Translates what units write for a channel, a status, a level, a mark of a case. Reads no file and counts nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import Field

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.contracts import CASE_MARKS
from transforms.dictionary.problems import Problem, raise_if_any
from transforms.dictionary.text import fold
from transforms.dictionary.toml_file import Filled, Places, keyed, list_of, read_toml, table

FILE = "codes.toml"
KINDS = ("channel", "status", "service_level", *CASE_MARKS)
_LABELS = pl.Schema({"kind": pl.String, "key": pl.String, "code": pl.Int8, "valid_from": pl.Date, "valid_to": pl.Date})
_STATUSES = pl.Schema({"status": pl.Int8, "counts": pl.Boolean, "is_settled": pl.Boolean})


_CODE = {"labels": (list_of(keyed(fold)), ...), "valid_from": (date | None, None), "valid_to": (date | None, None)}
_STATUS = {"counts": (bool, True), "settled": (bool, False)}
NOT_TOLD_APART = ("Không tách mức độ", "Not told apart")  # level 0
_NAMES = {"name": (Filled | None, None), "name_en": (Filled | None, None)}
_File = table(
    FILE,
    {
        "channel": (list_of(table("channel", _CODE | {"code": (Literal[1, 2, 3], ...)})), []),
        "status": (list_of(table("status", _CODE | _STATUS | {"code": (Annotated[int, Field(ge=0, le=99)], ...)})), []),
        "service_level": (
            list_of(table("service_level", _CODE | _NAMES | {"code": (Annotated[int, Field(ge=0, le=4)], ...)})),
            [],
        ),
    }
    | {mark: (list_of(table(mark, _CODE | {"code": (Literal[0, 1], ...)})), []) for mark in CASE_MARKS},
)


@dataclass(frozen=True, eq=False)
class CodeBook:
    """`labels`: kind, key (folded label), code, valid_from, valid_to. `statuses`: status, counts, is_settled.

    `counts`: whether a case in that status is part of the statistics; `is_settled`: handled to its end. `levels`: the
    columns of the mart of that name, a row per level of service and name that it has had.
    """

    labels: pl.DataFrame
    statuses: pl.DataFrame
    levels: pl.DataFrame

    @classmethod
    def from_toml(cls, text: str) -> "CodeBook":
        """From the text of reference/codes.toml. Raises ConfigurationError with all entries that are wrong."""
        read = read_toml(FILE, text, _File)
        places = Places(FILE, text)
        problems: list[Problem] = []
        rows: dict[tuple[str, str, date | None], tuple[object, ...]] = {}
        statuses: dict[int, tuple[int, bool, bool]] = {}
        for kind in KINDS:
            for number, entry in enumerate(getattr(read, kind)):
                if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
                    why = f"valid_to {entry.valid_to} trước valid_from {entry.valid_from}"
                    problems.append(places.problem((kind, number, "valid_to"), why))
                for place, label in enumerate(entry.labels):
                    key = (kind, fold(label), entry.valid_from)
                    if key in rows:
                        problems.append(places.problem((kind, number, "labels", place), "nhãn này đã có nghĩa", label))
                    rows[key] = (kind, fold(label), entry.code, entry.valid_from, entry.valid_to)
                if kind == "status":
                    meant = (entry.code, entry.counts, entry.settled)
                    if statuses.setdefault(entry.code, meant) != meant:
                        problems.append(places.problem((kind, number, "code"), "status này có hai nghĩa", entry.code))
        raise_if_any(problems)
        return cls(
            pl.DataFrame(list(rows.values()), schema=_LABELS, orient="row"),
            pl.DataFrame(list(statuses.values()), schema=_STATUSES, orient="row"),
            _levels(read.service_level),
        )

    def coded(self, rows: pl.DataFrame, kind: str) -> pl.DataFrame:
        """`rows` (`business_date`, the text column `kind` and others) with codes in `kind` (Int8; null: unknown)."""
        known = self.labels.filter(kind=kind)
        words = rows.select(kind, "business_date").drop_nulls().unique()
        if words.is_empty():
            return rows.with_columns(pl.lit(None, pl.Int8).alias(kind))
        keyed = words.with_columns(key=pl.Series([fold(word) for word in words[kind]], dtype=pl.String))
        meant = (
            keyed.join(known, on="key")
            .filter(
                pl.col("valid_from").is_null() | (pl.col("business_date") >= pl.col("valid_from")),
                pl.col("valid_to").is_null() | (pl.col("business_date") <= pl.col("valid_to")),
            )
            .select(kind, "business_date", "code")
            .unique([kind, "business_date"], keep="last", maintain_order=True)
        )
        return (
            rows.join(meant, on=[kind, "business_date"], how="left", maintain_order="left")
            .with_columns(pl.col("code").alias(kind))
            .drop("code")
        )


def _levels(entries: Iterable[Any]) -> pl.DataFrame:
    """The names of levels, each until the next of the same level begins; 0 = levels are not told apart.

    A name is what the entry states, else its first label that is more than a number.
    """
    named: dict[tuple[int, str], tuple[str | None, date | None, date | None]] = {}
    for entry in entries:
        name = entry.name or next((label for label in entry.labels if any(map(str.isalpha, label))), None)
        if name and entry.code:
            named.setdefault((entry.code, name), (entry.name_en, entry.valid_from, entry.valid_to))
    rows: list[tuple[object, ...]] = [(0, *NOT_TOLD_APART, None, None)]
    for (level, name), (name_en, since, until) in named.items():
        later = [
            other for (of, _), (_, other, _) in named.items() if of == level and other and other > (since or date.min)
        ]
        rows.append((level, name, name_en, since, until or (min(later) - timedelta(days=1) if later else None)))
    table = REFERENCE["levels"]
    return pl.DataFrame(rows, schema=table.schema, orient="row").sort(table.row_order)

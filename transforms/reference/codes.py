"""Translates what units write for a channel, a status, a level, a mark of a case. Reads no file and counts nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from transforms.dictionary.contracts import CASE_MARKS
from transforms.dictionary.problems import Problem, raise_if_any
from transforms.dictionary.text import fold
from transforms.dictionary.toml_file import Places, keyed, list_of, read_toml, table

FILE = "codes.toml"
KINDS = ("channel", "status", "service_level", *CASE_MARKS)
_LABELS = pl.Schema({"kind": pl.String, "key": pl.String, "code": pl.Int8, "valid_from": pl.Date, "valid_to": pl.Date})
_STATUSES = pl.Schema({"status": pl.Int8, "counts": pl.Boolean, "is_settled": pl.Boolean})


_CODE = {"labels": (list_of(keyed(fold)), ...), "valid_from": (date | None, None), "valid_to": (date | None, None)}
_STATUS = {"counts": (bool, True), "settled": (bool, False)}
_File = table(
    FILE,
    {
        "channel": (list_of(table("channel", _CODE | {"code": (Literal[1, 2, 3], ...)})), []),
        "status": (list_of(table("status", _CODE | _STATUS | {"code": (Annotated[int, Field(ge=0, le=99)], ...)})), []),
        "service_level": (
            list_of(table("service_level", _CODE | {"code": (Annotated[int, Field(ge=0, le=4)], ...)})),
            [],
        ),
    }
    | {mark: (list_of(table(mark, _CODE | {"code": (Literal[0, 1], ...)})), []) for mark in CASE_MARKS},
)


@dataclass(frozen=True, eq=False)
class CodeBook:
    """`labels`: kind, key (folded label), code, valid_from, valid_to. `statuses`: status, counts, is_settled.

    `counts`: whether a case in that status is part of the statistics; `is_settled`: handled to its end.
    """

    labels: pl.DataFrame
    statuses: pl.DataFrame

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
        )

    def coded(self, rows: pl.DataFrame, kind: str) -> pl.DataFrame:
        """`rows` (`business_date`, the text column `kind` and others) with codes in `kind` (Int8; null: unknown)."""
        known = self.labels.filter(kind=kind)
        words = rows.select(kind, "business_date").drop_nulls().unique()
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

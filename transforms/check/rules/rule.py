"""Defines what a rule is. Holds no rule of a contract and judges nothing.

A predicate has three values on a row: true = broken, false = holds, null = cannot be evaluated because
something it needs was not stated. The last never passes.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Literal

import polars as pl

from transforms.dictionary.text import Text

Severity = Literal["critical", "warning", "info"]
Scope = Literal["cell", "row", "table", "past"]
SCOPES: dict[Scope, int] = {"cell": 0, "row": 1, "table": 2, "past": 3}  # from the nearest cause to the farthest
READABLE = "readable"  # whether the file could be read at all; its facts come from the refusals


@dataclass(frozen=True)
class Note:
    """What else a reader should know, in Vietnamese and in English: two expressions of text."""

    vi: pl.Expr
    en: pl.Expr

    def in_language(self, lang: str) -> pl.Expr:
        """The text in `lang` ("vi" or "en")."""
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True)
class Rule:
    """One rule: where it `applies`, when it `breaks`, and how a broken row is shown.

    `shown`: the columns whose values the message states; it points at the first of them, or at the column that `at`
    names. `expected`: what would be right; `note`: what else a reader should know. `scope`: what the rule compares, a
    value with what it may be, values of a row, rows of a table, or a table with the past: a fault of a nearer scope
    explains those of a farther one (transforms.check.follow_ups). A rule `of_delivery` reads what was received
    (`received` of transforms.check.facts.check), not the rows. A rule `of_history` depends on which deliveries before
    count (transforms.check.history.compared).
    """

    id: str
    severity: Severity
    sentence: Text
    _: KW_ONLY
    applies: pl.Expr
    breaks: pl.Expr
    shown: tuple[str, ...]
    at: pl.Expr | None = None
    expected: pl.Expr | Note | None = None
    note: Note | None = None
    scope: Scope = "cell"
    of_delivery: bool = False
    of_history: bool = False

    @property
    def verdict(self) -> pl.Expr:
        """True, false or null per row of a checked frame."""
        return pl.when(self.applies).then(self.breaks).otherwise(pl.lit(False)).alias(self.id)


def first_of(faults: Mapping[str, pl.Expr]) -> pl.Expr:
    """The name of the first column whose predicate is true, in the order of `faults`."""
    return pl.coalesce(
        *(pl.when(broken).then(pl.lit(column)) for column, broken in faults.items()), pl.lit(None, pl.String)
    )


def first_in_file(rows: pl.Expr) -> pl.Expr:
    """The first of these rows in each file: what is true of a whole file is reported once. Null where `rows` is."""
    first = pl.when(rows).then(pl.col("file")).is_first_distinct()  # a window over files takes five times as long
    return rows & (first | rows.is_null())


def kind(*kinds: str) -> pl.Expr:
    """Whether a row is of one of these kinds (transforms.read.rows.table)."""
    return pl.col("kind").is_in(kinds)


# Every row of the table that is seen and says something of its day.
FIGURES = ~kind("statement", "hidden", "comparison")
DETAIL = kind("detail")

"""Compares each file with what counts before it: in the lake, and of its own batch what is not held back.

The result is as if the files had come one by one, in the order of transforms.check.history.order. Decides nothing for
good: transforms.check.facts and expectations.judge do.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from transforms.check.failing import Failing
from transforms.check.frames import prepared
from transforms.check.history.cumulative import (
    PAST_FIGURES,
    YEAR_TO_DATE,
    compare_months,
    compare_years,
    cumulative_senders,
    figures_of,
)
from transforms.check.history.order import SENDER, accepted_files, in_order
from transforms.check.history.past import PAST, compare
from transforms.check.history.past_fields import (
    NAMED,
    PAST_FIELDS,
    fields_here,
    with_field_hints,
    with_seen_fields,
)
from transforms.check.history.repeats import PAST_FILES, repeated_files
from transforms.check.rules import RULES
from transforms.check.rules.fields import BY_FIELD, FIELD_IS_KNOWN
from transforms.check.rules.rule import Rule
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import Contract
from transforms.dictionary.frames import checked, with_columns_of
from transforms.reference.fields import FieldBook
from transforms.reference.months import CALENDAR, Months


@dataclass(frozen=True, eq=False)
class Known:
    """What the lake has of the units: `counts` PAST, `figures` PAST_FIGURES, `files` PAST_FILES, `fields` PAST_FIELDS.

    `counts` and `figures` also of later business dates.
    """

    counts: pl.DataFrame = field(default_factory=PAST.to_frame)
    figures: pl.DataFrame = field(default_factory=PAST_FIGURES.to_frame)
    files: pl.DataFrame = field(default_factory=PAST_FILES.to_frame)
    fields: pl.DataFrame = field(default_factory=PAST_FIELDS.to_frame)


@dataclass(frozen=True, eq=False)
class Terms:
    """How files of a contract are compared. `usual`: USUAL_TERMS, a row per file."""

    contract: Contract
    strictness: Strictness
    usual: pl.DataFrame
    holidays: frozenset[date]
    book: FieldBook
    months: Months = CALENDAR


@dataclass(frozen=True, eq=False)
class Compared:
    """`rows` with all that the rules on history read; `held`: the files that these rules hold back, in their order."""

    rows: pl.DataFrame
    held: tuple[int, ...]


def held_by_themselves(
    failing: Failing, received: pl.DataFrame, refused: Collection[int], contract: Contract, strictness: Strictness
) -> frozenset[int]:
    """The files that are held back whatever came before them: unreadable, or against a critical rule.

    `failing`: transforms.check.failing.by_themselves; `received`: SENT with LAYOUT_COLUMNS, a row per file. Of lists of
    cases all files, since a case counts once in the province; of tables only those of units that send several.
    """
    several = pl.len().over(SENDER) > 1
    own = received if contract.by_case else received.filter(several)
    if own.is_empty():
        return frozenset()
    held = set(refused)
    rows = failing.verdicts.join(own.select("file"), on="file", how="semi")
    of_rows = [(pl.col(rule.id), rule) for rule in failing.rules]
    of_files = [(strictness.verdict(rule), rule) for rule in RULES[contract.name] if rule.of_delivery]
    for frame, verdicts in ((rows, of_rows), (own, of_files)):
        broken = [
            verdict.fill_null(True) & strictness.is_critical(rule)
            for verdict, rule in verdicts
            if strictness.may_be_critical(rule)
        ]
        if broken:
            held |= set(frame.lazy().filter(pl.any_horizontal(broken)).select("file").unique().collect()["file"])
    return frozenset(held)


def with_past(
    rows: pl.DataFrame,
    received: pl.DataFrame,
    counts: pl.DataFrame,
    sums: pl.DataFrame,
    held: Collection[int],
    known: Known,
    terms: Terms,
) -> Compared:
    """`rows` with what the rules on history read, each file compared with what counts before it.

    `rows`: the columns of `frames.prepared`. `received`: SENT and `sha256`, a row per file. `counts`: DAILY_COUNTS,
    `sums`: SUMS of all files. `held`: the files that another rule holds back. Adds the columns of past.compare and of
    cumulative.compare_months, `repeated`, and for contracts by field `field_seen` and `field_hint`.
    """
    checked(rows, prepared(terms.contract), "with_past: rows", more=True)
    batch = _Batch(rows, received, counts, sums, known, terms)
    of_files, held_by_history = _settled(batch, frozenset(held))
    found = with_columns_of(rows, of_files)
    if terms.contract.name in BY_FIELD:
        found = with_field_hints(batch.with_seen_fields(found, held_by_history.union(held)), terms.book)
    in_their_order = batch.own.filter(pl.col("file").is_in(list(held_by_history))).sort("place")
    return Compared(found, tuple(in_their_order["file"]))


class _Batch:
    """The files of a batch with what they state, and what history adds for them."""

    def __init__(
        self,
        rows: pl.DataFrame,
        received: pl.DataFrame,
        counts: pl.DataFrame,
        sums: pl.DataFrame,
        known: Known,
        terms: Terms,
    ) -> None:
        self.known, self.terms = known, terms
        dated = rows.group_by("file").agg(dated=pl.col("date").is_not_null().any())
        self.own = in_order(received).join(dated, on="file", how="left", maintain_order="left")
        self.stating = self.own.join(sums, on="file", maintain_order="left")
        senders = cumulative_senders(self.own, known.counts)
        self.monthly = self.own.join(senders, on=SENDER, how="semi", maintain_order="left").join(
            figures_of(counts.clear() if senders.is_empty() else counts), on="file", maintain_order="left"
        )
        self.fields = fields_here(rows if terms.contract.name in BY_FIELD else rows.clear())
        self.rules = [
            rule for rule in RULES[terms.contract.name] if rule.of_history and terms.strictness.may_be_critical(rule)
        ]
        self.needed = {name for rule in self.rules for name in terms.strictness.verdict(rule).meta.root_names()}
        if FIELD_IS_KNOWN in self.rules:
            self.needed |= set(NAMED)
        detail = pl.col("kind") == "detail"
        self.details = rows.lazy().filter(detail).select(self._needed_of(rows)).collect()

    def _needed_of(self, frame: pl.DataFrame) -> list[str]:
        """`file` and those columns of a frame that decide whether a rule on history holds a file back."""
        return ["file", *(name for name in frame.columns if name in self.needed and name != "file")]

    def columns_of(self, own: pl.DataFrame, held: Collection[int]) -> pl.DataFrame:
        """What history adds for the files of `own` (all those of their senders), where `held` are held back."""
        files = own.select("file")
        stating, monthly = (frame.join(files, on="file", how="semi") for frame in (self.stating, self.monthly))
        accepted = accepted_files(stating, held)
        counts, terms = self.known.counts, self.terms
        own_year, accepted_year, past_year = (
            frame.filter(pl.col("basis") == YEAR_TO_DATE) for frame in (stating, accepted, counts)
        )
        cumulative = pl.concat(
            [
                compare_months(monthly, accepted_files(monthly, held), self.known.figures, terms.months),
                compare_years(own_year, accepted_year, past_year, terms.months),
            ]
        )
        repeated = repeated_files(stating, accepted, self.known.files, terms.usual)
        return (
            files.join(compare(stating, accepted, counts, terms.holidays, terms.usual), on="file", how="left")
            .join(cumulative, on="file", how="left")
            .with_columns(repeated=pl.col("file").is_in(repeated["file"].implode()))
        )

    def with_seen_fields(self, rows: pl.DataFrame, held: Collection[int]) -> pl.DataFrame:
        """`rows` with `field_seen`, where `held` are held back."""
        return with_seen_fields(rows, self.known.fields, accepted_files(self.fields, held), self.terms.book)

    def broken(self, of_files: pl.DataFrame, own: pl.DataFrame, held: Collection[int]) -> pl.DataFrame:
        """The files of `own` that a rule on history holds back; `of_files`: what `columns_of` gave for them."""
        rows = self.details.join(own.select("file"), on="file", how="semi", maintain_order="left").join(
            of_files.select(self._needed_of(of_files)), on="file", how="left", maintain_order="left"
        )
        if FIELD_IS_KNOWN in self.rules:
            rows = self.with_seen_fields(rows, held)
        broken = pl.any_horizontal(_holds_back(rule, self.terms.strictness) for rule in self.rules)
        return own.join(rows.filter(broken).select("file").unique(), on="file", how="semi", maintain_order="left")


def _settled(batch: _Batch, held: frozenset[int]) -> tuple[pl.DataFrame, frozenset[int]]:
    """The columns of all files, and the files that the rules on history hold back.

    At first every file counts. Of each sender the earliest file that breaks such a rule is held back for good: what
    counts before it is certain. Then its sender is compared again without it, until nothing more is held back.
    """
    of_files = batch.columns_of(batch.own, held)
    found: frozenset[int] = frozenset()
    several = pl.len().over(SENDER) > 1
    left = batch.own if batch.terms.contract.by_case else batch.own.filter(several)
    while batch.rules and not left.is_empty():
        fresh = accepted_files(batch.broken(of_files, left, held | found), held | found)
        first = fresh.sort("place").unique(SENDER, keep="first", maintain_order=True)
        if first.is_empty():
            break
        found |= set(first["file"])
        left = left.join(first, on=SENDER, how="semi", maintain_order="left")
        again = batch.columns_of(left, held | found)
        of_files = pl.concat([of_files.join(again, on="file", how="anti"), again])
    return of_files, found


def _holds_back(rule: Rule, strictness: Strictness) -> pl.Expr:
    """Whether a row holds its file back: it breaks the rule, or leaves it unknown."""
    return strictness.verdict(rule).fill_null(True) & strictness.is_critical(rule)

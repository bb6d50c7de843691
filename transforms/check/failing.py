"""Which rows break the rules, or leave them unknown. Counts nothing and puts nothing into words."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from transforms.check.rules import RULES
from transforms.check.rules.rule import Rule
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import Contract

_AT = pl.int_range(pl.len(), dtype=pl.UInt32).alias("at")


@dataclass(frozen=True, eq=False)
class Failing:
    """The rows that break one of `rules` or leave it unknown.

    `verdicts`: `at` (the place of the row among those that were judged, from 0), `file`, and per rule its verdict, true
    where the row breaks it, null where it is unknown; a row each, in their order.
    """

    rules: tuple[Rule, ...]
    verdicts: pl.DataFrame

    def beside(self, other: "Failing") -> "Failing":
        """The rows that fail by these rules or by others, judged on the same rows."""
        every = pl.concat([each.verdicts.select("at", "file") for each in (self, other)]).unique().sort("at")
        for each in (self, other):
            found = each.verdicts.drop("file").with_columns(fails=pl.lit(True))
            holds = pl.col("fails").is_null()
            every = every.join(found, on="at", how="left", maintain_order="left").with_columns(
                pl.when(holds).then(pl.lit(False)).otherwise(rule.id).alias(rule.id) for rule in each.rules
            )
            every = every.drop("fails")
        return Failing((*self.rules, *other.rules), every)


def by_themselves(rows: pl.DataFrame, contract: Contract, strictness: Strictness) -> Failing:
    """The rows that fail whatever came before their file. `rows`: as transforms.check.facts.check takes them."""
    return _failing(rows, [rule for rule in _of_rows(contract) if not rule.of_history], strictness)


def by_history(rows: pl.DataFrame, contract: Contract, strictness: Strictness) -> Failing:
    """The rows that fail because of what came before their file. `rows`: as transforms.check.facts.check takes them."""
    return _failing(rows, [rule for rule in _of_rows(contract) if rule.of_history], strictness)


def _of_rows(contract: Contract) -> list[Rule]:
    return [rule for rule in RULES[contract.name] if not rule.of_delivery]


def _failing(rows: pl.DataFrame, rules: Sequence[Rule], strictness: Strictness) -> Failing:
    # Lazily, so that what the predicates share is computed once; only the few failing rows are kept.
    found = (
        rows.lazy()
        .select(_AT, "file", *(strictness.verdict(rule) for rule in rules))
        .filter(pl.any_horizontal(pl.col(rule.id).fill_null(True) for rule in rules))
        .collect()
    )
    return Failing(tuple(rules), found)

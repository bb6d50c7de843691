"""Tells a fault from what follows from it: a cell that is no number also breaks the sums. Judges nothing."""

from collections.abc import Sequence

import polars as pl

from transforms.check.frames import FINDINGS
from transforms.check.rules.rule import READABLE, SCOPES, Rule
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.frames import checked

_ROW = ("file", "row_number")


def marked(findings: pl.DataFrame, rules: Sequence[Rule], strictness: Strictness) -> pl.DataFrame:
    """`findings` (FINDINGS) with `follows` (Boolean): whether the finding is only what follows from another one.

    A cause is a broken critical rule. A relation within a row follows from a wrong cell of the row, from a relation of
    the row that stands earlier among `rules`, and in a totals row from the wrong total. What is compared over a table
    follows from a wrong cell, and from a wrong relation of another row; what is compared with the past, from any cause.
    """
    checked(findings, FINDINGS, "follow_ups.marked: findings")
    places = pl.DataFrame(
        [
            (READABLE, SCOPES["cell"], 0, "critical"),
            *((rule.id, SCOPES[rule.scope], at, rule.severity) for at, rule in enumerate(rules, start=1)),
        ],
        schema={"rule": pl.String, "scope": pl.Int8, "place": pl.Int16, "severity": pl.String},
        orient="row",
    )
    found = (
        findings.join(places, on="rule", how="left", maintain_order="left")
        .join(strictness.frame().rename({"severity": "agreed"}), on=["file", "rule"], how="left", maintain_order="left")
        .with_columns(
            cause=(pl.coalesce("agreed", "severity") == "critical") & (pl.col("outcome") == "breaks"),
            **{name: pl.col("scope") == scope for name, scope in SCOPES.items()},
        )
    )
    # Step by step: a window within another would be worked out anew in each row's group.
    wrong_cell, wrong_row = (pl.col("cause") & pl.col(scope) for scope in ("cell", "row"))
    found = found.with_columns(
        cell_in_row=wrong_cell.any().over(_ROW),
        elsewhere=wrong_cell.any().over("file") | (wrong_row.sum().over("file") > wrong_row.sum().over(_ROW)),
        first=pl.when(wrong_row).then("place").min().over(_ROW),
        in_file=(pl.col("cause") & ~pl.col("past")).any().over("file"),
    ).with_columns(over_table=pl.col("table") & (pl.col("elsewhere") | pl.col("cell_in_row")))
    wrong_total = (pl.col("cause") & pl.col("table") & ~pl.col("over_table")).any().over(_ROW)
    within_row = pl.col("row") & (pl.col("cell_in_row") | wrong_total | (pl.col("first") < pl.col("place")))
    follows = within_row | pl.col("over_table") | (pl.col("past") & pl.col("in_file"))
    return findings.with_columns(follows=found.select(follows.fill_null(False)).to_series())

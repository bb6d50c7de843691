"""One row of check facts per delivery, and the rows behind them, by the rules' own predicates. Decides nothing."""

from dataclasses import dataclass

import polars as pl

from transforms.contracts import Contract
from transforms.labels import label
from transforms.privacy import shown
from transforms.read.filings import Filings
from transforms.rules import RULES
from transforms.rules.rule import READABLE, Rule
from transforms.rules.strictness import Strictness

_BLANK = "(trống)"

FINDINGS = pl.Schema(
    {
        "file": pl.UInt32,
        "rule": pl.String,
        "row_number": pl.Int64,
        "column": pl.String,
        "outcome": pl.String,
        "content": pl.String,
        "expected": pl.String,
        "note": pl.String,
    }
)


@dataclass(frozen=True)
class Facts:
    """What a batch's check found.

    `deliveries`: one row per file: `file`, `row_count`, and per rule `<rule>` = rows that break it or leave it
    unknown and `<rule>__unknown` = the latter alone (Int64, never null).
    `findings` (FINDINGS): every such row, its `outcome` (breaks, cannot_evaluate), `content` (the values as
    written), what was `expected`, and a `note`. `rows`: the checked filings.
    """

    deliveries: pl.DataFrame
    findings: pl.DataFrame
    rows: pl.DataFrame


def check(
    received: pl.DataFrame, filings: Filings, rows: pl.DataFrame, contract: Contract, strictness: Strictness
) -> Facts:
    """Apply every rule of the contract to `rows` (transforms.prepare); `received` also has the unreadable files."""
    rules = RULES[contract.name]
    rows = rows.with_columns(strictness.verdict(rule) for rule in rules)
    ids = [rule.id for rule in rules]
    per_file = rows.group_by("file").agg(
        row_count=(pl.col("kind") == "detail").sum().cast(pl.Int64),
        **{id_: pl.col(id_).fill_null(True).sum().cast(pl.Int64) for id_ in ids},
        **{f"{id_}__unknown": pl.col(id_).is_null().sum().cast(pl.Int64) for id_ in ids},
    )
    refused = pl.DataFrame({"file": list(filings.refusals)}, schema={"file": pl.UInt32}).with_columns(
        pl.lit(1, pl.Int64).alias(READABLE)
    )
    deliveries = (
        received.select("file")
        .join(refused, on="file", how="left", maintain_order="left")
        .join(per_file, on="file", how="left", maintain_order="left")
        .with_columns(pl.lit(0, pl.Int64).alias(f"{READABLE}__unknown"))
        .fill_null(0)
    )
    findings = pl.concat([_refused_findings(filings), *(_findings(rows, rule, contract) for rule in rules)])
    return Facts(deliveries, findings.sort("file", "row_number", maintain_order=True), rows)


def _findings(rows: pl.DataFrame, rule: Rule, contract: Contract) -> pl.DataFrame:
    values = [
        pl.lit(f"{label(column)} = ") + shown(column, contract).fill_null(_BLANK)
        for column in sorted(rule.shown, key=contract.columns.index)
    ]
    nothing = pl.lit(None, pl.String)
    column = pl.lit(rule.shown[0] if rule.shown else None, pl.String)
    return rows.filter(pl.col(rule.id).fill_null(True)).select(
        "file",
        pl.lit(rule.id).alias("rule"),
        pl.col("row").cast(pl.Int64).alias("row_number"),
        (column if rule.at is None else pl.coalesce(rule.at, column)).alias("column"),
        pl.when(pl.col(rule.id).is_null()).then(pl.lit("cannot_evaluate")).otherwise(pl.lit("breaks")).alias("outcome"),
        (pl.concat_str(values, separator=", ") if values else pl.lit("")).alias("content"),
        (nothing if rule.expected is None else rule.expected.cast(pl.String)).alias("expected"),
        (nothing if rule.note is None else rule.note).alias("note"),
    )


def _refused_findings(filings: Filings) -> pl.DataFrame:
    rows = [
        (file, READABLE, refusal.row or 0, refusal.column, "breaks", refusal.describe(), None, None)
        for file, refusal in filings.refusals.items()
    ]
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")

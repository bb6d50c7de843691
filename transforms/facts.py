"""One row of check facts per delivery, and the rows behind them, by the rules' own predicates. Decides nothing."""

from dataclasses import dataclass

import polars as pl

from transforms.columns import COLUMNS
from transforms.contracts import CONTRACTS, Contract
from transforms.read.filings import Filings
from transforms.rules import READABLE, RULES, Rule
from transforms.text import fold, tidy
from transforms.units import Registry, resolve_stated

_SUMMED = ("online", "in_person", "total")
_BLANK = "(trống)"
_LABELS = {"stated_rate": "Tỷ lệ trong tệp", "unit": "Đơn vị trong tệp", "date": "Ngày trong tệp"}


FINDINGS = pl.Schema(
    {
        "file": pl.UInt32,
        "rule": pl.String,
        "row_number": pl.Int64,
        "column": pl.String,
        "outcome": pl.String,
        "content": pl.String,
        "expected": pl.String,
    }
)


@dataclass(frozen=True)
class Facts:
    """What a batch's check found.

    `deliveries`: one row per file: `file`, `row_count`, and per rule `<rule>` = rows that break it or leave it
    unknown and `<rule>__unknown` = the latter alone (Int64, never null).
    `findings` (FINDINGS): every such row, its `outcome` (breaks, cannot_evaluate), `content` (the values as
    written) and what was `expected`. `rows`: the checked filings.
    """

    deliveries: pl.DataFrame
    findings: pl.DataFrame
    rows: pl.DataFrame


def check(received: pl.DataFrame, filings: Filings, contract: Contract, registry: Registry) -> Facts:
    """Apply every rule of the contract to `filings`; `received` says who sent which file for which day."""
    rules = RULES[contract.name]
    rows = _prepare(received, filings, contract, registry).with_columns(rule.verdict for rule in rules)
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
    findings = pl.concat([_refused_findings(filings), *(_findings(rows, rule) for rule in rules)])
    return Facts(deliveries, findings.sort("file", "row_number", maintain_order=True), rows)


def daily_counts(facts: Facts, default_level: int) -> pl.DataFrame:
    """The detail rows as `daily_counts` of the lake, with `file` in place of delivery_id."""
    return facts.rows.filter(pl.col("kind") == "detail").select(
        "file",
        "unit_id",
        "business_date",
        pl.col("field_name").alias("field"),
        pl.col("service_level").fill_null(default_level),
        *CONTRACTS["summary"].counts[:-1],
    )


def _prepare(received: pl.DataFrame, filings: Filings, contract: Contract, registry: Registry) -> pl.DataFrame:
    """The rows beside what the rules compare them with: texts, sender, sums over the file and its groups."""
    texts = filings.texts.select(pl.col(column).alias(f"{column}_text") for column in contract.columns)
    sender = received.select("file", "unit_id", "business_date").join(
        registry.units.select("unit_id", unit_name="name"), on="unit_id", how="left"
    )
    rows = pl.concat([filings.rows, texts], how="horizontal").join(sender, on="file", maintain_order="left")
    rows = resolve_stated(rows, registry)
    rows = rows.join(_field_names(rows), on="field", how="left", maintain_order="left")
    detail = pl.col("kind") == "detail"
    same_field = pl.struct("field_key", "service_level")
    return rows.with_columns(
        *(_sum_of_details(column).over("file").alias(f"sum_{column}") for column in _SUMMED),
        *(_sum_of_details(column).over("file", "group").alias(f"group_sum_{column}") for column in _SUMMED),
        field_rows=detail.sum().over("file", same_field),
        stated_rate=_percent_scale(),
    )


def _field_names(rows: pl.DataFrame) -> pl.DataFrame:
    """The few distinct fields: `field` as written, `field_name` to keep, `field_key` to compare by."""
    fields = rows["field"].drop_nulls().unique().to_list()
    names = [(field, tidy(field), fold(field)) for field in fields]
    return pl.DataFrame(names, schema=dict.fromkeys(("field", "field_name", "field_key"), pl.String), orient="row")


def _sum_of_details(column: str) -> pl.Expr:
    """A sum over the detail rows that is unknown as soon as one of them is."""
    details = pl.col(column).filter(pl.col("kind") == "detail")
    return pl.when(details.null_count() == 0).then(details.sum())


def _percent_scale() -> pl.Expr:
    """The stated rate in percent: spreadsheets keep 67,48 % as 0.6748, which only a whole file can tell."""
    rate = pl.col("stated_rate")
    small = (rate.max() <= 1) & ~pl.col("stated_rate_text").str.contains("%").any()
    proof = (pl.col("online") * 100 > pl.col("total")).any()
    return pl.when((small & proof).over("file")).then(rate * 100).otherwise(rate)


def _findings(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    values = [
        pl.lit(f"{label(column)} = ") + pl.col(f"{column}_text").fill_null(_BLANK)
        for column in sorted(rule.shown, key=_reading_order)
    ]
    expected = rule.expected.cast(pl.String) if rule.expected is not None else pl.lit(None, pl.String)
    return rows.filter(pl.col(rule.id).fill_null(True)).select(
        "file",
        pl.lit(rule.id).alias("rule"),
        pl.col("row").cast(pl.Int64).alias("row_number"),
        pl.lit(rule.shown[0]).alias("column"),
        pl.when(pl.col(rule.id).is_null()).then(pl.lit("cannot_evaluate")).otherwise(pl.lit("breaks")).alias("outcome"),
        pl.concat_str(values, separator=", ").alias("content"),
        expected.alias("expected"),
    )


def _refused_findings(filings: Filings) -> pl.DataFrame:
    rows = [
        (file, READABLE, refusal.row or 0, refusal.column, "breaks", refusal.describe(), None)
        for file, refusal in filings.refusals.items()
    ]
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")


def label(column: str) -> str:
    """The Vietnamese name of a column as messages show it."""
    return _LABELS.get(column) or COLUMNS[column].label


def _reading_order(column: str) -> int:
    return CONTRACTS["summary"].columns.index(column)

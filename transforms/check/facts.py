"""Applies the rules: counts of failing rows per delivery, and the failing rows themselves. Decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from transforms.check.failing import Failing, by_history, by_themselves
from transforms.check.follow_ups import marked
from transforms.check.frames import FINDINGS, SENT, prepared
from transforms.check.privacy import shown
from transforms.check.rules import RULES
from transforms.check.rules.delivery import local_times
from transforms.check.rules.rule import READABLE, Note, Rule
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import Contract
from transforms.dictionary.frames import checked
from transforms.dictionary.labels import label
from transforms.read.filings import Filings
from transforms.read.headers.search import Layout

_UTC = ZoneInfo("UTC")
_LONGEST = 120  # characters of a value in a message
_BLANK = {"vi": "(trống)", "en": "(blank)"}

_DATED = {name: SENT[name] for name in ("file", "business_date", "modified_at", "cut_off", "valid_from", "valid_to")}


@dataclass(frozen=True)
class Facts:
    """What the check of a batch found.

    `deliveries`: a row per file: `file`, `row_count` (detail rows), and per rule `<rule>` = rows that break it or
    leave it unknown, `<rule>__unknown` = the latter alone (Int64, never null).
    `findings`: FINDINGS, a row per such row and rule, without what only follows from another one. `follow_ups`: the
    rules (`file`, `rule`) that are broken for no other reason. `rows`: the rows that were checked, as they came.
    """

    deliveries: pl.DataFrame
    findings: pl.DataFrame
    follow_ups: pl.DataFrame
    rows: pl.DataFrame


def check(
    received: pl.DataFrame,
    filings: Filings,
    rows: pl.DataFrame,
    contract: Contract,
    strictness: Strictness,
    lang: str = "vi",
    zone: ZoneInfo = _UTC,
    known: Failing | None = None,
) -> Facts:
    """Apply every rule of the contract to the rows of all files, and to the files themselves, also unreadable ones.

    `received`: SENT, a row per file, more columns allowed. `rows`: the columns of `frames.prepared`, and what
    transforms.check.tables or cases and transforms.check.history.past add. `strictness`: which rules are off for which
    file. `lang`: the language of the findings; `zone`: of the moments in them. `known`: what
    transforms.check.failing.by_themselves found on these rows, where it was asked before.
    """
    checked(received, _DATED, "check: received", more=True)
    checked(rows, prepared(contract), "check: rows", more=True)
    rules = [rule for rule in RULES[contract.name] if not rule.of_delivery]
    on_whole = [rule for rule in RULES[contract.name] if rule.of_delivery]
    whole = received.with_columns(
        pl.lit(0).alias("row"), *local_times(zone), *(strictness.verdict(rule) for rule in on_whole)
    )
    ids = [rule.id for rule in rules]
    by_all = (known or by_themselves(rows, contract, strictness)).beside(by_history(rows, contract, strictness))
    verdicts = by_all.verdicts.select("at", *ids)
    failing = pl.concat([rows[verdicts["at"]], verdicts.drop("at")], how="horizontal")
    row_counts = rows.lazy().filter(pl.col("kind") == "detail").group_by("file").agg(row_count=pl.len()).collect()
    per_file = failing.group_by("file").agg(
        *(pl.col(id_).fill_null(True).sum() for id_ in ids),
        *(pl.col(id_).is_null().sum().alias(f"{id_}__unknown") for id_ in ids),
    )
    refused = pl.DataFrame({"file": list(filings.refusals)}, schema={"file": pl.UInt32}).with_columns(
        pl.lit(1, pl.Int64).alias(READABLE)
    )
    deliveries = (
        received.select("file")
        .join(refused, on="file", how="left", maintain_order="left")
        .join(row_counts, on="file", how="left", maintain_order="left")
        .join(per_file, on="file", how="left", maintain_order="left")
        .with_columns(pl.lit(0).alias(f"{READABLE}__unknown"))
        .with_columns(pl.exclude("file").fill_null(0).cast(pl.Int64))
        .join(_counts(whole, on_whole), on="file", maintain_order="left")
    )
    findings = pl.concat(
        [
            _refused_findings(filings, lang),
            *(_findings(whole, rule, contract, filings, lang) for rule in on_whole),
            *(_findings(failing, rule, contract, filings, lang) for rule in rules),
        ]
    ).sort("file", "row_number", maintain_order=True)
    findings = marked(findings, RULES[contract.name], strictness)
    causes = findings.filter(~pl.col("follows")).drop("follows")
    follow_ups = (
        findings.select("file", "rule").unique(maintain_order=True).join(causes, on=["file", "rule"], how="anti")
    )
    return Facts(deliveries, causes, follow_ups, rows)


def _counts(whole: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """The counts of the rules of a delivery: 1 where it breaks one or leaves it unknown."""
    return whole.select(
        "file",
        *(pl.col(rule.id).fill_null(True).cast(pl.Int64) for rule in rules),
        *(pl.col(rule.id).is_null().cast(pl.Int64).alias(f"{rule.id}__unknown") for rule in rules),
    )


def _findings(rows: pl.DataFrame, rule: Rule, contract: Contract, filings: Filings, lang: str) -> pl.DataFrame:
    rows = rows.filter(pl.col(rule.id).fill_null(True))
    if rows.is_empty():
        return FINDINGS.to_frame()
    layouts = {file: filings.layouts[file] for file in rows["file"].unique() if file in filings.layouts}
    values = [_value(column, contract, layouts, lang) for column in sorted(rule.shown, key=contract.columns.index)]
    nothing = pl.lit(None, pl.String)
    column = pl.lit(rule.shown[0] if rule.shown else None, pl.String)
    return rows.select(
        "file",
        pl.lit(rule.id).alias("rule"),
        pl.col("row").cast(pl.Int64).alias("row_number"),
        (column if rule.at is None else pl.coalesce(rule.at, column)).alias("column"),
        pl.when(pl.col(rule.id).is_null()).then(pl.lit("cannot_evaluate")).otherwise(pl.lit("breaks")).alias("outcome"),
        (pl.concat_str(values, separator=", ", ignore_nulls=True) if values else pl.lit("")).alias("content"),
        (nothing if rule.expected is None else _in_language(rule.expected, lang).cast(pl.String)).alias("expected"),
        (nothing if rule.note is None else rule.note.in_language(lang)).alias("note"),
    )


def _in_language(text: pl.Expr | Note, lang: str) -> pl.Expr:
    return text.in_language(lang) if isinstance(text, Note) else text


def _value(column: str, contract: Contract, layouts: Mapping[int, Layout], lang: str) -> pl.Expr:
    """`label = text`; null where the file has no such column."""
    text = shown(column, contract, lang)
    text = pl.when(text.str.len_chars() > _LONGEST).then(text.str.head(_LONGEST - 1) + "…").otherwise(text)
    without = [file for file, layout in layouts.items() if column not in layout.columns]
    written = pl.lit(f"{label(column, lang, contract.name)} = ") + text.fill_null(_BLANK[lang])
    return pl.when(text.is_not_null() | ~pl.col("file").is_in(without)).then(written)


def _refused_findings(filings: Filings, lang: str) -> pl.DataFrame:
    rows = [
        (file, READABLE, refusal.row or 0, refusal.column, "breaks", refusal.describe(lang), None, None)
        for file, refusal in filings.refusals.items()
    ]
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")

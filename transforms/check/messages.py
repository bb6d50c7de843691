"""Writes each finding as one plain line, Vietnamese or English. Decides nothing, prints nothing."""

import polars as pl

from transforms.check.facts import FINDINGS
from transforms.check.rules import sentence, severities
from transforms.check.rules.rule import READABLE
from transforms.dictionary.frames import checked
from transforms.dictionary.labels import label
from transforms.read.filings import Filings

_WORDS = {
    "vi": {
        "row": "dòng",
        "column": "cột",
        "rule": "quy tắc",
        "should": "phải là",
        "unknown": "không kiểm tra được",
    },
    "en": {
        "row": "row",
        "column": "column",
        "rule": "rule",
        "should": "should be",
        "unknown": "cannot be evaluated",
    },
}


def describe(findings: pl.DataFrame, filings: Filings, contract: str, lang: str = "vi") -> pl.DataFrame:
    """`findings` (FINDINGS) with `message`: row, column, values, rule and what would be right, in one line.

    For a fault of a delivery as a whole (`row_number` 0) the message has neither row nor values.
    """
    checked(findings, FINDINGS, "describe: findings")
    words = _WORDS[lang]
    rules = severities(contract)
    sentences = {rule: sentence(contract, rule).in_language(lang) for rule in rules}
    names = pl.DataFrame(
        [(file, column, name) for file, layout in filings.layouts.items() for column, name in layout.names.items()],
        schema={"file": pl.UInt32, "column": pl.String, "name": pl.String},
        orient="row",
    )
    refused = pl.DataFrame(
        [(file, refusal.describe(lang)) for file, refusal in filings.refusals.items()],
        schema={"file": pl.UInt32, "refusal": pl.String},
        orient="row",
    )
    column = pl.coalesce("name", pl.col("column").map_elements(label, return_dtype=pl.String))
    where = pl.format("{} {}", pl.lit(words["row"]), "row_number")
    values = pl.format(", {} “{}”: {};", pl.lit(words["column"]), column, "content").fill_null(":")
    asked = pl.col("rule").replace_strict(sentences, return_dtype=pl.String)
    rule = pl.format("{} {}: {}", pl.lit(words["rule"]), "rule", asked)
    of_delivery = pl.col("row_number") == 0
    fault = pl.when(of_delivery).then(rule).otherwise(pl.concat_str(where, values, pl.lit(" "), rule))
    more = (
        pl.when(pl.col("outcome") == "cannot_evaluate")
        .then(pl.lit(f" ({words['unknown']})"))
        .when(pl.col("expected").is_not_null())
        .then(pl.format(" ({} {})", pl.lit(words["should"]), "expected"))
        .when(pl.col("note").is_not_null())
        .then(pl.format(" ({})", "note"))
        .otherwise(pl.lit(""))
    )
    return (
        findings.join(names, on=["file", "column"], how="left", maintain_order="left")
        .join(refused, on="file", how="left", maintain_order="left")
        .with_columns(
            message=pl.when(pl.col("rule") == READABLE).then(pl.col("refusal")).otherwise(pl.concat_str(fault, more))
        )
        .drop("name", "refusal")
    )

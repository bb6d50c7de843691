"""Writes each finding as one plain line, Vietnamese or English. Decides nothing, prints nothing."""

from collections.abc import Iterable

import polars as pl

from transforms.check.frames import FINDINGS
from transforms.check.rules import sentence, severities
from transforms.check.rules.rule import READABLE
from transforms.check.shaped_rows import in_file, one_a_row
from transforms.dictionary.frames import checked
from transforms.dictionary.labels import label
from transforms.read.addresses import letters
from transforms.read.filings import Filings
from transforms.read.refusal import quoted

_WORDS = {
    "vi": {
        "row": "dòng",
        "column": "cột",
        "cell": "ô",
        "sheet": "trang",
        "rule": "quy tắc",
        "should": "phải là",
        "unknown": "không kiểm tra được",
        "more": "còn {} dòng như vậy: {}",
    },
    "en": {
        "row": "row",
        "column": "column",
        "cell": "cell",
        "sheet": "sheet",
        "rule": "rule",
        "should": "should be",
        "unknown": "cannot be evaluated",
        "more": "{} more such rows: {}",
    },
}
_WORKBOOKS = ("xlsx", "xls", "ods")
_MAX_ROWS_NAMED = 10


def describe(findings: pl.DataFrame, filings: Filings, contract: str, lang: str = "vi") -> pl.DataFrame:
    """`findings` (FINDINGS) with `message`: row, column, values, rule and what would be right, in one line.

    For a fault of a delivery as a whole (`row_number` 0) the message has neither row nor values. Rows and cells are
    those of the file, also where a configured layout made the table of others.
    """
    checked(findings, FINDINGS, "describe: findings")
    findings = in_file(findings, filings)
    words = _WORDS[lang]
    rules = severities(contract)
    sentences = {rule: sentence(contract, rule).in_language(lang) for rule in rules}
    refused = pl.DataFrame(
        [(file, refusal.describe(lang)) for file, refusal in filings.refusals.items()],
        schema={"file": pl.UInt32, "refusal": pl.String},
        orient="row",
    )
    labels = pl.col("column").map_elements(lambda column: label(column, lang, contract), return_dtype=pl.String)
    address = pl.coalesce("cells", pl.format("{}{}", "letters", "row_number"))
    cell = pl.format(" ({} {}{})", pl.lit(words["cell"]), address, "sheet")
    where = pl.format("{} {}", pl.lit(words["row"]), "row_number")
    at = pl.format(", {} “{}”", pl.lit(words["column"]), pl.coalesce("name", labels)) + cell.fill_null("")
    values = (at + pl.format(": {};", "content")).fill_null(":")
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
    described = (
        findings.join(
            _headers(findings["file"].unique(), filings, words["sheet"]),
            on=["file", "column"],
            how="left",
            maintain_order="left",
        )
        .join(refused, on="file", how="left", maintain_order="left")
        .with_columns(
            message=pl.when(pl.col("rule") == READABLE).then(pl.col("refusal")).otherwise(pl.concat_str(fault, more))
        )
        .drop("name", "letters", "sheet", "refusal", "cells")
    )
    return one_a_row(described, filings)


def one_line_each(described: pl.DataFrame, lang: str = "vi") -> pl.DataFrame:
    """`described` (as `describe` gives it), one of each kind in a file; its message names the other rows of the kind.

    Of one kind are findings of one rule at one column.
    """
    kind = ("file", "rule", "column", "outcome")
    others = pl.col("row_number").slice(1)
    named = others.head(_MAX_ROWS_NAMED).cast(pl.String).str.join(", ")
    more = pl.format(_WORDS[lang]["more"], "more", "rows")
    row = described.group_by(kind, maintain_order=True).agg(
        pl.exclude("message", *kind).first(),
        more=pl.len() - 1,
        message=pl.col("message").first(),
        rows=named,
    )
    cut = pl.when(pl.col("more") > _MAX_ROWS_NAMED).then(pl.lit(", …")).otherwise(pl.lit(""))
    line = pl.format("{} ({}{})", "message", more, cut)
    return row.with_columns(message=pl.when(pl.col("more") > 0).then(line).otherwise("message")).select(
        described.columns
    )


def _headers(files: Iterable[int], filings: Filings, sheet: str) -> pl.DataFrame:
    """`file`, `column`, the header's text `name`; for workbooks the column's `letters` and `, trang “…”`."""
    rows = []
    for file, layout in ((file, filings.layouts[file]) for file in files if file in filings.layouts):
        book = layout.origin.format in _WORKBOOKS
        named = f", {sheet} {quoted(layout.sheet)}" if book and layout.sheet else ""
        for column, name in layout.names.items():
            rows.append((file, column, quoted(name)[1:-1], letters(layout.columns[column]) if book else None, named))
    schema = {"file": pl.UInt32} | dict.fromkeys(("column", "name", "letters", "sheet"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")

"""Filings beside what the rules compare them with: who sent them, whom and what they mean. Applies no rule."""

from datetime import date

import polars as pl

from transforms.check.cases import with_case_columns
from transforms.check.rules.strictness import Strictness
from transforms.check.tables import with_sums
from transforms.dictionary.contracts import Contract
from transforms.read.filings import Filings
from transforms.reference.codes import CodeBook
from transforms.reference.corrections import NONE, Corrections, apply
from transforms.reference.units import Registry, resolve_stated

TERMS = pl.Schema(
    {
        "file": pl.UInt32,
        "default_level": pl.Int8,  # of rows that state no level; 0 = the levels are not told apart
        "max_faulty_rows_pct": pl.Float64,  # % of a delivery's cases
        "case_id_pattern": pl.String,  # regular expression
    }
)
_HINTS = 50  # distinct unknown unit names of a batch for which the nearest known ones are looked up


def prepare(
    received: pl.DataFrame,
    filings: Filings,
    contract: Contract,
    registry: Registry,
    codes: CodeBook,
    terms: pl.DataFrame,
    strictness: Strictness,
    corrections: Corrections = NONE,
) -> pl.DataFrame:
    """The rows of `filings` with all that the contract's rules look at.

    `received`: file, unit_id, business_date, modified_at, cut_off, file_name. `terms`: TERMS, what is agreed with the
    sender. Adds every column's text as written (`<column>_text`), `unit_name`, `stated_unit_id`, `unit_hint` (the
    sender's name; beside an unknown name also the nearest), codes in place of their words, in tables of counts reviewed
    `corrections` and what became of them, then what transforms.check.tables or transforms.check.cases adds.
    """
    texts = filings.texts.select(pl.col(column).alias(f"{column}_text") for column in contract.columns)
    sender = (
        received.select("file", "unit_id", "business_date", "modified_at", "cut_off", "file_name")
        .join(registry.units.select("unit_id", unit_name="name"), on="unit_id", how="left")
        .join(terms, on="file", how="left")
    )
    rows = pl.concat([filings.rows, texts], how="horizontal").join(sender, on="file", maintain_order="left")
    rows = _with_hints(resolve_stated(rows, registry), registry)
    for kind in contract.codes:
        rows = codes.coded(rows, kind)
    if contract.by_case:
        return with_case_columns(rows, codes, strictness)
    return with_sums(apply(rows, contract, corrections), contract)


def _with_hints(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Add `unit_hint`: whose name should stand there, and what an unknown or unclear name may have meant."""
    unknown = rows.filter(pl.col("unit").is_not_null() & pl.col("stated_unit_id").is_null())
    pairs = unknown.select("unit", "business_date").unique(maintain_order=True).head(_HINTS)
    hints = pl.DataFrame(
        [(name, day, _hint(registry, name, day)) for name, day in pairs.iter_rows()],
        schema={"unit": pl.String, "business_date": pl.Date, "hint": pl.String},
        orient="row",
    )
    return (
        rows.join(hints, on=["unit", "business_date"], how="left", maintain_order="left")
        .with_columns(unit_hint=pl.concat_str("unit_name", pl.col("hint").fill_null("")))
        .drop("hint")
    )


def _hint(registry: Registry, name: str, day: date) -> str:
    near = ", ".join(known for _, known in registry.nearest(name, day))
    if registry.meant(name, day):
        return f"; tên này có thể là nhiều đơn vị: {near}"
    return f"; không có đơn vị tên này, gần giống: {near}" if near else ""

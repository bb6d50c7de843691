"""Joins parsed rows with all that rules need: sender, named unit, codes, terms, corrections. Applies no rule."""

from datetime import date

import polars as pl

from transforms.check.cases import with_case_columns
from transforms.check.frames import SENT, TERMS, of_sender, prepared
from transforms.check.rules.strictness import Strictness
from transforms.check.scores import with_components
from transforms.check.tables import with_sums
from transforms.check.titles import faulty_titles
from transforms.dictionary.contracts import SCORES, Contract
from transforms.dictionary.frames import checked, with_columns_of
from transforms.dictionary.text import Text, fold
from transforms.read.filings import Filings, filed, written
from transforms.reference.codes import CodeBook
from transforms.reference.corrections import NONE, Corrections, apply
from transforms.reference.fields import FieldBook, with_fields
from transforms.reference.metrics import COMPONENTS
from transforms.reference.months import CALENDAR, Months
from transforms.reference.unit_file import listed
from transforms.reference.units import Registry, named_on, resolve_stated

_HINTS = 50  # distinct unknown unit names of a batch for which the nearest known ones are searched


def prepare(
    received: pl.DataFrame,
    filings: Filings,
    contract: Contract,
    registry: Registry,
    codes: CodeBook,
    fields: FieldBook,
    terms: pl.DataFrame,
    strictness: Strictness,
    corrections: Corrections = NONE,
    months: Months = CALENDAR,
    components: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The rows of `filings` joined with everything that the contract's rules read; one row per row of a table.

    `received`: SENT, more columns allowed. `terms`: TERMS, a row per file. Returns the columns of `frames.prepared`:
    each column typed and as written (`<column>_text`), codes in place of their words, the sender, the unit that the
    file names (`stated_unit_id`) and `unit_hint`, `unit_hint_en` (the sender's name; for an unknown name also the
    nearest ones), the field that the row names (transforms.reference.fields.with_fields). To tables of counts it
    applies the reviewed `corrections` and adds the columns of transforms.check.tables; to lists of cases it adds those
    of transforms.check.cases, and the unit that a row names as the receiving one (`receiving_unit_id`). Of
    `scores` a row names a component in place of a field (`components`: COMPONENTS of transforms.reference.metrics).
    """
    checked(received, SENT, "prepare: received", more=True)
    checked(terms, TERMS, "prepare: terms")
    checked(filings.rows, filed(contract), "prepare: filings.rows")
    checked(filings.texts, written(contract), "prepare: filings.texts")
    texts = filings.texts.select(pl.col(column).alias(f"{column}_text") for column in contract.columns)
    sender = (
        received.select(*of_sender(contract), named_on())
        .join(registry.units.select("unit_id", unit_name="name"), on="unit_id", how="left")
        .join(terms, on="file", how="left")
    )
    rows = pl.concat([filings.rows, texts], how="horizontal")
    titles = faulty_titles(filings, received, terms, contract, registry, months)
    if titles.is_empty():
        rows = rows.with_columns(pl.lit(None, titles.schema[name]).alias(name) for name in ("broken", "quoted"))
    else:
        rows = pl.concat([rows, titles], how="diagonal")
    rows = with_columns_of(rows, sender)
    if contract.by_case:
        rows = resolve_stated(rows, registry, "receiving_unit", "receiving_unit_id")
    rows = _with_hints(resolve_stated(rows, registry), registry)
    if contract is SCORES:
        rows = with_components(rows, COMPONENTS.to_frame() if components is None else components, months)
    else:
        rows = with_fields(rows, fields)
    for kind in contract.codes:
        rows = codes.coded(rows, kind)
    if contract.by_case:
        rows = with_case_columns(rows, codes, strictness)
    else:
        rows = with_sums(apply(_with_sender(rows, registry), contract, corrections), contract)
    return checked(rows, prepared(contract), "prepare: result", more=True)


def _with_sender(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Add `names_sender`: whether the row's field is no field, but the name of the unit that sent it."""
    units = registry.units.select("unit_id", "name", "aliases").iter_rows()
    names = {(unit_id, fold(name)) for unit_id, own, aliases in units for name in (own, *listed(aliases))}
    keys = pl.DataFrame(list(names), schema={"unit_id": pl.String, "field_key": pl.String}, orient="row")
    if not rows["field_key"].is_in(keys["field_key"].unique().implode()).any():
        return rows.with_columns(names_sender=pl.lit(False))
    return rows.join(
        keys.with_columns(names_sender=pl.lit(True)), on=["unit_id", "field_key"], how="left", maintain_order="left"
    ).with_columns(pl.col("names_sender").fill_null(False))


def _with_hints(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Add `unit_hint` (`unit_hint_en`): the name that should stand there, and what another may mean."""
    is_unknown = pl.col("unit").is_not_null() & pl.col("stated_unit_id").is_null()
    at = rows.select(pl.arg_where(is_unknown)).to_series()
    unknown = rows.select("unit", "named_on", "unit_name")[at]
    pairs = unknown.select("unit", "named_on").unique(maintain_order=True).head(_HINTS)
    hints = pl.DataFrame(
        [(name, day, hint.vi, hint.en) for name, day in pairs.iter_rows() for hint in [_hint(registry, name, day)]],
        schema={"unit": pl.String, "named_on": pl.Date, "hint": pl.String, "hint_en": pl.String},
        orient="row",
    )
    hinted = unknown.join(hints, on=["unit", "named_on"], how="left", maintain_order="left").select(
        unit_hint=pl.concat_str("unit_name", pl.col("hint").fill_null("")),
        unit_hint_en=pl.concat_str("unit_name", pl.col("hint_en").fill_null("")),
    )
    rows = rows.with_columns(unit_hint="unit_name", unit_hint_en="unit_name").drop("named_on")
    if at.is_empty():
        return rows
    return rows.with_columns(rows[name].scatter(at, hinted[name]) for name in hinted.columns)


def _hint(registry: Registry, name: str, day: date) -> Text:
    near = ", ".join(known for _, known in registry.nearest(name, day))
    if registry.meant(name, day):
        return Text(f"; tên này có thể là nhiều đơn vị: {near}", f"; this name may mean several units: {near}")
    if not near:
        return Text("", "")
    return Text(f"; không có đơn vị tên này, gần giống: {near}", f"; there is no such unit, nearest: {near}")

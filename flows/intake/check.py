"""Reads and judges deliveries of one contract: from bytes to verdicts and rows. Stores nothing in the lake."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import polars as pl

from expectations.judge import decide, judge
from flows.settings.exports import Exports
from flows.settings.workspace import Workspace
from transforms.check import cases, tables
from transforms.check.facts import check
from transforms.check.frames import TERMS
from transforms.check.history.layouts import LAYOUT_COLUMNS, NO_LAYOUTS, LayoutHistory, with_layouts
from transforms.check.history.past import LOOKBACK_DAYS, PAST, sums_of, terms_frame, with_history
from transforms.check.history.past_fields import PAST_FIELDS, units_with_unknown_fields, with_past_fields
from transforms.check.history.repeats import LOOKBACK_DAYS as REPEATED_WITHIN
from transforms.check.history.repeats import PAST_FILES, with_repeats
from transforms.check.messages import describe
from transforms.check.prepare import prepare
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import CONTRACTS
from transforms.read.agreed import Agreed
from transforms.read.filings import Filings, read_filings
from transforms.reference.units import with_validity
from warehouse.lake.lake import Lake
from warehouse.ledger.cases import Counted, counted_elsewhere
from warehouse.ledger.layouts import layout_history
from warehouse.ledger.past_counts import past_counts, past_fields
from warehouse.ledger.past_files import past_files

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What a check found, keyed by `file`.

    `decisions`: status, reason, row_count; `verdicts`: a row per rule (expectations.judge); `findings`: each faulty
    row with its `message`; `counts`: the detail rows, columns of daily_counts (cases); `sums`: the totals of each file
    (delivery_sums); `cases`: the cases that count, for contracts by case; `cases_snapshot`: the lake's snapshot in
    which they were found to count nowhere else; `layouts`: what the reading of each file rests on (LAYOUT_COLUMNS).
    """

    decisions: pl.DataFrame
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    counts: pl.DataFrame
    sums: pl.DataFrame
    cases: pl.DataFrame
    layouts: pl.DataFrame
    filings: Filings
    cases_snapshot: int | None = None


def check_deliveries(
    workspace: Workspace,
    received: pl.DataFrame,
    contract_name: str,
    run_name: str,
    lake: Lake | None = None,
    lang: str = "vi",
    *,
    released: bool = False,
) -> Checked:
    """Judge all deliveries of one contract at once.

    `received`: columns RECEIVED and `cut_off` of flows.intake.lateness; without `cut_off` nothing is late. With `lake`,
    cases counted before are found there, and the results of Great Expectations are kept beside it. `released`: the
    deliveries count whatever the verdict.
    """
    contract = CONTRACTS[contract_name]
    own = received.filter(pl.col("contract") == contract_name)
    if "cut_off" not in own.columns:
        own = own.with_columns(cut_off=pl.lit(None, pl.Datetime("us")))
    own = with_validity(own, workspace.registry)
    units = {unit: workspace.settings.exports_of(unit, contract_name) for unit in own["unit_id"].unique()}
    agreed = {file: units[unit_id] for file, unit_id in own.select("file", "unit_id").iter_rows()}
    contents = dict(zip(own["file"].to_list(), own["content"].to_list(), strict=True))
    filings = read_filings(contents, contract, workspace.headers, _agreed(workspace, own, agreed), workspace.titles)
    changed_rules = _each(agreed, workspace.settings.strictness)
    strictness = Strictness({file: rules for file, rules in changed_rules.items() if rules})
    terms = _terms(workspace, agreed)
    rows = prepare(
        own,
        filings,
        contract,
        workspace.registry,
        workspace.codes,
        workspace.fields,
        terms,
        strictness,
        workspace.corrections,
        workspace.months,
    )
    snapshot = None
    if contract.by_case:
        rows, snapshot = _with_repeats(lake, rows, strictness, released=released)
    counts = cases.daily_counts(rows) if contract.by_case else tables.daily_counts(rows, contract)
    usual = terms_frame(_each(agreed, workspace.settings.history_terms))
    sums = sums_of(counts, own)
    rows = with_history(rows, own, sums, _past(lake, own), workspace.holidays, usual, workspace.months)
    rows = with_repeats(rows, own, _past_files(lake, own), usual)
    own = with_layouts(own, filings.layouts, _layouts(lake, own))
    rows = with_past_fields(rows, _past_fields(lake, own, rows), workspace.fields, contract, strictness)
    facts = check(own, filings, rows, contract, strictness, lang)
    names = own.select("file", "business_date", delivery=pl.format("{} · {}", "unit_id", "source_uri"))
    named = facts.deliveries.join(names, on="file", maintain_order="left")
    verdicts = judge(named, contract_name, run_name, lake.home if lake else None, strictness.frame())
    return Checked(
        decisions=decide(verdicts, facts.follow_ups).join(
            facts.deliveries.select("file", "row_count"), on="file", maintain_order="left"
        ),
        verdicts=verdicts,
        findings=describe(facts.findings, filings, contract_name, lang),
        counts=counts,
        sums=sums,
        cases=cases.counted_cases(rows) if contract.by_case else pl.DataFrame(schema={"file": pl.UInt32}),
        layouts=own.filter(pl.col("layout").is_not_null()).select("file", *LAYOUT_COLUMNS),
        filings=filings,
        cases_snapshot=snapshot,
    )


def _with_repeats(
    lake: Lake | None, rows: pl.DataFrame, strictness: Strictness, *, released: bool
) -> tuple[pl.DataFrame, int | None]:
    """The rows, with the cases marked that another delivery has counted; and the lake's snapshot that was searched."""
    candidates = cases.countable(rows, strictness, released=released)
    counted = counted_elsewhere(lake, candidates) if lake else Counted(candidates.select("file", "row").clear())
    return cases.mark_repeats(rows, candidates, counted.rows), counted.snapshot


def _past(lake: Lake | None, received: pl.DataFrame) -> pl.DataFrame:
    """Earlier figures (columns PAST): from a year before the first day of these deliveries to their last day."""
    first, last = received.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    if lake is None or first is None:
        return pl.DataFrame(schema=PAST)
    return past_counts(lake, first - timedelta(days=LOOKBACK_DAYS), last)


def _layouts(lake: Lake | None, received: pl.DataFrame) -> LayoutHistory:
    """How the units' files were laid out before the last day of these deliveries, and what was confirmed."""
    last = received["business_date"].max()
    if lake is None or not isinstance(last, date):
        return NO_LAYOUTS
    return layout_history(lake, last)


def _past_fields(lake: Lake | None, received: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Earlier fields (columns PAST_FIELDS) of the units that now name unknown ones, for the same days as `_past`."""
    units = units_with_unknown_fields(rows)
    if lake is None or not units:
        return pl.DataFrame(schema=PAST_FIELDS)
    first, last = received.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    return past_fields(lake, units, first - timedelta(days=LOOKBACK_DAYS), last)


def _past_files(lake: Lake | None, received: pl.DataFrame) -> pl.DataFrame:
    """The files of the month before the first day of these deliveries, to their last day (columns PAST_FILES)."""
    first, last = received.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    if lake is None or first is None:
        return PAST_FILES.to_frame()
    return past_files(lake, first - timedelta(days=REPEATED_WITHIN), last)


def _agreed(workspace: Workspace, own: pl.DataFrame, exports: Mapping[int, Exports]) -> dict[int, Agreed]:
    """What is known of each file before it is read."""
    days = dict(own.select("file", "business_date").iter_rows())
    levels = _each(exports, workspace.settings.default_level)
    return {
        file: Agreed(days[file], sent.basis, levels[file], sent.sheet, tuple(sent.null_values))
        for file, sent in exports.items()
    }


def _terms(workspace: Workspace, agreed: dict[int, Exports]) -> pl.DataFrame:
    """The settings that rules need, for the sender of each file (columns TERMS)."""
    rows = [
        (file, workspace.settings.default_level(exports), exports.max_faulty_rows_pct, exports.case_id_pattern)
        for file, exports in agreed.items()
    ]
    return pl.DataFrame(rows, schema=TERMS, orient="row")


def _each(agreed: Mapping[int, Exports], of: Callable[[Exports], T]) -> dict[int, T]:
    """File → `of` its settings; called once for all files whose settings are the same object."""
    known = {id(exports): exports for exports in agreed.values()}
    once = {key: of(exports) for key, exports in known.items()}
    return {file: once[id(exports)] for file, exports in agreed.items()}

"""What the lake knew before the deliveries of a batch, for the rules that compare them with it. Judges nothing."""

from datetime import timedelta

import polars as pl

from flows.settings.workspace import Workspace
from transforms.check.history.compared import Known, Terms
from transforms.check.history.cumulative import cumulative_senders
from transforms.check.history.layouts import NO_LAYOUTS, LayoutHistory, described_by
from transforms.check.history.past import LOOKBACK_DAYS
from transforms.check.history.past_fields import units_with_unknown_fields
from transforms.check.history.repeats import LOOKBACK_DAYS as REPEATED_WITHIN
from transforms.check.privacy import KnownHeaders
from transforms.dictionary.contracts import PROCESSING, Contract
from warehouse.lake.lake import Lake
from warehouse.ledger.layouts import layout_history
from warehouse.ledger.past_counts import past_counts, past_fields, past_figures
from warehouse.ledger.past_files import past_files


def known_before(lake: Lake | None, own: pl.DataFrame, rows: pl.DataFrame, terms: Terms) -> Known:
    """What the lake has of earlier days; of cumulative figures also of the later days of their month or year.

    `own`: RECEIVED of the batch; `rows`: the columns of `frames.prepared`.
    """
    if lake is None or own.is_empty():
        return Known()
    first, last = own.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    year_before = first - timedelta(days=LOOKBACK_DAYS)
    month = terms.months.of(last)
    month_end = terms.months.span(f"{month[:4]}-12" if terms.contract == PROCESSING else month)[1]
    counts = past_counts(lake, year_before, month_end)
    month_begin, _ = terms.months.span(terms.months.of(first))
    cumulative = cumulative_senders(own, counts.filter(pl.col("business_date") >= month_begin))
    return Known(
        counts,
        past_figures(lake, cumulative["unit_id"].to_list(), terms.contract.name, month_begin, month_end),
        past_files(lake, first - timedelta(days=REPEATED_WITHIN), last),
        past_fields(lake, units_with_unknown_fields(rows), terms.contract.name, year_before, last),
    )


def layouts_before(
    workspace: Workspace, lake: Lake | None, received: pl.DataFrame, contract: Contract
) -> LayoutHistory:
    """How the units' files were laid out before each of these deliveries, and what was confirmed.

    `received`: RECEIVED, of which the business dates are read.
    """
    if lake is None or received.is_empty():
        return NO_LAYOUTS
    first, last = received.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    history = layout_history(lake, first, last)
    if not contract.by_case:
        return history
    # layouts that were stored with all their headers, before only known ones were kept
    return described_by(history, contract.name, KnownHeaders.of(contract, workspace.headers).description)

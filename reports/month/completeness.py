"""Which days of which units are there, from export_status: an outcome for each. Draws nothing."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from reports.outcomes import OUTCOMES

_RANKS = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}


def worst_first(states: pl.DataFrame) -> pl.DataFrame:
    """`states` (outcome, and any other columns), the worst outcome first, otherwise in the same order."""
    rank = pl.col("outcome").replace_strict(_RANKS, return_dtype=pl.Int64)
    return states.sort(rank, maintain_order=True)


def calendars(status: pl.DataFrame, days: Sequence[date]) -> dict[str, tuple[str | None, ...]]:
    """The worst outcome of each of `days` by unit; None where nothing was expected.

    `status` (unit_id, business_date, outcome): rows of export_status, one per unit, day and contract.
    """
    outcomes: dict[str, dict[date, str]] = {}
    for unit_id, day, outcome in status.select("unit_id", "business_date", "outcome").iter_rows():
        own = outcomes.setdefault(unit_id, {})
        own[day] = min(own.get(day, outcome), outcome, key=_RANKS.__getitem__)
    return {unit_id: tuple(map(own.get, days)) for unit_id, own in outcomes.items()}

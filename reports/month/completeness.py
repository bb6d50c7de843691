"""Which days of which units are there, from export_status: an outcome for each. Draws nothing."""

from collections.abc import Sequence
from datetime import date

import polars as pl

WORST_FIRST = ("quarantined", "missing", "accepted_with_warnings", "accepted")


def calendars(status: pl.DataFrame, days: Sequence[date]) -> dict[str, tuple[str | None, ...]]:
    """The worst outcome of each of `days` by unit; None where nothing was expected. `status`: rows of export_status."""
    outcomes: dict[str, dict[date, str]] = {}
    for unit_id, day, outcome in status.select("unit_id", "business_date", "outcome").iter_rows():
        own = outcomes.setdefault(unit_id, {})
        own[day] = min(own.get(day, WORST_FIRST[-1]), outcome, key=WORST_FIRST.index)
    return {unit_id: tuple(map(own.get, days)) for unit_id, own in outcomes.items()}

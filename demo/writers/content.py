"""What a delivery says, in the order it says it: rows, totals, rates. Knows no format and no layout."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from demo.writers.style import Style

_TOTALS = "Tổng cộng"


@dataclass(frozen=True)
class Line:
    """One printed row; `ordinal` is None for the totals row, a count the unit does not state is None."""

    ordinal: int | None
    label: str
    online: int | None
    in_person: int | None
    total: int | None
    rate: Decimal | None


@dataclass(frozen=True)
class Content:
    """One delivery; `period_from` matters where the unit's counts are cumulative."""

    lines: tuple[Line, ...]
    unit_name: str
    period_from: date
    business_date: date


def content_of(
    rows: pl.DataFrame,
    style: Style,
    unit_name: str,
    business_date: date,
    period_from: date,
    totals_rate_override: str | None = None,
) -> Content:
    """`rows` (field, online, in_person, total) as the unit prints them, with its totals row where it has one.

    A row's total is printed as given, right or wrong.
    """
    counts = rows.select("field", "online", "in_person", "total")
    lines = [
        Line(ordinal, field, online, in_person, total, rate_of(online, total))
        for ordinal, (field, online, in_person, total) in enumerate(counts.iter_rows(), start=1)
    ]
    if style.totals != "none":
        totals = _totals(counts, totals_rate_override)
        lines.insert(0 if style.totals == "first" else len(lines), totals)
    return Content(tuple(lines), unit_name, period_from, business_date)


def rate_of(online: int | None, total: int | None) -> Decimal | None:
    """(1)/(3) in per cent, half-up to two decimals; None where there is nothing to divide by."""
    if online is None or not total:
        return None
    return (100 * Decimal(online) / Decimal(total)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _totals(counts: pl.DataFrame, rate: str | None) -> Line:
    online, in_person, total = (int(counts[name].sum()) for name in ("online", "in_person", "total"))
    stated = rate_of(online, total) if rate is None else Decimal(rate.replace(",", "."))
    return Line(None, _TOTALS, online, in_person, total, stated)

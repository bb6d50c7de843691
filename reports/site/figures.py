"""The figures of units and groups as they may be shown, month by month. Computes no rate and knows no page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from reports.site.rankings import Overview
from reports.site.suppress import Counts, withhold_month

COUNTS = ("online", "in_person", "total")


@dataclass(frozen=True)
class Figures:
    """A row of figures: counts of cases, rates and target in per cent, `change` in percentage points; None where none.

    `needed`: online cases still needed for the target; `hidden`: withheld; `small` names the counts below the limit.
    `is_change_sure`: whether the month before, which `change` compares with, is complete. `units_counted`, of
    `units_expected`: how many units a group's sums come from; None for a unit. `has_override`: it rests on a
    decision.
    """

    online: int | None
    in_person: int | None
    total: int | None
    rate: Decimal | None
    target: Decimal | None
    meets: bool | None
    needed: int | None
    change: Decimal | None
    days_accepted: int
    days_expected: int
    is_complete: bool
    is_change_sure: bool = True
    units_counted: int | None = None
    units_expected: int | None = None
    has_override: bool = False
    hidden: bool = False
    small: frozenset[str] = frozenset()

    @property
    def has_sent(self) -> bool:
        """Whether anything was accepted at all."""
        return self.hidden or self.total is not None

    @property
    def is_wrong_sum(self) -> bool:
        """Whether the figures that are shown say (1) + (2) ≠ (3)."""
        return is_wrong_sum(self.online, self.in_person, self.total)


def is_wrong_sum(online: int | None, in_person: int | None, total: int | None) -> bool:
    """Whether three figures are there and (1) + (2) ≠ (3)."""
    if online is None or in_person is None or total is None:
        return False
    return online + in_person != total


class Shown:
    """Figures as they may be shown, month by month."""

    def __init__(self, rows: list[dict[str, Any]], below: int, apart: Collection[str]) -> None:
        self._below = below
        months: dict[str, dict[str, dict[str, Counts]]] = {}
        for row in rows:
            group = months.setdefault(row["month"], {}).setdefault(row["unit_group"], {})
            group[row["unit_id"]] = counts_of(row)
        self._months = months
        self._hidden = {month: withhold_month(groups, below, apart) for month, groups in months.items()}
        ordered = sorted(self._hidden)
        self._before = dict(zip(ordered[1:], ordered, strict=False))

    def overview(self, month: str) -> Overview:
        """What is withheld of a month, beside all that is not."""
        counts = {
            unit: (one[0], one[2]) for units in self._months.get(month, {}).values() for unit, one in units.items()
        }
        return Overview(counts, self._hidden.get(month, ((), ()))[0])

    def unit(self, row: Mapping[str, Any]) -> Figures:
        """A row of monthly_unit_rates."""
        return self._figures(row, 0, row["unit_id"])

    def group(self, row: Mapping[str, Any]) -> Figures:
        """A row of monthly_group_rates."""
        return self._figures(row, 1, row["unit_group"])

    def _figures(self, row: Mapping[str, Any], kind: int, key: str) -> Figures:
        figures = Figures(
            online=row["online"],
            in_person=row["in_person"],
            total=row["total"],
            rate=row["online_rate_pct"],
            target=row["target_pct"],
            meets=row["meets_target"],
            needed=row["online_needed"],
            change=row["change_points"],
            days_accepted=row["days_accepted"],
            days_expected=row["days_expected"],
            is_complete=row["is_complete"],
            is_change_sure=row.get("previous_is_complete") is not False,  # a publication of an older version lacks it
            units_counted=row.get("units_counted"),
            units_expected=row.get("units_expected"),
            has_override=bool(row.get("has_override")),  # as above
        )
        if key in self._hidden.get(row["month"], ((), ()))[kind]:
            nothing: dict[str, Any] = dict.fromkeys((*COUNTS, "rate", "meets", "needed", "change"))
            return replace(figures, **nothing, hidden=True, small=small_of(row, self._below))
        before = self._before.get(row["month"])
        if before is not None and key in self._hidden[before][kind]:
            return replace(figures, change=None)  # with the rate it would state the one of the month before
        return figures


def small_of(row: Mapping[str, Any], below: int) -> frozenset[str]:
    """The names of the counts of a row that are below the limit."""
    return frozenset(name for name, count in zip(COUNTS, counts_of(row), strict=True) if count < below)


def counts_of(row: Mapping[str, Any]) -> Counts:
    """The counts of a row for what is withheld; what was not sent needs no hiding, like zero."""
    return row["online"] or 0, row["in_person"] or 0, row["total"] or 0

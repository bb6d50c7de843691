"""What the site shows, from the published marts: one month in full, earlier months as a trend. Computes no rate.

Withheld figures are removed here, so that no template gets one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from reports.charts import MONTHS
from reports.errors import ReportError
from reports.labels import Labels
from reports.month.completeness import calendars
from reports.month.targets import Lapse, lapses_of_month
from reports.site.overrides import Override, overrides_of
from reports.site.suppress import Counts, withhold, withhold_month

_COUNTS = ("online", "in_person", "total")
_NO_ENGLISH = {"name_en": None, "definition_en": None}  # of a publication older than the English texts


@dataclass(frozen=True)
class Terms:
    """What an office decides about its site: titles, the smallest count that is shown (0 = all), names of groups."""

    title: str
    title_en: str
    suppress_below: int = 0
    labels: Labels = field(default_factory=Labels)


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
        return _is_wrong_sum(self)


@dataclass(frozen=True)
class Month:
    """One month of a trend."""

    month: str
    figures: Figures


@dataclass(frozen=True)
class Field:
    """A field of a unit; `pulls`: its rate is below the unit's target, or below its rate where it has no target."""

    name: str
    online: int | None
    in_person: int | None
    total: int | None
    rate: Decimal | None
    hidden: bool
    small: frozenset[str]
    pulls: bool

    @property
    def is_wrong_sum(self) -> bool:
        """Whether the figures that are shown say (1) + (2) ≠ (3)."""
        return _is_wrong_sum(self)


def _is_wrong_sum(row: Figures | Field) -> bool:
    if row.online is None or row.in_person is None or row.total is None:
        return False
    return row.online + row.in_person != row.total


@dataclass(frozen=True)
class Fault:
    """What is wrong with the data of a day; `rules` are pairs of contract and rule."""

    day: date
    outcome: str
    contract: str
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Unit:
    """A unit: its month, its trend, its fields (those that pull most first), its faults, an outcome per day.

    `overrides`: what was decided about deliveries that make up the month's figures.
    """

    unit_id: str
    name: str
    group: str
    valid_from: date | None
    figures: Figures | None
    history: tuple[Month, ...] = ()
    fields: tuple[Field, ...] = ()
    faults: tuple[Fault, ...] = ()
    calendar: tuple[str | None, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def open_faults(self) -> tuple[Fault, ...]:
        """Days without figures."""
        return tuple(fault for fault in self.faults if fault.outcome in {"quarantined", "missing"})


@dataclass(frozen=True)
class Group:
    """A group of units in report order."""

    name: str
    figures: Figures
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Site:
    """All that the pages show. `sums`: groups made of others; `others`: units that send data but have no rate.

    `known_at`: UTC without zone.
    """

    terms: Terms
    month: str
    period_from: date
    period_to: date
    as_of: date
    known_at: datetime
    publication_id: str
    whole: Figures
    history: tuple[Month, ...]
    groups: tuple[Group, ...]
    sums: tuple[Group, ...]
    others: tuple[Unit, ...]
    days: tuple[date, ...]
    metrics: tuple[Mapping[str, Any], ...]
    targets: tuple[Mapping[str, Any], ...]
    lapses: tuple[Lapse, ...] = ()

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units with a page."""
        return tuple(unit for group in self.groups for unit in group.units)


def view(marts: Mapping[str, pl.DataFrame], month: str, terms: Terms) -> Site:
    """The site of `month` (YYYY-MM) from `marts`, the published marts by name.

    monthly_unit_rates and monthly_group_rates also have the earlier months, for the trend. Raises ReportError when
    `month` has no figures.
    """
    unit_rows = [row for row in _rows(marts["monthly_unit_rates"]) if row["month"] <= month]
    group_rows = [row for row in _rows(marts["monthly_group_rates"]) if row["month"] <= month]
    shown = _Shown(unit_rows, terms.suppress_below, terms.labels.apart)
    own = [row for row in unit_rows if row["month"] == month]
    totals = {row["unit_group"]: row for row in group_rows if row["month"] == month}
    if not own or "all" not in totals:
        raise ReportError(f"tháng {month}: chưa có số liệu để làm trang")
    whole, (publication,) = totals["all"], _rows(marts["publication"])
    days = tuple(pl.date_range(whole["period_from"], whole["as_of"], eager=True).to_list())
    known = {row["unit_id"]: row for row in _rows(marts["units"])}
    faults, calendar = _faults(marts, month), calendars(marts["export_status"].filter(month=month), days)
    history: dict[str, list[Month]] = {}
    for row in sorted(unit_rows, key=lambda row: str(row["month"])):
        history.setdefault(row["unit_id"], []).append(Month(row["month"], shown.unit(row)))
    fields: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(marts["monthly_field_rates"].filter(month=month)):
        fields.setdefault(row["unit_id"], []).append(row)

    def unit(row: Mapping[str, Any]) -> Unit:
        id_, figures = row["unit_id"], shown.unit(row)
        return Unit(
            unit_id=id_,
            name=row["unit_name"],
            group=row["unit_group"],
            valid_from=known[id_]["valid_from"] if id_ in known else None,
            figures=figures,
            history=tuple(history[id_][-MONTHS:]),
            fields=_fields(fields.get(id_, []), figures, terms.suppress_below),
            faults=faults.get(id_, ()),
            calendar=calendar.get(id_, (None,) * len(days)),
            overrides=overrides_of(marts.get("overrides"), row, terms.suppress_below),
        )

    members = sorted(own, key=lambda row: (row["report_order"], row["unit_id"]))
    groups = tuple(
        Group(name, shown.group(totals[name]), tuple(unit(row) for row in members if row["unit_group"] == name))
        for name in terms.labels.in_order(totals)
    )
    # Beside withheld counts a sum of some groups would give what is withheld.
    summed = () if terms.suppress_below else terms.labels.sums_in_order(totals)
    paged = {row["unit_id"] for row in own}
    others = tuple(
        Unit(id_, known[id_]["name"], known[id_]["unit_group"], None, None, (), (), faults.get(id_, ()), outcomes)
        for id_, outcomes in sorted(calendar.items())
        if id_ not in paged and id_ in known
    )
    trend = sorted((row for row in group_rows if row["unit_group"] == "all"), key=lambda row: str(row["month"]))
    return Site(
        terms=terms,
        month=month,
        period_from=whole["period_from"],
        period_to=whole["period_to"],
        as_of=whole["as_of"],
        known_at=publication["known_at"],
        publication_id=publication["publication_id"],
        whole=shown.group(whole),
        history=tuple(Month(row["month"], shown.group(row)) for row in trend[-MONTHS:]),
        groups=groups,
        sums=tuple(Group(name, shown.group(totals[name]), ()) for name in summed),
        others=others,
        days=days,
        metrics=tuple(
            _NO_ENGLISH | row
            for row in _rows(marts["metrics"])
            if row.get("metric_kind") != "given" and row.get("is_enabled") is not False
        ),
        targets=tuple(row for row in _rows(marts["targets"]) if row["metric_id"] == "online_rate"),
        lapses=tuple(lapses_of_month(marts, month)),
    )


class _Shown:
    """Figures as they may be shown, month by month."""

    def __init__(self, rows: list[dict[str, Any]], below: int, apart: Collection[str]) -> None:
        self._below = below
        months: dict[str, dict[str, dict[str, Counts]]] = {}
        for row in rows:
            group = months.setdefault(row["month"], {}).setdefault(row["unit_group"], {})
            group[row["unit_id"]] = _counts(row)
        self._hidden = {month: withhold_month(groups, below, apart) for month, groups in months.items()}
        ordered = sorted(self._hidden)
        self._before = dict(zip(ordered[1:], ordered, strict=False))

    def unit(self, row: Mapping[str, Any]) -> Figures:
        return self._figures(row, 0, row["unit_id"])

    def group(self, row: Mapping[str, Any]) -> Figures:
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
            nothing: dict[str, Any] = dict.fromkeys((*_COUNTS, "rate", "meets", "needed", "change"))
            return replace(figures, **nothing, hidden=True, small=_small(row, self._below))
        before = self._before.get(row["month"])
        if before is not None and key in self._hidden[before][kind]:
            return replace(figures, change=None)  # with the rate it would state the one of the month before
        return figures


def _small(row: Mapping[str, Any], below: int) -> frozenset[str]:
    return frozenset(name for name, count in zip(_COUNTS, _counts(row), strict=True) if count < below)


def _counts(row: Mapping[str, Any]) -> Counts:
    """The counts of a row for what is withheld; what was not sent needs no hiding, like zero."""
    return row["online"] or 0, row["in_person"] or 0, row["total"] or 0


def _fields(rows: list[dict[str, Any]], unit: Figures, below: int) -> tuple[Field, ...]:
    counts = {row["field"]: (row["online"], row["in_person"], row["total"]) for row in rows}
    withheld = withhold(counts, below)
    marked = withheld.covered and not unit.hidden
    hidden = withheld.keys if marked else frozenset(counts)
    limit = unit.target if unit.target is not None else unit.rate
    fields = []
    for row in rows:
        is_hidden, rate = row["field"] in hidden, row["online_rate_pct"]
        online, in_person, total = (None if is_hidden else row[name] for name in _COUNTS)
        pulls = not is_hidden and rate is not None and limit is not None and rate < limit
        small = _small(row, below) if is_hidden and marked else frozenset()
        fields.append(
            Field(row["field"], online, in_person, total, None if is_hidden else rate, is_hidden, small, pulls)
        )
    return tuple(sorted(fields, key=lambda field: (not field.pulls, -(field.in_person or 0), field.name)))


def _faults(marts: Mapping[str, pl.DataFrame], month: str) -> dict[str, tuple[Fault, ...]]:
    """What is wrong by unit, newest day first; never a row or a figure of a delivery."""
    broken: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    key = ("unit_id", "business_date", "contract")
    for row in _rows(marts["check_failures"].filter(month=month).sort("severity", "rule")):
        if row["severity"] != "info":
            broken.setdefault((*(row[name] for name in key), row["version"]), []).append((row["contract"], row["rule"]))
    faults: dict[str, list[Fault]] = {}
    status = marts["export_status"].filter(pl.col("month") == month, pl.col("outcome") != "accepted")
    for row in _rows(status.sort("business_date", "contract", descending=[True, False])):
        rules = broken.get((*(row[name] for name in key), row["version"]), [])
        fault = Fault(row["business_date"], row["outcome"], row["contract"], tuple(rules))
        faults.setdefault(row["unit_id"], []).append(fault)
    return {unit_id: tuple(found) for unit_id, found in faults.items()}


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dicts()

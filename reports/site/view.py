"""What the site shows, from the published marts: one month in full, earlier months as a trend. Computes no rate.

Withheld figures are removed here, so that no template gets one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from reports import vietnamese as vn
from reports.charts import MONTHS
from reports.errors import ReportError
from reports.labels import Labels
from reports.month.completeness import calendars
from reports.month.rankings import Ranking
from reports.month.scores import WHOLE, Score, scores_of
from reports.month.targets import Lapse, lapses_of_month
from reports.site.figures import COUNTS, Figures, Shown, is_wrong_sum, small_of
from reports.site.overrides import Override, overrides_of
from reports.site.rankings import site_rankings
from reports.site.scores import withheld
from reports.site.suppress import withhold

_NO_ENGLISH = {"name_en": None, "definition_en": None}  # of a publication older than the English texts


@dataclass(frozen=True)
class Terms:
    """What an office decides about its site: titles, the smallest count that is shown (0 = all), names of groups."""

    title: str
    title_en: str
    suppress_below: int = 0
    labels: Labels = field(default_factory=Labels)


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
        return is_wrong_sum(self.online, self.in_person, self.total)


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

    `scores`: published points by unit, and of all together ("all"), where there are any.
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
    rankings: tuple[Ranking, ...] = ()
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)

    @property
    def ranked(self) -> tuple[Ranking, ...]:
        """The rankings of metrics that have figures in this month."""
        return tuple(ranking for ranking in self.rankings if ranking.has_figures)

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units with a page."""
        return tuple(unit for group in self.groups for unit in group.units)


def view(marts: Mapping[str, pl.DataFrame], month: str, terms: Terms) -> Site:
    """The site of `month` (YYYY-MM) from `marts`, the published marts by name.

    monthly_unit_rates and monthly_group_rates also have the earlier months, for the trend; monthly_rates the month
    before, where small counts are withheld. Raises ReportError when
    `month` has no figures.
    """
    unit_rows = [row for row in _rows(marts["monthly_unit_rates"]) if row["month"] <= month]
    group_rows = [row for row in _rows(marts["monthly_group_rates"]) if row["month"] <= month]
    shown = Shown(unit_rows, terms.suppress_below, terms.labels.apart)
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
    hidden = {unit.unit_id: bool(unit.figures and unit.figures.hidden) for group in groups for unit in group.units}
    hidden[WHOLE] = shown.group(whole).hidden
    trend = sorted((row for row in group_rows if row["unit_group"] == "all"), key=lambda row: str(row["month"]))
    scores = scores_of(marts, month)
    scored = {one.metric_id for own in scores.values() for one in own}
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
            if (row.get("metric_kind") != "given" or row["metric_id"] in scored) and row.get("is_enabled") is not False
        ),
        targets=tuple(row for row in _rows(marts["targets"]) if row["metric_id"] == "online_rate"),
        lapses=tuple(lapses_of_month(marts, month)),
        rankings=site_rankings(
            marts,
            month,
            terms.labels,
            terms.suppress_below,
            replace(shown.overview(month), with_hidden_fields=_with_hidden_fields(groups)),
            shown.overview(vn.month_before(month)),
        ),
        scores={
            member: withheld(own, is_hidden=hidden.get(member, False), suppressing=bool(terms.suppress_below))
            for member, own in scores.items()
        },
    )


def _with_hidden_fields(groups: Collection[Group]) -> frozenset[str]:
    units = (unit for group in groups for unit in group.units)
    return frozenset(unit.unit_id for unit in units if any(one.hidden for one in unit.fields))


def _fields(rows: list[dict[str, Any]], unit: Figures, below: int) -> tuple[Field, ...]:
    counts = {row["field"]: (row["online"], row["in_person"], row["total"]) for row in rows}
    withheld = withhold(counts, below)
    marked = withheld.covered and not unit.hidden
    hidden = withheld.keys if marked else frozenset(counts)
    limit = unit.target if unit.target is not None else unit.rate
    fields = []
    for row in rows:
        is_hidden, rate = row["field"] in hidden, row["online_rate_pct"]
        online, in_person, total = (None if is_hidden else row[name] for name in COUNTS)
        pulls = not is_hidden and rate is not None and limit is not None and rate < limit
        small = small_of(row, below) if is_hidden and marked else frozenset()
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

"""`monthly_rates` and `daily_rates` again, by hand: one unit, one day, one row of counts at a time, in exact fractions.

Shares the walk over the ledger with oracle.Month, and nothing with marts/*.sql. The metrics are read from their TOML.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.warehouse.oracle import Month, Row, Rows, beside, counted_for

NO_FIELD = "Không ghi lĩnh vực"
RATE_CONTRACTS = ["summary", "cases", "ii06"]
MORE = {"to_pay", "paid_online", "digitised_files", "digitised_results", "electronic_results", "resubmitted"}
LEFT_OUT = {  # what a delivery of the contract may leave out: without rows it says nothing of it
    "summary": {"postal", "received", "settled", "settled_on_time", "overdue", *MORE},
    "cases": MORE,
    "ii06": {"postal", *MORE},
    "processing": {"overdue", *MORE},
}
Pair = tuple[int, int]  # numerator, denominator


@dataclass(frozen=True)
class Metric:
    """A metric as its file states it."""

    id: str
    version: int
    numerator: list[Row]
    denominator: list[Row]
    contracts: list[str] = field(default_factory=lambda: list(RATE_CONTRACTS))
    groups: list[str] = field(default_factory=list)
    direction: str = "up"
    decimals: int = 2
    min_denominator: int = 0
    valid_from: date = date.min
    valid_to: date = date.max
    enabled: bool = True

    @property
    def terms(self) -> list[Row]:
        return [*self.numerator, *self.denominator]

    def filtered_by(self, key: str) -> bool:
        return any(key in term for term in self.terms)


def metrics_of(text: str) -> list[Metric]:
    known = Metric.__dataclass_fields__
    return [
        Metric(**_defaults(entry) | {key: own for key, own in entry.items() if key in known})
        for entry in tomllib.loads(text)["metric"]
        if "kind" in entry
    ]


def _defaults(entry: Row) -> Row:
    by_list = any("procedures" in term for term in entry.get("numerator", ()))
    return {"enabled": entry.get("verified", True), "contracts": ["cases"] if by_list else list(RATE_CONTRACTS)}


def rate(pair: Pair | None, decimals: int) -> Decimal | None:
    if pair is None or pair[1] <= 0 or not 0 <= pair[0] <= pair[1]:
        return None
    scale: int = 10**decimals
    return Decimal(floor(Fraction(pair[0] * 100, pair[1]) * scale + Fraction(1, 2))) / scale


def meets(percent: Decimal | None, target: Decimal | None, direction: str) -> bool | None:
    if percent is None or target is None:
        return None
    return percent >= target if direction == "up" else percent <= target


def needed(pair: Pair | None, target: Decimal | None, metric: Metric) -> int | None:
    """Searched for, one case after the other."""
    if pair is None or target is None or pair[1] <= 0:
        return None
    part, whole = pair
    if metric.direction == "up":
        more = (n for n in range(whole + 2) if part + n > whole or meets(_of(part + n, whole, metric), target, "up"))
        return next(more)
    return next(n for n in range(part + 1) if meets(_of(part - n, whole, metric), target, "down"))


def _of(part: int, whole: int, metric: Metric) -> Decimal | None:
    return rate((part, whole), metric.decimals)


class MetricMonth:
    """One metric in one month."""

    def __init__(self, month: Month, metric: Metric) -> None:
        self.month, self.metric = month, metric
        self.rows: dict[str, list[Row]] = {}
        for row in month.all_counts:
            self.rows.setdefault(row["delivery_id"], []).append(row)
        self.coded: dict[str, list[Row]] = {}
        for row in month.all_by_procedure:
            self.coded.setdefault(row["delivery_id"], []).append(row)
        self.units = [unit for unit in month.units() if self._is_of(unit)]
        valid = {unit["unit_id"] for unit in self.units}
        self.counted: dict[tuple[str, date], tuple[Row, Pair]] = {}
        for contract in reversed(metric.contracts):
            for (unit, day, of), delivery in month.latest.items():
                if of == contract and unit in valid and (pair := self._stated(delivery)) is not None:
                    self.counted[unit, day] = (delivery, pair)
        self.due = {
            (row["unit_id"], row["business_date"])
            for row in month.reference.expected_days.to_dicts()
            if row["contract"] in metric.contracts
            and month.period_from <= row["business_date"] <= month.period_to
            and month.is_valid(row)
            and row["unit_id"] in valid
        }
        self.expected = {(unit, day) for unit, day in self.due if month.as_of and day <= month.as_of}

    def _is_of(self, unit: Row) -> bool:
        return not self.metric.groups or unit["unit_group"] in self.metric.groups

    def _stated(self, delivery: Row) -> Pair | None:
        rows, contract = self.rows.get(delivery["delivery_id"], []), delivery["contract"]
        if self.metric.filtered_by("levels") and any(row["service_level"] == 0 for row in rows):
            return None
        if self.metric.filtered_by("fields") and any(row["field"] == NO_FIELD for row in rows):
            return None
        if self.metric.filtered_by("procedures"):
            return self._of_procedures(rows, self.coded.get(delivery["delivery_id"], []))
        for term in self.metric.terms:
            taken = [row for row in rows if self._takes(term, row)] or rows
            if any(row[term["count"]] is None for row in taken):
                return None
            if not rows and term["count"] in LEFT_OUT[contract]:
                return None
        numerator, denominator = (
            sum(row[term["count"]] for term in terms for row in rows if self._takes(term, row))
            for terms in (self.metric.numerator, self.metric.denominator)
        )
        return numerator, denominator

    def _of_procedures(self, rows: list[Row], coded: list[Row]) -> Pair | None:
        if rows and not coded:
            return None  # its cases name no procedures
        sums = []
        for terms in (self.metric.numerator, self.metric.denominator):
            amount = 0
            for term in terms:
                listed = [row for row in coded if self._on_list(term, row)]
                taken = [row for row in listed if row["service_level"] in term.get("levels", [row["service_level"]])]
                if any(row[term["count"]] is None for row in taken or [*rows, *listed]):
                    return None
                amount += sum(row[term["count"]] for row in taken)
            sums.append(amount)
        return sums[0], sums[1]

    def _on_list(self, term: Row, row: Row) -> bool:
        return any(
            entry["procedure_list"] == term["procedures"]
            and entry["procedure"] == row["procedure"]
            and entry["valid_from"] <= row["business_date"] <= (entry["valid_to"] or date.max)
            for entry in self.month.reference.procedures.to_dicts()
        )

    def _takes(self, term: Row, row: Row) -> bool:
        field_id = self.month.meant(row["field"], row["business_date"])[1]
        return row["service_level"] in term.get("levels", [row["service_level"]]) and (
            "fields" not in term or field_id in term["fields"]
        )

    def making(self, unit: str, until: date) -> list[date]:
        days: list[date] = []
        for day in self.month.days():
            if day <= until and (unit, day) in self.counted:
                days = [day] if self.counted[unit, day][0]["basis"] == "month_to_date" else [*days, day]
        return days

    def to_date(self, units: Sequence[str], until: date) -> Pair | None:
        pairs = [self.counted[unit, day][1] for unit in units for day in self.making(unit, until)]
        return (sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)) if pairs else None

    def target(self, *scopes: str) -> Decimal | None:
        assert self.month.as_of
        valid = {
            row["scope"]: row["target_pct"]
            for row in self.month.reference.targets.to_dicts()
            if row["metric_id"] == self.metric.id
            and row["valid_from"] <= self.month.as_of <= (row["valid_to"] or date.max)
        }
        return next((valid[scope] for scope in scopes if scope in valid), None)

    def figures(self, ids: Sequence[str], scope: str, member: str, group: str) -> Row:
        month, metric = self.month, self.metric
        pair = self.to_date(ids, month.period_to)
        percent = rate(pair, metric.decimals)
        target = self.target(*((member, group) if scope == "unit" else (group,)))
        expected = [key for key in self.expected if key[0] in ids]
        accepted = [key for key in expected if key in self.counted]
        counted = {unit for unit, _ in self.counted if unit in ids}
        making = [self.counted[unit, day][0] for unit in ids for day in self.making(unit, month.period_to)]
        return {
            "month": month.month,
            "metric_id": metric.id,
            "metric_version": metric.version,
            "scope": scope,
            "member": member,
            "unit_group": group,
            "period_from": month.period_from,
            "period_to": month.period_to,
            "as_of": month.as_of,
            "numerator": pair[0] if pair else None,
            "denominator": pair[1] if pair else None,
            "rate": percent,
            "target": target,
            "meets_target": meets(percent, target, metric.direction),
            "needed": needed(pair, target, metric),
            "is_small": pair[1] < metric.min_denominator if pair else None,
            "units_expected": len({unit for unit, _ in expected} | counted),
            "units_counted": len(counted),
            "has_all_due": all(key in self.counted for key in self.due if key[0] in ids),
            "days_expected": len(expected),
            "days_accepted": len(accepted),
            "is_complete": len(expected) == len(accepted),
            **month.flags(making),
            "counted_for": counted_for(making),
        }

    def monthly(self) -> Rows:
        units = self.units
        found: list[Row] = []
        for unit in units:
            found.append(self.figures([unit["unit_id"]], "unit", unit["unit_id"], unit["unit_group"]))
        for group in {unit["unit_group"] for unit in units}:
            ids = [unit["unit_id"] for unit in units if unit["unit_group"] == group]
            found.append(self.figures(ids, "group", group, group))
        if units:
            found.append(self.figures([unit["unit_id"] for unit in units], "all", "all", "all"))
        return {(row["month"], row["metric_id"], row["scope"], row["member"]): row for row in found}

    def of_day(self, unit: str, day: date) -> tuple[Pair | None, Row | None]:
        """The figures of a day alone, and the delivery that they are the difference to."""
        delivery, pair = self.counted[unit, day]
        if delivery["basis"] == "day":
            return pair, None
        for before in reversed([one for one in self.month.days() if one < day]):
            if (unit, before) in self.counted:
                earlier, then = self.counted[unit, before]
                own = pair[0] - then[0], pair[1] - then[1]
                is_known = earlier["basis"] != "day" and 0 <= own[0] <= own[1]
                return (own, earlier) if is_known else (None, None)
            if (unit, before) in self.expected:
                return None, None
        return pair, None

    def daily(self) -> Rows:
        found: Rows = {}
        for (unit, day), (delivery, _) in self.counted.items():
            own, before = self.of_day(unit, day)
            month = self.to_date([unit], day)
            assert month
            found[day, unit, self.metric.id] = {
                "business_date": day,
                "unit_id": unit,
                "metric_id": self.metric.id,
                "metric_version": self.metric.version,
                "month": self.month.month,
                "delivery_id": delivery["delivery_id"],
                "basis": delivery["basis"],
                "numerator": own[0] if own else None,
                "denominator": own[1] if own else None,
                "rate": rate(own, self.metric.decimals),
                "month_numerator": month[0],
                "month_denominator": month[1],
                "month_rate": rate(month, self.metric.decimals),
                **self.month.flags([one for one in (delivery, before) if one]),
                "counted_for": counted_for([delivery]),
            }
        return found

    @property
    def is_yearly(self) -> bool:
        return self.metric.contracts == ["processing"]

    def yearly(self, before: Month | None) -> Rows:
        """The rows of units that send what is cumulative for the year, and of their groups."""
        month = self.month
        units: list[tuple[Row, Row]] = []
        for (_, name), row in month.processing_rows(before).items():
            unit = month.reference.units.filter(unit_id=name).to_dicts()[0]
            stated = {day: one for (of, day, kind), one in month.latest.items() if (of, kind) == (name, "processing")}
            pair = None
            if row["settled"] is not None:
                pair = self._stated(stated[max(stated)])
                if before and not month.month.endswith("-01"):
                    ends = {
                        d: one for (of, d, kind), one in before.latest.items() if (of, kind) == (name, "processing")
                    }
                    then = MetricMonth(before, self.metric)._stated(ends[max(ends)])
                    assert pair
                    assert then
                    pair = pair[0] - then[0], pair[1] - then[1]
            due = [day for of, day in month.due_processing if of == name]
            more = {"has_all_due": all(day in stated for day in due), "pair": pair}
            units.append((unit, row | more))
        found: list[Row] = [self._of([row], "unit", unit["unit_id"], unit["unit_group"]) for unit, row in units]
        rated = set(month.reference.group_members["unit_group"])
        for group in {unit["unit_group"] for unit, _ in units} & rated:
            found.append(self._of([row for unit, row in units if unit["unit_group"] == group], "group", group, group))
        if whole := [row for unit, row in units if unit["unit_group"] in rated]:
            found.append(self._of(whole, "all", "all", "all"))
        return {(row["month"], row["metric_id"], row["scope"], row["member"]): row for row in found}

    def _of(self, rows: Sequence[Row], scope: str, member: str, group: str) -> Row:
        metric, pairs = self.metric, [row["pair"] for row in rows if row["pair"]]
        pair = (sum(one[0] for one in pairs), sum(one[1] for one in pairs)) if pairs else None
        percent = rate(pair, metric.decimals)
        target = self.target(*((member, group) if scope == "unit" else (group,)))
        ids = sorted(part for row in rows for part in (row["override_ids"] or "").split(",") if part)
        return {
            "month": self.month.month,
            "metric_id": metric.id,
            "metric_version": metric.version,
            "scope": scope,
            "member": member,
            "unit_group": group,
            "period_from": self.month.period_from,
            "period_to": self.month.period_to,
            "as_of": self.month.as_of,
            "numerator": pair[0] if pair else None,
            "denominator": pair[1] if pair else None,
            "rate": percent,
            "target": target,
            "meets_target": meets(percent, target, metric.direction),
            "needed": needed(pair, target, metric),
            "is_small": pair[1] < metric.min_denominator if pair else None,
            "units_expected": len(rows),
            "units_counted": len(pairs),
            "has_all_due": all(row["has_all_due"] for row in rows),
            "days_expected": sum(row["days_expected"] for row in rows),
            "days_accepted": sum(row["days_accepted"] for row in rows),
            "is_complete": all(row["days_expected"] == row["days_accepted"] for row in rows),
            "has_override": bool(ids),
            "override_ids": ",".join(ids) or None,
            "counted_for": None,
        }


def metric_months(month: Month, metrics: Sequence[Metric]) -> list[MetricMonth]:
    """Each metric in the version that is in force on the first day of the month."""
    valid: dict[str, Metric] = {}
    for metric in sorted(metrics, key=lambda one: one.version):
        if metric.enabled and metric.valid_from <= month.period_from <= metric.valid_to:
            valid[metric.id] = metric
    return [MetricMonth(month, metric) for metric in valid.values()]


def monthly_rates(this: Month, before: Month | None, base: Month | None, metrics: Sequence[Metric]) -> Rows:
    """The rows of the month; `base`: the baseline month. What is cumulative for the year is compared with no month."""
    rows, earlier, first = (
        {
            key: row
            for one in metric_months(month, metrics)
            for key, row in (one.yearly(before) if one.is_yearly else one.monthly()).items()
        }
        if month
        else {}
        for month in (this, before, base)
    )
    yearly = {metric.id for metric in metrics if metric.contracts == ["processing"]}
    reviewed = {(row["month"], row["scope"]): row["rate_pct"] for row in this.reference.baselines.to_dicts()}
    baseline_month = this.reference.baseline_month
    baseline_month = baseline_month if baseline_month and baseline_month < this.month else None
    found: Rows = {}
    for key, row in rows.items():
        same = (row["metric_id"], row["scope"], row["member"])
        was = _of_version(earlier, before, row, same, yearly)
        then = _of_version(first, base, row, same, yearly)
        stated = (
            reviewed.get((baseline_month, row["member"]))
            if same[0] == "online_rate" and row["metric_version"] == 1
            else None
        )
        is_whole = bool(then.get("has_all_due"))
        own = then.get("rate")
        baseline = own if is_whole and own is not None else own if stated is None else stated
        done = row | {
            "previous_rate": was.get("rate"),
            "change": _less(row["rate"], was.get("rate")),
            "previous_is_complete": was.get("has_all_due"),
            "baseline_month": baseline_month,
            "baseline_rate": baseline,
            "baseline_change": _less(row["rate"], baseline),
            "baseline_is_complete": None if baseline is None else is_whole or stated is not None,
            **dict.fromkeys(("points", "points_maximum", "points_lost", "scored_on")),
        }
        done.pop("has_all_due")
        found[key] = done | beside("monthly_rates", done)
    return found


def daily_rates(this: Month, metrics: Sequence[Metric]) -> Rows:
    """The rows of the month."""
    return {key: row for one in metric_months(this, metrics) if not one.is_yearly for key, row in one.daily().items()}


def _of_version(rows: Rows, month: Month | None, row: Row, same: tuple[Any, ...], yearly: set[str]) -> Row:
    if same[0] in yearly:
        return {}
    other = rows.get((month.month, *same), {}) if month else {}
    return other if other.get("metric_version") == row["metric_version"] else {}


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other

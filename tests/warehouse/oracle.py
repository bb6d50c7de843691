"""The marts again, by hand: one unit, one day, one number, one version at a time, in exact fractions.

Shares nothing with marts/*.sql: counts are looked up, months are walked day by day, `online_needed` is searched for.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import polars as pl

from transforms.check.rules import severities
from transforms.dictionary.contracts import MORE_COUNTS
from transforms.dictionary.text import fold
from warehouse.marts.materialise import Reference

Row = dict[str, Any]
Rows = dict[tuple[Any, ...], Row]
Counts = tuple[int, int, int]  # online, in person with post, total
DAY = timedelta(days=1)
COUNTING = ("summary", "cases", "ii06")
UNITS = ("units_expected", "units_counted")
PROCESSED = ("received", "settled", "settled_on_time")
STATE = ("unit_id", "business_date", "contract", "outcome", "version", "rules_broken", "has_override", "override_ids")


def rate(online: int | None, total: int | None) -> Decimal | None:
    if online is None or total is None or total <= 0 or not 0 <= online <= total:
        return None
    return Decimal(floor(Fraction(online * 100, total) * 100 + Fraction(1, 2))) / 100


def needed(online: int | None, total: int | None, target: Decimal | None) -> int | None:
    if target is None or online is None or not total:
        return None
    return next(n for n in range(total + 2) if online + n > total or rate(online + n, total) >= target)  # type: ignore[operator]


def counted_for(deliveries: Sequence[Row]) -> str | None:
    """For which of its two units a case counts; an older version of the software did not say: for the handling one."""
    found = {row["counted_for"] or "handling" for row in deliveries if row["contract"] == "cases"}
    return "mixed" if len(found) > 1 else next(iter(found), None)


class Month:
    """One month of the ledger, as of a date and as known at a moment."""

    def __init__(
        self,
        ledger: dict[str, list[Row]],
        reference: Reference,
        month: str,
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> None:
        self.reference, self.month = reference, month
        self.period_from, self.period_to = next(
            (p["period_from"], p["period_to"]) for p in reference.periods.to_dicts() if p["month"] == month
        )
        last = min(self.period_to, as_of or self.period_to)

        def known(row: Row, moment: str) -> bool:
            return self.period_from <= row["business_date"] <= last and (known_at is None or row[moment] <= known_at)

        deliveries = [row for row in ledger["deliveries"] if known(row, "decided_at")]
        outcomes = [row for row in ledger["outcomes"] if known(row, "at")]
        self.deliveries, self.outcomes = deliveries, outcomes
        self.as_of = max((row["business_date"] for row in [*deliveries, *outcomes]), default=None)
        self.decisions = [row for row in ledger["decisions"] if known_at is None or row["at"] <= known_at]
        self.not_held: dict[str, list[Row]] = {}
        for row in ledger["check_results"]:
            if row["outcome"] != "holds":
                self.not_held.setdefault(row["delivery_id"], []).append(row)
        mixed = {row["delivery_id"] for row in ledger["daily_counts"] if row["service_level"] == 0}
        withdrawn = {row["delivery_id"] for row in self.decisions if row["decision"] == "withdrawn"}
        latest: dict[tuple[str, date, str], Row] = {}
        for row in sorted(deliveries, key=lambda row: row["version"]):
            if row["status"].startswith("accepted") and row["delivery_id"] not in withdrawn and self.is_valid(row):
                latest[row["unit_id"], row["business_date"], row["contract"]] = row
        self.latest, self.all_counts = latest, ledger["daily_counts"]
        self.all_by_procedure = ledger["procedure_counts"]
        self.by_procedure = [row for row in self.all_by_procedure if row["service_level"] == 4]
        self.due_processing = [
            (row["unit_id"], row["business_date"])
            for row in reference.expected_days.to_dicts()
            if row["contract"] == "processing"
            and self.period_from <= row["business_date"] <= self.period_to
            and self.is_valid(row)
        ]
        self.counted: dict[tuple[str, date], Row] = {}
        for contract in ("ii06", "cases", "summary"):  # the last of them that is there counts
            for (unit, day, of), row in latest.items():
                if of == contract and row["delivery_id"] not in mixed:
                    self.counted[unit, day] = row
        self.rows: dict[str, list[Row]] = {}
        for row in ledger["daily_counts"]:
            if row["service_level"] == 4:
                self.rows.setdefault(row["delivery_id"], []).append(row)
        self.due = {
            (row["unit_id"], row["business_date"])
            for row in reference.expected_days.to_dicts()
            if row["contract"] in COUNTING
            and self.period_from <= row["business_date"] <= self.period_to
            and self.is_valid(row)
        }
        self.expected = {(unit, day) for unit, day in self.due if self.as_of and day <= self.as_of}

    def is_valid(self, row: Row) -> bool:
        """Whether the unit is valid on the day."""
        return any(
            unit["valid_from"] <= row["business_date"] <= (unit["valid_to"] or date.max)
            for unit in self.reference.units.filter(unit_id=row["unit_id"]).to_dicts()
        )

    def overrides(self, deliveries: Sequence[Row]) -> list[Row]:
        """What stands behind counting deliveries: decisions that made them count, and weaker critical rules."""
        found: list[Row] = []
        for row in deliveries:
            name, broken = row["delivery_id"], self.not_held.get(row["delivery_id"], [])
            shared = {key: row[key] for key in ("unit_id", "business_date", "contract", "delivery_id", "decided_at")}
            shared |= {"month": self.month}
            made = [one for one in self.decisions if one["released_as"] == name]
            for one in made:
                if one["decision"] == "released" and one["rules_broken"] is None:
                    continue
                samples = [
                    result["sample"]
                    for result in broken
                    if result["sample"] is not None  # what only follows from another fault has none
                    and (result["rule"] == "corrected") == (one["decision"] == "corrected")
                    and (result["rule"] == "corrected" or result["severity"] == "critical")
                ]
                found.append(
                    shared
                    | {name: one[name] for name in ("person", "reason", "rules_broken")}
                    | {
                        "override_id": f"{one['delivery_id']}#{one['decision']}",
                        "override_kind": one["decision"],
                        "sample": min(samples, default=None),
                    }
                )
            own = severities(row["contract"])
            for result in broken:
                rule, eased = result["rule"], own.get(result["rule"]) == "critical" and result["severity"] != "critical"
                if rule == "corrected" and any(one["decision"] == rule for one in made):
                    continue
                if eased or rule == "corrected":
                    found.append(
                        shared
                        | {
                            "override_id": f"{name}#{rule}",
                            "override_kind": "eased" if eased else rule,
                            "sample": result["sample"],
                            "rules_broken": rule if eased else None,
                            "person": None,
                            "reason": None,
                        }
                    )
        return found

    def flags(self, deliveries: Sequence[Row]) -> Row:
        ids = sorted(row["override_id"] for row in self.overrides(deliveries))
        return {"has_override": bool(ids), "override_ids": ",".join(ids) or None}

    def override_rows(self) -> Rows:
        return {(row["override_id"],): row for row in self.overrides(list(self.latest.values()))}

    def units(self) -> list[Row]:
        return [
            unit
            for unit in self.reference.units.to_dicts()
            if self.as_of
            and unit["unit_group"] != "centres"
            and unit["valid_from"] <= self.period_to
            and (unit["valid_to"] or date.max) >= self.period_from
        ]

    def days(self) -> Iterator[date]:
        day = self.period_from
        while self.as_of and day <= self.as_of:
            yield day
            day += DAY

    def meant(self, text: str, day: date) -> tuple[str, str | None]:
        """What a field is compared by on a day, and its id where it is known."""
        for row in self.reference.fields.to_dicts():
            names = [row["name"], *(row["aliases"] or "").split("|")]
            since, until = row["valid_from"] or date.min, row["valid_to"] or date.max
            if since <= day <= until and fold(text) in map(fold, names):
                return fold(row["name"]), row["field_id"]
        return fold(text), None

    def stated(self, unit: str, day: date, spelled: set[str] | None = None) -> Counts:
        rows = [
            row
            for row in self.rows.get(self.counted[unit, day]["delivery_id"], [])
            if spelled is None or row["field"] in spelled
        ]
        online = sum(row["online"] for row in rows)
        in_person = sum(row["in_person"] + (row["postal"] or 0) for row in rows)
        return online, in_person, sum(row["total"] for row in rows)

    def making(self, unit: str, until: date) -> list[date]:
        """The days whose deliveries make the month's figure up to a day."""
        days: list[date] = []
        for day in self.days():
            if day <= until and (unit, day) in self.counted:
                days = [day] if self.counted[unit, day]["basis"] == "month_to_date" else [*days, day]
        return days

    def has_figures(self, unit: str) -> bool:
        return any(of == unit for of, _ in self.counted)

    def to_date(self, unit: str, until: date, spelled: set[str] | None = None) -> Counts:
        figures = [self.stated(unit, day, spelled) for day in self.making(unit, until)]
        return sum(f[0] for f in figures), sum(f[1] for f in figures), sum(f[2] for f in figures)

    def of_day(self, unit: str, day: date) -> tuple[int | None, int | None, int | None]:
        figures = self.stated(unit, day)
        if self.counted[unit, day]["basis"] == "day":
            return figures
        before = day - DAY
        while before >= self.period_from:
            if (unit, before) in self.counted:
                if self.counted[unit, before]["basis"] == "day":
                    return None, None, None
                earlier = self.stated(unit, before)
                own = figures[0] - earlier[0], figures[1] - earlier[1], figures[2] - earlier[2]
                return own if min(own) >= 0 else (None, None, None)
            if (unit, before) in self.expected:
                return None, None, None
            before -= DAY
        return figures

    def target(self, *scopes: str) -> Decimal | None:
        """Of the first of the scopes that has one."""
        assert self.as_of
        valid = {
            row["scope"]: row["target_pct"]
            for row in self.reference.targets.to_dicts()
            if row["valid_from"] <= self.as_of <= (row["valid_to"] or date.max)
        }
        return next((valid[scope] for scope in scopes if scope in valid), None)

    def figures(self, units: Sequence[Row], group: str, *scopes: str) -> Row:
        """The measures of some units together, without the comparison with the month before."""
        ids = [unit["unit_id"] for unit in units]
        counted = [unit for unit in ids if self.has_figures(unit)]
        sums = [self.to_date(unit, self.period_to) for unit in counted]
        online, in_person, total = (sum(s[n] for s in sums) if counted else None for n in range(3))
        expected = [key for key in self.expected if key[0] in ids]
        accepted = [key for key in expected if key in self.counted]
        percent, target = rate(online, total), self.target(*scopes, group)
        return {
            "month": self.month,
            "period_from": self.period_from,
            "period_to": self.period_to,
            "as_of": self.as_of,
            "unit_group": group,
            "online": online,
            "in_person": in_person,
            "total": total,
            "online_rate_pct": percent,
            "target_pct": target,
            "meets_target": None if percent is None or target is None else percent >= target,
            "online_needed": needed(online, total, target),
            "units_expected": len({unit for unit, _ in expected} | set(counted)),
            "units_counted": len(counted),
            "has_all_due": all(key in self.counted for key in self.due if key[0] in ids),
            "days_expected": len(expected),
            "days_accepted": len(accepted),
            "is_complete": len(expected) == len(accepted),
            **self.flags([self.counted[unit, day] for unit in ids for day in self.making(unit, self.period_to)]),
            "counted_for": counted_for([self.counted[u, day] for u in ids for day in self.making(u, self.period_to)]),
        }

    def unit_rows(self) -> Rows:
        return {
            (self.month, unit["unit_id"]): self.figures([unit], unit["unit_group"], unit["unit_id"])
            | {"unit_id": unit["unit_id"], "unit_name": unit["name"], "report_order": unit["report_order"]}
            for unit in self.units()
        }

    def group_rows(self) -> Rows:
        groups = {unit["unit_group"] for unit in self.units()}
        rows = {
            (self.month, group): self.figures([u for u in self.units() if u["unit_group"] == group], group)
            for group in groups
        }
        return rows | ({(self.month, "all"): self.figures(self.units(), "all")} if groups else {})

    def channel_rows(self) -> Rows:
        """By channel and level; post is apart where each row of the unit's month and level states it."""
        own: dict[tuple[str, int], dict[str, int | None]] = {}
        for unit in (unit["unit_id"] for unit in self.units() if self.has_figures(unit["unit_id"])):
            ids = [self.counted[unit, day]["delivery_id"] for day in self.making(unit, self.period_to)]
            rows = [row for row in self.all_counts if row["delivery_id"] in ids]
            for level in {4, *(row["service_level"] for row in rows)}:
                those = [row for row in rows if row["service_level"] == level]
                online, in_person = (sum(row[name] for row in those) for name in ("online", "in_person"))
                posted = [row["postal"] for row in those]
                post = sum(one or 0 for one in posted)
                own[unit, level] = {
                    "online": online,
                    "in_person": in_person + (post if None in posted else 0),
                    "postal": None if None in posted else post,
                }
        groups = {unit["unit_id"]: unit["unit_group"] for unit in self.units()}
        members = [("unit", unit, group, [unit]) for unit, group in groups.items()]
        for group in set(groups.values()):
            members.append(("group", group, group, [unit for unit, of in groups.items() if of == group]))
        members.append(("all", "all", "all", list(groups)))
        found: Rows = {}
        for scope, member, group, ids in members:
            making = [self.counted[unit, day] for unit in ids for day in self.making(unit, self.period_to)]
            for level in {level for unit, level in own if unit in ids}:
                of_level = [figures for (unit, which), figures in own.items() if unit in ids and which == level]
                for channel in ("online", "in_person", "postal"):
                    stated = [one[channel] for one in of_level if one[channel] is not None]
                    found[self.month, scope, member, channel, level] = {
                        "month": self.month,
                        "scope": scope,
                        "member": member,
                        "channel_id": channel,
                        "service_level": level,
                        "unit_group": group,
                        "period_from": self.period_from,
                        "period_to": self.period_to,
                        "as_of": self.as_of,
                        "cases": sum(one or 0 for one in stated) if stated else None,
                        "includes_post": channel == "in_person" and any(one["postal"] is None for one in of_level),
                        "units_counted": len(stated),
                        **self.flags(making),
                    }
        return found

    def procedure_rows(self) -> Rows:
        """By unit and procedure, of the lists of cases that count, whatever else the unit sends."""
        rows: Rows = {}
        named = self.reference.procedures.to_dicts()
        for unit in (unit["unit_id"] for unit in self.units()):
            lists = [row for (who, _, of), row in self.latest.items() if who == unit and of == "cases"]
            ids = {row["delivery_id"] for row in lists}
            own = [row for row in self.by_procedure if row["delivery_id"] in ids]
            overrides = ",".join(sorted(one["override_id"] for one in self.overrides(lists))) or None
            for code in {row["procedure"] for row in own}:
                those = [row for row in own if row["procedure"] == code]
                online, total, settled = (sum(row[name] for row in those) for name in ("online", "total", "settled"))
                on_time = [row["settled_on_time"] for row in those]
                in_time = None if None in on_time else sum(on_time)
                on_lists = sorted(
                    row["procedure_list"]
                    for row in named
                    if row["procedure"] == code
                    and row["valid_from"] <= self.as_of
                    and (row["valid_to"] is None or row["valid_to"] >= self.as_of)
                )
                rows[self.month, unit, code] = {
                    "month": self.month,
                    "unit_id": unit,
                    "procedure": code,
                    "procedure_name": next((row["name"] for row in named if row["procedure"] == code), None),
                    "procedure_lists": ",".join(on_lists) or None,
                    "period_from": self.period_from,
                    "period_to": self.period_to,
                    "as_of": self.as_of,
                    "online": online,
                    "in_person": sum(row["in_person"] + row["postal"] for row in those),
                    "total": total,
                    "online_rate_pct": rate(online, total),
                    "settled": settled,
                    "settled_on_time": in_time,
                    "on_time_pct": None if in_time is None else rate(in_time, settled),
                    "has_override": overrides is not None,
                    "override_ids": overrides,
                }
        return rows

    def field_rows(self) -> Rows:
        rows: Rows = {}
        for unit in (unit["unit_id"] for unit in self.units()):
            days = self.making(unit, self.period_to)
            last: dict[str, date] = {}  # each spelling, and the last day it was stated
            for day in days:
                for row in self.rows.get(self.counted[unit, day]["delivery_id"], []):
                    last[row["field"]] = day
            spellings: dict[str, set[str]] = {}
            for text, day in last.items():
                spellings.setdefault(self.meant(text, day)[0], set()).add(text)
            for spelled in spellings.values():
                newest = min(text for text in spelled if last[text] == max(last[other] for other in spelled))
                field_id = self.meant(newest, last[newest])[1]
                known = {row["field_id"]: row["name"] for row in self.reference.fields.to_dicts()}
                name = known.get(field_id, newest)
                online, in_person, total = self.to_date(unit, self.period_to, spelled)
                rows[self.month, unit, name] = {
                    "month": self.month,
                    "unit_id": unit,
                    "field": name,
                    "field_id": field_id,
                    "period_from": self.period_from,
                    "period_to": self.period_to,
                    "as_of": self.as_of,
                    "online": online,
                    "in_person": in_person,
                    "total": total,
                    "online_rate_pct": rate(online, total),
                    **self.flags([self.counted[unit, day] for day in days]),
                }
        return rows

    def processed(self, unit: str) -> dict[date, tuple[int, int, int]]:
        """Received, settled and settled on time as the unit stated them each day."""
        found = {}
        for (of, day, contract), row in self.latest.items():
            if (of, contract) == (unit, "processing"):
                own = [count for count in self.all_counts if count["delivery_id"] == row["delivery_id"]]
                found[day] = tuple(sum(count[name] for count in own) for name in PROCESSED)
        return found

    def processed_at_end(self, unit: str) -> tuple[int, int, int] | None:
        """What stood when the month ended: stated on the last day it was due, or, due on no day, on its last day."""
        due = [day for of, day in self.due_processing if of == unit]
        stated = self.processed(unit)
        return stated[max(stated)] if stated and max(stated) >= max(due, default=self.period_to) else None

    def processing_rows(self, before: "Month | None") -> Rows:
        rows: Rows = {}
        for unit in self.reference.units.to_dicts():
            name = unit["unit_id"]
            if not self.as_of or unit["valid_from"] > self.period_to:
                continue
            if (unit["valid_to"] or date.max) < self.period_from:
                continue
            stated = self.processed(name)
            due = [day for of, day in self.due_processing if of == name and day <= self.as_of]
            if not (stated or due):
                continue
            year = stated[max(stated)] if stated else (None, None, None)
            start = (0, 0, 0) if self.month.endswith("-01") else before.processed_at_end(name) if before else None
            own = tuple(a - b for a, b in zip(year, start, strict=True)) if stated and start else (None, None, None)
            own = own if own[0] is None or min(own) >= 0 else (None, None, None)
            accepted = [day for day in due if day in stated]
            making = [self.latest[name, max(stated), "processing"]] if stated else []
            earlier = before.processed(name) if before and not self.month.endswith("-01") else {}
            flags = self.flags(making)
            if own[0] is not None and earlier:
                assert before
                ids = [
                    flags["override_ids"],
                    before.flags([before.latest[name, max(earlier), "processing"]])["override_ids"],
                ]
                joined = ",".join(sorted(part for one in ids if one for part in one.split(",")))
                flags = {"has_override": bool(joined), "override_ids": joined or None}
            rows[self.month, name] = {
                "month": self.month,
                "unit_id": name,
                "unit_name": unit["name"],
                "period_from": self.period_from,
                "period_to": self.period_to,
                "as_of": self.as_of,
                **dict(zip(PROCESSED, own, strict=True)),
                "on_time_pct": rate(own[2], own[1]),
                **{f"{column}_ytd": figure for column, figure in zip(PROCESSED, year, strict=True)},
                "on_time_ytd_pct": rate(year[2], year[1]),
                "days_expected": len(due),
                "days_accepted": len(accepted),
                "is_complete": len(due) == len(accepted),
                **flags,
            }
        return rows

    def day_before(self, unit: str, day: date) -> Row | None:
        """The delivery that a month-to-date day is the difference to."""
        if self.counted[unit, day]["basis"] == "day" or self.of_day(unit, day)[0] is None:
            return None
        return next(
            (
                self.counted[unit, other]
                for other in reversed(list(self.days()))
                if other < day and (unit, other) in self.counted
            ),
            None,
        )

    def day_rows(self) -> Rows:
        valid = {unit["unit_id"] for unit in self.units()}
        rows: Rows = {}
        for unit, day in self.counted:
            if unit in valid:
                own, month = self.of_day(unit, day), self.to_date(unit, day)
                rows[day, unit] = {
                    "business_date": day,
                    "unit_id": unit,
                    "month": self.month,
                    "delivery_id": self.counted[unit, day]["delivery_id"],
                    "basis": self.counted[unit, day]["basis"],
                    **dict(zip(("online", "in_person", "total"), own, strict=True)),
                    "online_rate_pct": rate(own[0], own[2]),
                    **dict(zip(("month_online", "month_in_person", "month_total"), month, strict=True)),
                    "month_rate_pct": rate(month[0], month[2]),
                    **self.flags([one for one in (self.counted[unit, day], self.day_before(unit, day)) if one]),
                    "counted_for": counted_for([self.counted[unit, day]]),
                }
        return rows


def baseline(row: Row, in_lake: Row, reviewed: Decimal | None) -> None:
    """Add the comparison with the baseline month: of the lake where that is complete, else as reviewed."""
    own = in_lake.get("online_rate_pct")
    is_whole = bool(in_lake.get("has_all_due"))
    then = own if is_whole and own is not None else own if reviewed is None else reviewed
    row["baseline_rate_pct"] = then
    row["baseline_is_complete"] = None if then is None else is_whole or reviewed is not None
    percent = row["online_rate_pct"]
    row["baseline_change_points"] = None if percent is None or then is None else percent - then


def restatements(
    ledger: dict[str, pl.DataFrame],
    reference: Reference,
    months: Sequence[str],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Rows:
    """What each accepted version and each withdrawal changed, found by going through all that came before it."""
    rows = {name: frame.to_dicts() for name, frame in ledger.items()}
    units = set(reference.units["unit_id"])
    of_kind = {"released": "release", "corrected": "amendment"}
    decided = {row["released_as"]: of_kind[row["decision"]] for row in rows["decisions"] if row["released_as"]}
    withdrawn = {
        row["delivery_id"]: row
        for row in rows["decisions"]
        if row["decision"] == "withdrawn" and (known_at is None or row["at"] <= known_at)
    }
    amended = {
        row["delivery_id"]: row["sample"]
        for row in rows["check_results"]
        if row["rule"] == "corrected" and row["outcome"] != "holds"
    }
    publications = sorted(rows["publications"], key=lambda row: (row["known_at"], row["built_at"]))
    found: Rows = {}
    for month in months:
        this, whole = Month(rows, reference, month, as_of, known_at), Month(rows, reference, month)
        facts = [(row["business_date"], row["decided_at"]) for row in whole.deliveries]
        facts += [(row["business_date"], row["at"]) for row in whole.outcomes]
        versions = [row for row in this.deliveries if row["status"] != "duplicate" and row["unit_id"] in units]
        of_day: dict[tuple[Any, ...], list[Row]] = {}
        for row in versions:
            of_day.setdefault((row["unit_id"], row["business_date"], row["contract"]), []).append(row)
        for row in versions:
            if not row["status"].startswith("accepted"):
                continue
            beside = of_day[row["unit_id"], row["business_date"], row["contract"]]
            earlier = [other for other in beside if other["version"] < row["version"]]

            def gone(other: Row, moment: datetime) -> bool:
                return other["delivery_id"] in withdrawn and withdrawn[other["delivery_id"]]["at"] <= moment

            def counting(others: list[Row], moment: datetime, gone: Any = gone) -> Row | None:
                known = [o for o in others if o["status"].startswith("accepted") and not gone(o, moment)]
                return max(known, key=lambda one: one["version"], default=None)

            def shown_before(moment: datetime, day: date = row["business_date"], facts: Any = facts) -> list[str]:
                return [
                    publication["publication_id"]
                    for publication in publications
                    if publication["known_at"] < moment
                    and any(other >= day and at <= publication["known_at"] for other, at in facts)
                ]

            identity = row["delivery_id"]
            taken = withdrawn.get(identity)
            newer = [other for other in beside if other["version"] > row["version"]]
            if taken and not any(
                other["status"].startswith("accepted")
                and other["decided_at"] < taken["at"]
                and (other["delivery_id"] not in withdrawn or withdrawn[other["delivery_id"]]["at"] >= taken["at"])
                for other in newer
            ):
                again = counting(earlier, taken["at"])
                shown = shown_before(taken["at"])
                found[(identity, "withdrawal")] = {
                    **{name: row[name] for name in ("delivery_id", "unit_id", "business_date", "contract", "basis")},
                    "month": month,
                    "kind": "withdrawal",
                    "decided_at": taken["at"],
                    "outcome_before": row["status"],
                    "version": row["version"],
                    "is_amended": identity in amended,
                    "affects_published": bool(shown),
                    "shown_in": shown[-1] if shown else None,
                    "version_before": row["version"],
                    "delivery_before": identity,
                    **_named(_stated(rows, identity), "_before"),
                    **_named(_stated(rows, again["delivery_id"]) if again else (None,) * 3, ""),
                    "other_changes": _others(rows, identity, again["delivery_id"]) if again else None,
                    "reason": f"Thu hồi theo quyết định của {taken['person']}: {taken['reason']}",
                }
            shown = shown_before(row["decided_at"])
            if not (earlier or shown or identity in amended):
                continue
            newest = max(earlier, key=lambda other: other["version"], default=None)
            before = counting(earlier, row["decided_at"]) or newest
            if before and gone(before, row["decided_at"]):
                before = None
            kind = "correction" if earlier else "late_first" if shown else "amendment"
            kind = decided.get(identity, kind)
            reasons = [row["reason"]] if identity in decided else []
            reasons += [amended[identity]] if identity in amended else []
            counted = before is not None and before["status"].startswith("accepted")
            found[(identity, kind)] = {
                **{name: row[name] for name in ("delivery_id", "unit_id", "business_date", "contract", "basis")},
                "month": month,
                "kind": kind,
                "decided_at": row["decided_at"],
                "outcome_before": before["status"] if before else "missing",
                "version": row["version"],
                "is_amended": identity in amended,
                "affects_published": bool(shown),
                "shown_in": shown[-1] if shown else None,
                "version_before": before and before["version"],
                "delivery_before": before and before["delivery_id"],
                **_named(_stated(rows, before["delivery_id"]) if before and counted else (None,) * 3, "_before"),
                **_named(_stated(rows, identity), ""),
                "other_changes": _others(rows, before["delivery_id"], identity) if before and counted else None,
                "reason": " | ".join(reasons) or None,
            }
    return found


def _named(figures: tuple[int | None, ...], suffix: str) -> Row:
    return {f"{name}{suffix}": figure for name, figure in zip(("online", "in_person", "total"), figures, strict=True)}


def _stated(rows: dict[str, list[Row]], delivery_id: str) -> tuple[int | None, ...]:
    """The level-4 figures of a delivery; none where the levels are not distinguished."""
    own = [row for row in rows["daily_counts"] if row["delivery_id"] == delivery_id]
    if any(row["service_level"] == 0 for row in own):
        return None, None, None
    four = [row for row in own if row["service_level"] == 4]
    in_person = sum(row["in_person"] + (row["postal"] or 0) for row in four)
    return sum(row["online"] for row in four), in_person, sum(row["total"] for row in four)


def _others(rows: dict[str, list[Row]], before: str, after: str) -> str | None:
    """The sums of the other counts that differ; none where one of the two states no row."""
    own = [[row for row in rows["daily_counts"] if row["delivery_id"] == delivery] for delivery in (before, after)]
    if not all(own):
        return None
    changes = []
    for name in (*PROCESSED, *MORE_COUNTS):
        stated = [[row[name] for row in counts if row[name] is not None] for counts in own]
        was, now = (str(sum(figures)) if figures else "–" for figures in stated)
        if was != now:
            changes.append(f"{name}: {was} → {now}")
    return "; ".join(changes) or None


def states(
    ledger: dict[str, pl.DataFrame],
    reference: Reference,
    months: Sequence[str],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """(unit, day, contract) → what STATE names of the delivery that speaks for it."""
    rows = {name: frame.to_dicts() for name, frame in ledger.items()}
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for month in months:
        this = Month(rows, reference, month, as_of, known_at)
        for row in sorted(this.deliveries, key=lambda row: row["version"]):
            key = (row["unit_id"], row["business_date"], row["contract"])
            accepted_before = key in found and found[key][0].startswith("accepted")
            if row["status"] == "duplicate" or (accepted_before and row["status"] == "quarantined"):
                continue
            broken = sorted(
                result["rule"]
                for result in rows["check_results"]
                if result["delivery_id"] == row["delivery_id"] and result["outcome"] != "holds"
            )
            flags = this.flags([row] if row["status"].startswith("accepted") else [])
            found[key] = (row["status"], row["version"], ",".join(broken) or None, *flags.values())
        for row in this.deliveries:  # what was accepted for a day on which its unit is not valid is shown nowhere
            key = (row["unit_id"], row["business_date"], row["contract"])
            if not this.is_valid(row) and key in found and found[key][0].startswith("accepted"):
                del found[key]
    return found


def marts(
    ledger: dict[str, pl.DataFrame],
    reference: Reference,
    months: Sequence[str],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> dict[str, Rows]:
    """The four rate marts, what was received and settled, and the restatements, each row under its primary key."""
    rows = {name: frame.to_dicts() for name, frame in ledger.items()}
    known = reference.periods["month"].to_list()
    found: dict[str, Rows] = {
        name: {}
        for name in (
            "monthly_unit_rates",
            "monthly_group_rates",
            "monthly_field_rates",
            "monthly_procedure_rates",
            "monthly_channel_counts",
            "daily_unit_rates",
            "monthly_processing",
            "overrides",
        )
    }
    for month in months:
        this = Month(rows, reference, month, as_of, known_at)
        first = date.fromisoformat(f"{month}-01")
        name_before = f"{first - DAY:%Y-%m}"
        before = Month(rows, reference, name_before, None, known_at) if name_before in known else None
        base_month = reference.baseline_month if (reference.baseline_month or month) < month else None
        base = Month(rows, reference, base_month, None, known_at) if base_month in known else None
        reviewed = {
            row["scope"]: row["rate_pct"] for row in reference.baselines.to_dicts() if row["month"] == base_month
        }
        for name, now, then, long_ago in (
            (
                "monthly_unit_rates",
                this.unit_rows(),
                before.unit_rows() if before else {},
                base.unit_rows() if base else {},
            ),
            (
                "monthly_group_rates",
                this.group_rows(),
                before.group_rows() if before else {},
                base.group_rows() if base else {},
            ),
        ):
            for key, row in now.items():
                row["baseline_month"] = base_month
                baseline(row, long_ago.get((base_month, key[1]), {}), reviewed.get(key[1]))
                previous = then.get((name_before, key[1]), {}).get("online_rate_pct")
                row["previous_is_complete"] = then.get((name_before, key[1]), {}).get("has_all_due")
                percent = row["online_rate_pct"]
                row["previous_rate_pct"] = previous
                row["change_points"] = None if percent is None or previous is None else percent - previous
            for row in now.values():
                for column in ("has_all_due", *(UNITS if name == "monthly_unit_rates" else ())):
                    del row[column]
            found[name] |= now
        found["monthly_field_rates"] |= this.field_rows()
        found["monthly_procedure_rates"] |= this.procedure_rows()
        found["monthly_channel_counts"] |= this.channel_rows()
        found["daily_unit_rates"] |= this.day_rows()
        found["monthly_processing"] |= this.processing_rows(before)
        found["overrides"] |= this.override_rows()
    found["restatements"] = restatements(ledger, reference, months, as_of, known_at)
    for name, of_mart in found.items():
        for row in of_mart.values():
            row.update(beside(name, row))
    return found


def beside(name: str, row: Row) -> Row:
    """What a mart says once more in another form: the month as a day, the zone in the name, days in per cent."""
    more: Row = {}
    if name.startswith("monthly_"):
        more["month_start"] = date.fromisoformat(f"{row['month']}-01")
    if "days_expected" in row:
        more["days_accepted_pct"] = rate(row["days_accepted"], row["days_expected"])
    if "decided_at" in row:
        more["decided_at_utc"] = row["decided_at"]
    return more

"""Compares the lake and the published file with the key; every figure is counted anew in plain Python."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from tests.answer_key.plan import Cell, Plan
from warehouse.lake.lake import Lake
from warehouse.ledger.states import current_states

Triple = tuple[int, int, int]


@dataclass
class Report:
    """Numbers of deliveries, and a line for whatever is not as the key says."""

    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line for people."""
        return ", ".join(f"{number} {what}" for what, number in sorted(self.seen.items()))


def compare_deliveries(lake: Lake, plan: Plan) -> Report:
    """Each file of the key: its status, and that the rule it names is among those that decided."""
    report = Report()
    stored = _deliveries(lake)
    broken = _broken(lake)
    for cell in plan.cells:
        for sending in cell.sendings:
            place = cell.place(sending)
            delivery_id, status = stored.pop(place, ("", "not stored"))
            rules = broken.get(delivery_id, {})
            report.seen[f"expected {sending.status}"] += 1
            if sending.status == "quarantined":
                report.seen["held back" if status == "quarantined" else "faults missed"] += 1
                report.seen["by that rule alone"] += set(rules.get("critical", ())) == {sending.rule}
            elif status == "quarantined":
                report.seen["good held back"] += 1
            difference = (
                f"{place} ({cell.story or 'ordinary'}): expected {sending.status} {sending.rule}, is {status} {rules}"
            )
            severity = {"quarantined": "critical", "accepted_with_warnings": "warning"}.get(sending.status)
            # Good files break nothing; a warning is the planted one and no other.
            named = {
                "critical": sending.rule in rules.get("critical", ()),
                "warning": rules.get("warning", []) == [sending.rule] and not rules.get("critical"),
                None: not (rules.get("critical") or rules.get("warning")),
            }[severity]
            if status != sending.status or not named:
                report.wrong.append(difference)
    report.wrong += [f"{place}: not in the key" for place in stored]
    return report


def compare_states(lake: Lake, plan: Plan) -> list[str]:
    """Each unit and day: its outcome, the version that decides, and whether it was late."""
    states = current_states(lake, plan.days[0], plan.days[-1])
    columns = ("unit_id", "business_date", "contract", "outcome", "version", "is_late")
    found = {row[:3]: row[3:] for row in states.select(columns).iter_rows()}
    return [
        f"{cell.member.unit_id} {cell.day} ({cell.story}): expected {cell.outcome}, is {is_}"
        for cell in plan.cells
        if (is_ := found.pop((cell.member.unit_id, cell.day, cell.member.contract), None)) != cell.outcome
    ] + [f"{key}: not in the key" for key in found]


def compare_marts(published: Path, plan: Plan) -> list[str]:
    """The months of all units, groups and fields: counts, rates half up, and days, from the files that count."""
    making: dict[int, list[Cell]] = {member.number: [] for member in plan.members}
    accepted: Counter[int] = Counter()
    for cell in plan.cells:
        if cell.counts and cell.counts.says is not None:
            accepted[cell.member.number] += 1
            last_only = cell.member.basis == "month_to_date"
            making[cell.member.number] = [cell] if last_only else [*making[cell.member.number], cell]
    fields: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    units: dict[tuple[str, ...], list[int]] = {  # nothing, not zero, of a unit without a file that counts
        (member.unit_id,): [0, 0] if accepted[member.number] else [] for member in plan.members
    }
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for member in plan.members:
        for cell in making[member.number]:
            for entry in cell.counts.says:
                for sums in (
                    fields[member.unit_id, entry.field],
                    units[member.unit_id,],
                    groups[member.group,],
                    groups["all",],
                ):
                    sums[0] += entry.online
                    sums[1] += entry.in_person
    days = {member.unit_id: accepted[member.number] for member in plan.members}
    with duckdb.connect(str(published), read_only=True) as marts:
        return [
            *_differences(marts, "monthly_unit_rates", ("unit_id",), units),
            *_differences(marts, "monthly_group_rates", ("unit_group",), groups),
            *_differences(marts, "monthly_field_rates", ("unit_id", "field"), fields),
            *_wrong_days(marts, days, len(plan.days)),
        ]


def _differences(
    marts: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...], sums: dict[tuple[str, ...], list[int]]
) -> list[str]:
    columns = ", ".join((*key, "online", "in_person", "total", "online_rate_pct"))
    found = {
        row[: len(key)]: row[len(key) :] for row in marts.execute(f"SELECT {columns} FROM marts.{table}").fetchall()
    }
    right = {key: _figures(*both) if both else (None,) * 4 for key, both in sums.items()}
    return [
        f"{table} {key}: expected {right.get(key)}, is {found.get(key)}"
        for key in sorted(right.keys() | found.keys())
        if right.get(key) != found.get(key)
    ]


def _figures(online: int, in_person: int) -> tuple[object, ...]:
    total = online + in_person
    return online, in_person, total, _rate(online, total)


def _wrong_days(marts: duckdb.DuckDBPyConnection, accepted: dict[str, int], expected: int) -> list[str]:
    rows = marts.execute("SELECT unit_id, days_expected, days_accepted, is_complete FROM marts.monthly_unit_rates")
    return [
        f"days of {unit_id}: expected {expected}, {accepted[unit_id]}, is {found}"
        for unit_id, *found in rows.fetchall()
        if found != [expected, accepted[unit_id], accepted[unit_id] == expected]
    ]


def _rate(online: int, total: int) -> Decimal | None:
    """(1)/(3) in per cent; exact, then rounded half up to two decimals."""
    return (Decimal(online * 100) / total).quantize(Decimal("0.01"), ROUND_HALF_UP) if total else None


def _deliveries(lake: Lake) -> dict[str, tuple[str, str]]:
    with lake.snapshot() as cursor:
        rows = cursor.execute("SELECT source_uri, delivery_id, status FROM lake.deliveries").fetchall()
    return {uri: (delivery_id, status) for uri, delivery_id, status in rows}


def _broken(lake: Lake) -> dict[str, dict[str, list[str]]]:
    """delivery_id → severity → rules that are broken or could not be evaluated."""
    with lake.snapshot() as cursor:
        rows = cursor.execute(
            "SELECT delivery_id, severity, rule FROM lake.check_results WHERE outcome <> 'holds' ORDER BY ALL"
        ).fetchall()
    broken: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for delivery_id, severity, rule in rows:
        broken[delivery_id].setdefault(severity, []).append(rule)
    return broken

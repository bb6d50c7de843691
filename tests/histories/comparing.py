"""Holds what a story left in lake and marts against the oracle, and against the same story taken in another way."""

from datetime import date
from typing import Any

import polars as pl

from tests.histories.facts import Story
from tests.histories.oracle import DAY, Ledger
from tests.histories.taking import Taken
from tests.warehouse import oracle
from tests.warehouse.test_marts_oracle import by_key

_MOMENTS = ("decided_at", "at", "opened", "closed", "last_sent", "known_at", "built_at")
# Which run took a file, and where its bytes lie, differs; moments differ by the microseconds that keep them in order.
_OF_RUN = ("landing", "batch_id")
_COMPARED = (
    "deliveries",
    "outcomes",
    "decisions",
    "check_results",
    "rejected_rows",
    "daily_counts",
    "delivery_sums",
    "layouts",
    "alerts",
)


def differences(taken: Taken, ledger: Ledger, story: Story) -> list[str]:
    """What is not as the oracle has it: deliveries, outcomes, counts, and every cell of every mart."""
    return [
        *_verdicts(taken, ledger),
        *_outcomes(taken, ledger),
        *_counts(taken, ledger),
        *_marts(taken, story),
        *_states(taken, ledger, story),
    ]


def between(one: Taken, other: Taken) -> list[str]:
    """What differs between two ways of taking a story."""
    found = []
    for name in _COMPARED:
        found += _differing(name, one.ledger[name], other.ledger[name])
    for name in one.marts:
        found += _differing(name, one.marts[name], other.marts[name])
    return found


def _differing(name: str, one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    left, right = (set(map(repr, _plain(frame))) for frame in (one, other))
    return [f"{name}: only here {row}" for row in sorted(left - right)] + [
        f"{name}: only there {row}" for row in sorted(right - left)
    ]


def _plain(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    kept = frame.drop(_OF_RUN, strict=False)
    moments = [name for name in kept.columns if name.removesuffix("_utc") in _MOMENTS]
    return kept.with_columns(pl.col(moments).dt.truncate("1s")).rows()


def _compared(what: str, expected: dict[Any, Any], found: dict[Any, Any]) -> list[str]:
    return [
        f"{what} {key}: expected {expected.get(key)}, is {found.get(key)}"
        for key in sorted(expected.keys() | found.keys(), key=str)
        if expected.get(key) != found.get(key)
    ]


def _verdicts(taken: Taken, ledger: Ledger) -> list[str]:
    broken: dict[str, dict[str, str]] = {}
    results = taken.ledger["check_results"].filter(pl.col("outcome") != "holds", pl.col("severity") != "info")
    for delivery_id, rule, severity in results.select("delivery_id", "rule", "severity").iter_rows():
        broken.setdefault(delivery_id, {})[rule] = severity
    deliveries = taken.ledger["deliveries"]
    withdrawn = set(taken.ledger["decisions"].filter(decision="withdrawn")["delivery_id"])
    found = {
        delivery_id: (status, basis, delivery_id in withdrawn, broken.get(delivery_id, {}))
        for delivery_id, status, basis in deliveries.select("delivery_id", "status", "basis").iter_rows()
        if status != "duplicate"
    }
    expected = {
        version.delivery_id: (version.status, version.basis, version.withdrawn, version.broken)
        for own in ledger.versions.values()
        for version in own
    }
    repeats = deliveries.filter(status="duplicate")["delivery_id"].str.replace(":dup\\d+", "").to_list()
    return _compared("delivery", expected, found) + _compared(
        "duplicates of", ledger.duplicates, {one: repeats.count(one) for one in set(repeats)}
    )


def _outcomes(taken: Taken, ledger: Ledger) -> list[str]:
    rows = (
        taken.ledger["outcomes"]
        .filter(pl.col("outcome").is_in(["missing", "late"]))
        .select("unit_id", "business_date", "contract", "outcome")
        .rows()
    )
    return _compared("outcome", dict.fromkeys(ledger.outcomes, 1), dict.fromkeys(rows, 1))


def _counts(taken: Taken, ledger: Ledger) -> list[str]:
    found: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {}
    names = ("delivery_id", "field", "service_level", "online", "in_person", "total")
    for delivery_id, field, level, *figures in taken.ledger["daily_counts"].select(names).iter_rows():
        found.setdefault(delivery_id, {})[field, level] = tuple(figures)
    expected = {}
    for own in ledger.versions.values():
        for version in own:
            if version.accepted and version.file.unit.contract == "summary":
                rows: dict[tuple[str, int], list[int]] = {}
                for (field, level, _), figure in version.figures.items():
                    rows.setdefault((field, level), []).append(figure)
                expected[version.delivery_id] = {place: tuple(row) for place, row in rows.items()}
    return _compared("counts", expected, {one: rows for one, rows in found.items() if one.split(":")[2] == "summary"})


def _marts(taken: Taken, story: Story) -> list[str]:
    found = []
    for name, rows in oracle.marts(taken.ledger, taken.reference, story.months).items():
        expected = {key: dict(sorted(row.items())) for key, row in rows.items()}
        found += _compared(name, expected, by_key(name, taken.marts[name]))
    return found


def _states(taken: Taken, ledger: Ledger, story: Story) -> list[str]:
    """Every row of export_status: unit, day and contract with outcome, version and whether it was late."""
    expected: dict[Any, Any] = {}
    for unit in story.units:
        for month in story.months:
            days = [key[1] for key in (*ledger.versions, *ledger.outcomes) if key[0] == unit.id]
            asked = [day for day in days if ledger.month(day) == month]
            if not asked:
                continue
            wanted = {day for day in asked if (unit.id, day, unit.contract) in ledger.versions}
            day = taken.reference.periods.filter(month=month)["period_from"].item()
            while day <= max(asked):
                wanted |= {day} if ledger.is_expected(unit, day) else set()
                day += DAY
            for day in wanted:
                state = _state(ledger, (unit.id, day, unit.contract))
                if unit.exists(day) or not state[0].startswith(("accepted", "missing")):
                    expected[unit.id, day, unit.contract] = state
    columns = ("unit_id", "business_date", "contract", "outcome", "version", "is_late")
    rows = taken.marts["export_status"].select(columns).iter_rows()
    return _compared("export_status", expected, {row[:3]: row[3:] for row in rows})


def _state(ledger: Ledger, key: tuple[str, date, str]) -> tuple[str, int | None, bool]:
    late = (*key, "late") in ledger.outcomes
    own = ledger.versions.get(key, [])
    speaks = ledger.counting(key)
    if speaks is None and own:
        taken_back = any(version.withdrawn for version in own)
        speaking = [v for v in own if not (taken_back and v.decided == "rejected")]
        speaks = speaking[-1] if speaking else None
        if speaks is not None and speaks.withdrawn:
            speaks = None
    return ("missing", None, late) if speaks is None else (speaks.status, speaks.number, late)

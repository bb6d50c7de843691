"""The current faults of what units send: broken rules, missing and late exports. Sends nothing and writes nothing.

An export that was never received is missing from its cut-off on. Only days that a run asked for, or that an open alert
is about, count as missing; for `tyle watch`, all days since the first one in the lake, in the `lookback_days`. Of a
unit that has ended its last days stay missing until they are there or decided; nothing is expected after its end.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property, partial

import polars as pl

from flows.intake.set_up import not_set_up
from flows.settings.shared import Shared
from flows.settings.workspace import Workspace
from transforms.check.rules.delivery import IS_IN_TIME
from transforms.dictionary.shared_senders import is_no_unit
from transforms.reference.calendars import expected_days
from transforms.reference.clock import cut_off
from transforms.reference.units import EXISTS_ON_DAY, with_validity
from warehouse.lake.lake import Lake
from warehouse.ledger.alerts import broken_rules, ever_received
from warehouse.ledger.deliveries import quarantined, span
from warehouse.ledger.states import States, current_states
from warehouse.ledger.withdrawals import newest_withdrawn

MISSING, LATE, HELD_BACK = "missing", IS_IN_TIME.id, "quarantined"
_NOT_GOOD = ("missing", "quarantined", "rejected")

Sender = tuple[str, str]  # unit_id, contract
Identity = tuple[str, str, str]  # unit_id, contract, rule


@dataclass(frozen=True)
class Fault:
    """One day of one unit that breaks one rule; `version` and `delivery_id` are None where nothing was received.

    Of a day that is missing because its delivery was withdrawn, they name that delivery.
    """

    unit_id: str
    contract: str
    rule: str
    severity: str
    business_date: date
    version: int | None = None
    delivery_id: str | None = None
    failing: int | None = None

    @property
    def identity(self) -> Identity:
        """What an alert is about."""
        return self.unit_id, self.contract, self.rule

    @property
    def key(self) -> str:
        """The day and version, as the ledger stores which faults were reported."""
        return f"{self.business_date}:{self.version}" if self.version else f"{self.business_date}"


@dataclass(frozen=True)
class Received:
    """The newest day for which a sender's export was received, and whether that export is good."""

    business_date: date
    good: bool


@dataclass(frozen=True)
class Standing:
    """The faults of the days `first` to `last`, and of older days with an open alert.

    `received`: the newest delivery of each sender; `known_senders`: the senders from which anything was ever received.
    """

    first: date
    last: date
    faults: tuple[Fault, ...]
    received: dict[Sender, Received]
    known_senders: frozenset[Sender]

    @cached_property
    def by_identity(self) -> dict[Identity, list[Fault]]:
        """The faults of each identity, by day."""
        found: dict[Identity, list[Fault]] = {}
        for fault in sorted(self.faults, key=lambda fault: fault.business_date):
            found.setdefault(fault.identity, []).append(fault)
        return found


def current_standing(
    workspace: Workspace,
    lake: Lake,
    last: date,
    now: datetime,
    units: Collection[str] = (),
    open_days: Collection[tuple[str, str, date]] = (),
    *,
    every_day: bool = False,
    states_of: States = current_states,
) -> Standing | None:
    """The faults at `now` (UTC without zone) in the `lookback_days` before `last`, of `units` or of all units.

    `open_days`: (unit, contract, day) of open alerts; these days are checked too, however old they are. `every_day`:
    days that no run asked for count as missing too. None while the lake is empty.
    """
    known = span(lake)
    if known is None:
        return None
    last = max(last, known[1])
    first = max(last - timedelta(days=workspace.settings.run.lookback_days), known[0])
    start = min((first, *(day for _, _, day in open_days)))
    states = states_of(lake, start, last)
    if units:
        states = states.filter(pl.col("unit_id").is_in(list(units)))
    received = states.filter(pl.col("delivery_id").is_not_null())
    # a file for a day on which its unit does not exist shows nothing of the unit's own days
    own_days = with_validity(received, workspace.registry).filter(EXISTS_ON_DAY | is_no_unit())
    newest = own_days.sort("business_date").group_by("unit_id", "contract").last()
    absent = frozenset(not_set_up(workspace, lake, workspace.registry.units["unit_id"].to_list()))
    asked = set(states.select("unit_id", "contract", "business_date").iter_rows())
    faults = [
        *_held_back(received, quarantined(lake, start, last), broken_rules(lake, start, last)),
        *(
            fault
            for fault in _missing(workspace, received, start, last, now, units, _withdrawn(lake, states))
            if (fault.unit_id, fault.contract, fault.business_date) in open_days
            or (
                fault.unit_id not in absent
                and (
                    (fault.unit_id, fault.contract, fault.business_date) in asked
                    or (every_day and fault.business_date >= first)
                )
            )
        ),
        *_late(workspace, newest),
    ]
    return Standing(
        first=first,
        last=last,
        faults=tuple(faults),
        received={
            (row["unit_id"], row["contract"]): Received(row["business_date"], row["outcome"] not in _NOT_GOOD)
            for row in newest.iter_rows(named=True)
        },
        known_senders=frozenset(ever_received(lake)),
    )


def _held_back(received: pl.DataFrame, quarantined: pl.DataFrame, broken: pl.DataFrame) -> list[Fault]:
    """The broken critical rules of deliveries that wait for a decision, and the warnings of accepted deliveries.

    A held back correction is included, although the earlier version of its day still counts. For deliveries that were
    accepted although late, see `_late`.
    """
    day = ["unit_id", "contract", "business_date"]
    held = quarantined.join(received, on=day, how="semi").join(
        broken.filter(severity="critical"), on="delivery_id", how="left"
    )
    # Held back without a broken rule: the alert must go out all the same.
    held = held.with_columns(pl.col("rule").fill_null(HELD_BACK), pl.col("severity").fill_null("critical"))
    good = received.filter(~pl.col("outcome").is_in(_NOT_GOOD)).join(
        broken.filter(pl.col("rule") != LATE, severity="warning"), on="delivery_id"
    )
    columns = ("unit_id", "contract", "rule", "severity", "business_date", "version", "delivery_id", "failing")
    return [Fault(*row) for row in pl.concat([held.select(columns), good.select(columns)]).iter_rows()]


def _late(workspace: Workspace, newest: pl.DataFrame) -> list[Fault]:
    """The senders whose newest day came late, where that is a warning; older late days cannot be corrected any more.

    A day stays late whichever version of it counts now: a correction does not undo it.
    """
    late = newest.filter("is_late", pl.col("decision").ne_missing("rejected"))
    faults: dict[tuple[str, str, date], Fault] = {}
    for row in late.iter_rows(named=True):
        unit_id, contract, day = row["unit_id"], row["contract"], row["business_date"]
        if workspace.settings.severity(unit_id, contract, IS_IN_TIME) != "warning":
            continue
        exports = workspace.settings.exports_of(unit_id, contract)
        sender = exports.sender if isinstance(exports, Shared) else unit_id  # what came in one file is late once
        faults.setdefault((sender, contract, day), Fault(sender, contract, LATE, "warning", day, row["version"]))
    return list(faults.values())


def _withdrawn(lake: Lake, states: pl.DataFrame) -> dict[tuple[str, date, str], tuple[int, str]]:
    """The withdrawn delivery (version, id) of each unit, day and contract that is missing for that reason.

    With the version the day is a new fault, although it may have been reported as missing before it was delivered.
    """
    days = states.filter(outcome="missing", decision="withdrawn")
    if days.is_empty():
        return {}
    newest = newest_withdrawn(lake, *days.select(pl.min("business_date"), last=pl.max("business_date")).row(0))
    kept = newest.join(days, on=["unit_id", "business_date", "contract"], how="semi")
    return {
        (row["unit_id"], row["business_date"], row["contract"]): (row["version"], row["delivery_id"])
        for row in kept.iter_rows(named=True)
    }


def _missing(
    workspace: Workspace,
    received: pl.DataFrame,
    first: date,
    last: date,
    now: datetime,
    units: Collection[str],
    withdrawn: Mapping[tuple[str, date, str], tuple[int, str]],
) -> list[Fault]:
    """Every export expected on the days `first` to `last` that is not in `received` after its cut-off."""
    registered = workspace.registry.units
    if units:
        registered = registered.filter(pl.col("unit_id").is_in(list(units)))
    settings, holidays = workspace.settings, workspace.holidays
    until = cache(partial(cut_off, holidays=holidays, zone=workspace.zone))
    there = set(received.select("unit_id", "business_date", "contract").iter_rows())
    # only where a shared export was split, a unit may be missing in it
    split = set(
        received.filter(is_no_unit(), pl.col("outcome").str.starts_with("accepted"))
        .select("unit_id", "business_date", "contract")
        .iter_rows()
    )
    found = [
        Fault(
            unit_id,
            exports.contract,
            MISSING,
            "critical",
            day,
            *withdrawn.get((unit_id, day, exports.contract), (None, None)),
        )
        for unit_id, day in expected_days(registered, workspace.cadence, first, last).iter_rows()
        for exports in settings.all_exports_of(unit_id)
        if (unit_id, day, exports.contract) not in there and until(day, **settings.cut_off(exports)) < now
        if not isinstance(exports, Shared) or (exports.sender, day, exports.contract) in split
    ]
    if units:
        return found
    # A shared export that did not come is one fault, and not one of each of its units.
    days = expected_days(registered, workspace.cadence, first, last)
    for shared in settings.shared_exports:
        own = days.filter(pl.col("unit_id").is_in(list(shared.units)))["business_date"].unique().sort()
        found += [
            Fault(shared.sender, shared.contract, MISSING, "critical", day)
            for day in own
            if (shared.sender, day, shared.contract) not in there and until(day, **settings.cut_off(shared)) < now
        ]
    return found

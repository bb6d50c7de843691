"""Which alerts open, repeat or close, given the current faults and the ledger. Reads no lake or clock, sends nothing.

An alert is (unit, contract, rule). It opens with the first fault and stays one alert however many days and versions
break the rule. It closes when its days are corrected, or when a newer day of the unit is good; days that are still
faulty then are not reported again, but a new faulty version of them is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from flows.alerts.standing import LATE, MISSING, Fault, Identity, Standing
from transforms.dictionary.columns import LAKE

OPEN, REPEAT, CLOSE = "open", "repeat", "close"


@dataclass(frozen=True)
class Alert:
    """A row of the lake's `alerts`; `faults`: the days and versions it has reported."""

    unit_id: str
    contract: str
    rule: str
    opened: datetime
    severity: str
    business_date: date
    faults: tuple[str, ...]
    seen_until: date
    delivery_id: str | None = None
    failing: int | None = None
    last_sent: datetime | None = None
    closed: datetime | None = None
    pending: str | None = None
    pending_to: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        """Unit, contract and rule."""
        return self.unit_id, self.contract, self.rule

    @property
    def days(self) -> list[date]:
        """The days it has reported, each once."""
        return sorted({date.fromisoformat(key.split(":")[0]) for key in self.faults})


def from_frame(rows: pl.DataFrame) -> list[Alert]:
    """The alerts in `rows` (LAKE["alerts"]), in their order."""
    return [
        Alert(
            **row
            | {
                "faults": tuple(row["faults"].split(",")),
                "pending_to": tuple(filter(None, (row["pending_to"] or "").split(","))),
            }
        )
        for row in rows.iter_rows(named=True)
    ]


def to_frame(alerts: Iterable[Alert]) -> pl.DataFrame:
    """Alerts as the lake's table holds them."""
    rows = [
        vars(alert) | {"faults": ",".join(alert.faults), "pending_to": ",".join(alert.pending_to) or None}
        for alert in alerts
    ]
    return pl.DataFrame(rows, schema=LAKE["alerts"].schema)


def decide(standing: Standing, ledger: Iterable[Alert], now: datetime, repeat_hours: float) -> list[Alert]:
    """The alerts that change, with what is to be sent in `pending`; alerts not returned stay as they are.

    `ledger`: the open and the recently closed alerts of the units in `standing`.
    """
    kept = list(ledger)
    open_alerts = {alert.identity: alert for alert in kept if alert.closed is None}
    reported: dict[Identity, set[str]] = {}
    for alert in kept:
        reported.setdefault(alert.identity, set()).update(alert.faults)
    changed = [
        _open(faults, standing, now)
        for identity, found in standing.by_identity.items()
        if identity not in open_alerts and (faults := _new_faults(found, reported.get(identity, set()), standing))
    ]
    for identity, alert in open_alerts.items():
        found = standing.by_identity.get(identity, [])
        after = _updated(alert, found, reported[identity], standing, now, timedelta(hours=repeat_hours))
        if after != alert:
            changed.append(after)
    return changed


def still_faulty(alert: Alert, by_identity: Mapping[Identity, list[Fault]]) -> list[date]:
    """The days that still have the fault this alert reported."""
    return sorted({fault.business_date for fault in by_identity.get(alert.identity, []) if fault.key in alert.faults})


def _new_faults(faults: list[Fault], reported: set[str], standing: Standing) -> list[Fault]:
    return [fault for fault in faults if fault.business_date >= standing.first and fault.key not in reported]


def _open(faults: list[Fault], standing: Standing, now: datetime) -> Alert:
    newest = faults[-1]
    return Alert(
        *newest.identity,
        opened=now,
        severity=newest.severity,
        business_date=newest.business_date,
        faults=tuple(fault.key for fault in faults),
        seen_until=_seen_until(newest, standing),
        delivery_id=newest.delivery_id,
        failing=newest.failing,
        pending=OPEN,
    )


def _updated(
    alert: Alert, faults: list[Fault], reported: set[str], standing: Standing, now: datetime, every: timedelta
) -> Alert:
    """An open alert with its new faults added, or closed, or due to be repeated; otherwise as it is."""
    new = _new_faults(faults, reported, standing)
    if new:
        newest = max(new, key=lambda fault: fault.business_date)
        alert = replace(
            alert,
            severity=newest.severity,
            business_date=max(alert.business_date, newest.business_date),
            faults=(*alert.faults, *(fault.key for fault in new)),
            seen_until=max(alert.seen_until, _seen_until(newest, standing)),
            delivery_id=newest.delivery_id,
            failing=newest.failing,
        )
    elif not any(fault.key in alert.faults for fault in faults) or _recovered(alert, faults, standing):
        return replace(alert, closed=now, pending=CLOSE)
    is_recent = any(fault.business_date >= standing.first for fault in faults)
    if is_recent and alert.pending is None and now - (alert.last_sent or alert.opened) >= every:
        return replace(alert, pending=REPEAT if alert.last_sent else OPEN)
    return alert


def _seen_until(fault: Fault, standing: Standing) -> date:
    received = standing.received.get((fault.unit_id, fault.contract))
    return max(fault.business_date, received.business_date) if received else fault.business_date


def _recovered(alert: Alert, faults: list[Fault], standing: Standing) -> bool:
    """Whether a day newer than all days the alert knows shows that the unit keeps the rule again."""
    newest = standing.received.get((alert.unit_id, alert.contract))
    if newest is None or newest.business_date <= alert.seen_until:
        return False
    if alert.rule == MISSING:
        return True
    keeps_rule = all(fault.business_date != newest.business_date for fault in faults)
    return keeps_rule and (newest.good or alert.rule == LATE)

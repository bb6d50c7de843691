"""Alerts in the order that survives a crash: write down what is to be told, tell it, write down that it was told.

A process that dies in between tells it once more at the next run; a message that did not arrive is tried again then. No
fault in here stops a run.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flows.alerts.decide import CLOSE, REPEAT, Alert, decide, from_frame, still_faulty, to_frame
from flows.alerts.send import DeliveryError, deliver, tag
from flows.alerts.standing import Standing, look
from flows.alerts.texts import MAX_ROWS, Message, Speaker
from flows.settings.alerts import Url
from flows.settings.workspace import Workspace
from sources.export import SourceError
from warehouse.lake.lake import Lake
from warehouse.ledger.alerts import alerts_since, faulty_rows, keep_alerts
from warehouse.places.errors import WarehouseError
from warehouse.places.locks import hold


@dataclass(frozen=True)
class Alerted:
    """What a run told: the alerts it opened, repeated and closed, how many messages arrived, and what did not."""

    opened: tuple[Alert, ...] = ()
    repeated: tuple[Alert, ...] = ()
    closed: tuple[Alert, ...] = ()
    messages: int = 0
    failures: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For machines: how many, and what did not arrive."""
        counts = {name: len(getattr(self, name)) for name in ("opened", "repeated", "closed")}
        return counts | {"messages": self.messages, "failures": list(self.failures)}


@dataclass(frozen=True)
class Recorded:
    """What the ledger holds to be told, and what is known of it."""

    pending: tuple[Alert, ...] = ()
    changed: tuple[Alert, ...] = ()
    standing: Standing | None = field(default=None, repr=False)


def raise_alerts(
    workspace: Workspace,
    lake: Lake,
    last: date,
    now: datetime,
    units: Sequence[str] = (),
    *,
    every_day: bool = False,
) -> Alerted:
    """Open, repeat and close alerts as of `now` (UTC without zone) and send what is to be sent.

    Looked at are the business dates of the look-back before `last`, or before the newest day the lake knows where that
    is later: a run of an old day tells nothing of it. Of other than `units`, where given, nothing is told. `every_day`:
    days that no run looked for are missing too.
    """
    try:
        with hold(lake.folder / "alerts.lock"):  # two processes never tell the same
            recorded = record(workspace, lake, last, now, units, every_day=every_day)
            messages, failures = _tell(workspace, lake, recorded, now)
    except WarehouseError as error:
        return Alerted(failures=(str(error),))

    changed = recorded.changed
    return Alerted(
        opened=tuple(alert for alert in changed if alert.opened == now),
        repeated=tuple(alert for alert in changed if alert.pending == REPEAT),
        closed=tuple(alert for alert in changed if alert.pending == CLOSE),
        messages=messages,
        failures=tuple(failures),
    )


def record(
    workspace: Workspace,
    lake: Lake,
    last: date,
    now: datetime,
    units: Sequence[str] = (),
    *,
    every_day: bool = False,
) -> Recorded:
    """Write into the ledger what is to be told and to whom; sends nothing."""
    margin = timedelta(days=workspace.settings.run.lookback_days + 31)
    ledger = [
        alert for alert in from_frame(alerts_since(lake, last - margin)) if not units or alert.unit_id in set(units)
    ]
    told = {(alert.unit_id, alert.contract, day) for alert in ledger if not alert.closed for day in alert.days}
    standing = look(workspace, lake, last, now, units, told, every_day=every_day)
    if standing is None:
        return Recorded()
    changed = decide(standing, ledger, now, workspace.settings.alerts.repeat_hours)
    groups = _groups(workspace)
    addressed = [_address(workspace, groups, alert) for alert in changed]
    before = {(alert.identity, alert.opened): alert for alert in ledger}
    after = {(alert.identity, alert.opened): alert for alert in addressed}
    keep_alerts(lake, to_frame(alert for key, alert in after.items() if before.get(key) != alert))
    pending = tuple(alert for alert in (before | after).values() if alert.pending)
    return Recorded(pending, tuple(changed), standing)


def _groups(workspace: Workspace) -> dict[str, str]:
    return dict(workspace.registry.units.select("unit_id", "unit_group").iter_rows())


def _address(workspace: Workspace, groups: Mapping[str, str], alert: Alert) -> Alert:
    """The alert with its destinations; with none, or closed before anybody was told of it, nothing is pending."""
    if alert.pending is None or (alert.pending_to and alert.pending != CLOSE):
        return alert
    unheard = alert.pending == CLOSE and alert.last_sent is None and not alert.pending_to
    to = () if unheard else tuple(_ways(workspace, groups, alert))
    return replace(alert, pending=alert.pending if to else None, pending_to=to)


def _ways(workspace: Workspace, groups: Mapping[str, str], alert: Alert) -> dict[str, Url]:
    """Where an alert goes, by the ledger's name of the destination."""
    urls = workspace.settings.alerts.urls_for(groups.get(alert.unit_id, ""), alert.severity)
    return {tag(url): url for url in urls}


def _tell(workspace: Workspace, lake: Lake, recorded: Recorded, now: datetime) -> tuple[int, list[str]]:
    """Send what is pending, destination by destination; each message that arrived is written down at once."""
    if not recorded.pending or recorded.standing is None:
        return 0, []
    speaker = _speaker(workspace, lake, recorded.pending, recorded.standing)
    now_pending = {(alert.identity, alert.opened): alert for alert in recorded.pending}
    ways: dict[str, Url] = {}
    groups = _groups(workspace)
    for alert in recorded.pending:
        ways |= _ways(workspace, groups, alert)
    sent, failures = 0, []
    for number, (name, url) in enumerate(ways.items(), start=1):
        own = [alert for alert in now_pending.values() if name in alert.pending_to]
        for message, told in _messages(speaker, own, workspace.settings.alerts.digest_above):
            try:
                deliver(url, message, workspace.root, recovery=all(alert.pending == CLOSE for alert in told))
            except (DeliveryError, SourceError) as error:
                failures.append(f"kênh báo tin thứ {number}: {error}; lần chạy sau sẽ gửi lại")
                break  # the others would wait for the same dead end
            sent += 1
            marked = [_arrived(alert, name, now) for alert in told]
            keep_alerts(lake, to_frame(marked))
            now_pending |= {(alert.identity, alert.opened): alert for alert in marked}
    keep_alerts(lake, to_frame(_without_way(now_pending.values(), set(ways))))
    return sent, failures


def _messages(speaker: Speaker, alerts: Sequence[Alert], most: int) -> Iterable[tuple[Message, list[Alert]]]:
    if len(alerts) > most:
        return [(speaker.digest(alerts), list(alerts))]
    return [(speaker.one(alert), [alert]) for alert in alerts]


def _arrived(alert: Alert, name: str, now: datetime) -> Alert:
    left = tuple(other for other in alert.pending_to if other != name)
    return replace(alert, last_sent=now, pending_to=left, pending=alert.pending if left else None)


def _without_way(alerts: Iterable[Alert], ways: set[str]) -> list[Alert]:
    """The alerts that waited for a destination which is configured no more; they wait no longer for it."""
    kept = []
    for alert in alerts:
        left = tuple(name for name in alert.pending_to if name in ways)
        if alert.pending and left != alert.pending_to:
            kept.append(replace(alert, pending_to=left, pending=alert.pending if left else None))
    return kept


def _speaker(workspace: Workspace, lake: Lake, alerts: Sequence[Alert], standing: Standing) -> Speaker:
    rows: dict[tuple[str | None, str], list[str]] = {}
    deliveries = sorted({alert.delivery_id for alert in alerts if alert.delivery_id and alert.pending != CLOSE})
    for delivery_id, rule, message in faulty_rows(lake, deliveries, MAX_ROWS).iter_rows():
        rows.setdefault((delivery_id, rule), []).append(message)
    senders = {(alert.unit_id, alert.contract) for alert in alerts}
    return Speaker(
        lang=workspace.settings.alerts.lang,
        names=dict(workspace.registry.units.select("unit_id", "name").iter_rows()),
        rows=rows,
        never=frozenset(senders - standing.ever),
        left={alert.identity: still_faulty(alert, standing.by_identity) for alert in alerts if alert.closed},
    )

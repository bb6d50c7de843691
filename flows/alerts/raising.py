"""Raises alerts in an order that survives a crash: record what is to be sent, send it, record that it was sent.

When a process dies in between, the next run sends the message once more; it also retries a message that did not arrive.
No fault in here stops a run.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flows.alerts.decide import CLOSE, REPEAT, Alert, decide, from_frame, still_faulty, to_frame
from flows.alerts.send import DeliveryError, deliver, tag
from flows.alerts.standing import Standing, current_standing
from flows.alerts.texts import MAX_ROWS, AlertTexts, Message
from flows.settings.alerts import Url
from flows.settings.workspace import Workspace
from sources.export import SourceError
from warehouse.lake.lake import Lake
from warehouse.ledger.alerts import alerts_since, faulty_rows, keep_alerts
from warehouse.ledger.states import States, current_states
from warehouse.places.errors import WarehouseError
from warehouse.places.locks import hold


@dataclass(frozen=True)
class Alerted:
    """The alerts a run opened, repeated and closed, how many messages arrived, and why others did not."""

    opened: tuple[Alert, ...] = ()
    repeated: tuple[Alert, ...] = ()
    closed: tuple[Alert, ...] = ()
    messages: int = 0
    failures: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the number of each, and why messages did not arrive."""
        counts = {name: len(getattr(self, name)) for name in ("opened", "repeated", "closed")}
        return counts | {"messages": self.messages, "failures": list(self.failures)}


@dataclass(frozen=True)
class Recorded:
    """The alerts with something to send, those that changed now, and the standing they follow from."""

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
    states_of: States = current_states,
) -> Alerted:
    """Open, repeat and close alerts as of `now` (UTC without zone) and send what is to be sent.

    Only the `lookback_days` before `last` are checked, or before the newest day in the lake where that is later: a run
    of an old day sends no alert about it. With `units`, only their alerts are raised. `every_day`: days that no run
    asked for count as missing too.
    """
    try:
        with hold(lake.folder / "alerts.lock"):  # two processes must not send the same message
            recorded = record(workspace, lake, last, now, units, every_day=every_day, states_of=states_of)
            messages, failures = _send_pending(workspace, lake, recorded, now)
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
    states_of: States = current_states,
) -> Recorded:
    """Write into the ledger what is to be sent and where; sends nothing."""
    margin = timedelta(days=workspace.settings.run.lookback_days + 31)
    ledger = [
        alert for alert in from_frame(alerts_since(lake, last - margin)) if not units or alert.unit_id in set(units)
    ]
    open_days = {(alert.unit_id, alert.contract, day) for alert in ledger if not alert.closed for day in alert.days}
    standing = current_standing(workspace, lake, last, now, units, open_days, every_day=every_day, states_of=states_of)
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
    """The alert with its destinations; nothing is pending without any, or when it closed before it was ever sent."""
    if alert.pending is None or (alert.pending_to and alert.pending != CLOSE):
        return alert
    never_sent = alert.pending == CLOSE and alert.last_sent is None and not alert.pending_to
    to = () if never_sent else tuple(_destinations(workspace, groups, alert))
    return replace(alert, pending=alert.pending if to else None, pending_to=to)


def _destinations(workspace: Workspace, groups: Mapping[str, str], alert: Alert) -> dict[str, Url]:
    """The destinations of an alert: the ledger's name → URL."""
    urls = workspace.settings.alerts.urls_for(groups.get(alert.unit_id, ""), alert.severity)
    return {tag(url): url for url in urls}


def _send_pending(workspace: Workspace, lake: Lake, recorded: Recorded, now: datetime) -> tuple[int, list[str]]:
    """Send what is pending, one destination after another; each message that arrived is recorded at once.

    Returns the number of messages that arrived, and why others did not.
    """
    if not recorded.pending or recorded.standing is None:
        return 0, []
    texts = _texts(workspace, lake, recorded.pending, recorded.standing)
    now_pending = {(alert.identity, alert.opened): alert for alert in recorded.pending}
    destinations: dict[str, Url] = {}
    groups = _groups(workspace)
    for alert in recorded.pending:
        destinations |= _destinations(workspace, groups, alert)
    sent, failures = 0, []
    for number, (name, url) in enumerate(destinations.items(), start=1):
        own = [alert for alert in now_pending.values() if name in alert.pending_to]
        for message, alerts in _messages(texts, own, workspace.settings.alerts.digest_above):
            try:
                deliver(url, message, workspace.root, recovery=all(alert.pending == CLOSE for alert in alerts))
            except (DeliveryError, SourceError) as error:
                failures.append(f"kênh báo tin thứ {number}: {error}; lần chạy sau sẽ gửi lại")
                break  # the next messages to it would fail too
            sent += 1
            marked = [_arrived(alert, name, now) for alert in alerts]
            keep_alerts(lake, to_frame(marked))
            now_pending |= {(alert.identity, alert.opened): alert for alert in marked}
    keep_alerts(lake, to_frame(_without_removed(now_pending.values(), set(destinations))))
    return sent, failures


def _messages(texts: AlertTexts, alerts: Sequence[Alert], most: int) -> Iterable[tuple[Message, list[Alert]]]:
    """The messages to send with the alerts in each: one per alert, or one digest of more than `most`."""
    if len(alerts) > most:
        return [(texts.digest(alerts), list(alerts))]
    return [(texts.one(alert), [alert]) for alert in alerts]


def _arrived(alert: Alert, name: str, now: datetime) -> Alert:
    left = tuple(other for other in alert.pending_to if other != name)
    return replace(alert, last_sent=now, pending_to=left, pending=alert.pending if left else None)


def _without_removed(alerts: Iterable[Alert], destinations: set[str]) -> list[Alert]:
    """The alerts that waited for a destination no longer configured, which stop waiting for it."""
    kept = []
    for alert in alerts:
        left = tuple(name for name in alert.pending_to if name in destinations)
        if alert.pending and left != alert.pending_to:
            kept.append(replace(alert, pending_to=left, pending=alert.pending if left else None))
    return kept


def _texts(workspace: Workspace, lake: Lake, alerts: Sequence[Alert], standing: Standing) -> AlertTexts:
    rows: dict[tuple[str | None, str], list[str]] = {}
    deliveries = sorted({alert.delivery_id for alert in alerts if alert.delivery_id and alert.pending != CLOSE})
    for delivery_id, rule, message in faulty_rows(lake, deliveries, MAX_ROWS).iter_rows():
        rows.setdefault((delivery_id, rule), []).append(message)
    senders = {(alert.unit_id, alert.contract) for alert in alerts}
    return AlertTexts(
        lang=workspace.settings.alerts.lang,
        names=workspace.unit_names,
        rows=rows,
        never=frozenset(senders - standing.known_senders),
        still_faulty={alert.identity: still_faulty(alert, standing.by_identity) for alert in alerts if alert.closed},
    )

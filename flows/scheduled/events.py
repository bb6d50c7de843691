"""Prefect events of a run, for automations. Emitted only where the ledger opened or closed something: once each."""

from prefect.events import emit_event

from flows.alerts.decide import Alert
from flows.alerts.raising import Alerted
from flows.alerts.standing import MISSING
from warehouse.published.publish import Publication


def emit_events(alerted: Alerted, publication: Publication | None) -> None:
    """One event for each alert that was opened or closed, and one for a new publication; needs a run of a flow."""
    for alert in alerted.opened:
        if alert.rule == MISSING:
            _emit("tyle.delivery.missing", alert)
        elif alert.severity == "critical":
            _emit("tyle.delivery.quarantined", alert)
    for alert in alerted.closed:
        _emit("tyle.alert.closed", alert)
    if publication:
        name = publication.publication_id
        emit_event("tyle.publication.switched", {"prefect.resource.id": f"tyle.publication.{name}"})


def _emit(event: str, alert: Alert) -> None:
    payload = {
        "unit_id": alert.unit_id,
        "contract": alert.contract,
        "rule": alert.rule,
        "severity": alert.severity,
        "business_date": alert.business_date.isoformat(),
        "delivery_id": alert.delivery_id,
        "failing": alert.failing,
    }
    emit_event(
        event,
        {"prefect.resource.id": f"tyle.alert.{alert.unit_id}.{alert.contract}.{alert.rule}"},
        payload={name: value for name, value in payload.items() if value is not None},
    )

"""Emits the Prefect events of a run, for automations: one for each alert that opened or closed, so none twice."""

from prefect.events import emit_event

from flows.alerts.decide import Alert
from flows.alerts.raising import Alerted
from flows.alerts.standing import MISSING
from warehouse.published.publish import Publication


def emit_events(alerted: Alerted, publication: Publication | None) -> None:
    """Emit an event for each alert that opened or closed, and for a new publication; must be called in a flow run."""
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

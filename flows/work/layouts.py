"""A person's answer about a layout: it was read right, so what was held back for its question counts. Pulls nothing."""

from dataclasses import dataclass
from typing import Any

from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.outputs.docs import refresh
from flows.work.outputs.publishing import RunResult, publish_all
from flows.work.quarantine import store_if_clean
from warehouse.lake.lake import Lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import quarantined
from warehouse.ledger.layouts import Confirmation, confirm_layout, deliveries_of


@dataclass(frozen=True)
class Confirmed(RunResult):
    """What a confirmation did: deliveries that count now (held → new id), and those that are held back for more."""

    layout: str
    unit_id: str
    counted: dict[str, str]
    still_held: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "layout": self.layout,
            "unit_id": self.unit_id,
            "counted": self.counted,
            "still_held": list(self.still_held),
        } | self.published.as_dict()


def confirm(workspace: Workspace, lake: Lake, confirmation: Confirmation) -> Confirmed:
    """Record the confirmation, judge the unit's held deliveries of this layout again, and publish.

    Raises DecisionError where there is nothing to confirm or an original is damaged, PurgedError where it was removed.
    """
    row = confirm_layout(lake, confirmation)
    log_event("layout_confirmed", layout=confirmation.layout, unit_id=row["unit_id"], person=confirmation.person)
    held = quarantined(lake)
    counted: dict[str, str] = {}
    still_held: list[str] = []
    waiting = set(held["delivery_id"])
    for delivery_id in [one for one in deliveries_of(lake, confirmation.layout) if one in waiting]:
        reason = f"bố cục {confirmation.layout} được xác nhận: {confirmation.reason}"
        stored = store_if_clean(workspace, lake, Decision(delivery_id, confirmation.person, reason, confirmation.at))
        if stored:
            counted[delivery_id] = stored
        else:
            still_held.append(delivery_id)
    published = publish_all(workspace, lake, confirmation.at)
    refresh(workspace, sorted(set(held.filter(held["delivery_id"].is_in(list(counted)))["business_date"])))
    return Confirmed(confirmation.layout, row["unit_id"], counted, tuple(still_held), published=published)

"""Publishes what the lake holds, and makes the pages; used by a day, a backfill, a release and a closing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.alerts.raising import Alerted
from flows.alerts.unpublished import alert_unpublished, forget_unpublished
from flows.runs.steps import DirectSteps, Steps
from flows.settings.workspace import Workspace
from flows.work.outputs.marts import publish_marts
from flows.work.outputs.site import SiteMade, refresh
from warehouse.lake.lake import Lake
from warehouse.places.errors import PublishError
from warehouse.published.publish import Publication


@dataclass(frozen=True)
class Published:
    """What a run published, with its pages; `publication`: None where nothing is new or another machine publishes."""

    publication: Publication | None = None
    site: SiteMade = field(default_factory=SiteMade)

    @property
    def publication_id(self) -> str | None:
        """The id of the new publication."""
        return self.publication.publication_id if self.publication else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: `publication_id`, and `site_failure`: why the pages could not be made."""
        return {"publication_id": self.publication_id, "site_failure": self.site.failure}


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """The result of any run: what it published, and its alerts."""

    published: Published = field(default_factory=Published)
    alerts: Alerted = field(default_factory=Alerted)


def publish_all(workspace: Workspace, lake: Lake, now: datetime, steps: Steps | None = None) -> Published:
    """Bring the marts up to date at `now` (UTC without zone), publish them, and make the pages of the publication.

    Pages that cannot be made raise nothing, as the figures are published already. Raises what `publish_marts` raises.
    Where the audit refuses, a run (which has `steps`) notifies the operator; a person at the terminal reads the error.
    """
    chosen = steps or DirectSteps()
    try:
        publication = chosen.call("publish", lambda: publish_marts(workspace, lake, now))
    except PublishError as error:
        if steps is not None:
            alert_unpublished(workspace, str(error), now)
        raise
    forget_unpublished(workspace)
    return Published(publication, chosen.call("site", lambda: refresh(workspace)))

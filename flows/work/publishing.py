"""Publishing what the lake holds, with its pages: the same for a day, a backfill, a release and a closing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.alerts.raising import Alerted
from flows.runs.steps import DirectSteps, Steps
from flows.settings.workspace import Workspace
from flows.work.marts import publish_marts
from flows.work.site import SiteMade, refresh
from warehouse.lake.lake import Lake
from warehouse.published.publish import Publication


@dataclass(frozen=True)
class Published:
    """What a run published (None: nothing new, or another machine publishes), and the pages of what is published."""

    publication: Publication | None = None
    site: SiteMade = field(default_factory=SiteMade)

    @property
    def publication_id(self) -> str | None:
        """The id of the new publication."""
        return self.publication.publication_id if self.publication else None

    def as_dict(self) -> dict[str, Any]:
        """For machines: `publication_id`, and `site_failure` = why the pages could not be made."""
        return {"publication_id": self.publication_id, "site_failure": self.site.failure}


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What any run leaves: what it published, and which alerts it opened, repeated, closed and sent."""

    published: Published = field(default_factory=Published)
    alerts: Alerted = field(default_factory=Alerted)


def publish_all(workspace: Workspace, lake: Lake, now: datetime, steps: Steps | None = None) -> Published:
    """Bring the marts up to date at `now` (UTC without zone), publish them, and make the pages of what is published.

    Pages that cannot be made raise nothing: the figures are published before. Raises what `publish_marts` raises.
    """
    by = steps or DirectSteps()
    publication = by.call("publish", lambda: publish_marts(workspace, lake, now))
    return Published(publication, by.call("site", lambda: refresh(workspace)))

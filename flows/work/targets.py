"""For whom no target is in force today, for `tyle doctor` and `tyle init`. Takes no target of another time."""

from datetime import UTC, datetime

from flows.settings.workspace import Workspace
from flows.work.outputs.labels import labels_of
from reports.month.targets import ONLINE_RATE, lapses, sentence
from transforms.reference.organisation import ALL


def without_target(workspace: Workspace, now: datetime) -> list[str]:
    """A sentence for those without a target of the online rate today, and of each metric that ever had one.

    `now`: UTC without zone. Of the groups that have units today.
    """
    today = now.replace(tzinfo=UTC).astimezone(workspace.zone).date()
    valid = set(workspace.registry.on(today)["unit_group"])
    scopes = [group for group in workspace.organisation.rated if group in valid]
    names = labels_of(workspace.organisation)
    found = lapses(workspace.targets, [*scopes, ALL], today) if scopes else []
    lines = [sentence(lapse, names) for lapse in found]
    for metric_id in sorted(set(workspace.targets["metric_id"]) - {ONLINE_RATE}):
        own = workspace.targets.filter(metric_id=metric_id)["unit_group"]
        lines += [f"{metric_id}: {sentence(one, names)}" for one in lapses(workspace.targets, own, today, metric_id)]
    return lines

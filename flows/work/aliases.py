"""Gives a unit another name, and takes what was held back under that name as its deliveries. Pulls nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.runs.log import log_event
from flows.settings.text import read_text
from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from flows.work.outputs.docs import refresh
from flows.work.outputs.publishing import RunResult, publish_all
from flows.work.shared_again import take_again
from transforms.check.shared.names import Names, group_names
from transforms.dictionary.problems import ConfigurationError
from transforms.dictionary.shared_senders import is_no_unit
from transforms.reference.unit_aliases import with_alias
from transforms.reference.unit_file import FILE
from warehouse.lake.lake import Lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import parts_named, shared_delivery
from warehouse.places.errors import DecisionError, WarehouseError
from warehouse.places.whole import write_whole


@dataclass(frozen=True)
class Named(RunResult):
    """What an alias did: `taken`, the new deliveries with their status; `failures`: why others could not be taken."""

    unit_id: str
    name: str
    taken: tuple[tuple[str, str], ...]
    failures: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "unit_id": self.unit_id,
            "name": self.name,
            "taken": [{"delivery_id": id_, "status": status} for id_, status in self.taken],
            "failures": list(self.failures),
        } | self.published.as_dict()


def add_alias(workspace: Workspace, name: str, unit: str) -> Workspace:
    """Write `name` among the aliases of a unit (id, code or name) into reference/units.csv; the workspace afterwards.

    Raises WorkspaceError where the name means a unit already, may be that of a sum, or would mean two units on one day.
    """
    registry = workspace.registry
    unit_id = registry.resolve(unit, None)
    if unit_id is None:
        near = [*registry.units["unit_id"]] if not unit.strip() else registry.nearest_ids(unit, _last_day(workspace))
        raise WorkspaceError(f"{unit}: không có đơn vị này; gần giống: {', '.join(near[:3])}")
    if known := registry.meant(name, None):
        raise WorkspaceError(f"“{name}”: đã là tên của {', '.join(known)}")
    named = Names(registry, (), group_names(workspace.organisation), workspace.headers)
    if named.of(name, _last_day(workspace)).kind in ("group", "total"):
        raise WorkspaceError(f"“{name}”: là tên của dòng tổng, không phải của một đơn vị")
    path = workspace.root / "reference" / FILE
    try:
        before = path.read_bytes()
        text = read_text(path, FILE) or ""
        mark = "\ufeff" if before.startswith(b"\xef\xbb\xbf") else ""
        written = mark + with_alias(text, unit_id, name)
    except ConfigurationError as error:
        raise WorkspaceError(problems=error.problems) from error
    write_whole(path, written.encode())
    try:
        return open_workspace(workspace.root)
    except WorkspaceError:
        write_whole(path, before)  # the name would mean two units
        raise


def take_named(workspace: Workspace, lake: Lake, name: str, unit_id: str, person: str, now: datetime) -> Named:
    """Take what was held back under `name` as deliveries of the unit, publish; `now`: UTC without zone."""
    taken: list[tuple[str, str]] = []
    failures: list[str] = []
    days = set()
    for held in parts_named(lake, name):
        reason = f"“{held['part']}” là {unit_id}"
        try:
            stored = take_again(
                workspace, lake, shared_delivery(lake, held), held, Decision(held["delivery_id"], person, reason, now)
            )
        except (DecisionError, WarehouseError) as error:
            failures.append(str(error))
            continue
        days.add(held["business_date"])
        taken += stored.filter(~is_no_unit()).select("delivery_id", "status").rows()
    log_event("units.alias", unit_id=unit_id, taken=len(taken))
    if not taken:
        return Named(unit_id, name, (), tuple(failures))
    published = publish_all(workspace, lake, now)
    refresh(workspace, sorted(days))
    return Named(unit_id, name, tuple(taken), tuple(failures), published=published)


def _last_day(workspace: Workspace) -> Any:
    return workspace.registry.units["valid_from"].max()

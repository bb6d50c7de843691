"""Which units nobody has set up yet: nothing is expected to come from them, so nothing of theirs is missing.

A unit is set up once tyle.toml has a section of its own or a shared export holds it, its source is no folder, its
folder is there, or anything ever came from it; from then on what does not come is missing. The marts count its days as
expected in any case.
"""

from collections.abc import Collection
from pathlib import Path

from flows.settings.exports import Exports
from flows.settings.shared import Shared
from flows.settings.sources import FolderSource
from flows.settings.workspace import Workspace
from sources.export import SourceError
from sources.templates import UnitAddress, fill
from transforms.reference.unit_file import PENDING
from warehouse.lake.lake import Lake
from warehouse.ledger.alerts import ever_received


def not_set_up(workspace: Workspace, lake: Lake, units: Collection[str]) -> tuple[str, ...]:
    """Those of `units`, in their order, that nobody has set up."""
    codes = dict(workspace.registry.units.select("unit_id", "code").iter_rows())
    silent = [unit_id for unit_id in units if unit_id in codes and not _has_source(workspace, unit_id, codes[unit_id])]
    if not silent:
        return ()
    known = {unit_id for unit_id, _ in ever_received(lake)}
    return tuple(unit_id for unit_id in silent if unit_id not in known)


def _has_source(workspace: Workspace, unit_id: str, code: str) -> bool:
    if unit_id in workspace.settings.units:
        return True
    address = UnitAddress(unit_id, None if code == PENDING else code)
    return any(_is_there(workspace.root, exports, address) for exports in workspace.settings.all_exports_of(unit_id))


def _is_there(root: Path, exports: Exports, unit: UnitAddress) -> bool:
    """Whether the source is shared, no folder, or a folder that is there; one that cannot be reached is asked."""
    if isinstance(exports, Shared) or not isinstance(exports.source, FolderSource):
        return True
    try:
        return (root / fill(exports.source.path, unit)).exists()
    except (SourceError, OSError):
        return True

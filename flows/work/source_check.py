"""Whether the units' sources answer: a finding for `tyle doctor`. Stores nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flows.intake.clients import pull_contained
from flows.settings.exports import Exports
from flows.settings.workspace import Workspace
from sources.export import SourceError, Window
from sources.templates import UnitAddress
from transforms.reference.clock import local_date
from transforms.reference.unit_file import PENDING
from warehouse.care.doctor.finding import Finding

_SOURCES = "nguồn"
_AT_ONCE = 8  # sources asked at the same time


def examine_sources(workspace: Workspace, now: datetime, *, all_sources: bool) -> Finding:
    """Ask the source of each unit valid yesterday for yesterday's export, and drop the answer; `now`: UTC without zone.

    `all_sources`: also the sources over a network, not only folders.
    """
    day = local_date(now, workspace.zone) - timedelta(days=1)
    units = workspace.registry.on(day)
    asked = [
        (UnitAddress(unit_id, None if code == PENDING else code), exports)
        for unit_id, code in units.select("unit_id", "code").iter_rows()
        for exports in workspace.settings.single_exports_of(unit_id)
    ]
    asked += [(UnitAddress(shared.id), shared) for shared in workspace.settings.shared_exports]
    local = [(unit, exports) for unit, exports in asked if all_sources or exports.source.kind == "folder"]
    window = Window(day, day, now, zone=workspace.zone.key)

    def ask(one: tuple[UnitAddress, Exports]) -> str | None:
        unit, exports = one
        try:
            for _ in pull_contained(exports, unit, window, workspace.root, {}):
                pass
        except SourceError as error:
            return f"{unit.unit_id}: {error}"
        return None

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        failures = [failure for failure in pool.map(ask, local) if failure]
    unasked = len(asked) - len(local)
    beside = f", {unasked} nguồn qua mạng chưa hỏi (--sources)" if unasked else ""
    if failures:
        more = f" (và {len(failures) - 1} nguồn nữa)" if len(failures) > 1 else ""
        return Finding(_SOURCES, "fault", failures[0] + more + beside, "sửa nguồn trong tyle.toml hoặc báo đơn vị")
    return Finding(_SOURCES, "ok", f"{len(local)} nguồn trả lời{beside}")

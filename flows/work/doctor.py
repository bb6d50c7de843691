"""Checks settings, versions, sources and the warehouse, and repairs what can be repaired. Prints nothing."""

import platform
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.runs.lakes import landing_of, shared_lake
from flows.settings.tyle_toml import FILE, SettingsError
from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from flows.work.changed_configuration import changes
from flows.work.outputs.marts import publish_marts, reference
from flows.work.source_check import examine_sources
from flows.work.targets import without_target
from reports.month.targets import HOW_TO_ENTER
from warehouse.care.doctor.data_files import CHECK as DATA_FILES
from warehouse.care.doctor.examine import examine, sound
from warehouse.care.doctor.finding import Finding
from warehouse.care.doctor.place import check_place
from warehouse.care.doctor.published import CHECK as PUBLISHED
from warehouse.care.doctor.published import WORKBENCH
from warehouse.care.doctor.repair import rebuild, tidy
from warehouse.lake.beginning import has_lake
from warehouse.lake.lake import Lake
from warehouse.lake.opening import newer_publication, open_lake, schema_version
from warehouse.places.errors import LakeError, WarehouseError
from warehouse.places.stores import S3Prefix

_SETTINGS, _VERSIONS, _LAKE = "cấu hình", "phiên bản", "kho dữ liệu"
_CHANGED = "cấu hình và sổ"
_TARGETS = "chỉ tiêu"
_NO_LAKE = Finding(_LAKE, "ok", "chưa có, sẽ được tạo ở lần chạy đầu tiên")
_PACKAGES = ("duckdb", "duckdb-extension-ducklake", "prefect", "great-expectations", "polars")


@dataclass(frozen=True)
class Examined:
    """The findings of all checks, and what was repaired before the last check (a line each)."""

    findings: list[Finding]
    repaired: list[str]

    @property
    def worst(self) -> str:
        """The worst level of all findings: ok, warn or fault."""
        return max((finding.level for finding in self.findings), key=("ok", "warn", "fault").index)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"state": self.worst, "findings": [asdict(f) for f in self.findings], "repaired": self.repaired}


def examine_all(
    root: Path,
    now: datetime,
    *,
    all_sources: bool = False,
    repair: bool = False,
    more_checks: Sequence[Callable[[], Finding]] = (),
) -> Examined:
    """Check the workspace `root` at `now` (UTC without zone); with `repair`, repair what can be, then check again.

    `all_sources`: ask the sources over a network too; `more_checks`: further checks, such as that of the schedules.
    """
    workspace, settings = _workspace(root)
    before = [*settings, *([examine_sources(workspace, now, all_sources=all_sources)] if workspace else [])]
    before += [_targets(workspace, now)] if workspace else []
    before += [check() for check in more_checks]
    repaired: list[str] = []
    try:
        shared = shared_lake(workspace) if workspace else None
        if not has_lake(root, shared):
            return Examined([*before, _versions(None), *check_place(root, now), _NO_LAKE], repaired)
        with open_lake(root, shared, to_inspect=True) as lake:
            found = _examine(workspace, lake, now)
            if repair:
                repaired, failed = _repair(workspace, lake, found, now)
                found = [*_examine(workspace, lake, now), *failed]
            found += _newer(lake)
            return Examined([*before, _versions(lake), *check_place(root, now), *found], repaired)
    except (WarehouseError, SettingsError) as error:
        unopened = Finding(_LAKE, "fault", str(error))
        return Examined([*before, _versions(None), *check_place(root, now), unopened], repaired)


def _examine(workspace: Workspace | None, lake: Lake, now: datetime) -> list[Finding]:
    reference_of = partial(reference, workspace, lake) if workspace and workspace.settings.publish.here else None
    changed = sound(_CHANGED, lambda: _changed(workspace, lake))
    return [*changed, *examine(lake, _landing(workspace, lake), reference_of, now)]


def _changed(workspace: Workspace | None, lake: Lake) -> list[Finding]:
    """What left the configuration under accepted deliveries."""
    if workspace is None:
        return []
    found = changes(workspace, lake)
    if not found:
        return [Finding(_CHANGED, "ok", "mọi lần gửi đã nhận đều còn đơn vị, khối và loại dữ liệu của mình")]
    return [Finding(_CHANGED, "warn", change.message, change.remedy) for change in found]


def _newer(lake: Lake) -> list[Finding]:
    """A publication that the lake does not know. The message of damaged data files is among the others already."""
    try:
        newer = newer_publication(lake)
    except LakeError:
        return []
    return [Finding(_LAKE, "fault", newer)] if newer else []


def _landing(workspace: Workspace | None, lake: Lake) -> Path | S3Prefix:
    return landing_of(workspace) if workspace else lake.home / "landing"


def _repair(
    workspace: Workspace | None, lake: Lake, found: list[Finding], now: datetime
) -> tuple[list[str], list[Finding]]:
    """What was repaired (a line each), and a finding where a repair failed."""
    repaired: list[str] = []
    try:
        repaired.extend(tidy(lake, _landing(workspace, lake), now))  # kept in the report also when an error follows
        # of damaged facts, or of a lake older than what is published, nothing is published
        facts_are_sound = not (_newer(lake) or any(f.level == "fault" and f.check == DATA_FILES for f in found))
        if workspace and facts_are_sound and any(f.repairable and f.check in {PUBLISHED, WORKBENCH} for f in found):
            repaired.append(rebuild(lake, lambda: publish_marts(workspace, lake, now)))
    except WarehouseError as error:
        return repaired, [Finding("sửa chữa", "fault", str(error))]
    except OSError as error:
        return repaired, [Finding("sửa chữa", "fault", f"{error.filename}: {error.strerror}", "kiểm tra đĩa và quyền")]
    return repaired, []


def _workspace(root: Path) -> tuple[Workspace | None, list[Finding]]:
    try:
        workspace = open_workspace(root)
    except WorkspaceError as error:
        remedy = f"sửa {FILE} hoặc reference/"
        return None, [Finding(_SETTINGS, "fault", line, remedy) for line in str(error).splitlines()]
    units = workspace.registry.units.height
    return workspace, [Finding(_SETTINGS, "ok", f"{FILE} và reference/ đọc được, {units} đơn vị")]


def _targets(workspace: Workspace, now: datetime) -> Finding:
    """Whether targets are in force today. It is no fault where none is: rates are then compared with nothing."""
    lines = without_target(workspace, now)
    said = " ".join([*lines, HOW_TO_ENTER]) if lines else "mọi khối đang có đơn vị đều có chỉ tiêu đang có hiệu lực"
    return Finding(_TARGETS, "ok", said)


def _versions(lake: Lake | None) -> Finding:
    packages = ", ".join(f"{name.removeprefix('duckdb-extension-')} {version(name)}" for name in _PACKAGES)
    own = f"tyle {version('tyle')}, python {platform.python_version()}, sqlite {sqlite3.sqlite_version}, {packages}"
    of_lake = f"; cấu trúc kho {schema_version(lake)}" if lake else ""
    return Finding(_VERSIONS, "ok", own + of_lake)

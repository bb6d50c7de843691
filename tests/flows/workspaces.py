"""Small workspaces for tests: three units, a few files, a clock that stands where the test puts it."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from demo.clock import in_vietnam
from flows.runs.lakes import lake_of
from flows.runs.steps import DirectSteps
from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.day import DayRequest, DayResult, run_day
from flows.work.outputs.site import SiteMade
from warehouse.places.permissions import owner_only

UNITS = """\
unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors
so-y-te,Sở Y tế,so,departments,1,2022-01-01,,pending,every_day,,
so-noi-vu,Sở Nội vụ,so,departments,2,2022-01-01,,pending,working_days,,
ubnd-huyen-a,UBND huyện A,ubnd-huyen,districts,1,2022-01-01,,pending,every_day,,
"""
HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
MONDAY = date(2022, 8, 1)
# An entry of corrections.toml, for a file in which the unit wrote a wrong total.
CORRECTION = """
[[correction]]
unit = "so-y-te"
date = 2022-08-01
field = "Đất đai"
column = "total"
expect = 159
value = 150
reason = "Công văn 12"
by = "Phòng A"
since = 2022-08-03
"""

T = TypeVar("T")


def small_workspace(root: Path, settings: str = "") -> Workspace:
    """A workspace of the three units of UNITS, each with its folder."""
    owner_only()  # as every command does
    create_workspace(root)
    for unit_id in ("so-y-te", "so-noi-vu", "ubnd-huyen-a"):
        (root / "inbox" / unit_id).mkdir()
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    (root / "reference" / "units.csv").write_text(UNITS, encoding="utf-8")
    return open_workspace(root)


def put(
    workspace: Workspace,
    unit_id: str,
    day: date,
    *rows: str,
    tag: str = "",
    sent: date | None = None,
    content: bytes | None = None,
) -> Path:
    """Write an export with these rows under HEADER, or this content, as of the afternoon of `sent` (or `day`)."""
    path = workspace.root / "inbox" / unit_id / f"{day}{tag}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\n".join([HEADER, *rows]) + "\n").encode() if content is None else content)
    moment = in_vietnam(sent or day, 16, 30).replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def put_all(workspace: Workspace, day: date) -> None:
    """A right export of each unit."""
    for number, unit_id in enumerate(("so-y-te", "so-noi-vu", "ubnd-huyen-a"), start=1):
        put(workspace, unit_id, day, f"Đất đai;{number};2;{number + 2}", "Hộ tịch;0;5;5")


def morning_after(day: date) -> datetime:
    """05:30 in Vietnam on the day after, in UTC."""
    return in_vietnam(day + timedelta(days=1), 5, 30)


def run(workspace: Workspace, day: date, units: tuple[str, ...] = (), now: datetime | None = None) -> DayResult:
    """Run a day directly with all its steps, by default on the morning after."""
    with lake_of(workspace) as lake:
        return run_day(workspace, lake, DayRequest(day, now or morning_after(day), units), DirectSteps())


class LakeSteps(DirectSteps):
    """The steps of a day without its publication and pages, which take more than half of its time."""

    left_out: dict[str, Any] = {"publish": None, "site": SiteMade(), "docs": None}  # noqa: RUF012

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step, or answer as if there had been nothing to publish."""
        return self.left_out[name] if name in self.left_out else super().call(name, step)


def to_lake(
    workspace: Workspace, day: date, units: tuple[str, ...] = (), now: datetime | None = None, *, alert: bool = False
) -> DayResult:
    """A day up to the lake: nothing is published, no page is made, and alerts are raised only where asked for.

    For tests that do not read what is published: it takes a third of the time of `run`.
    """
    with lake_of(workspace) as lake:
        return run_day(workspace, lake, DayRequest(day, now or morning_after(day), units, alert), LakeSteps())


def copy_of(prepared: Path, root: Path) -> Workspace:
    """A workspace that was prepared once for many tests, copied to `root` for one of them."""
    return open_workspace(Path(shutil.copytree(prepared, root, symlinks=True)))


def outcomes(result: DayResult) -> dict[str, str]:
    """unit_id → outcome of the day."""
    return dict(result.states.select("unit_id", "outcome").iter_rows())

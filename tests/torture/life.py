"""One life of a worker process: inspects what the last one left, runs a day, reports each step, dies where planned.

Runs in a child of a fork server that has imported everything but has not opened or computed anything yet.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import flows.work.outputs.marts
from expectations.judge import warm_up
from flows.runs.steps import DirectSteps
from flows.settings.workspace import open_workspace
from flows.work.day import DayRequest, run_day
from flows.work.doctor import examine_all
from tests.flows.workspaces import morning_after
from tests.torture.ending import ending
from tests.torture.invariants import inspect
from tests.torture.scenario import DAYS
from transforms.reference.clock import utc
from warehouse.care.compaction import care
from warehouse.care.doctor.place import DISK
from warehouse.lake.opening import open_lake

A = TypeVar("A")
T = TypeVar("T")

STEPS = (
    "open",
    "pull",
    "land",
    "check cases",
    "check summary",
    "commit",
    "materialise",
    "publish",
    "site",
    "docs",
    "alert",
    "care",
)
LONG_AFTER = utc(datetime.now(UTC)) + timedelta(
    days=8
)  # so that a care finds snapshots, old files and orphans to remove
FILE_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "subprocess.Popen"}

warm_up()


@dataclass(frozen=True)
class Death:
    """Where a life ends by its own hand: at a step's `start` or `end`, or before its `number`th touch of a file.

    `moment` = the parent kills it after `share` of the time the step usually takes.
    """

    step: str
    kind: str
    number: int = 0
    share: float = 0.0


class Diary:
    """Reports each step to the parent; kills the process where the plan says."""

    def __init__(self, to_parent: Connection, plan: Death | None) -> None:
        self._to_parent = to_parent
        self._plan = plan
        self._step: str | None = None
        self._touched = 0
        sys.addaudithook(self._on_event)

    def say(self, kind: str, *what: Any) -> None:
        self._to_parent.send((kind, *what))

    def during(self, step: str, work: Callable[[], T], acknowledge: Callable[[T], None] = lambda _: None) -> T:
        self.say("start", step)
        self._die_at(step, "start")
        self._step, self._touched = step, 0
        try:
            result = work()
        finally:
            self._step = None
        acknowledge(result)
        self.say("end", step, self._touched)
        self._die_at(step, "end")
        return result

    def _die_at(self, step: str, kind: str) -> None:
        if self._plan and (self._plan.step, self._plan.kind) == (step, kind):
            os.kill(os.getpid(), signal.SIGKILL)

    def _on_event(self, event: str, _: tuple[Any, ...]) -> None:
        if self._step is not None and event in FILE_EVENTS:
            self._touched += 1
            plan = self._plan
            if plan and (plan.step, plan.kind, plan.number) == (self._step, "file", self._touched):
                os.kill(os.getpid(), signal.SIGKILL)


class ReportedSteps(DirectSteps):
    """A day's steps, reported by the diary; what a commit returned is acknowledged before anything else happens."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary

    def call(self, name: str, step: Callable[[], T]) -> T:
        if name == "publish":  # reported as two halves
            return step()
        return self._diary.during(name, step, self._stored if name == "commit" else lambda _: None)

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        return self._diary.during(name, lambda: DirectSteps.map(self, name, step, items))

    def _stored(self, deliveries: Any) -> None:
        self._diary.say("stored", deliveries.select("delivery_id", "sha256", "status").rows())


def live(
    to_parent: Connection, root: Path, number: int, attempt: int, plan: Death | None, acknowledged: dict[str, Any]
) -> None:
    """Inspect the workspace, then run day `number` and the care after it; `attempt` makes the clock go on."""
    diary = Diary(to_parent, plan)
    try:
        if (root / "lake" / "catalog.sqlite").exists():
            diary.say("inspected", inspect(root, acknowledged))
        _report_halves(diary)
        workspace = open_workspace(root)
        now = morning_after(DAYS[number]) + timedelta(seconds=attempt)
        with diary.during("open", lambda: open_lake(root)) as lake:
            run_day(workspace, lake, DayRequest(DAYS[number], now), ReportedSteps(diary))
            diary.during("care", lambda: care(lake, LONG_AFTER))
        diary.say("done")
    except BaseException:
        diary.say("failed", traceback.format_exc())
        raise


def finish(to_parent: Connection, root: Path, acknowledged: dict[str, Any]) -> None:
    """Inspect, have the doctor repair what kills left behind, inspect again, and report the end."""
    try:
        to_parent.send(("inspected", inspect(root, acknowledged)))
        examined = examine_all(root, LONG_AFTER, repair=True)
        to_parent.send(("inspected", inspect(root, acknowledged)))
        ill = [f"{one.check}: {one.message}" for one in examined.findings if one.level != "ok" and one.check != DISK]
        to_parent.send(("ended", ending(root), ill))
    except BaseException:
        to_parent.send(("failed", traceback.format_exc()))
        raise


def _report_halves(diary: Diary) -> None:
    materialise, publish = flows.work.outputs.marts.materialise, flows.work.outputs.marts.publish

    def reported_materialise(*given: Any, **named: Any) -> Any:
        return diary.during("materialise", lambda: materialise(*given, **named))

    def reported_publish(*given: Any, **named: Any) -> Any:
        def acknowledge(publication: Any) -> None:
            if publication:
                diary.say("published", publication.publication_id)

        return diary.during("publish", lambda: publish(*given, **named), acknowledge)

    flows.work.outputs.marts.materialise, flows.work.outputs.marts.publish = reported_materialise, reported_publish

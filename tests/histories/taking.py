"""Takes a story through the product, from files in folders to lake and marts, in one of many ways. Judges nothing."""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from flows.alerts.raising import raise_alerts
from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.backfill import BackfillRequest, run_backfill
from flows.work.corrections import apply_reviewed, correct
from flows.work.day import DayRequest, run_day
from flows.work.outputs.marts import publish_marts, reference
from flows.work.quarantine import reject, release
from flows.work.withdrawal import withdraw
from tests.flows.workspaces import LakeSteps, copy_of
from tests.histories.facts import Arrival, Decided, File, Place, Story, Unit
from transforms.dictionary.columns import LAKE
from transforms.read.headers.book import HeaderBook
from transforms.reference.corrections import Corrections
from warehouse.lake.lake import Lake
from warehouse.ledger.decisions import Decision
from warehouse.marts.materialise import Reference, build_marts
from warehouse.places.errors import DecisionError

WAYS_TO_TAKE = ("days", "backfill", "spans", "units", "lacking")
DAY = timedelta(days=1)
_UNIT = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors\n"


@dataclass(frozen=True)
class Taken:
    """What a story left: the lake's tables, the marts of all its months, and what they stand on."""

    ledger: dict[str, pl.DataFrame]
    marts: dict[str, pl.DataFrame]
    reference: Reference


@cache
def _headers() -> HeaderBook:
    """Those of a new workspace, once for all stories: to put their phrases together takes a second."""
    with TemporaryDirectory() as folder:
        return create_workspace(Path(folder) / "w").headers


@cache
def _empty(root: Path) -> Path:
    """A workspace with an empty lake, to be copied for each story."""
    create_workspace(root)
    with lake_of(open_workspace(root)):
        return root


def take(story: Story, root: Path, dice: random.Random, ways: Sequence[str]) -> Taken:
    """Take the story in a new workspace `root`; `ways`: how each arrival is taken, of WAYS_TO_TAKE."""
    copy_of(_empty(root.parent / "empty"), root)
    rows = [_unit(unit, number) for number, unit in enumerate(story.units, start=1)]
    (root / "reference" / "units.csv").write_text(_UNIT + "".join(rows), encoding="utf-8")
    months = list(story.months)
    with ExitStack() as stack:
        lakes: list[Lake] = []
        workspace = _workspace(root, story, switched=False)
        entries = ""
        for number, (arrival, way) in enumerate(zip(story.arrivals, ways, strict=True)):
            if number == story.switch:
                workspace = _workspace(root, story, switched=True)
            workspace = replace(workspace, corrections=_corrections(entries, story))
            if not lakes:  # two processes that take turns
                lakes = [stack.enter_context(lake_of(workspace)) for _ in range(2)]
            for file in arrival.files:
                _put(root, file)
            _take_arrival(workspace, lakes, story, arrival, dice, way)
            lake = lakes[0]
            for decided in arrival.decisions:
                if decided.kind == "entries":
                    entries += _entries(decided)
                    workspace = replace(workspace, corrections=_corrections(entries, story))
                _decide(workspace, lake, decided)
            raise_alerts(workspace, lake, arrival.last, arrival.now + timedelta(hours=1))
            if arrival.published:
                publish_marts(_publishing(workspace, here=True), lake, arrival.now + timedelta(hours=1))
        periods = reference(workspace, lake, *_covered(story))
        with lake.snapshot() as cursor:
            ledger = {name: cursor.table(f"lake.{name}").pl() for name in LAKE}
        return Taken(ledger, build_marts(lake, periods, months), periods)


def _covered(story: Story) -> tuple[date, date]:
    return min(arrival.first for arrival in story.arrivals), max(arrival.last for arrival in story.arrivals)


def _unit(unit: Unit, number: int) -> str:
    until = unit.until or ""
    return f"{unit.id},{unit.name},{unit.kind},{unit.group},{number},{unit.since},{until},pending,{unit.calendar},,\n"


def _workspace(root: Path, story: Story, *, switched: bool) -> Workspace:
    """This machine only pulls, checks and commits; the test publishes."""
    lines = [
        f"[run]\nlookback_days = {story.lookback}\nbackfill_days = {story.backfill_days}",
        f"[history]\nmin_cases = 1\n[periods]\nfirst_day = {story.first_day}",
    ]
    for unit in story.units:
        basis = unit.then if switched and unit.then else unit.basis
        lines.append(f'[units.{unit.id}]\ncontract = "{unit.contract}"\nbasis = "{basis}"')
        lines += ["service_level = 0"] if unit.id == "huyen-a" else []
        lines += [f'[units.{unit.id}.rules]\nis_no_copy = "critical"'] if unit.copies == "critical" else []
    (root / "tyle.toml").write_text("\n".join(lines), encoding="utf-8")
    return _publishing(replace(open_workspace(root), headers=_headers()), here=False)


def _publishing(workspace: Workspace, *, here: bool) -> Workspace:
    settings = workspace.settings
    publish = settings.publish.model_copy(update={"here": here})
    return replace(workspace, settings=settings.model_copy(update={"publish": publish}))


def _put(root: Path, file: File) -> None:
    path = root / "inbox" / file.unit.id / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    moment = file.modified.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def _take_arrival(
    workspace: Workspace, lakes: Sequence[Lake], story: Story, arrival: Arrival, dice: random.Random, way: str
) -> None:
    first, last, steps = arrival.first, arrival.last, LakeSteps()
    turns = (lakes[n % 2] for n in range(1000))
    if way == "days":
        day = first
        while day <= last:
            run_day(workspace, next(turns), DayRequest(day, arrival.now, alert=False), steps)
            day += DAY
        return
    units = [unit.id for unit in story.units]
    dice.shuffle(units)
    half = len(units) // 2
    of_units: tuple[tuple[str, ...], ...] = (tuple(units[:half]), tuple(units[half:])) if way == "units" else ((),)
    for only in of_units:
        for begins, ends in _spans(first, last, dice) if way == "spans" and not arrival.at_once else [(first, last)]:
            lacking = way == "lacking" and arrival.lacks_only
            request = BackfillRequest(begins, ends, arrival.now, only, lacking)
            run_backfill(workspace, next(turns), request, steps)


def _spans(first: date, last: date, dice: random.Random) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(first + dice.randint(0, 3) * DAY, last)
        yield first, end
        first = end + DAY


def _figure(place: Place) -> str:
    field, level, column = place
    return f"{field}@{level}.{column}" if field else f"total.{column}"


def _decide(workspace: Workspace, lake: Lake, decided: Decided) -> None:
    decision = Decision(decided.delivery_id, "Trần B", f"theo {decided.kind}", decided.at)
    refused = False
    try:
        if decided.kind == "release":
            release(workspace, lake, decision)
        elif decided.kind == "reject":
            reject(lake, decision)
        elif decided.kind in {"withdraw", "previous"}:
            withdraw(workspace, lake, [decision], previous=decided.kind == "previous")
        elif decided.kind == "correct":
            correct(workspace, lake, decision, [f"{_figure(place)}={value}" for place, value in decided.sets])
        else:
            done = apply_reviewed(workspace, lake, decided.at)
            refused = done.stored.height != 1
    except DecisionError:
        refused = True
    assert refused == decided.refused, f"{decided}: {'refused' if refused else 'done'}"


def _entries(decided: Decided) -> str:
    unit_id, day, contract, _ = decided.delivery_id.split(":")
    stated = dict(decided.stated)
    lines = []
    for place, value in decided.sets:
        field, level, column = place
        keys: dict[str, Any] = {"unit": unit_id, "contract": contract, "column": column, "reason": "Công văn 1"}
        keys |= {"by": "Phòng A", **({"field": field} if field else {})}
        lines += ["[[correction]]", *(f'{key} = "{value}"' for key, value in keys.items())]
        lines += [f"date = {day}", f"since = {decided.at:%Y-%m-%d}", f"expect = {stated[place]}", f"value = {value}"]
        lines += [f"level = {level}"] if field else []
    return "\n".join(lines) + "\n"


def _corrections(text: str, story: Story) -> Corrections:
    return Corrections.from_toml(text, {unit.id for unit in story.units})

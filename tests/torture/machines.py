"""Four machines at once on one shared lake, killed at steps and at touches of files; a fifth one publishes for all.

Each machine pulls some units, most of them pulled by another one too. The end must be that of one machine that did
every day alone and was never killed.
"""

import logging
import os
import random
import shutil
import signal
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flows.runs.lakes import lake_of
from flows.settings.workspace import open_workspace
from flows.work.day import DayRequest, run_day
from flows.work.doctor import examine_all
from tests.beyond.sharing import Shared, new_shared, share
from tests.flows.workspaces import morning_after
from tests.sources.postgres_server import Postgres
from tests.torture.ending import Ending, ending
from tests.torture.invariants import inspect
from tests.torture.life import LONG_AFTER, Death, Diary, ReportedSteps
from tests.torture.scenario import CASES, DAYS, SUMMARIES, deliver, new_workspace
from warehouse.care.compaction import care
from warehouse.care.doctor.place import DISK

MACHINES = 4
UNITS = (CASES, *SUMMARIES)
STEPS = ("open", "pull", "land", "check cases", "check summary", "commit")
KINDS = ("start", "file", "end")
COLLECTOR = "[publish]\nhere = false\n"

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.torture.machines"])


@dataclass
class Tally:
    """What happened, and what did not hold, over all rounds."""

    rounds: int = 0
    killed: int = 0
    lives: int = 0
    delivered: int = 0
    checked: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass
class LifeReport:
    """What a life reported: what it stored, what it found, why it failed, whether it came to its end."""

    stored: list[tuple[str, str, str]] = field(default_factory=list)
    result: Any = None
    failure: str = ""
    is_done: bool = False


def torture(folder: Path, seed: int, kills: int, say: Callable[[str], None] = lambda _: None) -> Tally:
    """Rounds until there were `kills` kills."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
    postgres = Postgres()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    postgres.start()
    server.start()
    try:
        host, port = server.get_host_and_port()
        tally = Tally()
        expected = alone(folder / "alone")
        while tally.killed < kills:
            tally.rounds += 1
            shared = new_shared(postgres, f"http://{host}:{port}")
            chance = random.Random(f"{seed}/{tally.rounds}")
            one_round(folder / f"round-{tally.rounds}", shared, chance, expected, tally)
            say(f"round {tally.rounds}: {tally.killed} kills")
    finally:
        server.stop()
        postgres.stop()
        shutil.rmtree(postgres.folder)
    return tally


def alone(root: Path) -> Ending:
    """The days of one machine."""
    workspace = new_workspace(root)
    for number in range(len(DAYS)):
        deliver(workspace, number)
        report = run_life(publish, {}, root, number)
        assert report.is_done, report.failure
    report = run_life(finish, {}, root, {"stored": {}, "published": None})
    assert report.is_done, report.failure
    return report.result[0]


def one_round(root: Path, shared: Shared, chance: random.Random, expected: Ending, tally: Tally) -> None:
    """All days on one shared lake."""
    publisher = share(new_workspace(root / "publisher"), shared)
    for machine in range(MACHINES):
        inbox = share(new_workspace(root / f"{machine}"), shared, COLLECTOR).root / "inbox"
        inbox.rmdir()
        inbox.symlink_to(publisher.root / "inbox")  # one place, of the same name everywhere
    environment = {name: value for name, value in os.environ.items() if name.startswith(("CATALOG_", "KEY_", "NO_"))}
    acknowledged: dict[str, Any] = {"stored": {}, "published": None}
    for number in range(len(DAYS)):
        deliver(publisher, number)
        plans = [plan(chance) for _ in range(MACHINES)]

        def days(machine: int, number: int = number, plans: list[list[Death | None]] = plans) -> list[LifeReport]:
            given = (root / f"{machine}", number, units_of(machine))
            return [run_life(collect, environment, *given, death) for death in plans[machine]]

        with ThreadPoolExecutor(MACHINES) as pool:
            lives = [report for own in pool.map(days, range(MACHINES)) for report in own]
        lives.append(run_life(publish, environment, publisher.root, number))
        tally.lives += len(lives)
        tally.killed += sum(not report.is_done and not report.failure for report in lives)
        tally.wrong += [f"{root.name}, day {number}: {report.failure}" for report in lives if report.failure]
        acknowledged["stored"] |= {row[0]: row[1:] for report in lives for row in report.stored}
    report = run_life(finish, environment, publisher.root, acknowledged)
    assert report.is_done, report.failure
    ended, inspected, ill = report.result
    tally.delivered += len(ended.tables["lake.deliveries"])
    tally.checked += inspected.checked
    tally.lost += [f"{root.name}: {line}" for line in inspected.lost]
    tally.doubled += [f"{root.name}: {line}" for line in inspected.doubled]
    tally.wrong += [f"{root.name}: {line}" for line in (*inspected.wrong, *ill)]
    same_pages = Ending(expected.tables, frozenset())  # a machine has only the pages on what it checked itself
    tally.wrong += [f"{root.name}: {line}" for line in ended.differences(same_pages)]


def plan(chance: random.Random) -> list[Death | None]:
    """How often a machine is killed on a day, and where; the last life is left alone."""
    deaths = [Death(chance.choice(STEPS), chance.choice(KINDS), chance.randint(1, 12)) for _ in range(2)]
    return [*deaths[: chance.randint(0, 2)], None]


def units_of(machine: int) -> tuple[str, ...]:
    """Three of the six units; another machine pulls most of them too."""
    return tuple(UNITS[(machine * 2 + offset) % len(UNITS)] for offset in range(3))


def run_life(life: Callable[..., None], environment: Mapping[str, str], *given: Any) -> LifeReport:
    """Start a life in a process of its own and listen until it ends."""
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_lived, args=(life, theirs, dict(environment), *given))
    process.start()
    theirs.close()
    report = LifeReport()
    while True:
        try:
            kind, *what = ours.recv()
        except (EOFError, ConnectionError):
            break
        match kind:
            case "stored":
                report.stored += what[0]
            case "failed":
                (report.failure,) = what
            case "done":
                report.is_done, report.result = True, what
    process.join()
    if not report.is_done and process.exitcode != -signal.SIGKILL:
        report.failure = report.failure or f"ended with {process.exitcode}"
    return report


def _lived(life: Callable[..., None], to_parent: Connection, environment: dict[str, str], *given: Any) -> None:
    os.environ.update(environment)
    try:
        life(to_parent, *given)
    except BaseException:
        to_parent.send(("failed", traceback.format_exc()))
        raise


def collect(to_parent: Connection, root: Path, number: int, units: tuple[str, ...], death: Death | None) -> None:
    """A collector's day."""
    diary = Diary(to_parent, death)
    workspace = open_workspace(root)
    with diary.during("open", lambda: lake_of(workspace)) as lake:
        request = DayRequest(DAYS[number], morning_after(DAYS[number]), units)
        run_day(workspace, lake, request, ReportedSteps(diary))
    diary.say("done")


def publish(to_parent: Connection, root: Path, number: int) -> None:
    """The publisher's day, after the collectors', and its care."""
    diary = Diary(to_parent, None)
    workspace = open_workspace(root)
    with lake_of(workspace) as lake:
        moment = morning_after(DAYS[number]) + timedelta(hours=1)
        run_day(workspace, lake, DayRequest(DAYS[number], moment), ReportedSteps(diary))
        care(lake, LONG_AFTER)
    diary.say("done")


def finish(to_parent: Connection, root: Path, acknowledged: dict[str, Any]) -> None:
    """Have the doctor repair what kills left behind, inspect, and report the end."""
    examined = examine_all(root, LONG_AFTER, repair=True)
    inspected = inspect(root, acknowledged)
    ill = [f"{one.check}: {one.message}" for one in examined.findings if one.level != "ok" and one.check != DISK]
    to_parent.send(("done", ending(root), inspected, ill))

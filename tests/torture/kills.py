"""Runs the days in child processes and kills them: at each step's start and end, at touches of files, at any moment.

After each kill a fresh process inspects what is left (tests/torture/invariants.py) and goes on with the same day. A
round is all days in a new workspace; it must end with what a run that was never killed ends with.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.torture.ending import Ending
from tests.torture.life import STEPS, Death, finish, live
from tests.torture.scenario import DAYS, deliver, new_workspace

KINDS = ("start", "file", "moment", "end")
DEATHS = 7  # planned a day; some come too late, when the life is over already
PATIENCE = 300.0  # seconds of silence in which a life counts as hung

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.torture.life"])


class TortureError(AssertionError):
    """A life failed without being killed, or something that must hold does not."""


@dataclass
class Tally:
    """What happened, and what did not hold, over all rounds."""

    seed: int
    rounds: int = 0
    restarts: int = 0
    checked: int = 0
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return self.kills.total()

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


@dataclass
class LifeReport:
    """What a life reported before it ended."""

    current: str | None = None
    is_done: bool = False
    failure: str = ""
    ending: Ending | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    touches: dict[str, int] = field(default_factory=dict)


def torture(
    folder: Path,
    seed: int,
    kills: int,
    *,
    deaths: int = DEATHS,
    sure: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Tally:
    """Rounds until there were `kills` kills, with `deaths` planned a day, each `sure` to come or not.

    Raises TortureError with seed and round.
    """
    tally = Tally(seed)
    usual = Round(folder / "never", tally, random.Random(seed))
    expected = usual.run([[] for _ in DAYS])
    while tally.killed < kills:
        tally.rounds += 1
        chance = random.Random(f"{seed}/{tally.rounds}")
        round_ = Round(folder / f"round-{tally.rounds}", tally, chance, usual)
        try:
            ended = round_.run(plan(chance, tally.kills, usual, deaths, sure))
        except TortureError as error:
            raise TortureError(f"seed {seed}, round {tally.rounds}: {error}") from error
        tally.wrong += [f"seed {seed}, round {tally.rounds}: {line}" for line in ended.differences(expected)]
        if tally.is_clean:
            shutil.rmtree(round_.root)
        say(f"round {tally.rounds}: {tally.killed} kills")
    return tally


def plan(
    chance: random.Random,
    so_far: Mapping[tuple[str, str], int],
    usual: "Round",
    deaths: int = DEATHS,
    sure: bool = False,
) -> list[list[Death]]:
    """Deaths for each day, in the order of the steps; those that were rare so far first, each step in its turn.

    `sure`: at no moment by the clock and at no touch of a file that a day may lack, so none comes too late.
    """
    kinds = [kind for kind in KINDS if not (sure and kind == "moment")]
    touches = usual.fewest if sure else usual.touches
    places = [(step, kind) for step in STEPS for kind in kinds if kind != "file" or touches.get(step)]
    chance.shuffle(places)
    turns = [sum(other == step for other, _ in places[:index]) for index, (step, _) in enumerate(places)]
    order = sorted(range(len(places)), key=lambda index: (so_far.get(places[index], 0), turns[index]))
    places = [places[index] for index in order]
    days: list[list[Death]] = [[] for _ in DAYS]
    for index, (step, kind) in enumerate(places[: deaths * len(DAYS)]):
        number = chance.randint(1, touches[step]) if kind == "file" else 0
        days[index % len(DAYS)].append(Death(step, kind, number, chance.random()))
    return [sorted(day, key=lambda death: (STEPS.index(death.step), KINDS.index(death.kind))) for day in days]


class Round:
    """All days in one workspace, with the deaths of each."""

    def __init__(self, root: Path, tally: Tally, chance: random.Random, usual: "Round | None" = None) -> None:
        self.root = root
        self.workspace = new_workspace(root)
        self.tally = tally
        self.chance = chance
        self.seconds: dict[str, float] = dict(usual.seconds) if usual else {}
        self.touches: dict[str, int] = dict(usual.touches) if usual else {}  # the most that a step had on a day
        self.fewest: dict[str, int] = {}
        self.attempt = 0
        self.acknowledged: dict[str, Any] = {"stored": {}, "published": None}

    def run(self, deaths: list[list[Death]]) -> Ending:
        for number in range(len(DAYS)):
            deliver(self.workspace, number)
            for death in [*deaths[number], None]:
                report = self.live(number, death)
                if report.is_done:
                    continue
                if death is None or report.failure:
                    raise TortureError(
                        f"{self.root}, day {number}, {death}: {report.failure or 'ended without a word'}"
                    )
                self.tally.kills[report.current or death.step, death.kind] += 1
                self.tally.restarts += 1
        report = self.run_life(finish, None, self.root, self.acknowledged)
        if report.ending is None:
            raise TortureError(f"{self.root}, at the end: {report.failure or 'ended without a word'}")
        return report.ending

    def live(self, number: int, death: Death | None) -> LifeReport:
        self.attempt += 1
        report = self.run_life(live, death, self.root, number, self.attempt, death, self.acknowledged)
        if death is None and self.attempt <= len(DAYS):  # of the round that is never killed
            for step, seconds in report.seconds.items():
                self.seconds[step] = max(self.seconds.get(step, 0.0), seconds)
            for step, touches in report.touches.items():
                self.touches[step] = max(self.touches.get(step, 0), touches)
                self.fewest[step] = min(self.fewest.get(step, touches), touches)
        return report

    def run_life(self, life: Callable[..., None], death: Death | None, *given: Any) -> LifeReport:
        """Start a life, listen until it ends, kill it where the plan says so."""
        ours, theirs = _FORKS.Pipe(duplex=False)
        process = _FORKS.Process(target=life, args=(theirs, *given))
        process.start()
        theirs.close()
        report = LifeReport()
        try:
            self._listen(ours, report, death, process.pid)
        finally:
            if process.is_alive():
                process.join(5)
            process.kill()
            process.join()
        return report

    def _listen(self, ours: Connection, report: LifeReport, death: Death | None, pid: int | None) -> None:
        assert pid is not None
        began: dict[str, float] = {}
        kill_at: float | None = None
        while True:
            patience = PATIENCE if kill_at is None else max(kill_at - time.monotonic(), 0)
            if not ours.poll(patience):
                if kill_at is None:
                    report.failure = f"silent for {PATIENCE} s in {report.current}"
                    os.kill(pid, signal.SIGKILL)
                    return
                os.kill(pid, signal.SIGKILL)
                kill_at = None
                continue
            try:
                kind, *what = ours.recv()
            except (EOFError, ConnectionError):
                return
            match kind:
                case "start":
                    (report.current,) = what
                    began[what[0]] = time.monotonic()
                    if death and (death.step, death.kind) == (what[0], "moment"):
                        kill_at = time.monotonic() + death.share * self.seconds.get(what[0], 0.0)
                case "end":
                    step, touches = what
                    report.seconds[step] = time.monotonic() - began[step]
                    report.touches[step] = touches
                case "stored":
                    for delivery_id, sha256, status in what[0]:
                        self.acknowledged["stored"][delivery_id] = (sha256, status)
                case "published":
                    (self.acknowledged["published"],) = what
                case "inspected":
                    self._note(what[0])
                case "ended":
                    report.ending, ill = what
                    self.tally.wrong += [f"seed {self.tally.seed}, {self.root.name}: doctor: {line}" for line in ill]
                case "failed":
                    (report.failure,) = what
                case "done":
                    report.is_done = True

    def _note(self, inspection: Any) -> None:
        self.tally.checked += inspection.checked
        for kind in ("lost", "doubled", "wrong"):
            own = [
                f"seed {self.tally.seed}, {self.root.name}, life {self.attempt}: {line}"
                for line in getattr(inspection, kind)
            ]
            getattr(self.tally, kind).extend(own)

"""A run may be killed at any moment: nothing accepted is lost, nothing counted twice, and the next run completes it."""

from pathlib import Path

import pytest

from tests.torture.kills import Tally, torture
from tests.torture.life import STEPS
from tests.torture.scenario import DAYS

SEED = 20220801
KILLS = 20


def check(tally: Tally) -> None:
    assert tally.lost == []
    assert tally.doubled == []
    assert tally.wrong == []


@pytest.mark.slow
def test_a_kill_at_each_step_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """As many deaths as steps, each at another step: they are shared out over the days."""
    tally = torture(tmp_path, SEED, kills=1, deaths=len(STEPS) // len(DAYS), sure=True)
    check(tally)
    assert {step for step, _ in tally.kills} == set(STEPS)


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    tally = torture(tmp_path, SEED, KILLS)
    check(tally)
    assert tally.killed >= KILLS
    assert {step for step, _ in tally.kills} >= {"pull", "land", "commit", "materialise", "publish", "care"}

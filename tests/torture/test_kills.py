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


@pytest.mark.parametrize("deaths", [1, pytest.param(len(STEPS) // len(DAYS), marks=pytest.mark.slow)])
def test_a_kill_at_another_step_each_day_loses_nothing_and_doubles_nothing(tmp_path: Path, deaths: int) -> None:
    """One a day; in the long run as many as there are steps, each at another step."""
    tally = torture(tmp_path, SEED, kills=1, deaths=deaths, sure=True)
    check(tally)
    assert len({step for step, _ in tally.kills}) == tally.killed == deaths * len(DAYS)


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    tally = torture(tmp_path, SEED, KILLS)
    check(tally)
    assert tally.killed >= KILLS
    assert {step for step, _ in tally.kills} >= {"pull", "land", "commit", "materialise", "publish", "care"}

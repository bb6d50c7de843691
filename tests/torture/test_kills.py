"""A run may be killed at any moment: nothing accepted is lost, nothing counted twice, and the next run completes it."""

from pathlib import Path

from tests.torture.kills import torture

SEED = 20220801
KILLS = 20


def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    tally = torture(tmp_path, SEED, KILLS)
    assert tally.lost == []
    assert tally.doubled == []
    assert tally.wrong == []
    assert tally.killed >= KILLS
    assert {step for step, _ in tally.kills} >= {"pull", "land", "commit", "materialise", "publish", "care"}

"""Random histories through the product: verdicts, marts and alerts are the oracle's, however the history is run."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.intake.histories import judged_by_facts
from tests.histories.comparing import between, differences
from tests.histories.facts import Story
from tests.histories.oracle import Ledger
from tests.histories.stories import at_once, story, undecided
from tests.histories.taking import take

SLOW, NIGHTLY = range(21), range(21, 321)
_SHOWN = 20  # differences in a failure


def seeds() -> list[object]:
    return [
        *(pytest.param(seed, marks=pytest.mark.slow) for seed in SLOW),
        *(pytest.param(seed, marks=pytest.mark.nightly) for seed in NIGHTLY),
    ]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("histories")


@pytest.fixture
def shelf(shared: Path) -> Iterator[Path]:
    """A folder for the workspaces, which are removed: hundreds would fill a disk."""
    yield shared
    for workspace in shared.glob("history-*"):
        shutil.rmtree(workspace)


@pytest.mark.parametrize("seed", seeds())
def test_a_history_ends_as_the_oracle_says_in_whatever_runs_it_is_taken(shelf: Path, seed: int) -> None:
    made, ledger = story(seed)
    dice = random.Random(seed)
    number = len(made.arrivals)
    days = dice.randrange(number)
    with judged_by_facts():
        ways = ["days" if n == days else dice.choice(["spans", "backfill"]) for n in range(number)]
        one = take(made, shelf / f"history-{seed}-one", dice, ways)
        assert differences(one, ledger, made)[:_SHOWN] == []
        ways = [dice.choice(["backfill", "backfill", "spans", "units", "lacking"]) for _ in range(number)]
        other = take(made, shelf / f"history-{seed}-other", dice, ways)
        assert between(one, other)[:_SHOWN] == []


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow if seed < 3 else pytest.mark.nightly) for seed in range(30)]
)
def test_what_differs_where_all_files_are_there_at_once_is_what_the_documents_name(shelf: Path, seed: int) -> None:
    """Only where deliveries contradict or repeat each other, or a file was replaced before any run saw it."""
    made, _ = story(seed)
    merged, ledger = at_once(made)
    with judged_by_facts():
        taken = take(merged, shelf / f"history-{seed}-at-once", random.Random(seed), ["backfill"])
    assert differences(taken, ledger, merged)[:_SHOWN] == []
    other = undecided(made)
    named = ledger.contradictions | other.contradictions | _replaced(made) | {u.id for u in made.units if u.then}
    assert _counting(ledger, named) == _counting(other, named)


def _replaced(made: Story) -> set[str]:
    places = [(file.unit.id, file.name) for arrival in made.arrivals for file in arrival.files]
    return {unit for unit, name in places if places.count((unit, name)) > 1}


def _counting(ledger: Ledger, left_out: set[str]) -> dict[object, object]:
    found = {version.file.key: version for version in ledger.all_counting()}
    return {key: version.figures for key, version in sorted(found.items()) if key[0] not in left_out}

"""How many examples property tests try, and how xdist shares out the files. Fixtures stand beside their tests.

`make test` takes the same 8 examples each time, `make test-slow` the same 100, `make nightly` 10,000 new ones.
"""

import os

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

settings.register_profile("fast", max_examples=8, deadline=None, derandomize=True)
settings.register_profile("slow", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

pytest_plugins = ["tests.servers", "tests.browser"]

# Files are dealt out in this order, then all others: what begins last should not take longest.
LONGEST_FIRST = (
    "tests/end_to_end/test_demo.py",
    "tests/flows/scheduled/test_daily.py",
    "tests/flows/scheduled/test_every_run.py",
    "tests/torture/test_kills.py",
    "tests/flows/alerts/test_alerts.py",
    "tests/properties/test_round_trip.py",
    "tests/properties/test_shown.py",
    "tests/end_to_end/test_privacy.py",
    "tests/flows/work/test_doctor.py",
    "tests/flows/work/test_restore.py",
)
# Files that need the same Prefect server go to one worker: it takes longer to start than most of their tests.
ONE_SERVER = {"tests/flows/scheduled/test_every_run.py": "tests/flows/scheduled/test_daily.py"}


# Hundreds of independent tests in one file: each goes to any worker.
ONE_BY_ONE = {"tests/histories/test_histories.py"}


class ByFile(LoadFileScheduling):
    """Gives a worker a file at a time, or the files that share a server; some files' tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return nodeid if file in ONE_BY_ONE else ONE_SERVER.get(file, file)


def pytest_xdist_auto_num_workers() -> int:
    """One more worker than processors: some tests wait for a server that is silent, or for a process that is killed."""
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share out the tests by file, whatever --dist says."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, in their order."""
    rank = {file: place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::")[0], len(rank)))

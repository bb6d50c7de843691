"""How many examples property tests try, and that the longest files begin first. Fixtures stand beside their tests.

`make test` takes the same 50 examples each time, `make test-slow` the same 200, `make nightly` 10,000 new ones.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("fast", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("slow", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

pytest_plugins = ["tests.servers"]

# xdist deals out files in the order in which they were collected: one that begins last should not take longest.
LONGEST_FIRST = (
    "tests/end_to_end/test_demo.py",
    "tests/torture/test_kills.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first, all others after them in their own order."""
    rank = {path: place for place, path in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::")[0], len(rank)))

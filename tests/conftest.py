"""How far property tests look: in `make test` at the same 200 examples each time, `nightly` at 10,000 new ones."""

import os

from hypothesis import settings

settings.register_profile("test", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))

pytest_plugins = ["tests.servers"]

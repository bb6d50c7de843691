"""A generated province whose every export has its answer: all faults are held back, nothing good is, all sums agree.

In `make test-slow` 700 units for two days; `make nightly` runs the whole month, each day from another seed.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from tests.answer_key.faults import CRITICAL
from tests.answer_key.plan import FIRST, plan_month, working_days
from tests.answer_key.running import run_plan

_TODAY = date.today().toordinal()
# units, working days, seed
SIZES = [(700, 2, 1)]
if os.environ.get("HYPOTHESIS_PROFILE") == "nightly":
    SIZES = [(40, 23, _TODAY), (700, 23, _TODAY)]


@pytest.mark.slow
@pytest.mark.parametrize(("units", "days", "seed"), SIZES)
def test_all_is_as_the_key_says(tmp_path: Path, units: int, days: int, seed: int) -> None:
    plan = plan_month(seed, units, working_days(FIRST, days))
    sendings = [(cell.member.contract, sending) for cell in plan.cells for sending in cell.sendings]
    assert {(contract, sending.rule) for contract, sending in sendings if sending.status == "quarantined"} == CRITICAL
    report = run_plan(tmp_path / "w", plan)
    assert report.wrong == []
    assert report.seen["held back"] == report.seen["expected quarantined"] > 0
    assert report.seen["good held back"] == 0
    assert sum(report.seen[f"expected {s}"] for s in ("accepted", "accepted_with_warnings")) > 0.9 * units * days

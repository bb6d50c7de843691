"""`python -m tests.answer_key [UNITS [DAYS [SEED]]]`: runs days of August 2022 and compares with their answer key.

By default 700 units and the month's 23 working days. The exit code is 1 if what was found is not as the key says.
"""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.answer_key.plan import FIRST, plan_month, working_days
from tests.answer_key.running import run_plan


def print_day(day: date, files: int, seconds: float) -> None:
    """Print a line about one day."""
    sys.stdout.write(f"{day}: {files} files, {seconds:.1f} s\n")
    sys.stdout.flush()


units, days, seed = (*map(int, sys.argv[1:]), *(700, 23, 1)[len(sys.argv) - 1 :])
started = time.monotonic()
with tempfile.TemporaryDirectory() as folder:
    report = run_plan(Path(folder) / "w", plan_month(seed, units, working_days(FIRST, days)), print_day)
sys.stdout.write("".join(f"{line}\n" for line in report.wrong))
sys.stdout.write(f"{report.line()}; {len(report.wrong)} differences; {time.monotonic() - started:.0f} s\n")
sys.exit(1 if report.wrong else 0)

"""Great Expectations without what is not used here judges and draws as the whole of it."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import great_expectations
import pytest

from expectations.narrow import MADE_FOR


def alone(*arguments: str) -> Any:
    """What a process of its own finds."""
    command = [sys.executable, "-m", "tests.expectations.judged_alone", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.slow
def test_results_and_pages_are_those_of_the_whole_of_it() -> None:
    """Fails when Great Expectations is upgraded: compare again, then raise MADE_FOR."""
    assert version("great_expectations") == MADE_FOR
    narrow, whole = alone(), alone("whole")
    assert narrow["results"] == whole["results"]
    assert narrow["page"] == whole["page"]
    assert [one["success"] for one in narrow["results"][:2]] == [True, False]
    assert whole["stood_in"] == []
    assert "sqlalchemy" in whole["modules"]
    assert "sqlalchemy" not in narrow["modules"]
    package = Path(next(iter(great_expectations.__path__))).parent
    lacking = [name for name in narrow["stood_in"] if not list(package.glob(f"{name.replace('.', '/')}*"))]
    assert lacking == []
    assert len(narrow["stood_in"]) > 100


def test_beside_another_thread_no_part_of_sqlalchemy_is_imported() -> None:
    """Prefect imports it at the same time: that each waits for a part of the other's must not be possible."""
    program = (
        "import sys, sqlalchemy; from expectations.judge import warm_up; before = set(sys.modules); warm_up(); "
        "print([name for name in set(sys.modules) - before if name.startswith('sqlalchemy')])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert found == "[]\n"

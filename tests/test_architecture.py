"""What holds the project together: the rooms' import rule, and the dictionary as the one source of columns."""

import re
import subprocess
import sys
from pathlib import Path

from transforms.dictionary.columns import COLUMNS, LAKE, MARTS

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "sources", "transforms", "expectations", "warehouse", "reports")


def test_the_rooms_import_only_what_they_may() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_module_says_what_it_is_for() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert [path for path in modules if not path.read_text(encoding="utf-8").startswith('"""')] == []


def test_modules_stay_small_enough_to_hold_in_the_head() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in modules if len(path.read_text(encoding="utf-8").splitlines()) > 360] == []


def test_every_column_of_every_table_is_described_once() -> None:
    used = {column.name for table in (*LAKE.values(), *MARTS.values()) for column in table.columns}
    assert used <= set(COLUMNS)
    assert all(column.label for column in COLUMNS.values())


def test_keys_are_columns_that_are_never_null() -> None:
    for table in (*LAKE.values(), *MARTS.values()):
        columns = {column.name: column for column in table.columns}
        assert all(not columns[key].nullable for key in table.grain)
        assert all(reference.table in MARTS for reference in table.references)


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r"https?://|index-url", text)
        assert len(re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)) <= text.count("--hash=sha256:")

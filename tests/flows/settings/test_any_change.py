"""Whatever is changed in a file of the configuration: a workspace, or lines with file and line, never a traceback."""

import random
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.settings.reference_files import REFERENCE_FILES, TEMPLATE
from flows.settings.tyle_toml import FILE
from flows.settings.workspace import WorkspaceError, create_workspace, open_workspace
from tests.flows.workspaces import CORRECTION
from transforms.dictionary.problems import ConfigurationError, Problem
from transforms.dictionary.toml_lines import lines_of_keys

SETTINGS = """
[run]
lookback_days = 10
[exports]
contract = "summary"
null_values = ["NA"]
source = { kind = "folder", path = "inbox/{unit_id}", name = "{date}*" }
[units.so-y-te]
contract = "cases"
rules = { is_in_time = "warning" }
[[units.so-tai-chinh]]
contract = "ii06"
[[units.so-tai-chinh]]
contract = "summary"
[rules.summary]
rate_is_right = "warning"
[history.cases]
width = 8
[landing]
retention_days = { cases = 30 }
[report]
baseline_month = "2022-04"
[[alerts.routes]]
groups = ["districts"]
urls = [{ env = "TYLE_HOOK" }]
"""
DEPLOYMENTS = "prefect.yaml"
NAMES = (FILE, DEPLOYMENTS, *(f"reference/{name}" for name in REFERENCE_FILES))
OTHER_VALUES = (
    '"x"',
    "5",
    "-1",
    "1e400",
    "true",
    "[]",
    '["x", 5]',
    "{}",
    "2022-13-01",
    "2022-02-01",
    '""',
    '"\\u0000"',
    "9" * 30,
)

Change = Callable[[bytes, Random], bytes]


def cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def with_bytes(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return (
        content[:at]
        + chance.choice([b"\xff", b"\0", b'"', b"[", b"\n", b",", b"\xef\xbb\xbf", b"=", b"|", b"\t", b"\r"])
        + content[at:]
    )


def with_a_line_less(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def with_a_line_twice(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    line = chance.choice(lines)
    lines.insert(chance.randrange(len(lines) + 1), line)
    return b"".join(lines)


def with_a_table_twice(content: bytes, chance: Random) -> bytes:
    tables = re.split(rb"(?m)^(?=\[)", content)
    return content + b"\n" + chance.choice(tables)


def with_another_key(content: bytes, chance: Random) -> bytes:
    found = chance.choice([*re.finditer(rb"(?m)^\s*[\w-]+(?= ?[=:])|(?<=[{,] )\w+(?= =)|\w+", content)])
    name = bytearray(found[0])
    at = chance.randrange(len(name))
    name[at : at + 1] = chance.choice([b"", b"x", b"-", b"_x"])
    return content[: found.start()] + bytes(name) + content[found.end() :]


def with_another_value(content: bytes, chance: Random) -> bytes:
    values = [*re.finditer(rb"(?m)(?<== )[^\n\[{#]+|\[[^\]\n]*\]|(?<=,)[^,\n]*(?=,)|(?<=: )[^\n]+", content)]
    if not values:
        return content
    found = chance.choice(values)
    return content[: found.start()] + chance.choice(OTHER_VALUES).encode() + content[found.end() :]


def with_columns_swapped(content: bytes, chance: Random) -> bytes:
    lines = [line.split(b",") for line in content.splitlines()]
    one, other = chance.randrange(len(lines[0])), chance.randrange(len(lines[0]))
    for number, cells in enumerate(lines):
        if max(one, other) < len(cells) and (number > 0 or chance.random() < 0.5):
            cells[one], cells[other] = cells[other], cells[one]
    return b"\n".join(map(b",".join, lines))


CHANGES: tuple[Change, ...] = (
    *(cut, with_bytes, with_a_line_less, with_a_line_twice, with_a_table_twice),
    *(with_another_key, with_another_value, with_columns_swapped),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("any") / "w"
    create_workspace(workspace)
    (workspace / FILE).write_text(SETTINGS, encoding="utf-8")
    shipped = files("flows.scheduled") / DEPLOYMENTS
    (workspace / DEPLOYMENTS).write_bytes(shipped.read_bytes())
    corrections = workspace / "reference" / "corrections.toml"
    corrections.write_text(CORRECTION, encoding="utf-8")
    open_workspace(workspace)
    return workspace


@given(seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_any_change_gives_a_workspace_or_lines_with_file_and_line(root: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = root / chance.choice(NAMES)
    before = changed = file.read_bytes()
    for _ in range(chance.choice([1, 1, 1, 3])):
        changed = chance.choice(CHANGES)(changed or before, chance)
    file.write_bytes(changed)
    problems = problems_of(root)
    file.write_bytes(before)
    assert all(map(starts_with_a_place, problems)), problems


def problems_of(root: Path) -> tuple[Problem, ...]:
    """What is wrong with a workspace."""
    try:
        open_workspace(root)
    except WorkspaceError as error:
        return error.problems or (Problem("no file", None, str(error)),)
    return ()


def starts_with_a_place(problem: Problem) -> bool:
    line = str(problem)
    if TEMPLATE in problem.file:  # a Word file has no lines
        return line.startswith(f"reference/{TEMPLATE}: ")
    return re.match(r"(?:tyle\.toml|prefect\.yaml|reference/\w+\.(?:toml|csv)): dòng \d+: \S", line) is not None


@given(seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_each_key_is_found_on_the_line_where_it_stands(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice([name for name in REFERENCE_FILES if name.endswith("toml")])
    text = (files("reference") / name).read_text(encoding="utf-8")
    lines = text.splitlines()
    for path, line in lines_of_keys(text).items():
        last = next((part for part in reversed(path) if isinstance(part, str)), "")
        assert isinstance(path[-1], int) or last in lines[line - 1], (name, path, line)


def test_the_message_of_many_faults_stays_short() -> None:
    error = ConfigurationError(Problem("units.csv", line, "sai") for line in range(1, 10_001))
    assert len(error.problems) == 10_000
    assert str(error).splitlines()[-1] == "units.csv: còn 9950 chỗ sai nữa"

"""Files made to exhaust the machine are refused in one line, within 15 seconds of work and 1 GiB."""

import json
import resource
import struct
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.transforms.bombs import BOMBS, LIARS
from transforms.read.formats import grids
from transforms.read.refusal import UnreadableError

MEMORY = 1 << 30
SECONDS = 15


def serve() -> None:
    """In the child: read files from stdin, each after its length; print a line on each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while header := sys.stdin.buffer.read(8):
        content = sys.stdin.buffer.read(*struct.unpack("<Q", header))
        # A limit of processor time catches a hang: unlike the wall clock it does not depend on what else runs.
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS + 1, resource.RLIM_INFINITY))
        try:
            answer: object = [len(grid.rows) for grid in grids(content)]
        except UnreadableError as error:
            answer = error.refusal.describe()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


@pytest.fixture(scope="module")
def child() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", "from tests.transforms.test_bombs import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.wait()


def answer(child: subprocess.Popen[bytes], content: bytes) -> object:
    assert child.stdin
    assert child.stdout
    child.stdin.write(struct.pack("<Q", len(content)) + content)
    child.stdin.flush()
    line = child.stdout.readline()
    assert line, "the reader died or took too long"
    return json.loads(line)


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_one_line(child: subprocess.Popen[bytes], bomb: str) -> None:
    line = answer(child, BOMBS[bomb]())
    assert isinstance(line, str)
    assert "\n" not in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("lie", "rows"),
    [
        ("sheet_of_a_billion_cells", 1),  # one of two cells is far away, and named
        ("sheet_whose_dimension_lies", 1),
        ("xls_whose_dimension_lies", 200),
        ("merged_areas_over_everything", 19_999),
        ("html nested by open tags", 100_000),
        ("marks beside a table", 1),
        ("marks in the key of a list", 2),
        ("marks in a measure", 3),
        ("a long formula", 1),
    ],
)
def test_what_only_looks_endless_is_read_whole(child: subprocess.Popen[bytes], lie: str, rows: int) -> None:
    assert answer(child, LIARS[lie]()) == [rows]

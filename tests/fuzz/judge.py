"""What a reader may do with any bytes: give grids of text, or refuse them in one line. Anything else is a finding."""

from transforms.read.formats import grids
from transforms.read.refusal import UnreadableError


def judge(content: bytes) -> bool:
    """Whether the file was read. Raises AssertionError or what the reader raised."""
    try:
        found = grids(content)
    except UnreadableError as error:
        for lang in ("vi", "en"):
            line = error.refusal.describe(lang)
            assert line
            assert len(line.splitlines()) == 1
            assert len(line) < 500
        return False
    for grid in found:
        assert grid.origin.format
        assert all(number > 0 for number in grid.hidden)
        for row in grid.rows:
            for cell in row:
                assert isinstance(cell, str)
                cell.encode()
    return True

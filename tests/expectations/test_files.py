"""What is written is whole: also where the disk takes only a part of it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from expectations.files import write_whole


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_cannot_be_written_whole_leaves_the_old_text_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "năm" / "2022-08-19.json"
    write_whole(file, "cũ")
    with room_for(100), pytest.raises(OSError, match="too large"):
        write_whole(file, "mới" * 100)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in file.parent.iterdir()] == [(file.name, "cũ")]
    write_whole(file, "mới" * 100)
    assert file.read_text(encoding="utf-8") == "mới" * 100

"""A file is whole or it is not there: also where the disk takes only a part of it, or the writing is given up."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse.places import whole
from warehouse.places.whole import write_whole


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize("many_writers", [True, False])
def test_what_cannot_be_written_whole_leaves_the_old_text_and_nothing_else(
    tmp_path: Path, durable: bool, many_writers: bool
) -> None:
    file = tmp_path / "năm" / "2022-08-19.json"
    write_whole(file, "cũ", durable=durable, many_writers=many_writers)
    with room_for(100), pytest.raises(OSError, match="too large"):
        write_whole(file, "mới" * 100, durable=durable, many_writers=many_writers)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in file.parent.iterdir()] == [(file.name, "cũ")]
    write_whole(file, "mới" * 100, durable=durable, many_writers=many_writers)
    assert file.read_text(encoding="utf-8") == "mới" * 100


def test_a_draft_has_its_name_only_after_the_block(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    with whole.draft(file) as draft:
        draft.write_bytes(b"half")
        assert not file.exists()
        draft.write_bytes(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
    assert file.read_bytes() == b"whole"


def test_a_draft_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    def give_up() -> None:
        with whole.draft(tmp_path / "a.bin") as draft:
            draft.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / ".a.bin.tmp").write_bytes(b"left by a killed process, and longer")
    write_whole(tmp_path / "a.bin", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.bin": b"new"}


def test_a_private_file_is_never_readable_by_others(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.bin", b"case", mode=0o600)
    assert (tmp_path / "a.bin").stat().st_mode & 0o777 == 0o600

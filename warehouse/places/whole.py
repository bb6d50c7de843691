"""Files that are whole or not there at all. Knows no format and no content.

A file is written beside its place under a hidden name (`.NAME.tmp`), forced to the disk and renamed; then its folder is
forced to the disk. Readers see the old file or the new one, and a file that is written survives a power cut. A process
that is killed leaves its draft: the next writer of the file removes it, and `tyle doctor` reports it. What is switched
as a whole publication, several files and folders behind links, stands in warehouse/published/shelf.py.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.places.disk import make_folder, sync


@contextmanager
def draft(path: Path, *, durable: bool = True, many_writers: bool = False) -> Iterator[Path]:
    """Where to write what `path` is to hold; it gets its name at the end of the block, or is removed on any error.

    Missing folders are created. `durable=False`: for what can be made again, nothing is forced to the disk.
    `many_writers`: for a file that several processes may write at once; each has a draft of its own.
    """
    own = f".{os.getpid()}" if many_writers else ""
    unfinished = path.with_name(f".{path.name}{own}.tmp")
    make_folder(path.parent)
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
        if durable:
            sync(unfinished)
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            unfinished.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


def write_whole(
    path: Path, content: bytes | str, *, mode: int = 0o666, durable: bool = True, many_writers: bool = False
) -> None:
    """Write `path` (text as UTF-8), replacing what is there; `mode` as for os.open. Raises OSError; see `draft`."""
    data = content.encode() if isinstance(content, str) else content
    with draft(path, durable=durable, many_writers=many_writers) as unfinished:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)

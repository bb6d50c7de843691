"""The checksums of the lake's data files, `lake/SHA256SUMS`, as `sha256sum -c` reads them. Knows no table.

Parquet files carry no checksum that is looked at: a bit that flips in a figure reads as another figure. Files are never
changed, so what was written down once stays true.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from warehouse.places.whole import write_whole

NAME = "SHA256SUMS"


def checksum(file: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def recorded(folder: Path) -> dict[str, str]:
    """Path relative to `folder` → checksum, as far as they were written down."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def record(folder: Path, paths: Iterable[str], checksum_of: Callable[[str], str]) -> Mapping[str, str]:
    """Write down in `folder` the checksums of these files, each once: what is known is not read again.

    Files no longer named are dropped. The caller holds the writer's lock. Raises OSError.
    """
    before = recorded(folder)
    now = {path: before.get(path) or checksum_of(path) for path in sorted(paths)}
    if now != before:
        write_whole(folder / NAME, "".join(f"{digest}  {path}\n" for path, digest in now.items()))
    return now

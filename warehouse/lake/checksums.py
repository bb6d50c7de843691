"""The checksums of the lake's data files, `lake/SHA256SUMS`, as `sha256sum -c` reads them. Knows no table.

DuckDB does not verify checksums of Parquet files: a flipped bit reads as another figure. Files are never changed, so a
checksum stays valid once it is recorded.
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
    """Path relative to `folder` → checksum, of the files that are recorded."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def record(folder: Path, paths: Iterable[str], checksum_of: Callable[[str], str]) -> Mapping[str, str]:
    """Record in `folder` the checksums of these files. A file that is recorded already is not read again.

    Entries of files that are no longer named are dropped. The caller holds the writer's lock. Raises OSError.
    """
    before = recorded(folder)
    now = {path: before.get(path) or checksum_of(path) for path in sorted(paths)}
    if now != before:
        write_whole(folder / NAME, "".join(f"{digest}  {path}\n" for path, digest in now.items()))
    return now

"""A worker with traps: files with these texts crash it, never end, take all memory or wait for ever."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from flows.intake import reading_worker
from transforms.read.filings import FileRead, read_file


class PanicError(BaseException):
    """As libraries in Rust raise it."""


def trapped(content: bytes, *terms: Any) -> FileRead:
    """`read_file`, where the file says nothing else."""
    text = content.decode("utf-8", "ignore")
    if "treo" in text:
        while True:
            pass
    if "chờ" in text:
        time.sleep(1000)
    if "đầy" in text:
        hoard = [bytearray(1 << 20) for _ in range(1 << 20)]
        return FileRead(claims=hoard)  # type: ignore[arg-type]
    if "sập" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "thoát" in text:
        os._exit(3)
    if "hoảng" in text:
        raise PanicError("secret")
    if "in ra" in text:
        os.write(1, b"xxxxxxxxxxxxxxxx")
        sys.stdout.write("xxxxxxxxxxxxxxxx")
    return read_file(content, *terms)


def serve(parent: int) -> None:
    """As the true worker."""
    reading_worker.read_file = trapped  # type: ignore[attr-defined]
    reading_worker.serve(parent)


def command(parent: int, path: Sequence[str]) -> list[str]:
    """In place of that of reading_worker."""
    code = f"import sys; sys.path[:] = {list(path)!r}; from tests.flows.intake.traps import serve; serve({parent})"
    return [sys.executable, "-P", "-c", code]

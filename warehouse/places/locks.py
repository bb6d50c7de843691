"""Lock files with a timeout, so that one process works at a time. Does not know what they protect."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from warehouse.places.errors import LockedError

PATIENCE = 60.0  # seconds; a commit or a publication takes far less
QUIET = 1.5  # seconds of waiting before a warning is logged

_LOG = logging.getLogger(__name__)


@contextmanager
def hold(path: Path, timeout: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file `path` for the block; waits `timeout` seconds, and after QUIET logs who holds it.

    Raises LockedError naming file and holder.
    """
    lock = FileLock(path)
    try:
        try:
            lock.acquire(timeout=min(QUIET, timeout))
        except Timeout:
            if timeout <= QUIET:
                raise
            _LOG.warning("tyle: đang chờ %s (khóa %s); không cần làm gì.", holder(path), path)
            lock.acquire(timeout=timeout - QUIET)
    except Timeout as error:
        message = (
            f"Kho dữ liệu đang được {holder(path)} ghi (khóa {path}, đã chờ {timeout:g} giây). "
            "Hãy chờ tiến trình đó xong rồi chạy lại; chạy lại luôn an toàn."
        )
        raise LockedError(message) from error
    try:
        with suppress(OSError):  # on a full disk the holder stays unknown
            moment = datetime.now(UTC)
            path.write_text(f"{os.getpid()} {socket.gethostname()} {moment:%H:%M:%S}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def holder(path: Path) -> str:
    """Who holds the lock file, as its last holder wrote into it."""
    try:
        number, machine, since = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return "một tiến trình khác"
    return f"tiến trình {number} trên máy {machine} (từ {since} UTC)"


def is_held(path: Path) -> bool:
    """Whether a process holds the lock file now; one that merely lies there is not held."""
    if not path.exists():
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False

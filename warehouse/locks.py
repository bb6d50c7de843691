"""One process at a time: named lock files with a timeout. Knows nothing of what they protect."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from warehouse.errors import LockedError

PATIENCE = 60.0  # seconds; a commit or a publication takes far less


@contextmanager
def hold(path: Path, timeout: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file `path` for the block; waits `timeout` seconds. Raises LockedError naming the file."""
    lock = FileLock(path, timeout=timeout)
    try:
        lock.acquire()
    except Timeout as error:
        message = (
            f"Một tiến trình khác đang ghi vào kho dữ liệu (khóa {path}, đã chờ {timeout:g} giây). "
            "Hãy chờ tiến trình đó xong rồi chạy lại; chạy lại luôn an toàn."
        )
        raise LockedError(message) from error
    try:
        yield
    finally:
        lock.release()


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

"""Says faults of disk and folders in one line, whether Python, DuckDB or SQLite reports them. Repairs nothing.

Also finds the signal behind an error of DuckDB.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_FULL = "ổ đĩa đã đầy. Hãy giải phóng chỗ"
_QUOTA = "đã hết hạn mức đĩa. Hãy xin thêm hạn mức hoặc giải phóng chỗ"
_READ_ONLY = "ổ đĩa hoặc thư mục chỉ cho đọc. Hãy cho phép ghi"
_FORBIDDEN = "không có quyền. Hãy cấp quyền cho người dùng chạy tyle"
_TOO_LARGE = "tệp vượt giới hạn kích thước cho phép. Hãy nâng giới hạn"
_BROKEN = "ổ đĩa báo lỗi, có thể đã đầy. Hãy giải phóng chỗ, kiểm tra ổ đĩa"  # SQLite says no more
_UNOPENED = "không mở được để ghi, vì chỉ cho đọc hoặc thiếu quyền. Hãy cho phép ghi"
_SOMEWHERE = "thư mục làm việc"

_NUMBERS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _QUOTA,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EFBIG: _TOO_LARGE,
    errno.EIO: _BROKEN,
}
_WORDS = {  # of the system and of SQLite, as DuckDB passes them on
    "no space left on device": _FULL,
    "database or disk is full": _FULL,
    "disk quota exceeded": _QUOTA,
    "read-only file system": _READ_ONLY,
    "readonly database": _READ_ONLY,
    "permission denied": _FORBIDDEN,
    "unable to open database file": _UNOPENED,
    "file too large": _TOO_LARGE,
    "disk i/o error": _BROKEN,
}
_PATH = re.compile(r'"(/[^"]+)"')


def fault_of(error: BaseException) -> str | None:
    """The line for a fault of disk or folders: which place, what is wrong, what to do; None for any other error."""
    if isinstance(error, OSError):
        what = _NUMBERS.get(error.errno or 0)
        where = str(error.filename2 or error.filename or "")
    elif isinstance(error, duckdb.Error):
        text = str(error)
        what = next((what for word, what in _WORDS.items() if word in text.lower()), None)
        found = _PATH.search(text)
        where = found[1] if found else next(iter(getattr(error, "__notes__", [])), "")
    else:
        return None
    return what and f"{where or _SOMEWHERE}: {what} rồi chạy lại; chạy lại luôn an toàn, không mất số liệu nào."


def signal_behind(error: BaseException) -> BaseException | None:
    """The Ctrl-C or SIGTERM that ended a statement: DuckDB raises RuntimeError in place of what the handler raised."""
    cause = error.__cause__
    return cause if cause is not None and not isinstance(cause, Exception) else None


@contextmanager
def working_in(place: Path) -> Iterator[None]:
    """Errors in the block that name no file, as those of writing and of SQLite, get `place` as their file."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(place)
        raise
    except duckdb.Error as error:
        error.add_note(str(place))
        raise

"""What is said of an error that nobody foresaw while a file was read: where it arose, and never what the file holds."""

import traceback
from pathlib import Path

from polars.exceptions import PanicException

from transforms.read.refusal import UnreadableError, refuse

# What may go wrong on a file without anybody having foreseen it; a panic of polars is no subclass of Exception.
UNFORESEEN = (Exception, PanicException)


def place(error: BaseException) -> str:
    """The kind of an error and the line of this program in which it arose: `KeyError, xls.py:120`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{type(error).__name__}, {Path(own[-1].filename).name}:{own[-1].lineno}" if own else type(error).__name__


def unreadable(error: BaseException) -> UnreadableError:
    """The refusal of the file that was being read when `error` arose."""
    where = place(error)
    return refuse(
        f"chương trình gặp lỗi khi đọc tệp này ({where}): hãy lưu lại dạng CSV UTF-8, và báo mã trong ngoặc cho người "
        "phụ trách phần mềm",
        f"the program failed on this file ({where}): save it as CSV UTF-8, and report the code in parentheses",
    )

"""Opens a file inside a folder: without following a link, without waiting, and inside the folder. Reads no content.

Whoever may write into the folder must not be able to make this program read other files: by a link to a secret, by a
pipe that never answers, by a file that is swapped before it is read. So a file is looked at once it is open.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISLNK, S_ISREG

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_INNER_FOLDER = _FOLDER | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


LINK = "là liên kết (link), không được theo; hãy đặt tệp thật vào thư mục"
NO_FILE = "không phải tệp thường"


class NoFileError(OSError):
    """What stands there is a link, or no regular file."""


@contextmanager
def opened(folder: Path, name: str) -> Iterator[tuple[int, os.stat_result]]:
    """The descriptor of the regular file `name` in `folder`, and what it shows once it is open.

    `name` is relative, with `/` between folders; `folder` may itself be reached over links. Raises NoFileError for a
    link on the way and for what is no regular file, OSError as the system does.
    """
    *way, last = name.split("/")
    inner = os.open(folder, _FOLDER)
    try:
        for part in way:
            outer, inner = inner, _open(part, _INNER_FOLDER, inner)
            os.close(outer)
        file = _open(last, _FILE, inner)
    finally:
        os.close(inner)
    try:
        stat = os.fstat(file)
        if not S_ISREG(stat.st_mode):
            raise NoFileError(NO_FILE)
        yield file, stat
    finally:
        os.close(file)


def _open(part: str, flags: int, folder: int) -> int:
    try:
        return os.open(part, flags, dir_fd=folder)  # which follows no link
    except OSError:
        if S_ISLNK(os.stat(part, dir_fd=folder, follow_symlinks=False).st_mode):
            raise NoFileError(LINK) from None
        raise


def read_whole(file: int, size: int) -> bytes:
    """The content of an open file of `size` bytes: one byte more where it has grown, fewer where it has shrunk."""
    content = os.read(file, size + 1)
    while len(content) < size and (part := os.read(file, size + 1 - len(content))):
        content += part
    return content


def shown(name: str) -> str:
    r"""A name of a file as text: a byte that is no UTF-8 is written `\xe9`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")

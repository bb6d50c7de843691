"""Takes the stream of a workbook out of its compound file (OLE2). Reads no record of it.

Follows only the chains it needs: xlrd refuses files of PHPExcel, in which the root entry names the workbook's sectors
as its own, and LibreOffice and Excel open them.
"""

import struct
from collections.abc import Iterator

from transforms.read.formats.workbooks.package import damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = ("Workbook", "Book")  # of Excel 97 and of Excel 95
_HEADER = 512
_ENTRY = 128
_LAST = 0xFFFFFFFA  # from here on a number names no sector
_IN_HEADER = 109


def workbook_stream(content: bytes) -> bytes:
    """The bytes of the workbook. Raises UnreadableError where the file is cut, or holds none."""
    try:
        return _Compound(content).workbook()
    except (struct.error, IndexError, ValueError) as error:
        raise damaged() from error


class _Compound:
    def __init__(self, content: bytes) -> None:
        self.content = content
        (shift,) = struct.unpack_from("<H", content, 30)
        if shift not in {9, 12}:
            raise damaged()
        self.size = 1 << shift
        (self.directory,) = struct.unpack_from("<I", content, 48)
        self.least, self.small_table = struct.unpack_from("<II", content, 56)
        self.table = self._table()

    def workbook(self) -> bytes:
        directory = self._chain(self.directory)
        found: dict[str, tuple[int, int]] = {}
        root = 0
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            (length,) = struct.unpack_from("<H", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if directory[at + 66] == 5:
                root = start
            elif directory[at + 66] == 2:
                found.setdefault(name, (start, size))
        for name in _STREAMS:
            if name in found:
                return self._stream(*found[name], root)
        raise damaged()

    def _stream(self, start: int, size: int, root: int) -> bytes:
        if size < self.least and self.small_table < _LAST:
            small = self._chain(self.small_table)
            table = struct.unpack(f"<{len(small) // 4}I", small)
            inside = self._chain(root)
            stream = b"".join(inside[number * 64 : (number + 1) * 64] for number in _numbers(start, table))
        else:
            stream = self._chain(start)
        if len(stream) < size:
            raise damaged()
        return stream[:size]

    def _table(self) -> tuple[int, ...]:
        """The number of the sector that follows each sector."""
        sectors = [*struct.unpack_from(f"<{_IN_HEADER}I", self.content, 76)]
        (more,) = struct.unpack_from("<I", self.content, 68)
        for _ in range(len(self.content) // self.size + 1):
            if more >= _LAST:
                break
            listed = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            sectors += listed[:-1]
            more = listed[-1]
        parts = [self._sector(number) for number in sectors if number < _LAST]
        if sum(map(len, parts)) > len(self.content) + self.size:
            raise damaged()
        return tuple(number for part in parts for number in struct.unpack(f"<{len(part) // 4}I", part))

    def _sector(self, number: int, last: bool = False) -> bytes:
        """The bytes of a sector; the `last` of a file may be short."""
        start = max(_HEADER, self.size) + number * self.size
        part = self.content[start : start + self.size]
        if not part or (len(part) < self.size and not last):
            raise damaged()
        return part

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number, last=True) for number in _numbers(start, self.table))


def _numbers(start: int, table: tuple[int, ...]) -> Iterator[int]:
    number = start
    for _ in range(len(table) + 1):
        if number >= _LAST:
            return
        yield number
        number = table[number]
    raise ValueError("the sectors go round")

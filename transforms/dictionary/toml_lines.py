"""On which line each key of a TOML document stands. Reads no value: tomllib has read the document before."""

import re
import tomllib
from collections.abc import Sequence

Path = tuple[str | int, ...]  # keys, and numbers of entries from 0

_TOKEN = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}'
    r"|'''(?:(?!''').)*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=,.\n]"
    r"|[^\s\"'#\[\]{}=,.]+",
    re.DOTALL,
)


def lines_of_keys(text: str) -> dict[Path, int]:
    """Path → line, for all tables, keys and entries of lists of a document that tomllib can read."""
    return _Document(text).lines


def place_of(lines: dict[Path, int], path: Sequence[str | int]) -> tuple[int, Path]:
    """The line of a path, and the path as the document has it.

    A number of an entry, or the name of a kind, that stands nowhere is left out. Of a missing key the line is that of
    its table.
    """
    found: Path = ()
    missing: list[str] = []
    for part in path:
        if (*found, part) in lines:
            found, missing = (*found, part), []
        elif isinstance(part, str):
            missing.append(part)
    return lines.get(found, 1), (*found, *missing)


class _Document:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._lists: dict[Path, int] = {}  # lists of tables, with the number of their last entry
        self._tokens: list[tuple[str, int]] = []
        line = start = 0
        for found in _TOKEN.finditer(text):
            line += text.count("\n", start, found.start())
            start = found.start()
            if not found[0].startswith("#"):
                self._tokens.append((found[0], line + 1))
        self._tokens.append(("", line + 1))
        self._at = 0
        table: Path = ()
        while self._skipped("\n"):
            if self._here == "[":
                table = self._header()
            else:
                self._pair(table)

    @property
    def _here(self) -> str:
        return self._tokens[self._at][0]

    def _skipped(self, *tokens: str) -> bool:
        """Pass over these tokens. Whether anything is left."""
        while self._here in tokens:
            self._at += 1
        return bool(self._here)

    def _key(self, end: str) -> list[str]:
        """The parts of a key, up to the token `end`, which is passed over."""
        parts = []
        while self._here not in (end, ""):
            if self._here != ".":
                parts.append(tomllib.loads(f"k = {self._here}")["k"] if self._here[0] in "\"'" else self._here)
            self._at += 1
        self._at += bool(self._here)
        return parts

    def _header(self) -> Path:
        line = self._tokens[self._at][1]
        is_list = self._tokens[self._at + 1][0] == "["
        self._at += 2 if is_list else 1
        parts = self._key("]")
        self._skipped("]")
        path: Path = ()
        for part in parts[:-1]:
            path = self._put((*path, part), line)
        path = (*path, *parts[-1:])
        if is_list:
            self._lists[path] = self._lists.get(path, -1) + 1
        self.lines.setdefault(path, line)
        return self._put(path, line)

    def _put(self, path: Path, line: int) -> Path:
        """Note a table; of a list of tables its last entry is meant."""
        path = (*path, self._lists[path]) if path in self._lists else path
        self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._tokens[self._at][1]
        path = table
        for part in self._key("="):
            path = (*path, part)
            self.lines.setdefault(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._here == "[":
            self._at += 1
            number = 0
            while self._skipped("\n", ",") and self._here != "]":
                self.lines[*path, number] = self._tokens[self._at][1]
                self._value((*path, number))
                number += 1
            self._at += bool(self._here)
        elif self._here == "{":
            self._at += 1
            while self._skipped("\n", ",") and self._here != "}":
                self._pair(path)
            self._at += bool(self._here)
        else:
            while self._here not in (",", "]", "}", "\n", ""):
                self._at += 1

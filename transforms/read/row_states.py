"""Columns that say of each row whether it counts, by the words of [states] in reference/rows.toml. Reads no table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from transforms.dictionary.text import ascii_key, flat

_FILE = "rows.toml"
_COLUMNS = ("deleted", "marked", "state", "kind")
_VALUES = ("yes", "no", "withdrawn", "sums")


@dataclass(frozen=True)
class RowStates:
    """The names of such columns (`ascii_key`), and what their cells may say (`flat`).

    `deleted`: a row counts unless the cell says that it is taken back, 1 included; `marked`: the same, but figures say
    nothing; `state`: a row whose cell is one of `withdrawn` does not count; `kind`: one of `sums` is no detail.
    """

    deleted: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    state: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()

    @classmethod
    def from_table(cls, table: object) -> "RowStates":
        """From the table [states]. Raises ValueError in one line for a missing or unknown list."""
        if not isinstance(table, Mapping) or set(table) != {*_COLUMNS, *_VALUES}:
            raise ValueError(f"{_FILE}: [states] phải gồm đúng các danh sách: {', '.join((*_COLUMNS, *_VALUES))}")
        names = {key: _keys(key, table[key], ascii_key) for key in _COLUMNS}
        return cls(**names, **{key: _keys(key, table[key], _plain) for key in _VALUES})

    def says(self, header: str) -> bool:
        """Whether a column of this name may say of a row that it does not count."""
        return ascii_key(header) in self.deleted | self.marked | self.state | self.kind

    def takes_back(self, header: str, cell: str) -> bool:
        """Whether this cell of a column that `says` so means that its row does not count."""
        column, value = ascii_key(header), _plain(cell)
        if column in self.deleted | self.marked:
            is_figure = value.replace(".", "").replace(",", "").isdecimal()
            is_word = bool(value.strip("- ")) and not is_figure and value not in self.no
            return value in self.yes or is_word or (column in self.deleted and value == "1")
        return value in (self.withdrawn if column in self.state else self.sums)


def _plain(text: str) -> str:
    return flat(text).strip(" .")


def _keys(name: str, listed: object, key: Callable[[str], str]) -> frozenset[str]:
    if not isinstance(listed, list) or not all(isinstance(word, str) and key(word) for word in listed):
        raise ValueError(f"{_FILE}: [states] {name} phải là danh sách chữ")
    return frozenset(map(key, listed))

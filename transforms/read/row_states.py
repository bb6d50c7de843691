"""Columns that say of each row whether it counts, by the words of [states] in reference/rows.toml. Reads no table."""

from dataclasses import dataclass

from pydantic import ConfigDict

from transforms.dictionary.text import ascii_key, flat
from transforms.dictionary.toml_file import Letters, Table, keyed, lists, read_toml, table

_COLUMNS = ("deleted", "marked", "state", "kind")
_VALUES = ("yes", "no", "withdrawn", "sums")


def _plain(text: str) -> str:
    return flat(text).strip(" .")


class _WithRoles(Table):
    model_config = ConfigDict(extra="ignore")  # the roles of rows: transforms.read.row_roles


_States = table("states", lists(_COLUMNS, Letters, needed=True) | lists(_VALUES, keyed(_plain), needed=True))
_File = table("rows.toml", {"states": (_States, ...)}, _WithRoles)


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
    def from_toml(cls, text: str) -> "RowStates":
        """From the text of reference/rows.toml. Raises ConfigurationError with all that is wrong in [states]."""
        table = dict(read_toml("rows.toml", text, _File).states)
        names = {key: frozenset(map(ascii_key, table[key])) for key in _COLUMNS}
        return cls(**names, **{key: frozenset(map(_plain, table[key])) for key in _VALUES})

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

"""The words of reference/headers.toml, qualifiers.toml and rows.toml together. Reads no file of a unit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from transforms.dictionary.contracts import CONTRACTS
from transforms.dictionary.problems import ConfigurationError, Problem, collected
from transforms.dictionary.text import ascii_key, fold, unmarked
from transforms.dictionary.toml_file import Filled, Letters, Places, Table, lists, read_toml, table
from transforms.read.headers.words import HeaderWords, Lexicon
from transforms.read.row_roles import PARENTHESES, RoleBook
from transforms.read.row_states import RowStates

FILE = "headers.toml"
_MAX_HEADER = 2_000  # characters; no header is so long, and a table may have many such texts


class _Under(Table):
    under: list[Letters]
    names: list[Letters]

    @property
    def spelled_out(self) -> list[str]:
        """Each lower name under each upper one."""
        return [f"{upper} {lower}" for upper in self.under for lower in self.names]


_Name = Annotated[
    Annotated[Letters, Tag("name")] | Annotated[_Under, Tag("pair")],
    Discriminator(lambda given: "pair" if isinstance(given, dict) else "name"),
]
_Contracts = {name: table(name, lists(one.columns, _Name)) for name, one in CONTRACTS.items()}
_File = table(
    FILE,
    {"totals": (list[Filled], [])} | {name: (columns, None) for name, columns in _Contracts.items()},
)


@dataclass(frozen=True, eq=False)
class HeaderBook:
    """Known header names per contract (`names[contract][key]` = column), and what rows are by their names.

    `written[contract]`: the names as written, with their columns; `words`: what else a header may say; `states`: which
    columns say of a row whether it counts; `components`: names of components, folded, also without diacritics.
    """

    names: Mapping[str, Mapping[str, str]]
    roles: RoleBook
    words: HeaderWords
    written: Mapping[str, Sequence[tuple[str, str]]]
    states: RowStates
    components: frozenset[str] = frozenset()

    @classmethod
    def from_toml(
        cls,
        headers: str,
        qualifiers: str,
        rows: str,
        fields: Iterable[str] = (),
        components: Iterable[str] = (),
        shipped: str = "",
    ) -> "HeaderBook":
        """From the texts of the three files; `fields`: names that are never taken for the role of a row.

        `components`: names of components of scoreboards, which may stand as headers; `shipped`: the headers.toml of
        this version, whose `[scores]` holds where a file of an older version has none.
        Raises ConfigurationError with all that is wrong in them, also where one name stands for two columns.
        """
        return _book(headers, qualifiers, rows, tuple(fields), tuple(components), shipped)

    def is_component(self, header: str) -> bool:
        """Whether a header is the name of a component of a scoreboard."""
        return fold(header) in self.components

    def lexicon(self, contract: str) -> Lexicon:
        """All phrases that a header of this contract may hold."""
        return _lexicon(self, contract)


@lru_cache(4)  # runs of several days open their workspace for each, and its lexicons belong to the book
def _book(
    headers: str, qualifiers: str, rows: str, fields: tuple[str, ...], components: tuple[str, ...], shipped: str
) -> HeaderBook:
    problems: list[Problem] = []
    read = collected(problems, lambda: read_toml(FILE, headers, _File))
    if read is not None and read.scores is None and shipped:
        read = read.model_copy(update={"scores": read_toml(FILE, shipped, _File).scores})
    words = collected(problems, lambda: HeaderWords.from_toml(qualifiers))
    # `totals`: where they stood before there was rows.toml
    roles = collected(problems, lambda: RoleBook.from_toml(rows, fields, read.totals if read else ()))
    states = collected(problems, lambda: RowStates.from_toml(rows))
    names: dict[str, dict[str, str]] = {}
    written: dict[str, list[tuple[str, str]]] = {}
    places = Places(FILE, headers)
    for contract, column, number, synonym in _synonyms(read) if read else ():
        known = names.setdefault(contract, {})
        written.setdefault(contract, []).append((synonym, column))
        if (other := known.setdefault(header_key(synonym), column)) != column:
            why = f"là tên của cả {other} và {column}"
            problems.append(places.problem((contract, column, number), why, synonym))
    if problems or roles is None or words is None or states is None:
        raise ConfigurationError(dict.fromkeys(problems))
    folded = {fold(name) for name in components}
    return HeaderBook(names, roles, words, written, states, frozenset(folded | set(map(unmarked, folded))))


@lru_cache(16)
def _lexicon(book: HeaderBook, contract: str) -> Lexicon:
    others = [name for other, listed in book.written.items() if other != contract for name, _ in listed]
    return book.words.lexicon(book.written.get(contract, ()), others)


@lru_cache(4096)  # the same few headers stand in every file
def header_key(text: str) -> str:
    """A header's letters, without diacritics, case or anything in parentheses; a text too long for one as it is."""
    if len(text) > _MAX_HEADER:
        return text
    return ascii_key(PARENTHESES.sub(" ", text)) or ascii_key(text)


def _synonyms(read: Any) -> Iterator[tuple[str, str, int, str]]:
    """Contract, column, number in its list and name; for `{under, names}` each lower name under each upper one."""
    for contract, known in CONTRACTS.items():
        names = getattr(read, contract)
        for column in known.columns if names is not None else ():
            for number, synonym in enumerate(getattr(names, column)):
                several = [synonym] if isinstance(synonym, str) else synonym.spelled_out
                yield from ((contract, column, number, name) for name in several)

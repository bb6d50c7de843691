"""The words of reference/headers.toml, qualifiers.toml and rows.toml together. Reads no file of a unit."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from transforms.dictionary.text import ascii_key
from transforms.read.headers.words import HeaderWords, Lexicon
from transforms.read.row_roles import PARENTHESES, STATES, RoleBook
from transforms.read.row_states import RowStates

_MAX_HEADER = 2_000  # characters; no header is so long, and a table may have many such texts


@dataclass(frozen=True, eq=False)
class HeaderBook:
    """Known header names per contract (`names[contract][key]` = column), and what rows are by their names.

    `written[contract]`: the names as written, with their columns; `words`: what else a header may say; `states`: which
    columns say of a row whether it counts.
    """

    names: Mapping[str, Mapping[str, str]]
    roles: RoleBook
    words: HeaderWords
    written: Mapping[str, Sequence[tuple[str, str]]]
    states: RowStates

    @classmethod
    def from_toml(cls, headers: str, qualifiers: str, rows: str, fields: Iterable[str] = ()) -> "HeaderBook":
        """From the texts of the three files; `fields`: names that are never taken for the role of a row.

        Raises ValueError where one name stands for two columns, or one word has two meanings or two roles.
        """
        document = tomllib.loads(headers)
        words = HeaderWords.from_toml(qualifiers)
        totals = document.pop("totals", [])  # where they stood before there was rows.toml
        roles, states = RoleBook.from_toml(rows, fields, totals), RowStates.from_table(tomllib.loads(rows).get(STATES))
        names: dict[str, dict[str, str]] = {}
        written: dict[str, list[tuple[str, str]]] = {}
        for contract, columns in document.items():
            known = names.setdefault(contract, {})
            for column, synonyms in columns.items():
                for synonym in _spelled_out(synonyms):
                    written.setdefault(contract, []).append((synonym, column))
                    key = header_key(synonym)
                    if known.setdefault(key, column) != column:
                        raise ValueError(f"headers.toml: “{synonym}” names both {known[key]} and {column}")
        return cls(names, roles, words, written, states)

    def lexicon(self, contract: str) -> Lexicon:
        """All phrases that a header of this contract may hold."""
        return _lexicon(self, contract)


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


def _spelled_out(synonyms: Sequence[str | Mapping[str, Sequence[str]]]) -> Iterator[str]:
    """Names as they stand, and for `{under, names}` each lower name under each upper one."""
    for synonym in synonyms:
        if isinstance(synonym, str):
            yield synonym
        else:
            yield from (f"{upper} {lower}" for upper in synonym["under"] for lower in synonym["names"])

"""What a row is by its name, by the words of reference/rows.toml. Reads no figure and no place in a table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from transforms.dictionary.problems import raise_if_any
from transforms.dictionary.text import ascii_key, fold, unmarked
from transforms.dictionary.toml_file import Places, keyed, lists, read_toml, table

Role = Literal["total", "of_which", "comparison", "carry", "period", "no_role", "table", "no_field", "place", "note"]
ROLES: tuple[Role, ...] = get_args(Role)
EITHER: Literal["either"] = "either"  # a totals row or a field of that name
TOTALS = ("total", EITHER)
Words = tuple[str, ...]

# Any sign before a name that no name begins with: `- `, `• `, `→ `, `» `.
BULLET_SIGN = r"[^\w\s\"'“”‘’(){}\[\]#%∑Σ.,:;/…@&<$\\\u0300-\u036f]"
PARENTHESES = re.compile(r"\([^)]*\)")
_PLACES = ("begins", "ends", "whole")
_FILE = "rows.toml"
# A bullet, a letter or number of a list: `- `, `a) `, `IV. `, `2.1. `.
_BULLET = re.compile(rf"^\s*(?:{BULLET_SIGN}+\s*|\(?(?:\d{{0,2}}[^\W\d_]|[ivxlcIVXLC]+|\d+(?:\.\d+)*)[.)]\s*)+")
_NUMBERED = ("period", "table")
_NUMBER = re.compile(r"\d|[ivxlc]+$")
_SIGNS = str.maketrans({"∑": "Σ"})
# T8, T8/2022, 8T/2022, 6 tháng đầu năm; without diacritics.
_SHORT_MONTH = re.compile(r"t\d{1,2}(?: \d{2,4})?|\d{1,2}t(?: \d{2,4})?|\d{1,2} thang(?: .*)?")


def _words(text: str) -> Words:
    return tuple(fold(text.translate(_SIGNS)).split())


_Phrase = keyed(_words)


_Role = table("role", lists(_PLACES, _Phrase))
_Total = table("total", lists((*_PLACES, "fields"), _Phrase))
_File = table(
    "rows.toml",
    # `states` is read by transforms.read.row_states
    dict.fromkeys(ROLES, (_Role, _Role())) | {"total": (_Total, _Total()), "states": (object, None)},
)


@dataclass(frozen=True)
class RoleBook:
    """The words of each role, folded: `begins`, `ends` and `whole` names; `fields`: names of fields that win over them.

    `either`: names of totals rows that are also names of fields.
    """

    begins: Mapping[Words, Role]
    ends: Mapping[Words, Role]
    whole: Mapping[Words, Role]
    either: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    @classmethod
    def from_toml(cls, text: str, fields: Iterable[str] = (), totals: Iterable[str] = ()) -> "RoleBook":
        """From the text of reference/rows.toml.

        `fields`: names of fields that are never taken for a role; `totals`: more whole names of totals rows. Raises
        ConfigurationError with all that is wrong, words of two roles too.
        """
        read, places = read_toml(_FILE, text, _File), Places(_FILE, text)
        books: dict[str, dict[Words, Role]] = {place: {} for place in _PLACES}
        problems = []
        for role, place, number, phrase in _phrases(read):
            if (other := books[place].setdefault(_words(phrase), role)) != role:
                problems.append(places.problem((role, place, number), f"có ở cả [{other}] và [{role}]", phrase))
        raise_if_any(problems)
        for name in totals:
            books["whole"].setdefault(_words(name), "total")
        either = frozenset(fold(name) for name in read.total.fields)
        return cls(**books, either=either, fields=frozenset(fold(name) for name in fields) - either)

    def role(self, name: str) -> Role | Literal["either"] | None:
        """What a row of this name is; None where the name says nothing."""
        folded = fold(name)
        if folded in self.fields:
            return None
        if folded in self.either or folded in self._plain_either:
            return EITHER
        for text in _without_marks(name):
            words = _words(text)
            if words and (role := self._of_words(words) or self._of_plain(text, words)):
                return role
        return None

    def roles(self, names: Iterable[str]) -> dict[str, Role | Literal["either"]]:
        """The names that have a role, with it."""
        found = {name: self.role(name) for name in names}
        return {name: role for name, role in found.items() if role is not None and role != "no_role"}

    def _of_words(self, words: Words) -> Role | None:
        if role := self.whole.get(words):
            return role
        if _SHORT_MONTH.fullmatch(unmarked(" ".join(words))):
            return "period"
        for length in range(len(words), 0, -1):
            if (role := self.begins.get(words[:length])) and _is_numbered(role, words[length:]):
                return role
        return next((role for end in self.ends if (role := self.ends[end]) and words[-len(end) :] == end), None)

    def _of_plain(self, text: str, words: Words) -> Role | None:
        """The same without diacritics, and for letters set apart (`T Ổ N G`)."""
        whole, begins = self._plain
        key = ascii_key(text)
        if len(words) > 2 and all(len(unmarked(word)) == 1 for word in words):
            return whole.get(key)
        if not text.isascii():
            return None
        if role := whole.get(key):
            return role
        for length in range(len(words), 0, -1):
            if (role := begins.get(words[:length])) and _is_numbered(role, words[length:]):
                return role
        return None

    @cached_property
    def _plain_either(self) -> frozenset[str]:
        return frozenset(map(unmarked, self.either))

    @cached_property
    def _plain(self) -> tuple[Mapping[str, Role], Mapping[Words, Role]]:
        """Without diacritics: names by all their letters, beginnings by their words where these are two or more."""
        every = [*self.begins.items(), *self.whole.items()]
        names = {key: role for words, role in every if (key := ascii_key("".join(words)))}
        plain = {tuple(map(unmarked, words)): role for words, role in self.begins.items() if len(words) > 1}
        return names, plain | {("tong",): "total"}


def _is_numbered(role: Role, behind: Words) -> bool:
    """Whether a number stands behind the words of a role that asks for one."""
    return role not in _NUMBERED or (bool(behind) and _NUMBER.match(behind[0]) is not None)


def _without_marks(name: str) -> Iterator[str]:
    """The name without what stands in parentheses and before it; as it is, where that leaves nothing."""
    bare = PARENTHESES.sub(" ", name)
    for text in (bare, name):
        yield _BULLET.sub("", text)
        yield text


def _phrases(read: Any) -> Iterator[tuple[Role, str, int, str]]:
    """Role, place, number and text of each phrase."""
    for role in ROLES:
        for place in _PLACES:
            phrases = enumerate(getattr(getattr(read, role), place))
            yield from ((role, place, number, phrase) for number, phrase in phrases)

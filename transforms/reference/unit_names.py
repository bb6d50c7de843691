"""Compares names of units, whatever their spelling: the keys a name is found under, and likeness. Knows no unit."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from transforms.dictionary.text import fold, unmarked

PROVINCE = "Thái Nguyên"  # offices write it behind their own name, with `tỉnh` or without

# What offices abbreviate in front of a name. The kind of unit stays in the key: a commune and the district it is
# named after are two.
_ABBREVIATED = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "p": "phường",
    "x": "xã",
    "h": "huyện",
}
_EXPANDED = {short: fold(long).split() for short, long in _ABBREVIATED.items()}
_KINDS = tuple(fold(kind).split() for kind in (*_ABBREVIATED.values(), "sở"))
_PLAIN_KINDS = tuple([unmarked(word) for word in kind] for kind in _KINDS)
_PLACES = tuple(kind for kind in _KINDS if kind != [fold("sở")])
_PLAIN_PLACES = tuple([unmarked(word) for word in kind] for kind in _PLACES)
_BEFORE_PLACES = frozenset({"ubnd", "dan"})  # `UBND`, `Ủy ban nhân dân`
_LONGEST = 14  # words of a unit's name
_DOTTED = re.compile(r"\b(?:t\.[ptx]|u\.b\.n\.d)\b", re.IGNORECASE)
_COMMITTEE = (["ubnd"], ["uy", "ban", "nhan", "dan"])
_AND = fold("và")
_PROVINCE = fold(PROVINCE).split()
_BEHIND: tuple[list[str], ...] = ([], _PROVINCE, [fold("tỉnh"), *_PROVINCE])


class Keys(NamedTuple):
    """A name as it is compared: in full, without its kind (`Phú Lương`), and both as typed without diacritics."""

    full: list[str]
    short: list[str]
    plain: list[str]
    plain_short: list[str]


class Spelling(NamedTuple):
    """A name prepared for comparison: without diacritics, of that only the place or field, and with diacritics."""

    plain: str
    plain_short: str
    marked: str


def unit_words(name: str) -> list[str]:
    """The folded words that distinguish units: `UBND TP. Phổ Yên` and `Thành phố Phổ Yên` have the same."""
    undotted = _DOTTED.sub(lambda found: found[0].replace(".", ""), name)
    words = fold(undotted.replace("&", f" {_AND} ")).split()
    for committee in _COMMITTEE:
        if [unmarked(word) for word in words[: len(committee)]] == committee:
            words = words[len(committee) :]
    if words and words[0] in _EXPANDED:
        words = [*_EXPANDED[words[0]], *words[1:]]
    return [word for word in words if word != _AND]


def plain_words(words: list[str]) -> list[str]:
    """The words as they are typed without diacritics."""
    return [word for word in map(unmarked, words) if word != unmarked(_AND)]


def registered_keys(name: str) -> Keys:
    """Under which keys a registered name is filed, each with and without the province behind it.

    What would be left as the province's own name is not filed without its kind: `Thái Nguyên` is no city.
    """
    words = unit_words(name)
    short = _without_kind(words, _KINDS)
    full = [[*words, *behind] for behind in _BEHIND if words]
    bare = [[*short, *behind] for behind in _BEHIND if short and short != _PROVINCE]
    return Keys(
        [_joined(form) for form in full],
        [_joined(form) for form in bare],
        [_joined(plain_words(form)) for form in full],
        [_joined(plain_words(form)) for form in bare],
    )


def stated_keys(name: str) -> Keys:
    """Under which keys a name that a file states is searched.

    Only what was typed without any diacritics is compared without them: a wrong mark is a wrong name.
    """
    words = unit_words(name)
    marked = [_joined(words)]
    plain = [_joined(plain_words(words))] if fold(name) == unmarked(fold(name)) else []
    return Keys(marked, marked, plain, plain)


def spelling(name: str) -> Spelling:
    """What `likeness` compares."""
    words = unit_words(name)
    plain = plain_words(words)
    plain_short = _without_kind(plain, _PLAIN_KINDS) or plain
    for behind in sorted(_BEHIND, key=len, reverse=True):
        if plain_short[-len(behind) :] == plain_words(behind) and len(plain_short) > len(behind):
            plain_short = plain_short[: -len(behind)]
    return Spelling(" ".join(plain), " ".join(plain_short), " ".join(words))


def likeness(one: Spelling, other: Spelling) -> tuple[float, float]:
    """How alike two names are, then how alike with their diacritics (each 0 to 100).

    The same place under another kind (a district and its commune) is alike, and so is a shortened name.
    """
    alike = max(
        fuzz.ratio(one.plain, other.plain),
        fuzz.ratio(one.plain_short, other.plain_short),
        0.9 * fuzz.token_set_ratio(one.plain_short, other.plain_short),
    )
    return alike, fuzz.ratio(one.marked, other.marked)


def _joined(words: list[str]) -> str:
    return "".join(words)  # offices set a space or a hyphen, or leave it out


def _without_kind(words: list[str], kinds: tuple[list[str], ...]) -> list[str]:
    """The words behind the kind of unit; none where there is no kind."""
    for kind in kinds:
        if words[: len(kind)] == kind:
            return words[len(kind) :]
    return []


def keys_within(text: str) -> list[tuple[str, str]]:
    """Under which keys a name that stands somewhere in a line is searched: with marks, and as typed without any ("").

    A place's name begins the line or follows `UBND`: `Trung tâm Y tế huyện Phú Lương` names no district.
    """
    undotted = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    words = fold(undotted.replace("&", f" {_AND} ")).split()
    unmarked_line = all(word == unmarked(word) for word in words)
    found: list[tuple[str, str]] = []
    for start in range(len(words)):
        opens = start == 0 or unmarked(words[start - 1]) in _BEFORE_PLACES
        rest = [*_EXPANDED.get(words[start], words[start : start + 1]), *words[start + 1 :]] if opens else words[start:]
        is_place = any(rest[: len(kind)] == kind for kind in _PLACES) or any(
            [unmarked(word) for word in rest[: len(kind)]] == kind for kind in _PLAIN_PLACES
        )
        if is_place and not opens:
            continue
        named = [word for word in rest if word != _AND][:_LONGEST]
        for end in range(2, len(named) + 1):
            marked = _joined(named[:end])
            found.append((marked, _joined(plain_words(named[:end])) if unmarked_line else ""))
    return found

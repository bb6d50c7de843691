"""Compares names of units, whatever their spelling: the keys a name is found under, and likeness. Knows no unit."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from transforms.dictionary.text import fold, unmarked

_LONGEST = 14  # words of a unit's name


@dataclass(frozen=True)
class NameWords:
    """Words in names of units that do not distinguish them (reference/organisation.toml).

    `place`, `place_kind`: what offices write behind their own name, with `tỉnh` or without. `kinds`: words with which
    names begin and which may be left out; of them `places`: of units named after a place. The kind of unit stays in the
    key: a commune and the district it is named after are two. `abbreviations`: what offices abbreviate in front of a
    name. `committees`: what may stand before all that. `joined`: the word that `&` means.
    """

    place: str = ""
    place_kind: str = ""
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = ()
    committees: tuple[str, ...] = ()
    joined: str = ""

    @cached_property
    def expanded(self) -> dict[str, list[str]]:
        """Abbreviation → its words, folded."""
        return {short: fold(long).split() for short, long in self.abbreviations}

    @cached_property
    def folded_kinds(self) -> tuple[list[str], ...]:
        """The kinds that may be left out."""
        return tuple(fold(kind).split() for kind in self.kinds)

    @cached_property
    def plain_kinds(self) -> tuple[list[str], ...]:
        """The same as typed without diacritics."""
        return _plain(self.folded_kinds)

    @cached_property
    def folded_places(self) -> tuple[list[str], ...]:
        """The kinds of units named after a place."""
        return tuple(fold(kind).split() for kind in self.places)

    @cached_property
    def plain_places(self) -> tuple[list[str], ...]:
        """The same as typed without diacritics."""
        return _plain(self.folded_places)

    @cached_property
    def plain_committees(self) -> tuple[list[str], ...]:
        """The committees as typed without diacritics."""
        return _plain(tuple(fold(committee).split() for committee in self.committees))

    @cached_property
    def before_places(self) -> frozenset[str]:
        """The last word of each committee: behind it the name of a place begins."""
        return frozenset(committee[-1] for committee in self.plain_committees)

    @cached_property
    def own_place(self) -> list[str]:
        """The words of the place's name."""
        return fold(self.place).split()

    @cached_property
    def behind(self) -> tuple[list[str], ...]:
        """What may stand behind a name: nothing, the place, the place with its kind."""
        if not self.own_place:
            return ([],)
        with_kind = [*fold(self.place_kind).split(), *self.own_place]
        return ([], self.own_place, with_kind) if with_kind != self.own_place else ([], self.own_place)

    @cached_property
    def link(self) -> str:
        """The word that `&` means, folded."""
        return fold(self.joined)

    @cached_property
    def dotted(self) -> re.Pattern[str]:
        """Abbreviations with dots between their letters: `T.P`, `U.B.N.D`."""
        short = [*self.expanded, *(" ".join(one) for one in self.plain_committees if len(one) == 1)]
        spelled = [r"\.".join(map(re.escape, word)) for word in short if len(word) > 1]
        return re.compile(rf"\b(?:{'|'.join(spelled) or '(?!)'})\b", re.IGNORECASE)

    def words_of(self, text: str) -> list[str]:
        """The folded words of a name or a line."""
        undotted = self.dotted.sub(lambda found: found[0].replace(".", ""), text)
        return fold(undotted.replace("&", f" {self.link} ")).split()


def _plain(kinds: tuple[list[str], ...]) -> tuple[list[str], ...]:
    return tuple([unmarked(word) for word in kind] for kind in kinds)


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


def unit_words(name: str, known: NameWords) -> list[str]:
    """The folded words that distinguish units: `UBND TP. Phổ Yên` and `Thành phố Phổ Yên` have the same."""
    words = known.words_of(name)
    for committee in known.plain_committees:
        if [unmarked(word) for word in words[: len(committee)]] == committee:
            words = words[len(committee) :]
    if words and words[0] in known.expanded:
        words = [*known.expanded[words[0]], *words[1:]]
    return [word for word in words if word != known.link]


def plain_words(words: list[str], known: NameWords) -> list[str]:
    """The words as they are typed without diacritics."""
    return [word for word in map(unmarked, words) if word != unmarked(known.link)]


def registered_keys(name: str, known: NameWords) -> Keys:
    """Under which keys a registered name is filed, each with and without the place behind it.

    What would be left as the place's own name is not filed without its kind: `Thái Nguyên` is no city.
    """
    words = unit_words(name, known)
    short = _without_kind(words, known.folded_kinds)
    full = [[*words, *behind] for behind in known.behind if words]
    bare = [[*short, *behind] for behind in known.behind if short and short != known.own_place]
    return Keys(
        [_joined(form) for form in full],
        [_joined(form) for form in bare],
        [_joined(plain_words(form, known)) for form in full],
        [_joined(plain_words(form, known)) for form in bare],
    )


def stated_keys(name: str, known: NameWords) -> Keys:
    """Under which keys a name that a file states is searched.

    Only what was typed without any diacritics is compared without them: a wrong mark is a wrong name.
    """
    words = unit_words(name, known)
    marked = [_joined(words)]
    plain = [_joined(plain_words(words, known))] if fold(name) == unmarked(fold(name)) else []
    return Keys(marked, marked, plain, plain)


def spelling(name: str, known: NameWords) -> Spelling:
    """What `likeness` compares."""
    words = unit_words(name, known)
    plain = plain_words(words, known)
    plain_short = _without_kind(plain, known.plain_kinds) or plain
    for behind in sorted(filter(None, known.behind), key=len, reverse=True):
        if plain_short[-len(behind) :] == plain_words(behind, known) and len(plain_short) > len(behind):
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


def keys_within(text: str, known: NameWords) -> list[tuple[str, str]]:
    """Under which keys a name that stands somewhere in a line is searched: with marks, and as typed without any ("").

    A place's name begins the line or follows `UBND`: `Trung tâm Y tế huyện Phú Lương` names no district.
    """
    words = known.words_of(text)
    unmarked_line = all(word == unmarked(word) for word in words)
    found: list[tuple[str, str]] = []
    for start in range(len(words)):
        opens = start == 0 or unmarked(words[start - 1]) in known.before_places
        rest = (
            [*known.expanded.get(words[start], words[start : start + 1]), *words[start + 1 :]]
            if opens
            else words[start:]
        )
        is_place = any(rest[: len(kind)] == kind for kind in known.folded_places) or any(
            [unmarked(word) for word in rest[: len(kind)]] == kind for kind in known.plain_places
        )
        if is_place and not opens:
            continue
        named = [word for word in rest if word != known.link][:_LONGEST]
        for end in range(2, len(named) + 1):
            marked = _joined(named[:end])
            found.append((marked, _joined(plain_words(named[:end], known)) if unmarked_line else ""))
    return found

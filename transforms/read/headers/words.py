"""What the words of a header say: names of columns, qualifiers, words that change nothing. Chooses no column."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from transforms.dictionary.contracts import CONTRACTS
from transforms.dictionary.problems import raise_if_any
from transforms.dictionary.text import fold, tidy, unmarked
from transforms.dictionary.toml_file import Filled, Places, keyed, lists, lists_by_name, read_toml, table

FILE = "qualifiers.toml"
# `date`: a day, month or year with its numbers; `says`: any other qualifier; `other`: a name in another contract.
KINDS = ("basis", "date", "level", "says", "harmless")
BASES = ("any", "period", "day", "month_to_date", "year_to_date", "cumulative", "other")
LEVELS = ("1", "2", "3", "4", "number")
DATES = ("day", "month", "year")
_CHANNELS = frozenset({"online", "in_person", "postal"})

_TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2}/\d{4}|\d{1,2}[/-]\d{1,2}(?![\d/])|\d+"
    r"|[^\W\d_]+|[%‰<>≤≥₫$€]"
)
_FORMULA = re.compile(r"=[\d\s()\[\]+*/x×:.,-]+%?")  # `(3)=(1)+(2)`
_ROMAN = re.compile("[IVX]{2,}")
_YEAR = re.compile("(?:19|20)\\d\\d")
_MAX_TOKENS = 14  # of a phrase
_MAX_NUMBER = 2  # digits of a number that only numbers a column
_UNKNOWN = 100.0  # the cost of a token without a meaning; a phrase costs 1
_OTHER = 50.0  # a name in another contract: only where its words say nothing here


@dataclass(frozen=True)
class Sense:
    """One meaning of a phrase: `kind` is one of KINDS, `column` or `other`; `value` which one."""

    kind: str
    value: str


@dataclass(frozen=True)
class Phrase:
    """Words of a header as written, what they mean (nothing: unknown), and the numbers among them."""

    text: str
    senses: tuple[Sense, ...]
    numbers: tuple[int, ...] = ()

    @property
    def column(self) -> str | None:
        """The column this names."""
        return next((sense.value for sense in self.senses if sense.kind == "column"), None)

    @property
    def is_dual(self) -> bool:
        """Whether it names a column, and may as well qualify another one: `Tiếp nhận`."""
        return self.column is not None and len(self.senses) > 1

    @property
    def qualifiers(self) -> tuple[Sense, ...]:
        """What it says of a column that other words name."""
        return tuple(sense for sense in self.senses if sense.kind not in ("column", "harmless"))


@dataclass(frozen=True)
class Meaning:
    """What a header says: the column it names, if it names one; what else it says of it; words without a meaning.

    `named`: the columns of which the words are names; more than one where the header contradicts itself.
    """

    column: str | None
    qualifiers: tuple[Phrase, ...]
    unknown: tuple[str, ...]
    named: frozenset[str]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The phrases that may stand in the headers of one contract (letters only → what it means)."""

    senses: Mapping[str, tuple[Sense, ...]]
    spelled: Mapping[str, frozenset[str]] = field(default_factory=dict)  # harmless words of one syllable, with marks

    def read(self, path: Sequence[str]) -> Meaning:
        """What the levels of a header say together, from the uppermost to the lowest."""
        return _meaning(self, tuple(path))


_Phrase = keyed(lambda phrase: _key(phrase))  # noqa: PLW0108 - it is defined below
_Fits = {name: (table(name, lists(one.columns, Filled)), None) for name, one in CONTRACTS.items()}
_File = table(
    FILE,
    {
        "basis": (table("basis", lists(BASES, _Phrase)), None),
        "date": (table("date", lists(DATES, _Phrase)), None),
        "level": (table("level", lists(LEVELS, _Phrase)), None),
        "says": (lists_by_name(_Phrase), None),
        "harmless": (lists_by_name(_Phrase), None),
        "fits": (table("fits", _Fits), None),
    },
)


@dataclass(frozen=True, eq=False)
class HeaderWords:
    """The data of reference/qualifiers.toml.

    `phrases`: (phrase, its meaning); `fits[contract][column]`: what a header may say of the column beside its name.
    """

    phrases: Sequence[tuple[str, Sense]]
    fits: Mapping[str, Mapping[str, frozenset[str]]]

    @classmethod
    def from_toml(cls, text: str) -> "HeaderWords":
        """From the text of reference/qualifiers.toml. Raises ConfigurationError with all that is wrong."""
        document: dict[str, dict[str, list[str]]] = read_toml(FILE, text, _File).model_dump(exclude_unset=True)
        fits: Any = document.pop("fits", {})
        places, problems = Places(FILE, text), []
        phrases: list[tuple[str, Sense]] = []
        meant: dict[str, Sense] = {}
        for kind, values in document.items():
            for value, listed in values.items():
                for number, phrase in enumerate(listed):
                    sense = Sense(kind, value)
                    phrases.append((phrase, sense))
                    if (other := meant.setdefault(_key(phrase), sense)) != sense:
                        why = f"có hai nghĩa: {other.value}, {sense.value}"
                        problems.append(places.problem((kind, value, number), why, phrase))
        said = document.get("says", {})
        for contract, columns in fits.items():
            for column, values in columns.items():
                for number, value in enumerate(values):
                    if value not in said:
                        path = ("fits", contract, column, number)
                        problems.append(places.problem(path, "không có nghĩa này trong [says]", value, said))
        raise_if_any(problems)
        return cls(phrases, {name: {c: frozenset(v) for c, v in columns.items()} for name, columns in fits.items()})

    @cached_property
    def general(self) -> Lexicon:
        """The phrases that may stand in any header."""
        spelled: dict[str, set[str]] = {}
        for phrase, sense in self.phrases:
            if sense.kind == "harmless" and len(_tokens(phrase)) == 1:
                spelled.setdefault(_key(phrase), set()).add(fold(phrase))
        senses = {_key(phrase): (sense,) for phrase, sense in self.phrases}
        return Lexicon(senses, {key: frozenset(marks) for key, marks in spelled.items()})

    def lexicon(self, names: Iterable[tuple[str, str]], others: Iterable[str]) -> Lexicon:
        """The phrases for one contract: `names` (name, column), `others` the names that other contracts know."""
        general = self.general
        base = general.senses
        senses = dict(base)
        own: tuple[Sense, ...]
        for name, column in names:
            parts = general.read((name,))
            own = (Sense("column", column),)
            if not parts.unknown:
                also = tuple(sense for part in parts.qualifiers for sense in part.qualifiers)
                own += also or (Sense("harmless", "words"),)
            senses[_key(name, numbers=False)] = own
        for name in others:
            senses.setdefault(_key(name, numbers=False), (Sense("other", name),))
        return Lexicon(senses, {key: marks for key, marks in general.spelled.items() if senses[key] == base[key]})


@dataclass(frozen=True)
class _Token:
    text: str
    key: str
    numbers: tuple[int, ...] = ()


def _key(phrase: str, *, numbers: bool = True) -> str:
    """The letters of a phrase; `#` where a number stands."""
    return _key_of(phrase, numbers)


@lru_cache(4096)  # each phrase of the file is asked for several times
def _key_of(phrase: str, numbers: bool) -> str:
    marked = re.sub(r"#(/#)*", lambda found: {1: "1", 3: "1/2000", 5: "1/1/2000"}[len(found[0])], phrase)
    return "".join(token.key for token in _tokens(marked) if numbers or not token.numbers)


@lru_cache(4096)  # the same few headers stand in every file
def _meaning(lexicon: Lexicon, path: tuple[str, ...]) -> Meaning:
    """Of two orders of the levels the one with fewer phrases: what stands between the ends may split a name."""
    orders = [path]
    if len(path) > 2:
        orders.append((*path[1:-1], path[0], path[-1]))
    return _resolved(min((_phrases(lexicon, order) for order in orders), key=lambda found: found[0])[1])


def _resolved(phrases: Sequence[Phrase]) -> Meaning:
    sure = {name for phrase in phrases if (name := phrase.column) and not phrase.is_dual}
    if "total" in sure:  # `Hồ sơ trực tuyến / Tổng số` are all cases online; `Tổng số trực tuyến và trực tiếp` are all
        sure -= {"total"} if len(sure & _CHANNELS) == 1 else _CHANNELS
    own: Phrase | None = None
    column = next(iter(sure)) if len(sure) == 1 else None
    if not sure:
        own = next((phrase for phrase in reversed(phrases) if phrase.is_dual), None)
        column = own.column if own else None
    return Meaning(
        column,
        tuple(phrase for phrase in phrases if phrase is not own and phrase.qualifiers),
        tuple(_unknown(phrases)),
        frozenset(sure or ([column] if column else [])),
    )


def _unknown(phrases: Sequence[Phrase]) -> Iterator[str]:
    """Runs of words without a meaning."""
    run: list[str] = []
    for phrase in phrases:
        if phrase.senses:
            if run:
                yield " ".join(run)
            run = []
        else:
            run.append(phrase.text)
    if run:
        yield " ".join(run)


def _phrases(lexicon: Lexicon, path: Sequence[str]) -> tuple[float, list[Phrase]]:
    """The words as the fewest phrases that have a meaning, and their cost."""
    tokens = [token for text in path for token in _tokens(text)]
    best: list[tuple[float, list[Phrase]]] = [(0.0, [])]
    for end in range(1, len(tokens) + 1):
        ways = []
        for start in range(max(0, end - _MAX_TOKENS), end):
            if (phrase := _phrase(lexicon, tokens[start:end])) is not None:
                cost = _cost(phrase) + best[start][0]
                ways.append((cost, [*best[start][1], phrase]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1]


def _cost(phrase: Phrase) -> float:
    if not phrase.senses:
        return _UNKNOWN
    if phrase.senses[0].kind == "other":
        return _OTHER
    return 1.01 if all(sense.kind == "harmless" for sense in phrase.senses) else 1.0  # of equals the stricter reading


def _phrase(lexicon: Lexicon, tokens: Sequence[_Token]) -> Phrase | None:
    """These tokens as one phrase; None where they are none. A single token is one, if only an unknown one."""
    key = "".join([token.key for token in tokens])
    if len(tokens) > 1 and key not in lexicon.senses:
        return None
    text = " ".join(token.text for token in tokens)
    numbers = tuple(number for token in tokens for number in token.numbers)
    senses = lexicon.senses.get(key, ())
    if len(tokens) > 1:
        return Phrase(text, senses, numbers)
    if key == "#" and _YEAR.fullmatch(text):
        senses = (Sense("date", "year"),)
    elif (key == "#" and len(text) <= _MAX_NUMBER) or (len(key) == 1 and key.isalpha()):
        senses = senses or (Sense("harmless", "words"),)  # the number or letter of a column
    marks = lexicon.spelled.get(key)
    if marks and unmarked(text.casefold()) != text.casefold() and fold(text) not in marks:
        senses = ()  # `Sở` is not `số`
    return Phrase(text, senses, numbers)


def _tokens(text: str) -> list[_Token]:
    shown = "".join(letter for letter in tidy(text) if unicodedata.category(letter) not in ("Cf", "No"))
    return [token for found in _TOKEN.findall(_FORMULA.sub(" ", shown)) for token in _split(found)]


def _split(found: str) -> Iterator[_Token]:
    if found[0].isdigit():
        numbers = tuple(int(number) for number in re.findall(r"\d+", found))
        iso = len(numbers) == 3 and numbers[0] > 31
        yield _Token(found, "/".join("#" * len(numbers)), numbers[::-1] if iso else numbers)
    elif _ROMAN.fullmatch(found):
        yield _Token(found, "#", (0,))
    else:
        yield from (_Token(word, _letters(word)) for word in _camel(found))


def _letters(word: str) -> str:
    """The letters without marks; a word with a letter that has no plain form is kept as it is."""
    plain = unmarked(word.casefold())
    return plain if plain.isascii() else word


def _camel(word: str) -> Iterator[str]:
    """`soHoSo` → so, Ho, So; `MaTTHC` → Ma, TTHC; `TTHCMoi` → TTHC, Moi."""
    start = 0
    for at in range(1, len(word)):
        rises = word[at - 1].islower() and word[at].isupper()
        falls = word[at - 1].isupper() and word[at].isupper() and word[at + 1 : at + 2].islower()
        if rises or falls:
            yield word[start:at]
            start = at
    yield word[start:]

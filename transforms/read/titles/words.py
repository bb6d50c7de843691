"""The words of reference/titles.toml as patterns. Reads no file and no date."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from transforms.dictionary.text import flat
from transforms.dictionary.toml_file import Table, keyed, lists, read_toml, table

FILE = "titles.toml"
_LABELS = frozenset(
    {"unit", "date", "from", "until", "period", "month", "quarter", "year", "measure", "level", "harmless"}
)
_WORDS = frozenset(
    {
        *(
            "recipients",
            "documents",
            "citing",
            "stamps",
            "report",
            "about",
            "daily",
            "of_month",
            "of_quarter",
            "of_year",
        ),
        *("cumulative", "compared", "whole", "part", "other_figures", "filters", "everything"),
        *("other_subjects", "filed", "incomplete", "offices", "provinces"),
    }
)
_MEASURES = frozenset({"single", "factors"})
BEFORE, BEHIND = r"(?<![a-z0-9])", r"(?![a-z0-9])"
_JOINED, _SPACED, _LOOSE = r"[\s_-]*", r"\s+", r"\s*"  # what may stand between the words of a phrase


_Phrase = keyed(lambda text: flat(text).strip(" _-\t\n"))
_Tables = {
    name: table(name, lists(kinds, _Phrase))
    for name, kinds in {"labels": _LABELS, "words": _WORDS, "measures": _MEASURES}.items()
}
_File = table(FILE, {name: (one, one()) for name, one in _Tables.items()})


@dataclass(frozen=True, eq=False)
class TitleBook:
    """What words in titles and notes mean, by their kind (`labels.unit`, `words.daily`, `measures.single` …)."""

    labels: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_toml(cls, text: str) -> "TitleBook":
        """From the text of reference/titles.toml. Raises ConfigurationError with all that is wrong."""
        read = read_toml(FILE, text, _File)
        return cls(_lists(read.labels), _lists(read.words), _lists(read.measures))

    @cached_property
    def label(self) -> Mapping[str, str]:
        """Per kind a pattern of its labels: words may be joined, as in `tuNgay` and `tu_ngay`."""
        return {kind: _any(names, _JOINED) for kind, names in self.labels.items()}

    @cached_property
    def word(self) -> Mapping[str, str]:
        """Per kind a pattern of its words, whole words only."""
        return {kind: f"{BEFORE}(?:{_any(names, _SPACED)}){BEHIND}" for kind, names in self.words.items()}

    @cached_property
    def units_of_measure(self) -> frozenset[str]:
        """Measures that count single cases, flat."""
        return frozenset(" ".join(flat(name).split()) for name in self.measures["single"])

    @cached_property
    def factor(self) -> str:
        """A pattern of the words for ten, a thousand and so on before a measure."""
        return f"{BEFORE}(?:{_any(self.measures['factors'], _LOOSE)}){BEHIND}"


@lru_cache(4096)
def _any(names: Iterable[str], between: str) -> str:
    """A pattern of any of these, the longest first."""
    keys = {tuple(re.split(r"[\s_-]+", flat(name).strip())) for name in names}
    spelled = [between.join(map(re.escape, key)) for key in sorted(keys, key=lambda key: (-len("".join(key)), key))]
    return "(?:" + "|".join(spelled) + ")" if spelled else "(?!)"


def _lists(table: Table) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(names) for kind, names in table}


NO_WORDS = TitleBook(*(dict.fromkeys(kinds, ()) for kinds in (_LABELS, _WORDS, _MEASURES)))

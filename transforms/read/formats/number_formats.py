"""What a number format of Excel shows of a number: its own digits, or others. Formats nothing and reads no file."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((14, 15, 16, 17, 22), "dd/mm/yyyy"),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "hh:mm"),
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_)',
    48: "##0.0E+0",
}

# Words of a format that make another number of the digits: `0" nghìn"` shows 7 thousand for 7.
_ONES = re.compile(
    r"\b(?:chục|tá|trăm|ngàn|nghìn|vạn|triệu|tr|tỷ|tỉ|k|m|hundreds?|thousands?|mio|millions?|billions?|dozens?)\b"
)
_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?) | \\(?P<escaped>.) | _. | \*(?P<filled>.) | \[(?P<bracket>[^\]]*)\]?
    | (?P<general>general) | (?P<ampm>am/pm|a/p) | (?P<exponent>e[+-]) | (?P<place>[0\#?]) | (?P<point>[.,])
    | (?P<date>[dmyhsebg]) | (?P<other>.)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SECTIONS = re.compile(r"""(?:"[^"]*"?|\\.|\[[^\]]*\]?|[_*].|[^;])*""", re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CURRENCY = re.compile(r"\$([^-]*)")


class Shows(StrEnum):
    """What is seen of a number."""

    SAME = "same"
    OTHER = "other"  # other digits, another sign, thousands, text
    NOTHING = "nothing"
    SIGN = "sign"  # its digits, and a percent sign that is only a letter
    DATE = "date"


@dataclass(frozen=True)
class _Section:
    condition: tuple[str, float] | None
    shows: Shows
    digits: bool = False  # it has digits of its own
    scientific: int | None = None  # the decimals of its mantissa

    def of(self, value: float) -> Shows:
        if self.scientific is not None:
            return Shows.SAME if float(f"{value:.{self.scientific}e}") == value else Shows.OTHER
        if value == 0 and not self.digits and self.shows in {Shows.NOTHING, Shows.OTHER}:
            return Shows.SAME  # no digit of a zero can be lost, and a dash or a word for it is usual
        return self.shows

    def takes(self, value: float) -> bool:
        if self.condition is None:
            return True
        sign, limit = self.condition
        return {
            "<": value < limit,
            ">": value > limit,
            "=": value == limit,
            "<=": value <= limit,
            ">=": value >= limit,
            "<>": value != limit,
        }[sign]


@dataclass(frozen=True)
class NumberFormat:
    """A format code. `percent`: it shows percentages. `hides_text`: its fourth section is empty."""

    sections: tuple[_Section, ...]
    percent: bool
    hides_text: bool

    @property
    def usual(self) -> bool:
        """Whether it shows every number's own digits, or is a percentage or a date, which have texts of their own."""
        shown = {section.shows for section in self.sections if section.scientific is None}
        return not self.hides_text and len(shown) == 1 and shown <= {Shows.SAME}

    def shows(self, value: float) -> Shows:
        """What is seen of this number. Where sections have conditions, the worst of those it may fall under."""
        if any(section.condition for section in self.sections):
            first = next((s for s in self.sections if s.condition and s.takes(value)), None)
            found = {s.of(value) for s in ((first,) if first else (s for s in self.sections if not s.condition))}
            return next(
                (shows for shows in (Shows.NOTHING, Shows.OTHER, Shows.DATE, Shows.SIGN) if shows in found), Shows.SAME
            )
        place = 1 if value < 0 else 2 if value == 0 else 0
        return self.sections[place if place < len(self.sections) else 0].of(value)


@lru_cache(1024)
def read_format(code: str) -> NumberFormat:
    """What the code shows; an empty code is General."""
    sections = _split(code)
    numbers = [text for text in sections[:3] if "@" not in _unquoted(text)] if code else []
    hides_text = len(sections) == 4 and not sections[3].strip()
    read = tuple(_section(text, negative=place == 1) for place, text in enumerate(numbers))
    return NumberFormat(read or (_Section(None, Shows.SAME),), "%" in _unquoted(code), hides_text)


def _split(code: str) -> list[str]:
    sections, start = [], 0
    while True:
        match = _SECTIONS.match(code, start)
        end = match.end() if match else len(code)
        sections.append(code[start:end])
        if end >= len(code):
            return sections
        start = end + 1


def _unquoted(code: str) -> str:
    return re.sub(r'"[^"]*"?|\\.|[_*].', "", code)


def _section(code: str, negative: bool) -> _Section:
    shape, letters, condition, exponent = "", "", None, False
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup, match[0]
        if kind == "bracket":
            inside = match["bracket"]
            if found := _CONDITION.fullmatch(inside.strip()):
                condition = (found[1], float(found[2]))
            elif _ELAPSED.fullmatch(inside):
                return _Section(condition, Shows.DATE)
            elif inside.casefold() == "white":
                return _Section(condition, Shows.NOTHING)
            elif found := _CURRENCY.match(inside):
                letters += found[1]
                shape += found[1]
        elif kind in {"date", "ampm"}:
            return _Section(condition, Shows.DATE)
        elif kind == "exponent":
            exponent = True
        elif kind == "general":
            shape += "\0"
        elif kind in {"place", "point"}:
            shape += "\0" if kind == "place" else "\1" if text == "," else "\2"
        elif kind is not None:
            literal = match[kind].strip('"') if kind == "quoted" else match[kind]
            shape += literal
            letters += literal
    section = _of_shape(shape, letters, condition, exponent, negative)
    if section.shows == Shows.SAME and re.search(r"0,[0#?]", _unquoted(code)):  # `0,000` shows 0,007 for 7
        return replace(section, shows=Shows.OTHER)
    return section


def _of_shape(
    shape: str, letters: str, condition: tuple[str, float] | None, exponent: bool, negative: bool
) -> _Section:
    r"""`shape`: the literals, with \0 for a digit's place, \1 for a comma and \2 for the point."""
    digits = any(letter in "123456789" for letter in letters)
    if "\0" not in shape:
        return _Section(condition, Shows.OTHER if letters.strip() else Shows.NOTHING, digits)
    before, rest = shape[: shape.index("\0")], shape[shape.index("\0") :]
    number, after = rest[: rest.rindex("\0") + 1], rest[rest.rindex("\0") + 1 :]
    whole, _, decimals = number.partition("\2")
    if exponent:
        return _Section(condition, Shows.SAME, scientific=decimals.count("\0"))
    before, after = (text.replace("\1", ",").replace("\2", ".") for text in (before, after))
    other = (
        whole.endswith("\1")
        or after.startswith(",")
        or re.search(r"[^\0\1\2\s/]", number) is not None
        or re.search(r"\d[\s.,:()+-]*$", before) is not None
        or re.match(r"[\s.,:()+-]*\d|\s*[-−‰*]", after) is not None
        or (not negative and re.search(r"[-−–(]", before) is not None)
        or _ONES.search(letters.casefold()) is not None
    )
    return _Section(condition, Shows.OTHER if other else Shows.SIGN if "%" in letters else Shows.SAME, digits)

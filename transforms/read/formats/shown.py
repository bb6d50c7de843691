"""What a person sees of a cell: struck-out, raised and unseen letters, and digits that a number format changes.

A cell of which the text alone would mislead gets a text that is no number and says why. Reads no file.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from transforms.read.formats.number_formats import NumberFormat, Shows
from transforms.read.grid import cell_text

UNCALCULATED = "#CHƯA TÍNH!"  # a formula that was never calculated; it must not read as a number, least of all 0
STRUCK = "#GẠCH BỎ!"  # what is struck out stands in brackets behind it
UNSEEN = "#Ô ẨN!"
OTHER_DIGITS = "#HIỂN THỊ KHÁC!"
SHOWN_AS_DATE = "#HIỂN THỊ NGÀY!"

_SAID = {Shows.OTHER: OTHER_DIGITS, Shows.NOTHING: UNSEEN, Shows.DATE: SHOWN_AS_DATE}
_SCRIPTS: Mapping[str, dict[int, int]] = {
    "super": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
_MARKS = (UNCALCULATED, STRUCK, UNSEEN, OTHER_DIGITS, SHOWN_AS_DATE)
_SIGN = re.compile(r"\w")
_LETTER = re.compile(r"[^\W\d_]")
_FIGURE = re.compile(r"\s*[-−+(]?\d[\d.,\s]*%?\)?\s*")
_ZERO = re.compile(r"[\s0.,%()+−-]*")
# A raised mark behind a name refers to a note: `Dược phẩm¹`, `Dược phẩm (*)`.
_NOTE_MARK = re.compile(r"\s*[(\[]?\s*(?:[\d,;*†‡]+|[^\W\d_])\s*[)\]]?\s*")
_STEP = "  "  # as a person indents a text with spaces
_FIRST_YEAR = 1955  # a figure shown as a date is a day of a century ago: no export has such days


@dataclass(frozen=True)
class Look:
    """How a cell or a part of its text is shown. `script`: "super" or "sub". `number`: where it changes the digits.

    `indent`: how many steps the text of the cell stands to the right.
    """

    struck: bool = False
    script: str = ""
    unseen: bool = False
    number: NumberFormat | None = None
    indent: int = 0

    @property
    def plain(self) -> bool:
        """Whether the text says all."""
        return self == PLAIN


PLAIN = Look()


def as_shown(value: object, look: Look) -> object:
    """The value of a cell, or a text that says how it is shown."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        shows = look.number.shows(float(value)) if look.number else Shows.SAME
        if shows == Shows.SIGN:
            return f"{cell_text(value)}%"
        if shows != Shows.SAME:
            return f"{_SAID[shows]} {cell_text(value)}"
    elif isinstance(value, str) and look.number and look.number.hides_text and is_figure(value):
        return f"{UNSEEN} {value}"
    if (look.struck or look.script or look.unseen) and not is_marked(value):
        return runs_text([(cell_text(value), look)])
    return f"{_STEP * look.indent}{value}" if look.indent and isinstance(value, str) and value else value


def date_text(value: object) -> object:
    """A day of a century ago as what it is: a figure that the format shows as a day."""
    return f"{SHOWN_AS_DATE} {cell_text(value)}" if isinstance(value, date) and value.year < _FIRST_YEAR else value


def is_marked(value: object) -> bool:
    """Whether a text says that its cell is not what it seems."""
    return isinstance(value, str) and value.startswith(_MARKS)


def is_figure(text: str) -> bool:
    """Whether a text is a number other than 0."""
    return bool(_FIGURE.fullmatch(text)) and not _ZERO.fullmatch(text)


def tidy_lines(text: str) -> str:
    """The lines of a text with single spaces, without blank ones."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def seen(runs: Iterable[tuple[str, Look]]) -> list[tuple[str, Look]]:
    """The parts as they are shown on a ground on which no colour is lost."""
    return [(text, replace(look, unseen=False)) for text, look in runs]


def runs_text(runs: Iterable[tuple[str, Look]]) -> str:
    """The text of a cell of its parts.

    Raised and lowered digits are other letters than digits (`7¹`), a raised mark behind a name is left out. A text with
    struck-out letters or digits, and a figure that is not seen, begin with STRUCK or UNSEEN.
    """
    parts = [(text, look) for text, look in runs if text]
    if all(look.plain for _, look in parts):
        return "".join(text for text, _ in parts)
    while parts and not parts[-1][0].strip():
        parts.pop()
    while len(parts) > 1 and _is_note_mark(parts):
        parts.pop()
    whole = "".join(text for text, _ in parts)
    struck = any(look.struck and _SIGN.search(text) for text, look in parts)
    unseen = any(look.unseen and _SIGN.search(text) for text, look in parts)
    if all(look.unseen for _, look in parts) and not is_figure(whole):
        unseen = False  # an unseen name or zero counts nothing
    text = "".join(_part(text, look, struck) for text, look in parts)
    return f"{STRUCK} {text}" if struck else f"{UNSEEN} {text}" if unseen else text


def _is_note_mark(parts: list[tuple[str, Look]]) -> bool:
    text, look = parts[-1]
    name = "".join(text for text, _ in parts[:-1])
    return bool(look.script == "super" and _NOTE_MARK.fullmatch(text) and _LETTER.search(name))


def _part(text: str, look: Look, struck: bool) -> str:
    if look.script:
        text = text.translate(_SCRIPTS[look.script])
    return f"[{text}]" if struck and look.struck else text

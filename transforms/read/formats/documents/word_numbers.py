"""The automatic numbers of a Word document's lists, counted as Word shows them. Knows no text.

Source: ECMA-376, part 1, 17.9. Of the forms of numbers those that offices use are known; any other becomes `#`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from transforms.read.formats.documents.markup import local
from transforms.read.formats.documents.word_xml import attribute, child, whole_number

_LEVELS = tuple("012345678")
_LONGEST = 40  # characters of the text around a number
_UNKNOWN = "#"
_ROMAN = {
    1000: "M",
    900: "CM",
    500: "D",
    400: "CD",
    100: "C",
    90: "XC",
    50: "L",
    40: "XL",
    10: "X",
    9: "IX",
    5: "V",
    4: "IV",
    1: "I",
}
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class _Level:
    """`shape`: the form of its number; `text`: how it is written, `%1.%2`; `start`: its first number."""

    shape: str
    text: str
    start: int


@dataclass
class Numbers:
    """The levels of each list by its id, and how far each has been counted."""

    lists: dict[str, tuple[str, dict[int, _Level]]]
    counted: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: etree._Element | None) -> "Numbers":
        """From the document's numbering part; None where it has none."""
        shapes: dict[str, dict[int, _Level]] = {}
        lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        for element in numbering if numbering is not None else ():
            name = local(element.tag)
            if name == "abstractNum":
                shapes[attribute(element, "abstractNumId") or ""] = _levels(element)
            elif name == "num":
                shape = attribute(child(element, "abstractNumId")) or ""
                lists[attribute(element, "numId") or ""] = (
                    shape,
                    shapes.get(shape, {}) | _overrides(element, shapes.get(shape, {})),
                )
        return cls(lists)

    def next_of(self, number: str | None, level: str | None) -> str:
        """What stands before the next paragraph of this list and level; "" where it is in no list."""
        if number is None or number == "0":
            return ""
        shape, levels = self.lists.get(number, ("", {}))
        at = int(level) if level in _LEVELS else 0
        here = levels.get(at)
        if here is None:
            return _UNKNOWN
        counted = self.counted.setdefault(shape or number, {})
        counted[at] = counted.get(at, here.start - 1) + 1
        for deeper in range(at + 1, len(_LEVELS)):
            counted.pop(deeper, None)
        if here.shape == "none" or not here.text:
            return ""
        if here.shape == "bullet":
            return "-"

        def shown(place: re.Match[str]) -> str:
            of = int(place[1]) - 1
            known = levels.get(of)
            return _UNKNOWN if known is None else _written(counted.get(of, known.start), known.shape)

        return _PLACE.sub(shown, here.text)


def _levels(element: etree._Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for inner in element:
        if local(inner.tag) == "lvl" and (at := attribute(inner, "ilvl")) in _LEVELS:
            said = {local(part.tag): attribute(part) or "" for part in inner}
            text = said.get("lvlText", "")
            text = text if len(text) <= _LONGEST else _UNKNOWN
            levels[int(at)] = _Level(said.get("numFmt", "decimal"), text, whole_number(said.get("start"), 1))
    return levels


def _overrides(element: etree._Element, levels: Mapping[int, _Level]) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for inner in element:
        if local(inner.tag) == "lvlOverride" and (at := attribute(inner, "ilvl")) in _LEVELS:
            found |= _levels(inner)
            known, start = levels.get(int(at)), child(inner, "startOverride")
            if start is not None and known is not None and int(at) not in found:
                found[int(at)] = replace(known, start=whole_number(attribute(start), 1))
    return found


def _written(number: int, shape: str) -> str:
    match shape:
        case "decimal":
            return str(number)
        case "decimalZero":
            return f"{number:02}"
        case "upperRoman" | "lowerRoman":
            roman = _roman(number) if number < 4000 else _UNKNOWN
            return roman if shape == "upperRoman" else roman.lower()
        case "upperLetter" | "lowerLetter" if number:
            letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number < 1000 else _UNKNOWN
            return letter if shape == "upperLetter" else letter.lower()
    return _UNKNOWN


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN.items():
        written += letters * (number // value)
        number %= value
    return written

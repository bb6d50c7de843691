"""The styles of a workbook (.xlsx): which of them show a cell otherwise than its value says. Reads no sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from transforms.read.formats.number_formats import BUILT_IN, read_format
from transforms.read.formats.shown import PLAIN, Look
from transforms.read.formats.workbooks.xml_parts import Elements

_Item = TypeVar("_Item")

MIN_POINTS = 2.0  # what is smaller is not seen
_WHITE, _BLACK = "FFFFFF", "000000"
_INDEXED = {"0": _BLACK, "1": _WHITE, "8": _BLACK, "9": _WHITE, "64": _BLACK, "65": _WHITE}
_THEME = {"0": _WHITE, "1": _BLACK}  # as Excel numbers them; others need the theme and are never white in it
_OFF = {"0", "false", "none"}


@dataclass
class Font:
    """`colour`: six hexadecimal digits, or "" where it is not known."""

    struck: bool = False
    script: str = ""
    colour: str = _BLACK
    tiny: bool = False

    def take(self, name: str, attributes: Mapping[str, str]) -> None:
        """One element inside `font` or `rPr`."""
        value = attributes.get("val", "1")
        if name == "strike":
            self.struck = value not in _OFF
        elif name == "vertAlign":
            self.script = value.removesuffix("script") if value in {"superscript", "subscript"} else ""
        elif name == "color":
            self.colour = _colour(attributes)
        elif name == "sz":
            self.tiny = _number(value, MIN_POINTS) < MIN_POINTS

    def look(self, ground: str) -> Look:
        """How letters of this font are seen on this ground."""
        return Look(self.struck, self.script, self.tiny or (bool(self.colour) and self.colour == ground))


@dataclass(frozen=True)
class Styles:
    """By the style index (`s`) of a cell. `looks` has only those that do not show the value as it is.

    `white`: styles on whose ground a white letter is not seen; of a run in a text only its own colour is known.
    """

    percent: frozenset[str] = frozenset()
    looks: Mapping[str, Look] = field(default_factory=dict)
    white: frozenset[str] = frozenset()


def read_styles(elements: Elements) -> Styles:
    """From the elements of `xl/styles.xml`."""
    codes = {item.get("numFmtId", ""): item.get("formatCode", "") for name, item in elements if name == "numFmt"}
    fonts: list[Font] = []
    grounds: list[str] = []
    percent, looks, white = set(), {}, set()
    part, index = "", 0
    for name, attributes in elements:
        if name in {"fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles"}:
            part = name
        elif part == "fonts":
            if name == "font":
                fonts.append(Font())
            elif fonts:
                fonts[-1].take(name, attributes)
        elif part == "fills":
            _take_fill(grounds, name, attributes)
        elif part == "cellXfs" and name == "xf":
            look, is_percent, ground = _look(attributes, codes, fonts, grounds)
            if is_percent:
                percent.add(str(index))
            if not look.plain:
                looks[str(index)] = look
            if ground == _WHITE:
                white.add(str(index))
            index += 1
        elif part == "cellXfs" and name == "alignment" and (steps := _indent(attributes)):
            style = str(index - 1)
            looks[style] = replace(looks.get(style, PLAIN), indent=steps)
    return Styles(frozenset(percent), looks, frozenset(white) if index else frozenset({"0"}))


def run_look(properties: Iterable[tuple[str, Mapping[str, str]]]) -> Look:
    """How a run of a rich text is shown, on white ground."""
    font = Font()
    for name, attributes in properties:
        font.take(name, attributes)
    return font.look(_WHITE)


def _look(
    attributes: Mapping[str, str], codes: Mapping[str, str], fonts: Sequence[Font], grounds: Sequence[str]
) -> tuple[Look, bool, str]:
    number = attributes.get("numFmtId", "0")
    code = codes.get(number) or BUILT_IN.get(int(number) if number.isdecimal() and len(number) < 6 else 0, "")
    shape = read_format(code)
    font = _at(fonts, attributes.get("fontId", "0"), Font())
    ground = _at(grounds, attributes.get("fillId", "0"), _WHITE)
    look = font.look(ground)
    if not shape.percent and not shape.usual:
        look = replace(look, number=shape)
    return look, shape.percent, ground


def _indent(alignment: Mapping[str, str]) -> int:
    steps = alignment.get("indent", "0")
    return int(steps) if steps.isdecimal() and len(steps) < 4 and alignment.get("horizontal") != "right" else 0


def _take_fill(grounds: list[str], name: str, attributes: Mapping[str, str]) -> None:
    if name == "fill":
        grounds.append(_WHITE)
    elif not grounds:
        return
    elif name == "patternFill":
        grounds[-1] = _WHITE if attributes.get("patternType", "none") == "none" else ""
    elif name == "fgColor" and grounds[-1] == "":
        grounds[-1] = _colour(attributes)
    elif name == "gradientFill":
        grounds[-1] = ""


def _colour(attributes: Mapping[str, str]) -> str:
    if _number(attributes.get("tint", "0"), 1.0) != 0:
        return ""
    if rgb := attributes.get("rgb"):
        return rgb[-6:].upper()
    if attributes.get("auto") in {"1", "true"}:
        return _BLACK
    return _INDEXED.get(attributes.get("indexed", ""), "") or _THEME.get(attributes.get("theme", ""), "")


def _at(items: Sequence[_Item], index: str, default: _Item) -> _Item:
    return items[int(index)] if index.isdecimal() and len(index) < 9 and int(index) < len(items) else default


def _number(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default

"""How the styles of an OpenDocument workbook show sheets, rows, columns, cells and parts of texts. Reads no cell."""

import re
from collections.abc import Iterable

from lxml import etree

from transforms.read.formats.documents.markup import local
from transforms.read.formats.shown import PLAIN, Look
from transforms.read.refusal import UnreadableError, refuse

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_MAX_PARENTS = 20
_LENGTH = re.compile(r"([\d.]+)(?:cm|mm|in|pt|pc|px)")
_THIN = 0.02  # of any unit: nobody reads a line of that height
_SMALL_LETTERS = 1.0  # points
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0}
_STEP = 10  # points, as LibreOffice indents
_MAX_STEPS = 100
_WHITE = "#ffffff"
_PERCENT = re.compile(r"(-?)\d+(?:\.\d+)?%")

Properties = dict[str, str]


def spoiled() -> UnreadableError:
    """The refusal of a document that is no sound OpenDocument."""
    return refuse("tệp OpenDocument bị cắt cụt hoặc hỏng", "the OpenDocument file is truncated or damaged")


def count(element: etree._Element, name: str) -> int:
    """A number of cells, rows or columns that the table: attribute of this name states; 1 where it states none."""
    text = element.get(TABLE + name, "1")
    if not text.isdecimal() or len(text) > 9:
        raise spoiled()
    return max(int(text), 1)


class Styles:
    """The styles of a document by family and name; each adds to its parent."""

    def __init__(self, documents: Iterable[etree._Element]) -> None:
        self.elements: dict[tuple[str, str], etree._Element] = {}
        for document in documents:
            for style in document.iter(f"{_STYLE}style", f"{_STYLE}default-style"):
                key = (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", ""))
                self.elements.setdefault(key, style)
        self.known: dict[tuple[str, str], Properties] = {}
        self.looks: dict[tuple[str, str, bool], Look] = {}

    def shows_table(self, table: etree._Element) -> bool:
        """Whether the sheet has a tab that one can open."""
        return self._properties("table", table.get(f"{TABLE}style-name", "")).get("display") != "false"

    def shows_line(self, line: etree._Element) -> bool:
        """Whether a row or column is shown and has a size."""
        if line.get(f"{TABLE}visibility", "visible") != "visible":
            return False
        family = local(line.tag)
        size = "column-width" if family == "table-column" else "row-height"
        stated = _LENGTH.fullmatch(self._properties(family, line.get(f"{TABLE}style-name", "")).get(size, ""))
        return stated is None or _size(stated[1]) > _THIN

    def look(self, family: str, name: str, protected: bool = False) -> Look:
        """How a cell (`table-cell`) or a part of its text (`text`) of this style is shown."""
        key = (family, name, protected)
        if key not in self.looks:
            look = _look(self._properties(family, name), protected)
            self.looks[key] = PLAIN if look.plain else look
        return self.looks[key]

    def has_number_format(self, name: str) -> bool:
        """Whether a cell of this style shows its number in a format of its own."""
        return bool(self._properties("table-cell", name).get("data-style-name"))

    def _properties(self, family: str, name: str) -> Properties:
        """All that the style says, by the attributes' local names; its own before its parents', the default last."""
        key = (family, name)
        if key not in self.known:
            found: Properties = {}
            for style in self._with_parents(family, name):
                if data := style.get(f"{_STYLE}data-style-name"):
                    found["data-style-name"] = data
                for part in style:
                    found |= {local(attribute): str(value) for attribute, value in part.attrib.items()}
            self.known[key] = found
        return self.known[key]

    def _with_parents(self, family: str, name: str) -> list[etree._Element]:
        found: list[etree._Element] = []
        while (style := self.elements.get((family, name))) is not None and name and len(found) < _MAX_PARENTS:
            found.insert(0, style)
            name = style.get(f"{_STYLE}parent-style-name", "")
        default = self.elements.get((family, ""))
        return found if default is None else [default, *found]


def _look(said: Properties, protected: bool) -> Look:
    struck = any(said.get(f"text-line-through-{part}", "none") != "none" for part in ("style", "type"))
    ground = said.get("background-color", "transparent").lower()
    colour = said.get("color", "").lower()
    size = _LENGTH.fullmatch(said.get("font-size", ""))
    unseen = (
        (said.get("use-window-font-color") != "true" and colour == (_WHITE if ground == "transparent" else ground))
        or said.get("display") == "none"
        or (size is not None and size[0].endswith("pt") and _size(size[1]) <= _SMALL_LETTERS)
        or (protected and "hidden-and-protected" in said.get("cell-protect", ""))
    )
    return Look(struck, _script(said.get("text-position", "")), unseen, indent=_indent(said))


def _indent(said: Properties) -> int:
    margin = _LENGTH.fullmatch(said.get("margin-left", ""))
    if margin is None or said.get("text-align") in {"end", "right", "center"}:
        return 0
    points = _size(margin[1]) * _POINTS.get(margin[0][-2:], 1)
    return min(round(points / _STEP), _MAX_STEPS)


def _script(position: str) -> str:
    """Of `super 58%`, `sub 58%`, `33% 58%` or `-8% 58%`."""
    where = position.split(maxsplit=1)[0] if position.strip() else ""
    if where in {"super", "sub"}:
        return where
    moved = _PERCENT.fullmatch(where)
    if moved is None or not re.search(r"[1-9]", where):
        return ""
    return "sub" if moved[1] else "super"


def _size(number: str) -> float:
    try:
        return float(number)
    except ValueError:
        return 1.0

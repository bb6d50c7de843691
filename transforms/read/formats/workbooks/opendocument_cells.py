"""The value of a cell of an OpenDocument workbook, beside the text that the program showed for it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from lxml import etree

from transforms.read.formats.documents.markup import local
from transforms.read.formats.shown import (
    OTHER_DIGITS,
    PLAIN,
    SHOWN_AS_DATE,
    UNCALCULATED,
    UNSEEN,
    Look,
    as_shown,
    runs_text,
)
from transforms.read.formats.workbooks.opendocument_styles import TABLE, Styles
from transforms.read.formats.workbooks.sheet_facts import percent_text
from transforms.read.grid import MAX_TEXT, too_large
from transforms.read.refusal import MAX_CELL, long_cell

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC_EXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE_NAME = f"{_TEXT}style-name"
# What stands in a cell and is not its text: comments, pictures, notes, how to pronounce it.
_ASIDE = {"annotation", "annotation-end", "note", "ruby-text"}
_DRAWING = "xmlns:drawing:"
_BLOCKS = {"p", "h", "list", "list-item", "table-cell"}
_MAX_SPACES = 1000
_FIRST_YEAR = "1955"  # a figure shown as a date is a day of a century ago
_BLANKS = re.compile(r"[ \t\r\n]+")
_FIGURES = re.compile(r"\d(?:[\d.,\s]*\d)?")
_ONES = re.compile(r"\b(?:chục|trăm|ngàn|nghìn|triệu|tỷ|tỉ|k|m)\b|%")

Runs = list[tuple[str, Look]]


class Cells:
    """Reads the cells of a sheet. `protected`: the sheet is, so that cells may be hidden by their style."""

    def __init__(self, styles: Styles, protected: bool) -> None:
        self.styles, self.protected = styles, protected
        self.left = MAX_TEXT

    def value(self, cell: etree._Element, default_style: str) -> object:
        """As other workbooks give it: a number, a text, or a text that says why it is no number."""
        formula = cell.get(f"{TABLE}formula") is not None
        if not (len(cell) or formula or cell.get(f"{_OFFICE}value-type")):
            return ""
        style = cell.get(f"{TABLE}style-name") or default_style
        look = self.styles.look("table-cell", style, self.protected)
        runs = self._limited_runs(cell)
        shown = "".join(text for text, _ in runs)
        kind = cell.get(f"{_OFFICE}value-type", "")
        if formula and not kind and not shown:
            return UNCALCULATED
        if cell.get(f"{_CALC_EXT}value-type") == "error" or (kind == "float" and shown.startswith(("#", "Err:"))):
            return shown or "#ERR!"
        value: object
        match kind:
            case "float" | "currency":
                value = self._number(cell.get(f"{_OFFICE}value", ""), shown, style)
            case "percentage":
                value = percent_text(cell.get(f"{_OFFICE}value", ""))
            case "date":
                value = _moment(cell.get(f"{_OFFICE}date-value", ""))
            case "time":
                value = f"{SHOWN_AS_DATE} {shown}" if shown.isdecimal() else shown
            case "boolean":
                value = cell.get(f"{_OFFICE}boolean-value") == "true"
            case _:
                value = runs_text(runs) if shown else cell.get(f"{_OFFICE}string-value", "")
        return value if look is PLAIN else as_shown(value, look)

    def _limited_runs(self, cell: etree._Element) -> Runs:
        """The parts of the text without the line ends before it. Raises UnreadableError beyond the limits."""
        runs: Runs = []
        left = MAX_CELL
        for text, look in self._runs(cell, Look()):
            if not runs and text == "\n":
                continue
            left -= len(text)
            self.left -= len(text)
            if self.left < 0:
                raise too_large()
            if left < 0:
                raise long_cell()
            runs.append((text, look))
        return runs

    def _number(self, stated: str, shown: str, style: str) -> object:
        try:
            value = Decimal(stated) if len(stated) < 40 else Decimal(float(stated))
        except (InvalidOperation, ValueError):
            return shown or stated
        if not value.is_finite() or abs(value.adjusted()) > 300:
            return stated
        if value and not shown.strip():
            return f"{UNSEEN} {stated}" if self.styles.has_number_format(style) else float(value)
        return float(value) if not shown or _says(shown, value) else f"{OTHER_DIGITS} {stated}"

    def _runs(self, element: etree._Element, look: Look) -> Iterator[tuple[str, Look]]:
        """The parts of the text; each paragraph begins with a line end. A text of blanks between elements is none."""
        for child in element:
            yield from self._part(child, look)

    def _part(self, element: etree._Element, look: Look) -> Iterator[tuple[str, Look]]:
        tag = local(element.tag)
        if tag in _ASIDE or _DRAWING in str(element.tag):
            return
        if tag in _BLOCKS:
            yield "\n", look
        if tag in {"s", "tab", "line-break"}:
            number = element.get(f"{_TEXT}c", "1")
            spaces = min(int(number), _MAX_SPACES) if number.isdecimal() and len(number) < 9 else 1
            yield {"s": " " * spaces, "tab": "\t"}.get(tag, "\n"), look
            return
        if name := element.get(_STYLE_NAME):
            of_style = self.styles.look("text" if tag != "p" else "paragraph", name)
            look = replace(
                look,
                struck=look.struck or of_style.struck,
                script=of_style.script or look.script,
                unseen=look.unseen or of_style.unseen,
            )
        yield _BLANKS.sub(" ", element.text or ""), look
        for child in element:
            yield from self._part(child, look)
            yield _BLANKS.sub(" ", child.tail or ""), look


def _says(shown: str, value: Decimal) -> bool:
    """Whether the shown text has the digits of a whole number and no other ones; `1.207`, `7,00`, `7 hồ sơ`, `(7)`."""
    if value != value.to_integral_value():
        return True  # no count: whoever reads the table sees that it is not whole
    found = _FIGURES.findall(shown)
    if not value:
        return not any(re.search("[1-9]", figure) for figure in found)
    if len(found) != 1 or _ONES.search(shown.casefold()):
        return False
    digits = str(abs(int(value)))
    figure = re.sub(r"\s", "", found[0])
    minus = re.search(r"[-−–(]", shown) is not None
    written = {figure, re.sub(r"[.,]0+$", "", figure)}
    said = {text.lstrip("0") if text.isdecimal() else re.sub(r"[.,]", "", text) for text in written}
    return minus == (value < 0) and digits in said


def _moment(text: str) -> str:
    moment = text.removesuffix("T00:00:00").partition(".")[0].replace("T", " ")
    return f"{SHOWN_AS_DATE} {moment}" if moment[:4] < _FIRST_YEAR else moment

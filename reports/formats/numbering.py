"""The numbers and bullets that Word itself draws before the items of a list, as text. Reads nothing else."""

from typing import Any

from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Numbering:
    """Counts the items of a document's lists: call `label` for each paragraph once, in order."""

    def __init__(self, document: DocxDocument) -> None:
        self._levels: dict[str, dict[str, Any]] = {}
        self._counts: dict[str, dict[str, int]] = {}
        self._of_style: dict[str, Any] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # a document without lists
            return
        abstract = {node.get(qn("w:abstractNumId")): node for node in root.iter(qn("w:abstractNum"))}
        for number in root.iter(qn("w:num")):
            link = number.find(qn("w:abstractNumId"))
            levels = abstract[link.get(qn("w:val"))].iter(qn("w:lvl"))
            self._levels[number.get(qn("w:numId"), "")] = {level.get(qn("w:ilvl"), "0"): level for level in levels}

    def label(self, paragraph: Paragraph) -> str:
        """What stands before the paragraph: `1.`, `a)`, `-`; empty where it is no item of a list."""
        properties = self._properties(paragraph)
        if properties is None:
            return ""
        number, here = _value(properties, "w:numId") or "", _value(properties, "w:ilvl") or "0"
        level = self._levels.get(number, {}).get(here)
        if level is None:
            return ""
        pattern = _value(level, "w:lvlText") or ""
        if _value(level, "w:numFmt") == "bullet":
            return pattern if pattern.isascii() and pattern.strip() else "-"
        counts = self._counts.setdefault(number, {})
        counts[here] = counts.get(here, int(_value(level, "w:start") or 1) - 1) + 1
        for deeper in [key for key in counts if key > here]:
            del counts[deeper]
        for index, shown in self._levels[number].items():
            value = counts.get(index, int(_value(shown, "w:start") or 1))
            pattern = pattern.replace(f"%{int(index) + 1}", _written(value, _value(shown, "w:numFmt") or "decimal"))
        return pattern

    def _properties(self, paragraph: Paragraph) -> Any:
        """The list properties of a paragraph, or those of its style or of a style that this one is based on."""
        if (own := _own(paragraph._p)) is not None:
            return own
        named = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style_id = "" if named is None else named.get(qn("w:val"), "")
        if style_id not in self._of_style:
            style: Any = paragraph.style
            found = None
            while found is None and style is not None:
                found, style = _own(style.element), style.base_style
            self._of_style[style_id] = found
        return self._of_style[style_id]


def _own(node: Any) -> Any:
    return node.find(f"{qn('w:pPr')}/{qn('w:numPr')}")


def _value(node: Any, tag: str) -> str | None:
    child = node.find(qn(tag))
    return None if child is None else child.get(qn("w:val"))


def _written(value: int, kind: str) -> str:
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (value - 1) % 26)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in {"lowerRoman", "upperRoman"}:
        text = ""
        for size, sign in _ROMAN:
            text += sign * (value // size)
            value %= size
        return text.upper() if kind == "upperRoman" else text
    return str(value)

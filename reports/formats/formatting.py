"""The formatting of paragraphs and runs of a Word document, styles taken into account. Reads no text.

Each style is read once: a report has a thousand paragraphs and few styles.
"""

from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run


class Formatting:
    """The formatting in one document."""

    def __init__(self, document: DocxDocument) -> None:
        self._styles: dict[str, Any] = {style.style_id: style for style in document.styles}
        default: Any = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
        self._default: str = "" if default is None else default.style_id
        self._known: dict[tuple[str, str, str], Any] = {}

    def of_paragraph(self, paragraph: Paragraph, name: str) -> Any:
        """A property of `paragraph_format`: the paragraph's own, or that of its style; None where neither sets it."""
        value = getattr(paragraph.paragraph_format, name)
        return self._inherited(self._style_of(paragraph), "paragraph_format", name) if value is None else value

    def of_run(self, run: Run, paragraph: Paragraph, name: str) -> Any:
        """A property of `font`: the run's own, that of its style, or that of its paragraph's style."""
        value = getattr(run.font, name)
        if value is None and (style := _named(run._r, "w:rPr", "w:rStyle")):
            value = self._inherited(style, "font", name)
        return self._inherited(self._style_of(paragraph), "font", name) if value is None else value

    def level(self, paragraph: Paragraph) -> int:
        """The outline level that the paragraph's style has, 1 to 9; 0 where it has none."""
        style: Any = self._styles.get(self._style_of(paragraph))
        while style is not None:
            outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None:
                return int(outline.get(qn("w:val"))) + 1
            style = style.base_style
        return 0

    def _style_of(self, paragraph: Paragraph) -> str:
        return _named(paragraph._p, "w:pPr", "w:pStyle") or self._default

    def _inherited(self, style_id: str, kind: str, name: str) -> Any:
        key = (style_id, kind, name)
        if key not in self._known:
            value, style = None, self._styles.get(style_id)
            while value is None and style is not None:
                # styles of tables and lists have no font
                value, style = getattr(getattr(style, kind, None), name, None), getattr(style, "base_style", None)
            self._known[key] = value
        return self._known[key]


def _named(node: Any, properties: str, tag: str) -> str | None:
    child = node.find(f"{qn(properties)}/{qn(tag)}")
    return None if child is None else child.get(qn("w:val"))

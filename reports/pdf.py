"""The report as PDF, typeset from a document's blocks without network or fonts of the system. Knows no figure."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst

from reports.document import Content
from reports.errors import ReportError

# As wide as Times New Roman, and bold ones with all Vietnamese letters.
FONTS = ("Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes")
# Typst brings it along. Its bold draws letters wrongly (ể reads as ễ), its bold italic lacks some: semibold is right.
ALWAYS_THERE, ITS_BOLD = "Libertinus Serif", 600


def write_pdf(document: Content, *, system_fonts: bool = True) -> bytes:
    """The PDF, its fonts embedded; the same bytes for the same content and font. Raises ReportError in a line."""
    fonts = typst.Fonts(include_system_fonts=system_fonts)
    families = set(fonts.families())
    font = next((name for name in FONTS if name in families), ALWAYS_THERE)
    inputs = {
        "document": json.dumps(_plain(asdict(document)), ensure_ascii=False, default=str),
        "font": font,
        "bold": str(ITS_BOLD if font == ALWAYS_THERE else 700),
    }
    compiler = typst.Compiler((files("reports") / "report.typ").read_bytes(), font_paths=fonts, sys_inputs=inputs)
    try:
        content = compiler.compile(format="pdf", timestamp=int(document.made_at.timestamp()))
    except typst.TypstError as error:
        raise ReportError(f"PDF: {error.message}") from error
    if not isinstance(content, bytes):
        raise ReportError("PDF: Typst không trả về tệp nào")
    return content


def _plain(value: Any) -> Any:
    """What JSON can hold: bytes become numbers."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return list(value) if isinstance(value, bytes) else value

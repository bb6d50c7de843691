"""The report as PDF, typeset by Typst from a document's blocks. Needs no network and no installed font."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst

from reports.errors import ReportError
from reports.formats.document import Content

# As wide as Times New Roman; of these the first that the machine has with all Vietnamese letters.
FONTS = ("Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes")
# Typst brings it along. Its bold draws letters wrongly (ể reads as ễ), its bold italic lacks some: semibold is right.
ALWAYS_THERE, ITS_BOLD = "Libertinus Serif", 600

_LETTERS = "".join(map(chr, range(0x1EA0, 0x1EFA))) + "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
# A letter that a font lacks is drawn from another one if that is allowed, and is then of another width. Older fonts of
# Times' width lack some (Liberation 1, with which "triển" reads as "triễn": the one Typst falls back on is bold there).
_PROBE = b"""
#let letters = sys.inputs.letters.clusters()
#let width(font, fallback, weight, style) = letters.map(letter => measure(
  text(font: font, fallback: fallback, weight: weight, style: style, letter)).width)
#let is-whole(font) = (400, 700).all(weight => ("normal", "italic").all(
  style => width(font, true, weight, style) == width(font, false, weight, style)))
#context [#metadata(json(bytes(sys.inputs.fonts)).filter(is-whole)) <whole>]
"""


def write_pdf(document: Content, *, system_fonts: bool = True) -> bytes:
    """The PDF, its fonts embedded; the same bytes for the same content and font. Raises ReportError, one line."""
    fonts = typst.Fonts(include_system_fonts=system_fonts)
    font = next(iter(whole(fonts, FONTS)), ALWAYS_THERE)
    inputs = {
        "document": json.dumps(_plain(asdict(document)), ensure_ascii=False, default=str),
        "font": font,
        "bold": str(ITS_BOLD if font == ALWAYS_THERE else 700),
    }
    compiler = typst.Compiler(
        (files("reports.formats") / "report.typ").read_bytes(), font_paths=fonts, sys_inputs=inputs
    )
    try:
        content = compiler.compile(format="pdf", timestamp=int(document.made_at.timestamp()))
    except typst.TypstError as error:
        raise ReportError(f"PDF: {error.message}") from error
    if not isinstance(content, bytes):
        raise ReportError("PDF: Typst không trả về tệp nào")
    return content


def whole(fonts: typst.Fonts, families: Sequence[str]) -> list[str]:
    """The installed fonts of `families` that have every Vietnamese letter, upright, bold and italic."""
    there = [name for name in families if name in fonts.families()]
    if not there:
        return []
    inputs = {"fonts": json.dumps(there), "letters": _LETTERS}
    found: list[str] = json.loads(
        typst.Compiler(_PROBE, font_paths=fonts, sys_inputs=inputs).query("<whole>", field="value", one=True)
    )
    return found


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: bytes become lists of numbers."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return list(value) if isinstance(value, bytes) else value

"""The PDF: fonts, letters, margins, and its title, language and bookmarks."""

import io
import itertools
import unicodedata
from datetime import UTC, datetime

import pypdf
import pytest
import typst

from reports.formats.document import Content, Page, Paragraph, TextRun
from reports.formats.pdf import whole, write_pdf
from tests.reports.ink import ink, outside
from tests.reports.made import made

TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
LOWER = "".join(unicodedata.normalize("NFC", v + t) for v, t in itertools.product("aăâeêioôơuưy", TONES)) + "đ"
LETTERS = LOWER + LOWER.upper()
STYLES = [(False, False), (True, False), (False, True), (True, True)]


def page_of(*parts: TextRun) -> Content:
    return Content("a", "b", datetime(2022, 8, 19, tzinfo=UTC), Page(210, 297, 20, 20, 30, 15), (Paragraph(parts),))


def glyphs(widths: list[object]) -> int:
    """How many glyphs a font has, from its widths: `first last width` or `first [width …]`."""
    count = 0
    while widths:
        if isinstance(widths[1], list):
            count, widths = count + len(widths[1]), widths[2:]
        else:
            count, widths = count + int(str(widths[1])) - int(str(widths[0])) + 1, widths[3:]
    return count


@pytest.mark.parametrize(("bold", "italic"), STYLES)
def test_every_vietnamese_letter_has_a_glyph_of_its_own_without_any_font_of_the_system(
    bold: bool, italic: bool
) -> None:
    """Letters put together from a base and marks would share glyphs: fewer glyphs than letters."""
    text = " ".join(LETTERS)
    pdf = pypdf.PdfReader(io.BytesIO(write_pdf(page_of(TextRun(text, bold, italic)), system_fonts=False)))
    page = pdf.pages[0]
    assert "".join(page.extract_text().split()) == LETTERS
    (font,) = (font.get_object() for font in page["/Resources"]["/Font"].values())
    (inner,) = (descendant.get_object() for descendant in font["/DescendantFonts"])
    assert glyphs(list(inner["/W"])) == len(set(LETTERS)) + 2  # the space, and the glyph for missing letters


def test_a_font_is_taken_only_with_all_vietnamese_letters() -> None:
    """With an old font a word would have two typefaces; so it would with all but one of the fonts in Typst."""
    fonts = typst.Fonts(include_system_fonts=False)
    assert whole(fonts, ["Times Nowhere", "Libertinus Serif", "DejaVu Sans Mono"]) == [
        "Libertinus Serif",
        "DejaVu Sans Mono",
    ]
    assert whole(fonts, ["Times Nowhere"]) == []


def test_all_fonts_are_embedded() -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in pypdf.PdfReader(io.BytesIO(made("august").pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert [name for name, about in fonts.items() if not {"/FontFile2", "/FontFile3"} & set(about)] == []
    # the bold of the font in Typst draws ể like ễ
    assert [name for name in fonts if "LibertinusSerif-Bold" in name] == []


def test_it_is_tagged_titled_in_vietnamese_with_bookmarks_and_the_same_each_time() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(made("august").pdf))
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]).startswith("vi")
    assert pdf.metadata is not None
    assert pdf.metadata.title is not None
    assert "tháng 8/2022" in pdf.metadata.title
    assert [entry.title for entry in pdf.outline if not isinstance(entry, list)] == ["BÁO CÁO"]
    run = page_of(TextRun("x"))
    assert write_pdf(run) == write_pdf(run)


@pytest.mark.nightly
@pytest.mark.parametrize("month", ["august", "odd"])
def test_nothing_is_printed_outside_the_margins(month: str) -> None:
    assert outside(ink(made(month).pdf)) == []

"""Pages of a PDF as pixels: where anything is printed."""

from dataclasses import dataclass

import pypdfium2

A_MM = 4  # pixels


@dataclass(frozen=True)
class Ink:
    """The outermost dark pixels of a page's text and of its number, in mm from the page's left and upper edge."""

    left: float
    right: float
    bottom: float
    number: tuple[float, float] | None


def ink(pdf: bytes, top: int = 20) -> list[Ink]:
    """Each page in turn; what stands above `top` mm is its number. A page without ink raises ValueError."""
    return [_page(page, top * A_MM - 2) for page in pypdfium2.PdfDocument(pdf)]


def _page(page: pypdfium2.PdfPage, top: int) -> Ink:
    bitmap = page.render(scale=A_MM * 25.4 / 72, grayscale=True)
    pixels = bytes(bitmap.buffer)
    rows = [pixels[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height)]
    text = {y: _span(row) for y, row in enumerate(rows) if y >= top and min(row) < 128}
    number = [_span(row) for row in rows[:top] if min(row) < 128]
    return Ink(
        left=min(left for left, _ in text.values()) / A_MM,
        right=max(right for _, right in text.values()) / A_MM,
        bottom=max(text) / A_MM,
        number=(min(left for left, _ in number) / A_MM, max(right for _, right in number) / A_MM) if number else None,
    )


def _span(row: bytes) -> tuple[int, int]:
    dark = [x for x, value in enumerate(row) if value < 128]
    return dark[0], dark[-1]


def outside(pages: list[Ink]) -> list[tuple[int, Ink]]:
    """The pages (from 1) on which anything stands outside the margins of the report, or a number not in the middle."""
    middle = (30 + 210 - 15) / 2
    return [
        (number, page)
        for number, page in enumerate(pages, start=1)
        if page.left < 29.5
        or page.right > 195.5
        or page.bottom > 277.5
        or (page.number is None) != (number == 1)
        or (page.number and not middle - 5 < page.number[0] <= page.number[1] < middle + 5)
    ]

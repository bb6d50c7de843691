"""The page of `tyle check --explain`: the sheet, each cell coloured by what it was taken for. Reads no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.outcomes import Words
from reports.templates import environment

# Role of a cell → its words and its colour; others are kinds of rows whose figures are not counted.
ROLES: Mapping[str, tuple[Words, str]] = {
    "counted": (Words("số liệu được tính", "figures that are counted"), "#c9ebcf"),
    "totals": (Words("tổng cộng: để đối chiếu, không tính", "totals: compared, not counted"), "#cfe2f7"),
    "subtotal": (Words("tổng nhóm: để đối chiếu, không tính", "subtotals: compared, not counted"), "#cfe2f7"),
    "of_which": (Words("trong đó: để đối chiếu, không tính", "of which: compared, not counted"), "#dfe8f5"),
    "part": (Words("phần của dòng trên: để đối chiếu, không tính", "parts: compared, not counted"), "#dfe8f5"),
    "either": (Words("tổng cộng hoặc lĩnh vực: theo số liệu", "a total or a field: by its figures"), "#cfe2f7"),
    "comparison": (Words("so sánh, lũy kế: không tính", "comparisons: not counted"), "#e6e0f3"),
    "carry": (Words("mang sang, cộng trang: không tính", "carried over pages: not counted"), "#e6e0f3"),
    "compared": (Words("để đối chiếu: tỷ lệ, đơn vị, ngày", "compared: rate, unit, date"), "#e4f0f0"),
    "statement": (Words("tiêu đề có ngày, kỳ hoặc đơn vị", "titles with a date, period or unit"), "#f6ecc4"),
    "header": (Words("tiêu đề cột đã hiểu", "headers that were understood"), "#f3dfb0"),
    "text": (Words("tên, mã, số thứ tự", "names, codes, numbers of rows"), "#ffffff"),
    "title": (Words("tiêu đề khác", "other titles"), "#f4f4f4"),
    "note": (Words("ngoài bảng: ghi chú, tiêu đề lặp lại", "outside the table: notes, repeated headers"), "#f4f4f4"),
    "unread": (Words("cột không đọc", "columns that are not read"), "#e3e3e3"),
    "hidden": (Words("dòng bị ẩn", "hidden rows"), "#f2c4c4"),
    "unknown": (Words("dòng chưa rõ vai trò", "rows of unknown role"), "#f2c4c4"),
}
_OTHER = (Words("không tính", "not counted"), "#e6e0f3")
_WORDS = {
    "vi": {
        "title": "Cách đọc tệp",
        "sheet": "trang tính",
        "fault": "ô có lỗi",
        "legend": "Màu của ô cho biết ô được hiểu là gì",
        "left_out": "Còn {} dòng không in ở đây.",
        "none": "Không có lỗi nào.",
    },
    "en": {
        "title": "How the file is read",
        "sheet": "sheet",
        "fault": "cell at fault",
        "legend": "The colour of a cell says what it was taken for",
        "left_out": "{} more rows are not printed here.",
        "none": "No fault was found.",
    },
}


@dataclass(frozen=True)
class ShownCell:
    """A cell of the sheet: its `address` (B4), `text`, `role`, and whether it is at `fault`."""

    address: str
    text: str
    role: str
    fault: bool


@dataclass(frozen=True)
class ReadingPage:
    """What the page shows.

    `verdict`: what would become of the file, in words; `good`: whether it would count; `faults`: a line each;
    `columns`: the letters of the sheet's columns; `rows`: number and cells of each row; `left_out`: how many more rows
    there are.
    """

    file: str
    sheet: str
    verdict: str
    good: bool
    faults: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[ShownCell]]]
    left_out: int


def render(page: ReadingPage, lang: str = "vi") -> str:
    """The page as one HTML file that asks for nothing else."""
    seen = {cell.role for _, cells in page.rows for cell in cells} - {"blank"}
    used = [role for role in ROLES if role in seen] + sorted(seen - set(ROLES))
    legend = [(role, *ROLES.get(role, _OTHER)) for role in used]
    return (
        environment("reports.reading")
        .get_template("reading.html.j2")
        .render(
            page=page,
            lang=lang,
            words=_WORDS[lang],
            legend=[(role, words.in_language(lang), colour) for role, words, colour in legend],
        )
    )

"""The verdict on one file on the screen, in Vietnamese or English. Decides nothing."""

from rich.console import Console
from rich.text import Text

from flows.commands.screens.common import OUTCOMES, figures_text
from flows.work.inspect import FileVerdict
from transforms.check.explain import Reading

_OUTCOMES_EN = {
    "accepted": "accepted",
    "accepted_with_warnings": "accepted with warnings",
    "quarantined": "held back",
}
_ROWS = {"vi": "dòng", "en": "rows"}
_READING = {
    "vi": {
        "format": "Định dạng",
        "sheet": "Trang tính",
        "header": "Dòng tiêu đề",
        "numbers": "Kiểu số hàng nghìn",
        "rows": "Các dòng",
        "unread": "Cột không đọc",
        "column": "Cột",
        "detail": "chi tiết",
        "totals": "tổng cộng",
        "subtotal": "nhóm",
        "unknown": "không rõ",
        "hidden": "bị ẩn",
        "statement": "ghi chú đơn vị, ngày",
    },
    "en": {
        "format": "Format",
        "sheet": "Sheet",
        "header": "Header rows",
        "numbers": "Thousands written as",
        "rows": "Rows",
        "unread": "Columns not read",
        "column": "Column",
        "detail": "details",
        "totals": "totals",
        "subtotal": "groups",
        "unknown": "unknown",
        "hidden": "hidden",
        "statement": "titles on unit and date",
    },
}


def show_verdict(out: Console, verdict: FileVerdict, lang: str = "vi") -> None:
    """A file's faults, a line each, then whether it would be accepted."""
    for fault in verdict.faults:
        out.print(Text(fault))
    figures = ""
    if verdict.totals:
        figures = f": {verdict.row_count} {_ROWS[lang]}, {figures_text(verdict.totals, lang)}"
    word, style = OUTCOMES[verdict.status]
    out.print(Text(f"{verdict.file}: {word if lang == 'vi' else _OUTCOMES_EN[verdict.status]}{figures}", style))


def show_reading(out: Console, reading: Reading, lang: str = "vi") -> None:
    """How a file was read: format, sheet, header rows, which column became what, the style of numbers, the rows."""
    words = _READING[lang]
    first, last = reading.header_rows
    kind = ", ".join(filter(None, (reading.format, reading.encoding, reading.separator and repr(reading.separator))))
    facts = {
        "format": kind,
        "sheet": reading.sheet,
        "header": str(first) if first == last else f"{first}–{last}",
        "numbers": reading.numbers,
        "rows": ", ".join(f"{words[kind]} {count}" for kind, count in reading.kinds.items()),
        "unread": ", ".join(f"“{name}”" for name in reading.unread),
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"  {words[name]}: {value}"))
    for column, label, header, place in reading.columns:
        out.print(Text(f"  {words['column']} {place} “{header}” → {label if lang == 'vi' else column}"))

"""Tables beside which something says that they hold less, more, or other figures: headings, pages, deleted rows."""

import json

from tests.corpus.recipes.tools import cells, html, text
from tests.corpus.recipes.usual import CSV, CSV_HEADER, CSV_ROWS, HEADER, RECORDS, ROWS, TABLE

_PAGE = '<html><head><meta charset="utf-8"></head><body>{}<table>{}{}</table>{}</body></html>'
_OLD = "3;Chứng thực;4;5;9"


def _page(above: str = "", below: str = "", inside: str = "") -> bytes:
    rows = "".join(f"<tr>{cells(*row)}</tr>" for row in TABLE)
    return _PAGE.format(above, inside, rows, below).encode()


def _with(figure: str) -> bytes:
    number, field, online, in_person, total = ROWS[0]
    changed = (number, field, figure.format(online), in_person, figure.format(total))
    return html(cells(*HEADER), cells(*changed), cells(*ROWS[1]))


def _flagged(name: str, usual: str, last: str) -> bytes:
    return text(f"{CSV_HEADER};{name}", *(f"{row};{usual}" for row in CSV_ROWS), f"{_OLD};{last}")


def _letterhead(day: str) -> str:
    return f"<table><tr><td>UBND TỈNH</td></tr><tr><td>BÁO CÁO NGÀY {day}</td></tr></table>"


def _xml(words: str) -> bytes:
    rows = "".join(f"<hs>{''.join(f'<{k}>{v}</{k}>' for k, v in record.items())}</hs>" for record in RECORDS)
    return f'<?xml version="1.0"?><ds>{words}{rows}</ds>'.encode()


def files() -> dict[str, bytes]:
    """Name → bytes."""
    menu = "<ul><li><a>Sở Tư pháp</a></li></ul><p>Thứ tư, ngày 17/08/2022</p><select><option>Tháng 3</option></select>"
    return {
        "heading-of-the-day.html": _page("<h2>BÁO CÁO NGÀY 05/08/2022</h2>", "<p>Ngày in: 09/08/2022</p>"),
        "heading-of-another-day.html": _page("<h2>BÁO CÁO NGÀY 02/08/2022</h2>"),
        "paragraph-of-a-month.html": _page("<center><b>BÁO CÁO</b><br>Tháng 7 năm 2022</center>"),
        "caption-of-another-day.html": _page(inside="<caption>Số liệu ngày 02/08/2022</caption>"),
        "letterhead-table-of-the-day.html": _page(_letterhead("05/08/2022")),
        "letterhead-table-of-another-day.html": _page(_letterhead("02/08/2022")),
        "thousands-below.html": _page(below="<div>Đơn vị tính: nghìn hồ sơ</div>"),
        "menu-beside.html": _page(menu),
        "page-of-a-grid.html": _page(below="<div>Hiển thị 1 đến 2 của 31 bản ghi</div>"),
        "whole-grid.html": _page(below="<div>Hiển thị 1 đến 2 của 2 bản ghi</div>"),
        "rows-affected.csv": text(*CSV, ";;;;", "(31 rows affected)"),
        "all-rows-affected.csv": text(*CSV, ";;;;", "(2 rows affected)"),
        "deleted-row.csv": _flagged("Đã xóa", "", "x"),
        "no-row-deleted.csv": text(f"{CSV_HEADER};isDeleted", *(f"{row};false" for row in CSV_ROWS)),
        "cancelled-row.csv": _flagged("Trạng thái", "Hoạt động", "Đã hủy"),
        "row-that-is-a-sum.csv": _flagged("Loại dòng", "chi tiết", "tổng"),
        "deleted-record.json": json.dumps(
            [*RECORDS, {**RECORDS[1], "linhVuc": "Chứng thực", "isDeleted": True}], ensure_ascii=False
        ).encode(),
        "failed.json": json.dumps({"status": 503, "data": RECORDS}, ensure_ascii=False).encode(),
        "succeeded.json": json.dumps({"status": 200, "data": RECORDS}, ensure_ascii=False).encode(),
        "succeeded-in-words.json": json.dumps({"status": "success", "message": "OK", "data": RECORDS}).encode(),
        "words-beside-records.xml": _xml("Đơn vị tính: nghìn hồ sơ"),
        "blocks-in-a-cell.html": _with('<span style="display:block">{}</span><span style="display:block">3</span>'),
        "wide-gap-in-a-cell.html": _with("1&emsp;{}"),
        "two-no-break-spaces.html": _with("1&nbsp;&nbsp;{}"),
        "raised-by-its-place.html": _with('{}<small style="position:relative;top:-4px">2</small>'),
        "sums-of-a-pivot.csv": text(
            "Row Labels;Sum of Trực tuyến;Sum of Trực tiếp;Sum of Tổng số",
            *(row.partition(";")[2] for row in CSV_ROWS),
            "Grand Total;1489;16;1505",
        ),
        "counts-of-a-pivot.csv": text(
            "Lĩnh vực;Count of Trực tuyến;Count of Trực tiếp;Count of Tổng số",
            *(row.partition(";")[2] for row in CSV_ROWS),
        ),
        "end-of-a-dos-file.csv": text(*CSV) + b"\x1a",
    }

"""Rows that are no details: totals under any name, parts, comparisons, carries, second tables. Holds no odd number."""

import io
from datetime import datetime

import xlsxwriter
import xlwt

from tests.corpus.recipes.tools import Page, text, xlsx
from tests.corpus.recipes.usual import CSV, CSV_HEADER, HEADER, RECORDS, ROWS

_PLAIN_HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
_PLAIN = (_PLAIN_HEADER, "Đất đai;1489;11;1500", "Hộ tịch;0;5;5")
_SUM = "1489;16;1505"
_TOTALS = {
    "total-of-the-unit": "Cộng toàn sở",
    "total-all": "Tất cả các lĩnh vực",
    "total-in-parentheses": "(Tổng cộng)",
    "total-letters-apart": "T Ổ N G  C Ộ N G",
    "total-no-diacritics": "TONG SO HO SO",
    "total-abbreviated": "T/C",
    "total-sigma": "Σ",
    "total-english": "Sub-total",
    "total-behind": "Khối văn phòng - Total",
    "total-numbered-name": "III. Tổng số",
    "total-sender": "Sở Y tế",
    "total-and-field": "Tổng hợp",
}
_HELD = {
    "sum-without-a-name": f"Khối văn phòng;{_SUM}",
    "wrong-total-under-another-name": "Cộng toàn sở;1489;17;1506",
    "yesterday-below": "Ngày hôm qua;1400;10;1410",
    "year-below": f"Năm 2021;{_SUM}",
    "total-not-calculated": "Toàn ngành;#REF!;#REF!;#REF!",
    "total-with-a-unit-of-measure": "Toàn ngành;1489 hồ sơ;16 hồ sơ;1505 hồ sơ",
}


def files() -> dict[str, bytes]:
    """Name → bytes."""
    return (
        {f"{name}.csv": text(*_PLAIN, f"{row};{_SUM}") for name, row in _TOTALS.items()}
        | {f"{name}.csv": text(*_PLAIN, row) for name, row in _HELD.items()}
        | {
            "totals-after-each-group.csv": text(
                _PLAIN_HEADER,
                *("Đất đai;1489;11;1500", "Tổng Đất đai;1489;11;1500", "Hộ tịch;0;5;5", "Tổng Hộ tịch;0;5;5"),
                f"Tổng Cuối;{_SUM}",
            ),
            "totals-before-each-group.csv": text(
                _PLAIN_HEADER,
                *("Cộng khối 1;1489;11;1500", "Đất đai;1489;11;1500", "Cộng khối 2;0;5;5", "Hộ tịch;0;5;5"),
            ),
            "total-after-a-group-wrong.csv": text(
                _PLAIN_HEADER,
                *("Đất đai;1489;11;1500", "Cộng khối 1;1489;12;1501", "Hộ tịch;0;5;5", "Cộng khối 2;0;5;5"),
                f"Tổng Cuối;{_SUM}",
            ),
            "detail-below-the-last-total.csv": text(
                _PLAIN_HEADER, "Đất đai;1489;11;1500", "Cộng;1489;11;1500", "Hộ tịch;0;5;5"
            ),
            "sums-without-names-after-each-group.csv": text(
                _PLAIN_HEADER,
                *("Đất đai;1489;11;1500", "Y tế dự phòng;1;1;2", "Khối 1;1490;12;1502"),
                *("Hộ tịch;0;5;5", "Khối 2;0;5;5"),
            ),
            "known-field-that-is-a-sum.csv": text(*_PLAIN, f"Chứng thực;{_SUM}"),
            "numbered-field-that-is-a-sum.csv": text(*CSV, f"3;Chứng thực;{_SUM}", ";Tổng cộng;2978;32;3010"),
            "numbered-sum-without-a-name.csv": text(*CSV, f"3;Khối văn phòng;{_SUM}"),
            "parts-with-bullets.csv": text(
                *CSV[:2], ";- Giao đất;1400;10;1410", ";- Thu hồi;89;1;90", *CSV[2:], f";Tổng cộng;{_SUM}"
            ),
            "parts-with-letters.csv": text(*CSV[:2], "a;Giao đất;1400;10;1410", "b;Thu hồi;89;1;90", *CSV[2:]),
            "parts-with-numbers.csv": text(*CSV[:2], "1.1;Giao đất;1400;10;1410", *CSV[2:]),
            "parts-with-numbers.xlsx": xlsx(Page((HEADER, ROWS[0], (1.1, "Giao đất", 1400, 10, 1410), ROWS[1]))),
            "parts-are-the-details.csv": text(
                CSV_HEADER, "1;Khối đất đai;;;", "1.1;Đất đai;1489;11;1500", "2;Khối tư pháp;;;", "2.1;Hộ tịch;0;5;5"
            ),
            "parts-of-which.csv": text(
                *CSV[:2], ";Trong đó:;;;", ";Giao đất;1400;10;1410", ";Thu hồi;89;1;90", *CSV[2:]
            ),
            "part-more-than-its-row.csv": text(*CSV[:2], "1.1;Giao đất;1490;10;1500", *CSV[2:]),
            "parts-together-more-than-their-row.csv": text(
                *CSV[:2], "1.1;Giao đất;1400;10;1410", "1.2;Thu hồi;90;1;91", *CSV[2:]
            ),
            "parts-indented.csv": text(
                *_PLAIN[:2], "   Giao đất;1400;10;1410", "   Thu hồi;89;1;90", *_PLAIN[2:], f"Tổng cộng;{_SUM}"
            ),
            "parts-indented.xlsx": _indented_xlsx(),
            "parts-indented.xls": _indented_xls(),
            "part-indented.csv": text(*_PLAIN[:2], "\u00a0\u00a0Giao đất;1400;10;1410", _PLAIN[2]),
            "all-indented.csv": text(_PLAIN_HEADER, *(f"  {row}" for row in _PLAIN[1:])),
            "bullet-of-unknown-meaning.csv": text(*_PLAIN[:2], "- Giao đất;1400;10;1410", _PLAIN[2]),
            "comparison-below-the-total.csv": text(
                *CSV, f";Tổng cộng;{_SUM}", ";Lũy kế từ đầu năm;9000;100;9100", ";So với cùng kỳ;+5%;-3%;+4%"
            ),
            "carried-to-the-next-page.csv": text(
                *CSV[:2],
                ";Cộng trang;1489;11;1500",
                CSV_HEADER,
                ";Mang sang;1489;11;1500",
                *CSV[2:],
                f";Tổng cộng;{_SUM}",
            ),
            "carried-wrong.csv": text(*CSV[:2], ";Mang sang;1480;11;1491", *CSV[2:]),
            "second-table-of-other-words.csv": text(
                *CSV, "", "Theo cấp giải quyết", "STT;Cấp;Số hồ sơ trực tuyến;Số hồ sơ trực tiếp;Tổng", f"1;Tỉnh;{_SUM}"
            ),
            "second-table-of-one-figure.csv": text(*_PLAIN, "Kênh nộp;Tổng số;;", "Bưu điện;1505;;"),
            "second-table-by-its-title.csv": text(*CSV, "Bảng 2. Theo cấp;;;;", f"1;Cấp tỉnh;{_SUM}"),
            "second-table-without-a-title.csv": text(*CSV, ";;;;", "3;Cấp tỉnh;1489;11;1500", "4;Cấp huyện;0;5;5"),
            "page-break-of-the-same-table.csv": text(*CSV[:2], CSV_HEADER, *CSV[2:]),
            "words-among-the-figures.csv": text(*CSV[:2], ";Nhóm khác;chưa có;;", *CSV[2:]),
            "note-over-merged-cells.csv": text(*CSV[:2], ";".join(["Nhóm tư pháp"] * 5), *CSV[2:]),
            "records-with-a-rollup.json": text(
                str([*RECORDS, {"linhVuc": None, "trucTuyen": 1489, "trucTiep": 16, "tongSo": 1505}])
                .replace("'", '"')
                .replace("None", "null")
            ),
        }
    )


_INDENTED: tuple[tuple[bool, tuple[str | int, ...]], ...] = (
    (False, ("Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số")),
    (False, ("Đất đai", 1489, 11, 1500)),
    (True, ("Giao đất", 1400, 10, 1410)),
    (True, ("Thu hồi", 89, 1, 90)),
    (False, ("Hộ tịch", 0, 5, 5)),
    (False, ("Tổng cộng", 1489, 16, 1505)),
)


def _indented_xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2022, 8, 5, 17)})
        deep, sheet = book.add_format({"indent": 1}), book.add_worksheet()
        for number, (is_part, row) in enumerate(_INDENTED):
            sheet.write_row(number, 0, row, deep if is_part else None)
    return out.getvalue()


def _indented_xls() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Sheet1")
    deep, plain = xlwt.easyxf("alignment: indent 2"), xlwt.easyxf("")
    for number, (is_part, row) in enumerate(_INDENTED):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, deep if is_part else plain)
    book.save(out)
    return out.getvalue()

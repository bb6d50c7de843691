"""What stands around, above and between the rows of a table. Holds no odd number and no odd letter."""

from tests.corpus.recipes.tools import Page, cells, html, text, xls, xlsx
from tests.corpus.recipes.usual import CSV, CSV_HEADER, CSV_ROWS, HEADER, ROWS, TOTALS

_FORM = (
    ("SỞ Y TẾ", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", None, None, None),
    (None, None, "Độc lập - Tự do - Hạnh phúc", None, None, None),
    ("THỐNG KÊ HỒ SƠ THỦ TỤC HÀNH CHÍNH XỬ LÝ TRỰC TUYẾN MỨC ĐỘ 4", None, None, None, None, None),
    ("Số liệu tính đến ngày 05/08/2022", None, None, None, None, None),
    (None, None, None, None, None, "Đơn vị tính: hồ sơ"),
    ("STT", "Lĩnh vực", "Số lượng hồ sơ", None, None, "Tỷ lệ (%)"),
    (None, None, "Trực tuyến", "Trực tiếp", "Tổng số", None),
    ("(1)", "(2)", "(3)", "(4)", "(5)=(3)+(4)", "(6)=(3)/(5)"),
    (1, "Đất đai", 1489, 11, 1500, 99.27),
    (2, "Hộ tịch", 0, 5, 5, 0),
    (None, "Tổng cộng", 1489, 16, 1505, 98.94),
    (),
    (None, "Người lập biểu", None, None, "Thủ trưởng đơn vị", None),
    (None, "(Ký, ghi rõ họ tên)", None, None, "(Ký, đóng dấu)", None),
)
_FORM_MERGES = (
    (0, 2, 0, 5),
    (1, 2, 1, 5),
    (2, 0, 2, 5),
    (3, 0, 3, 5),
    (5, 0, 6, 0),
    (5, 1, 6, 1),
    (5, 2, 5, 4),
    (5, 5, 6, 5),
)
_THREE_LEVELS = (
    ("STT", "Lĩnh vực", "Kết quả giải quyết hồ sơ", None, None, None),
    (None, None, "Số lượng hồ sơ", None, None, "Tỷ lệ (%)"),
    (None, None, "Trực tuyến", "Trực tiếp", "Tổng số", None),
    (1, "Đất đai", 1489, 11, 1500, 99.27),
    (2, "Hộ tịch", 0, 5, 5, 0),
)
_THREE_MERGES = ((0, 0, 2, 0), (0, 1, 2, 1), (0, 2, 0, 5), (1, 2, 1, 4), (1, 5, 2, 5))
_MERGED_COUNTS = Page(
    (HEADER, ROWS[0], (2, "Hộ tịch", None, None, None), (3, "Chứng thực", 7, 8, 15)),
    merges=tuple((1, column, 2, column) for column in (2, 3, 4)),
)
_SEVEN = "STT;Lĩnh vực;Mã thủ tục;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ (%)"


def files() -> dict[str, bytes]:
    """Name → bytes."""
    return {
        "official-form.xlsx": xlsx(Page(_FORM, merges=_FORM_MERGES)),
        "official-form.xls": xls(Page(_FORM, merges=_FORM_MERGES)),
        "three-level-header.xlsx": xlsx(Page(_THREE_LEVELS, merges=_THREE_MERGES)),
        "three-level-header-as-html.xls": html(
            '<th rowspan="3">STT</th><th rowspan="3">Lĩnh vực</th><th colspan="4">Kết quả giải quyết hồ sơ</th>',
            '<th colspan="3">Số lượng hồ sơ</th><th rowspan="2">Tỷ lệ (%)</th>',
            "<th>Trực tuyến</th><th>Trực tiếp</th><th>Tổng số</th>",
            cells(1, "Đất đai", "1.489", 11, "1.500", "99,27"),
            cells(2, "Hộ tịch", 0, 5, 5, "0,00"),
        ),
        "two-level-header-fallen-apart.csv": text(
            "STT;Lĩnh vực;Số lượng hồ sơ;;;Tỷ lệ (%)",
            ";;Trực tuyến;Trực tiếp;Tổng số;",
            "1;Đất đai;1489;11;1500;99,27",
            "2;Hộ tịch;0;5;5;0",
        ),
        "column-numbers-in-parentheses.csv": text(CSV_HEADER, "(1);(2);(3);(4);(5)=(3)+(4)", *CSV_ROWS),
        "column-numbers-bare.csv": text(CSV_HEADER, "1;2;3;4;5", *CSV_ROWS),
        "column-letters-and-numbers.csv": text(CSV_HEADER, "A;B;1;2;3=1+2", *CSV_ROWS),
        "first-row-looks-like-column-numbers.csv": text(CSV_HEADER, "1;Đất đai;1;2;3", "2;Hộ tịch;4;5;9"),
        "group-headings-stt-restarting.csv": text(
            CSV_HEADER, "I;Tài nguyên;;;", "1;Đất đai;1489;11;1500", "II;Tư pháp;;;", "1;Hộ tịch;0;5;5"
        ),
        "group-subtotals.csv": text(
            CSV_HEADER, "I;Tài nguyên;1489;11;1500", "1;Đất đai;1489;11;1500", "II;Tư pháp;0;5;5", "1;Hộ tịch;0;5;5"
        ),
        "group-subtotal-wrong.csv": text(
            CSV_HEADER, "I;Tài nguyên;1490;11;1501", "1;Đất đai;1489;11;1500", "II;Tư pháp;0;5;5", "1;Hộ tịch;0;5;5"
        ),
        "totals-first.xlsx": xlsx(Page((HEADER, TOTALS, *ROWS))),
        "totals-last.xlsx": xlsx(Page((HEADER, *ROWS, TOTALS))),
        "totals-under-stt.csv": text(*CSV, "Tổng cộng;;1489;16;1505"),
        "totals-wrong.csv": text(*CSV, ";Tổng cộng;1489;17;1506"),
        "row-total-wrong.csv": text(CSV_HEADER, "1;Đất đai;1489;11;1600", "2;Hộ tịch;0;5;5"),
        "signature-of-another-day.csv": text(
            *CSV, ";;;;", ";;;Thái Nguyên, ngày 08 tháng 8 năm 2022;", ";Người lập biểu;;Giám đốc;", ";(đã ký);;;"
        ),
        "note-below-the-table.csv": text(*CSV, "", "Ghi chú: (1) gồm hồ sơ nộp qua Cổng dịch vụ công quốc gia;;;;"),
        "header-repeated-on-each-page.csv": text(CSV_HEADER, CSV_ROWS[0], CSV_HEADER, CSV_ROWS[1]),
        "header-after-thirty-titles.csv": text(*(f"Dòng tiêu đề thứ {n};;;;" for n in range(30)), *CSV),
        "blank-rate-where-no-cases.csv": text(
            "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ (%)", "Đất đai;1489;11;1500;99,27", "Hộ tịch;0;0;0;"
        ),
        "no-cases-at-all.csv": text(CSV_HEADER, "1;Đất đai;0;0;0"),
        "no-rows.csv": text(CSV_HEADER),
        "blank-count.csv": text(CSV_HEADER, "1;Đất đai;;11;1500", "2;Hộ tịch;0;5;5"),
        "figures-without-stt.csv": text(CSV_HEADER, ";Bộ phận Một cửa;1489;16;1505", *CSV_ROWS),
        "field-twice.csv": text(*CSV, "3;Đất đai;1;1;2"),
        "header-cell-without-a-cell.csv": text(_SEVEN, "1;Đất đai;1489;11;1500;99,27", "2;Hộ tịch;0;5;5;0"),
        "header-cell-without-a-cell-no-rate.csv": text(
            _SEVEN.removesuffix(";Tỷ lệ (%)"), "1;Đất đai;1489;11;1500", "2;Hộ tịch;0;5;5"
        ),
        "postal-beside.csv": text(
            "Lĩnh vực;Trực tuyến;Trực tiếp;Bưu chính công ích;Tổng số", "Đất đai;1489;10;1;1500", "Hộ tịch;0;5;0;5"
        ),
        "levels-beside.csv": text(f"{CSV_HEADER};Mức độ", f"{CSV_ROWS[0]};Toàn trình", f"{CSV_ROWS[1]};3"),
        "level-unknown.csv": text(f"{CSV_HEADER};Mức độ", f"{CSV_ROWS[0]};4", f"{CSV_ROWS[1]};7"),
        "settled-beside.csv": text(
            f"{CSV_HEADER};Tiếp nhận;Đã giải quyết;Đúng hạn", f"{CSV_ROWS[0]};1500;1400;1399", f"{CSV_ROWS[1]};5;0;0"
        ),
        "settled-more-than-received.csv": text(
            f"{CSV_HEADER};Tiếp nhận;Đã giải quyết;Đúng hạn", f"{CSV_ROWS[0]};1500;1501;1399", f"{CSV_ROWS[1]};5;0;0"
        ),
        "figures-below-the-total.csv": text(*CSV, ";Tổng cộng;1489;16;1505", ";Trong đó qua bưu chính;0;3;3"),
        "stt-with-dots.csv": text(CSV_HEADER, "1.;Đất đai;1489;11;1500", "2.;Hộ tịch;0;5;5"),
        "columns-in-another-order.csv": text(
            "Tổng số;Trực tiếp;Trực tuyến;Ghi chú;Lĩnh vực", "1500;11;1489;x;Đất đai", "5;5;0;;Hộ tịch"
        ),
        "counts-merged-over-two-rows.xlsx": xlsx(_MERGED_COUNTS),
        "counts-merged-over-two-rows.xls": xls(_MERGED_COUNTS),
        "counts-merged-over-two-rows-as-html.xls": html(
            cells(*HEADER, tag="th"),
            cells(1, "Đất đai") + "".join(f'<td rowspan="2">{count}</td>' for count in ROWS[0][2:]),
            cells(2, "Hộ tịch"),
            cells(3, "Chứng thực", 7, 8, 15),
        ),
        "second-table-below.csv": text(
            *CSV,
            ";;;;",
            "Bảng 2. Dịch vụ công mức độ 3;;;;",
            CSV_HEADER,
            "1;Chứng thực;7;8;15",
            "2;Bảo trợ xã hội;1;1;2",
        ),
        "day-and-year-side-by-side.csv": text(
            "STT;Lĩnh vực;Trong ngày;;;Lũy kế từ đầu năm;;",
            ";;Trực tuyến;Trực tiếp;Tổng số;Trực tuyến;Trực tiếp;Tổng số",
            f"{CSV_ROWS[0]};9000;1000;10000",
            f"{CSV_ROWS[1]};10;50;60",
        ),
        "field-cell-lost-in-one-row.csv": text(f"{CSV_HEADER};Tỷ lệ (%)", "1;100;0;100;100", f"{CSV_ROWS[1]};0"),
        "online-cell-lost-in-one-row.csv": text(f"{CSV_HEADER};Tỷ lệ (%)", "1;Đất đai;0;100;100", "2;Hộ tịch;0;5;5;0"),
        "stt-and-field-swapped.csv": text("Lĩnh vực;STT;Trực tuyến;Trực tiếp;Tổng số", *CSV_ROWS),
        "cells-beyond-the-header.csv": text(CSV_HEADER, f"{CSV_ROWS[0]};99;98", CSV_ROWS[1]),
        "two-columns-of-one-name.csv": text(f"{CSV_HEADER};Tổng số", f"{CSV_ROWS[0]};1501", f"{CSV_ROWS[1]};5"),
        "missing-column.csv": text("STT;Lĩnh vực;Trực tuyến;Tổng số", "1;Đất đai;1489;1500"),
        "unknown-header.csv": text("STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng cộg", *CSV_ROWS),
    }

"""Titles, letterheads, filter lines, notes and names of sheets: whose figures, of which period, in which measure."""

import json

from tests.corpus.recipes.tools import Page, cells, html, text, xlsx
from tests.corpus.recipes.usual import CSV, RECORDS, ROWS, TABLE

# What an office writes around a right table of Sở Y tế, of 5 August 2022 alone.
_GOOD = {
    "letterhead": (
        "UBND TỈNH THÁI NGUYÊN;;CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM;;",
        "SỞ Y TẾ;;Độc lập - Tự do - Hạnh phúc;;",
        "Số: 417/BC-SYT;;Thái Nguyên, ngày 8 tháng 8 năm 2022;;",
        "BÁO CÁO;;;;",
        "Tình hình tiếp nhận hồ sơ trực tuyến mức độ 3, 4 ngày 05/8/2022;;;;",
        '"Kính gửi: UBND tỉnh; Sở Thông tin và Truyền thông";;;;',
        "Thực hiện Công văn số 815/STTTT-CNTT ngày 01/7/2022 của Sở Thông tin và Truyền thông về báo cáo năm 2022;;;;",
    ),
    "recipients-in-lines": ("Kính gửi:;;;;", "- UBND tỉnh;;;;", "- Sở Nội vụ.;;;;", "Ngày 05/08/2022;;;;"),
    "citation-before-the-day": (
        "(Kèm theo Quyết định số 1085/QĐ-TTg ngày 15/9/2022 của Thủ tướng Chính phủ);;;;",
        "(Số liệu ngày 5.8.2022);;;;",
    ),
    "form-number": ("Mẫu số 06a ban hành kèm theo Thông tư số 02/2017/TT-VPCP ngày 31 tháng 10 năm 2017;;;;",),
    "printed-later": (
        "Người lập: Trần Thị B    Điện thoại: 0208 3855 222;;;;",
        "Địa chỉ: số 3, phường Trưng Vương, thành phố Thái Nguyên;;;;",
        "Ngày in: 08/08/2022 07:45;;Ngày báo cáo: 05/08/2022;;",
    ),
    "stamp-of-a-report-designer": ("08/08/2022 07:45:10;;;;", "THỐNG KÊ HỒ SƠ;;;;"),
    "one-day-as-a-period": ("Từ 0h00 ngày 05/08/2022 đến 24h00 ngày 05/08/2022;;;;",),
    "filter-of-one-day": ("Từ ngày:;05/08/2022;Đến ngày:;05/08/2022;",),
    "filters-of-all": ("Trạng thái: Tất cả    Hình thức nộp: Tất cả;;;;",),
    "day-in-a-year": ("SỐ LIỆU TIẾP NHẬN TRONG NGÀY - NĂM 2022;;;;",),
    "signature-left-blank": ("Thái Nguyên, ngày     tháng 8 năm 2022;;;;", "Ngày … tháng … năm 2022;;;;"),
    "measure-with-rate": ("Đơn vị tính: hồ sơ, %;;;;",),
    "english": ("Report date: 2022-08-05;;;;", "Unit: cases;;;;"),
    "levels": ("Dịch vụ công mức độ 3 trở lên;;;;", "Dịch vụ công toàn trình và một phần;;;;"),
    "plan-of-the-year": ("Theo Kế hoạch số 12/KH-UBND năm 2022;;;;", "ĐVT: HS;;;;"),
    "compared": ("(So với cùng kỳ năm 2021);;;;",),
    "abbreviated-letterhead": ("UBND TỈNH THÁI NGUYÊN - SỞ Y TẾ;;;;",),
    "two-offices": ("TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG;;;;", "SỞ Y TẾ;;;;"),
}
# The same table as one of the figures of something else.
_BAD = {
    "day-in-the-line": "BÁO CÁO TIẾP NHẬN HỒ SƠ NGÀY 04/08/2022",
    "day-in-words": "Số liệu ngày 4 tháng 8 năm 2022",
    "day-in-parentheses": "(số liệu: 04.8.2022)",
    "day-behind-a-citation": "Theo Công văn số 12/SYT ngày 05/8/2022, số liệu ngày 03/08/2022",
    "day-in-english": "Data for 4 August 2022",
    "period-without-word": "01/07/2022 - 31/07/2022",
    "period-in-cells": "Từ ngày;01/08/2022;Đến ngày;05/08/2022",
    "period-of-months": "Từ tháng 1 đến tháng 8 năm 2022",
    "period-in-english": "From 2022-08-01 to 2022-08-05",
    "days-of-a-month": "Thời gian: 01-05/08/2022",
    "month": "THÁNG 8 NĂM 2022",
    "month-behind-a-label": "Kỳ báo cáo: 08/2022",
    "last-month": "Tháng 07/2022",
    "quarter": "QUÝ III NĂM 2022",
    "week": "Tuần 31",
    "year": "Năm 2022",
    "half-year": "6 tháng đầu năm 2022",
    "since-the-year-began": "LŨY KẾ TỪ ĐẦU NĂM",
    "summed": "Số liệu cộng dồn đến ngày 05/08/2022",
    "year-to-date": "Year to date",
    "thousands": "Đơn vị tính: nghìn hồ sơ",
    "thousands-as-a-figure": "(ĐVT: 1.000 hồ sơ)",
    "per-cent": "ĐVT: %",
    "thousands-in-english": "Unit: thousand cases",
    "other-measure": "Đơn vị tính: thủ tục",
    "other-office": "SỞ TÀI CHÍNH",
    "other-office-in-a-title": "THỐNG KÊ HỒ SƠ CỦA SỞ TÀI CHÍNH",
    "other-district": "ỦY BAN NHÂN DÂN HUYỆN ĐẠI TỪ",
    "other-office-unmarked": "SO TAI CHINH",
    "other-level-in-words": "Dịch vụ công trực tuyến một phần",
    "yesterday": "Số liệu ngày hôm qua",
    "other-level": "Dịch vụ công trực tuyến mức độ 3",
    "overdue": "DANH SÁCH HỒ SƠ QUÁ HẠN",
    "filtered": "Trạng thái: Đã trả kết quả",
    "test-data": "DỮ LIỆU THỬ NGHIỆM",
}
_NOTES = {
    "note-of-a-source": ("Nguồn: Hệ thống một cửa điện tử, trích xuất ngày 08/8/2022", "Ngày 8 tháng 8 năm 2022"),
    "note-of-a-period": ("Ghi chú: số liệu từ ngày 01/07/2022 đến ngày 31/07/2022",),
    "note-of-a-measure": ("Đơn vị tính: nghìn hồ sơ",),
    "note-of-a-sum": ("Ghi chú: số liệu lũy kế từ đầu năm",),
}


def _json(**about: object) -> bytes:
    return json.dumps({**about, "data": RECORDS}, ensure_ascii=False).encode()


def _days(*names: str, rows: int = 2) -> bytes:
    """A sheet a day; the first figure of the n-th is n more than the usual one."""
    return xlsx(
        *(
            Page((TABLE[0], *((1, "Đất đai", 1489 + n, 11, 1500 + n), ROWS[1])[:rows]), name)
            for n, name in enumerate(names)
        )
    )


def files() -> dict[str, bytes]:
    """Name → bytes."""
    good = {f"good-{name}.csv": text(*lines, *CSV) for name, lines in _GOOD.items()}
    bad = {f"{name}.csv": text(line + ";" * (4 - line.count(";")), *CSV) for name, line in _BAD.items()}
    notes = {f"{name}.csv": text(*CSV, ";;;;", *(f"{line};;;;" for line in lines)) for name, lines in _NOTES.items()}
    return {
        **good,
        **bad,
        **notes,
        "note-right-below.csv": text(*CSV, "Đơn vị tính: nghìn hồ sơ;;;;"),
        "month-column.csv": text(f"{CSV[0]};Tháng;Năm", *(f"{row};7;2022" for row in CSV[1:])),
        "month-column-of-two-months.csv": text(f"{CSV[0]};Tháng", f"{CSV[1]};7", f"{CSV[2]};8"),
        "two-ends-in-two-rows.csv": text("Từ ngày: 01/01/2022;;;;", "Đến ngày: 05/08/2022;;;;", *CSV),
        "scalars-of-the-day.json": _json(ngay="2022-08-05", donVi="so-y-te", total=2, createdAt="2022-08-08T07:45:00"),
        "scalars-of-a-period.json": _json(tuNgay="2022-08-01", denNgay="2022-08-05"),
        "scalars-of-a-month.json": _json(month=8, year=2022),
        "scalars-of-another-unit.json": _json(donVi="Sở Tài chính"),
        "scalars-of-thousands.json": _json(donViTinh="nghìn hồ sơ"),
        "letterhead-in-its-own-table.xls": html(*(cells(*row) for row in TABLE)).replace(
            b"<body>", "<body><table><tr><td>UBND TỈNH</td><td>SỞ Y TẾ</td></tr></table>".encode()
        ),
        "sheet-of-each-day.xlsx": _days("03", "04", "05", "06"),
        "sheet-of-each-day-in-words.xlsx": _days("Ngày 4", "Ngày 5"),
        "sheet-of-each-date.xlsx": _days("04-08", "05-08"),
        "sheet-of-the-day-is-missing.xlsx": _days("01", "02", "03"),
        "sheet-of-the-day-is-blank.xlsx": xlsx(Page(TABLE, "04"), Page(TABLE[:1], "05")),
        "sheet-of-another-date.xlsx": xlsx(Page(TABLE, "04.08")),
        "sheet-of-another-unit.xlsx": xlsx(Page(TABLE, "Sở Tài chính")),
        "sheet-of-last-month.xlsx": xlsx(Page(TABLE, "Tháng 7")),
        "sheet-of-this-month.xlsx": xlsx(Page(TABLE, "Tháng 8")),
    }

"""Whole sheets as one-stop software and offices write them: lines around a table, headings, rows of other things."""

from tests.corpus.recipes.tools import Page, cells, html, text, xlsx
from tests.corpus.recipes.usual import CSV, CSV_HEADER, CSV_ROWS, TABLE

_HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
_PLAIN = (_HEADER, "Đất đai;1489;11;1500", "Hộ tịch;0;5;5")
_OTHERS = "120;4;124"

# Directly below the last row, without a blank one between.
_NOTES = {
    "note-of-abbreviations": "Ghi chú: HS: hồ sơ; TTHC: thủ tục hành chính",
    "note-of-a-formula": "Ghi chú: Tổng số (3) = (1) + (2)",
    "note-without-a-label": "Cam kết số liệu trên là đúng.",
    "note-with-a-label": "Người gửi số liệu: Lê Văn Tám - SĐT: 0912 000 111",
    "note-of-the-program": "Powered by iGate 2.0",
    "note-of-records": "Tổng số bản ghi: 2",
    "note-of-the-page": "Trang 1/1",
    "note-of-the-end": "./.",
    "signature-at-the-right": ";;TL. GIÁM ĐỐC;",
}
_FALSE_NOTES = {
    "note-of-another-month": "Ghi chú: Số liệu tháng 7/2022",
    "note-of-another-day": "(*) Số liệu trên là của ngày 04/08/2022",
    "note-of-cases-carried-over": "(*) Đã tính, bao gồm cả hồ sơ tồn kỳ trước",
    "note-of-a-missing-part": "Ghi chú: chưa bao gồm hồ sơ của Chi cục Dân số",
    "note-of-other-figures": "Số liệu trên là số hồ sơ đã trả kết quả",
}
_LINES = {
    "filter-all-units": "Đơn vị: Tất cả;Lĩnh vực: -- Tất cả --;;",
    "filter-own-subject": "Lĩnh vực: Y tế;;Cấp thực hiện: Cấp tỉnh;",
    "filter-everybody": "Đối tượng: Cá nhân, tổ chức;Cán bộ tiếp nhận: Tất cả;;",
    "payments-beside-cases": "TÌNH HÌNH TIẾP NHẬN HỒ SƠ VÀ THANH TOÁN TRỰC TUYẾN;;;",
    "own-province": "SỞ Y TẾ TỈNH THÁI NGUYÊN;;;",
    "street": "Số 12 đường Cách mạng tháng 8;;;",
    "meeting": "Phục vụ họp giao ban ngày 08/8/2022;;;",
    "own-part": "SỞ Y TẾ - CHI CỤC DÂN SỐ;;;",
}
_FALSE_LINES = {
    "filter-of-a-level": "Cấp thực hiện: Cấp huyện",
    "filter-of-an-official": "Cán bộ tiếp nhận: Lê Văn Tám",
    "filter-of-a-field": "Lĩnh vực: Đất đai",
    "filter-of-half-a-day": "Ca làm việc: Sáng",
    "about-payments": "BÁO CÁO THANH TOÁN TRỰC TUYẾN",
    "about-procedures": "SỐ LƯỢNG TTHC CUNG CẤP TRỰC TUYẾN",
    "for-show": "Số liệu minh họa",
    "years": "Giai đoạn 2021 - 2025",
    "report-of-a-month": "BÁO CÁO THÁNG",
    "kind-of-report": "Kỳ báo cáo: Năm",
    "other-province-in-short": "SỞ Y TẾ HÀ GIANG",
    "other-province": "SỞ Y TẾ TỈNH LẠNG SƠN",
    "other-office": "BỆNH VIỆN ĐA KHOA SÔNG CÔNG",
    "office-of-a-district": "PHÒNG Y TẾ HUYỆN PHÚ BÌNH",
    "commune-not-registered": "UBND XÃ HÓA THƯỢNG",
}
_ROWS = {
    "row-of-late-cases": "Quá hạn",
    "row-of-settled-cases": "HS đã giải quyết",
    "row-of-cases": "Hồ sơ nộp tại huyện",
    "row-of-a-channel": "Qua Cổng DVC quốc gia",
    "row-of-a-level": "Toàn trình",
    "row-of-persons": "Của doanh nghiệp",
    "row-of-a-month-in-short": "T7/2022",
    "row-of-last-year-in-short": "CK 2021",
    "row-of-a-plan": "Chỉ tiêu 2022",
    "row-of-a-mean": "TB/ngày",
    "row-of-months": "8T/2022",
    "row-of-this-year": "6 tháng đầu năm",
    "row-of-a-place": "Phường Trưng Vương",
    "row-of-an-office": "Sở Xây dựng",
    "row-under-an-arrow": "→ Giao đất",
}


def files() -> dict[str, bytes]:
    """Name → bytes."""
    lines = _LINES | {name: f"{line};;;" for name, line in _FALSE_LINES.items()}
    notes = _NOTES | _FALSE_NOTES
    return (
        {f"{name}.csv": text(line, *_PLAIN) for name, line in lines.items()}
        | {f"{name}.csv": text(*_PLAIN, _cells(line)) for name, line in notes.items()}
        | {f"{name}.csv": text(*_PLAIN, f"{row};{_OTHERS}") for name, row in _ROWS.items()}
        | {
            "name-below-the-total.csv": text(*_PLAIN, "Tổng cộng;1489;16;1505", "Lê Văn Tám;;;"),
            "part-said-alone.csv": text(*_PLAIN[:2], "Riêng đất ở;89;1;90", _PLAIN[2]),
            "rows-of-places-alone.csv": text(_HEADER, "Xã Cù Vân;1489;11;1500", "Xã Hà Thượng;0;5;5"),
            "sections-in-names.csv": text(
                _HEADER, "I. KHỐI ĐẤT ĐAI;;;", _PLAIN[1], "II. KHỐI TƯ PHÁP;;;", _PLAIN[2], "Cộng (I+II);1489;16;1505"
            ),
            "section-of-the-year.csv": text(
                CSV_HEADER, "I;SỐ PHÁT SINH;;;", *CSV_ROWS, "II;LŨY KẾ TỪ 01/01/2022;;;", "1;Chứng thực;900;10;910"
            ),
            "section-of-another-day.csv": text(*_PLAIN, "Ngày 04/08/2022;;;", f"Chứng thực;{_OTHERS}"),
            "section-of-late-cases.csv": text(*_PLAIN, "Hồ sơ quá hạn;;;", f"Chứng thực;{_OTHERS}"),
            "pages-numbered-between.csv": text(*CSV[:2], "Trang 1/2;;;;", CSV_HEADER, CSV[2], "Trang 2/2;;;;"),
            "header-abbreviated.csv": text("LV;HS trực tuyến;HS trực tiếp;Tổng HS", *_PLAIN[1:]),
            "header-with-post.csv": text(
                '"Lĩnh vực";"Trực tuyến";"Trực tiếp hoặc qua dịch vụ BCCI";"Tổng số"', *_PLAIN[1:]
            ),
            "header-of-portal-and-counter.csv": text(
                "Lĩnh vực;Số hồ sơ nộp qua Cổng DVC;Số hồ sơ nộp tại Bộ phận Một cửa;Tổng số hồ sơ", *_PLAIN[1:]
            ),
            "code-and-name-of-the-unit.csv": text(
                f"Mã đơn vị;Tên đơn vị;{_HEADER}", *(f"H55.12;Sở Y tế;{row}" for row in _PLAIN[1:])
            ),
            "sheet-of-late-cases.xlsx": xlsx(Page(TABLE, "Quá hạn")),
            "page-with-a-heading.xls": _page("Thống kê hồ sơ Sở Y tế ngày 05/08/2022"),
            "page-of-a-month.xls": _page("Thống kê hồ sơ Sở Y tế tháng 7 năm 2022"),
        }
    )


def _cells(note: str) -> str:
    """A line of four cells; a note is the first of them."""
    return note if note.startswith(";") else f'"{note}";;;'


def _page(heading: str) -> bytes:
    """A page whose title stands outside the table."""
    page = html(*(cells(*row) for row in TABLE)).decode()
    return page.replace("<body>", f"<body><h3>{heading}</h3>").replace("</body>", "<p>Trang 1</p></body>").encode()

"""The real report of August 2022 beside ours of the same figures, read back out of each format.

Every figure of its sentences and of its 31 table rows. One differs on purpose: the report prints 42 for UBND TP Thái
Nguyên, whose own figures make 41,85. What it calls 29,6 % is 29,60 percentage points.
"""

import io

import openpyxl
import pytest

from tests.reports.made import (
    made,
    tables_of_docx,
    tables_of_html,
    tables_of_xlsx,
    text_of_docx,
    text_of_html,
    text_of_pdf,
)

PRINTED = [
    """\
1;Sở, ban, ngành;14.500;4.357;18.857;76,89
2;Huyện;5.045;1.063;6.108;82,60
3;Tổng;19.545;5.420;24.965;78,29""",
    """\
;Tổng cộng;14.500;4.357;18.857;76,89
1;Sở Ngoại vụ;3;0;3;100
2;Sở Tài chính;4;0;4;100
3;Sở Nông nghiệp và Phát triển nông thôn;1.489;0;1.489;100
4;Sở Kế hoạch và Đầu tư;2.868;1.382;4.250;67,48
5;Sở Khoa học và Công nghệ;21;0;21;100
6;Sở Nội vụ;25;5;30;83,33
7;Sở Công thương;949;30;979;96,94
8;Sở Lao động Thương binh và Xã hội;6;63;69;8,70
9;Sở Giáo dục và Đào tạo;32;9;41;78,05
10;Sở Văn hóa thể thao du lịch;16;0;16;100
11;Sở Thông tin và Truyền thông;16;0;16;100
12;Sở Tài nguyên và Môi trường;3.082;766;3.848;80,09
13;Ban Quản lý các Khu công nghiệp;75;0;75;100
14;Sở Tư pháp;718;4;722;99,45
15;Sở Xây dựng;42;2;44;95,45
16;Sở Y tế;85;0;85;100
17;Sở Giao thông vận tải;5.069;2.096;7.165;70,75""",
    """\
;Tổng cộng;5.045;1.063;6.108;82,60
1;UBND TP Thái Nguyên;421;585;1.006;41,85
2;UBND TP Sông Công;317;59;376;84,31
3;UBND TP Phổ Yên;3.140;207;3.347;93,82
4;UBND huyện Võ Nhai;98;5;103;95,15
5;UBND huyện Đại Từ;586;47;633;92,58
6;UBND huyện Phú Lương;54;156;210;25,71
7;UBND huyện Định Hóa;174;0;174;100
8;UBND huyện Đồng Hỷ;148;2;150;98,67
9;UBND huyện Phú Bình;107;2;109;98,17""",
]
ROWS = [[tuple(row.split(";")) for row in table.splitlines()] for table in PRINTED]
SENTENCES = [
    "cơ quan thường trực Ban Chỉ đạo chuyển đổi số tỉnh Thái Nguyên",
    "vẫn còn một số tồn tại, hạn chế như sau: 1. Tỷ lệ hồ sơ TTHC giải quyết trực tuyến mức độ 4 chưa đồng đều",
    "TRỰC TUYẾN MỨC ĐỘ 4 TRÊN ĐỊA BÀN TỈNH THÁI NGUYÊN, THÁNG 8/2022 (Kèm theo Báo cáo số: /BC-STTTT ngày",
    "Số lượng hồ sơ xử lý trực tuyến (1) Số lượng hồ sơ xử lý trực tiếp (2)",
    "Tổng số lượng hồ sơ xử lý trực tuyến và trực tiếp (1) + (2) = (3) Tỷ lệ xử lý hồ sơ trực tuyến (%) (1) / (3)",
    "ngày 19/8/2022: đã tiếp nhận 627.616 hồ sơ; đã xử lý 612.911 hồ sơ; tỷ lệ hồ sơ giải quyết đúng hạn đạt 99,82%",
    "tính đến ngày 19/8/2022 cả tỉnh đạt 78,29% (19.545/24.965 hồ sơ), tăng 29,60 điểm phần trăm so với tháng 4/2022",
    "3 đơn vị có tỷ lệ thấp hơn chỉ tiêu 55% theo Quyết định số 793/QĐ-UBND ngày 15/4/2022",
    ": Sở Lao động Thương binh và Xã hội (8,70%); UBND TP Thái Nguyên (41,85%); UBND huyện Phú Lương (25,71%).",
    "2.255 Tổ công nghệ số cộng đồng",
    "xem xét, chỉ đạo./. Nơi nhận:",
]
TEXTS = {
    "docx": lambda: text_of_docx(made("august").docx),
    "html": lambda: text_of_html(made("august").html),
    "pdf": lambda: text_of_pdf(made("august").pdf),
}


def test_all_31_rows_stand_in_word_and_html_as_printed() -> None:
    assert tables_of_docx(made("august").docx) == ROWS
    assert tables_of_html(made("august").html) == ROWS


def test_all_31_rows_stand_in_the_pdf_as_printed_and_nothing_between_them() -> None:
    text = text_of_pdf(made("august").pdf)
    for table in ROWS:
        assert " ".join(cell for row in table for cell in row if cell) in text


def test_all_31_rows_are_numbers_in_the_workbook() -> None:
    def number(text: str) -> float | None:
        return float(text.replace(".", "").replace(",", ".")) if text else None

    sheets = tables_of_xlsx(made("august").xlsx)
    assert [[row[:6] for row in sheet] for sheet in sheets] == [
        [(number(stt), name, *map(number, figures)) for stt, name, *figures in table] for table in ROWS
    ]


@pytest.mark.parametrize("kind", TEXTS)
def test_every_figure_of_the_sentences_stands_in_each_format(kind: str) -> None:
    text = TEXTS[kind]()
    assert [sentence for sentence in SENTENCES if sentence not in text] == []


def test_all_formats_say_the_same_words() -> None:
    words = {kind: "".join(text().split()) for kind, text in TEXTS.items()}
    assert words["docx"] == words["html"]
    # the header of a table over two pages is repeated there; no table is that long in this month
    assert words["pdf"] == words["docx"]


def test_the_workbook_says_the_sentences_too() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made("august").xlsx))["Tóm tắt"]
    cells = [cell.value for cell in sheet["A"]]
    assert [sentence for sentence in made("august").report.sentences if sentence not in cells] == []

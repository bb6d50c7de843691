"""Scoreboards: each rule just inside, just outside, blank and zero; which component a name means; what is stored."""

import io
from datetime import date
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from tests.reference import shipped_components
from tests.transforms.checking import Sender, broken, checked
from tests.transforms.test_score_metrics import GOOD, LATER, LATER_BOARD
from transforms.check.messages import describe
from transforms.check.scores import score_rows
from transforms.read import normalise
from transforms.reference.metrics import MetricBook

HEADER = "STT;Nhóm chỉ số;Điểm tối đa;Điểm đạt được\n"
ROWS = (
    "1;Công khai, minh bạch;18;16,5\n"
    "2;Tiến độ, kết quả giải quyết;20;19,25\n"
    "3;Số hóa hồ sơ;22;11.2\n"
    "4;Cung cấp dịch vụ trực tuyến;22;18\n"
    "5;Mức độ hài lòng;18;18,00\n"
)
BOARD = Sender("so-y-te", level=0)
BREAKS, UNKNOWN = (1, 0), (0, 1)
POINTS = {
    "qd766_transparency": 1650,
    "qd766_progress": 1925,
    "qd766_digitisation": 1120,
    "qd766_online": 1800,
    "qd766_satisfaction": 1800,
}


def of(text: str, **checked_with: Any) -> dict[str, tuple[int, int]]:
    found, filings = checked("scores", text, **{"sender": BOARD} | checked_with)
    assert filings.refusals == {}
    return broken(found, "scores")


def stored(text: str, components: pl.DataFrame | None = None, **checked_with: Any) -> dict[str, int]:
    given = shipped_components() if components is None else components
    found, filings = checked("scores", text, **{"sender": BOARD, "components": given} | checked_with)
    assert filings.refusals == {}
    assert broken(found, "scores") == {}
    return dict(score_rows(found.rows, given).select("metric_id", "points_hundredths").iter_rows())


def messages(text: str, lang: str = "vi") -> list[str]:
    found, filings = checked("scores", text, sender=BOARD, lang=lang)
    return describe(found.findings, filings, "scores", lang)["message"].to_list()


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("16,5", 1650),
        ("16.5", 1650),
        ("16,50", 1650),
        ("16", 1600),
        ("0", 0),
        ("0,05", 5),
        ("00,5", 50),
        ("100,00", 10000),
        ("-1,5", -150),
        ("+1", 100),
        ("16.5000", 1650),  # as numbers of workbooks are written
        ("82.94999999999999", 8295),  # computed there
        ("16.5050", None),
        ("16.1234", None),
        ("9999,99", 999999),
        ("1.489", None),  # more than two decimals, or thousands
        ("16,505", None),
        ("1.000,5", None),
        ("-", None),  # what is not stated is not zero
        ("16,5/18", None),
        ("16,5 điểm", None),
        ("91,67%", None),
        ("", None),
    ],
)
def test_points_are_read_in_either_way_of_writing(text: str, hundredths: int | None) -> None:
    assert pl.select(normalise.points(pl.lit(text))).item() == hundredths


def test_a_board_with_and_without_its_total() -> None:
    assert stored(HEADER + ROWS) == {**POINTS, "qd766_total": 8295}
    assert stored(f"{HEADER}{ROWS};Tổng điểm;100;82,95\n") == {**POINTS, "qd766_total": 8295}
    assert stored(f"{HEADER}{ROWS};Tổng cộng;;82,95\n") == {**POINTS, "qd766_total": 8295}
    first, rest = HEADER, ROWS
    assert stored(f"{first};Tổng điểm;100;82,95\n{rest}") == {**POINTS, "qd766_total": 8295}


def test_some_components_alone_have_no_total() -> None:
    some = "Thành phần,Điểm\nSố hóa hồ sơ,11.2\nMức độ hài lòng,18\n"
    assert stored(some) == {"qd766_digitisation": 1120, "qd766_satisfaction": 1800}
    assert stored(f"{some}Tổng cộng,29.2\n") == {"qd766_digitisation": 1120, "qd766_satisfaction": 1800}


def test_the_total_alone_is_stored() -> None:
    assert stored("Chỉ số;Điểm\nTổng điểm;86,97\n") == {"qd766_total": 8697}
    name = "Bộ chỉ số phục vụ người dân, doanh nghiệp"
    assert stored(f"Chỉ số;Điểm\n{name};86,97\n") == {"qd766_total": 8697}
    assert stored(f"{HEADER};{name};100;82,95\n{ROWS}") == {**POINTS, "qd766_total": 8295}


@pytest.mark.parametrize(
    "name", ["số hoá hồ sơ", "SO HOA HO SO", "3. Số hóa hồ sơ", "Digitisation", "Số hóa hồ sơ TTHC"]
)
def test_a_component_is_known_by_all_its_names(name: str) -> None:
    assert stored(f"Chỉ số;Điểm\n{name};11,2\n") == {"qd766_digitisation": 1120}


def test_criteria_under_a_component_are_parts_of_it() -> None:
    roman = (
        "STT;Nội dung;Điểm\nI;Công khai, minh bạch;16,5\n1;Công bố đúng hạn;6\n2;Đồng bộ;10,5\n"
        "II;Số hóa hồ sơ;9\n1;Thành phần;9\n"
    )
    outline = (
        "STT;Nội dung;Điểm\n1;Công khai, minh bạch;16,5\n1.1;Công bố đúng hạn;6\n1.2;Đồng bộ;10,5\n2;Số hóa hồ sơ;9\n"
    )
    for text in (roman, outline):
        assert stored(text) == {"qd766_transparency": 1650, "qd766_digitisation": 900}
        assert of(text.replace("10,5", "10,51")) == {"parts_are_within_row": (2, 0)}


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        # 0 ≤ points ≤ maximum
        ("16,5", "18", {}),
        ("16,5", "18,01", {"points_within_maximum": BREAKS}),
        ("16,5", "0", {}),
        ("16,5", "-0,01", {"numbers_not_negative": BREAKS}),
        # what is not stated is not zero
        ("16,5", "", {"values_stated": BREAKS, "points_within_maximum": UNKNOWN}),
        ("16,5", "-", {"numbers_readable": BREAKS, "points_within_maximum": UNKNOWN}),
        # two decimals
        ("16,5", "16,505", {"numbers_readable": BREAKS, "points_within_maximum": UNKNOWN}),
        ("16,5", "16,5/18", {"numbers_readable": BREAKS, "points_within_maximum": UNKNOWN}),
        # the maximum, where it is stated
        (";18;16,5", ";18,00;16,5", {}),
        (";18;16,5", ";;16,5", {}),
        (";18;16,5", ";18,01;16,5", {"maximum_is_agreed": BREAKS}),
        (";18;16,5", ";x;16,5", {"numbers_readable": BREAKS}),
        # known, named, once
        ("Công khai, minh bạch", "Công khai", {"component_is_known": BREAKS}),
        ("Công khai, minh bạch", "Thanh toán trực tuyến", {"component_is_known": BREAKS}),
        ("Công khai, minh bạch", "", {"component_is_named": BREAKS}),
        ("Công khai, minh bạch", "Hài lòng", {"component_once": (2, 0)}),
    ],
)
def test_each_rule_just_inside_and_just_outside(was: str, now: str, expected: dict[str, tuple[int, int]]) -> None:
    assert was in ROWS
    assert of(HEADER + ROWS.replace(was, now, 1)) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (";Tổng điểm;100;82,95", {}),
        (";Tổng điểm;100;82,94", {"totals_row_is_sum": BREAKS}),
        (";Tổng điểm;100;82,96", {"totals_row_is_sum": BREAKS}),
        (";Tổng điểm;99;82,95", {"maximum_is_agreed": BREAKS}),
        (";Tổng điểm;;", {}),
        (";Tổng điểm;100;", {"totals_row_is_sum": UNKNOWN}),
    ],
)
def test_the_total_is_the_sum_of_the_components(total: str, expected: dict[str, tuple[int, int]]) -> None:
    assert of(f"{HEADER}{ROWS}{total}\n") == expected


def test_what_is_wrong_is_said_with_what_would_be_right() -> None:
    (found,) = messages(HEADER + ROWS.replace("16,5", "18,5"))
    assert found == (
        "dòng 2, cột “Điểm đạt được”: Thành phần = Công khai, minh bạch, Điểm = 18,5, Điểm tối đa = 18; quy tắc "
        "points_within_maximum: điểm không được vượt điểm tối đa của thành phần (phải là ≤ 18,00)"
    )
    (unknown,) = messages(HEADER + ROWS.replace("Mức độ hài lòng", "Độ hài lòng"))
    assert unknown.endswith("hãy thêm tên vào component ở đó (gần giống: Mức độ hài lòng)")
    (total,) = messages(f"{HEADER}{ROWS};Tổng điểm;100;83\n", "en")
    assert total.endswith("the total equals the sum of the components (should be 82,95)")


def test_a_file_of_another_kind_is_not_read() -> None:
    _, filings = checked("scores", "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nY tế;1;1;2\n", sender=BOARD)
    assert "không tìm thấy dòng tiêu đề (cần các cột: “Thành phần”, “Điểm”)" in filings.refusals[0].describe("vi")


def test_the_version_of_the_month_says_the_maximum() -> None:
    components = MetricBook.from_toml(GOOD + LATER + LATER_BOARD).components
    text = "Chỉ số;Điểm\nCông khai;11\n"
    assert stored(text, components) == {"openness": 1100}  # of August the version of the first day
    assert of(text, components=components, sender=Sender("so-y-te", day=date(2022, 9, 1), level=0)) == {
        "points_within_maximum": BREAKS
    }


def test_a_title_of_a_month_or_year_is_no_fault_of_a_board() -> None:
    for title in ("Bảng điểm tháng 8 năm 2022", "Kết quả năm 2022", "Tính đến ngày 05/08/2022"):
        assert of(f"{title};;;\n;;;\n{HEADER}{ROWS}") == {}
    assert of(f"Bảng điểm tháng 7 năm 2022;;;\n;;;\n{HEADER}{ROWS}") == {"period_has_business_date": BREAKS}


def test_a_header_names_the_month_or_year_that_holds_the_day() -> None:
    assert stored("Chỉ số;Điểm tháng 8/2022\nSố hóa hồ sơ;9\n") == {"qd766_digitisation": 900}
    assert stored("Chỉ số;Điểm tháng 8/2022;Điểm tháng 7/2022\nSố hóa hồ sơ;9;8\n") == {"qd766_digitisation": 900}
    _, both = checked("scores", "Chỉ số;Điểm tháng 8/2022;Điểm năm 2022\nSố hóa hồ sơ;9;8\n", sender=BOARD)
    assert "đều có thể là “Điểm”" in both.refusals[0].describe("vi")
    _, other = checked("scores", "Chỉ số;Điểm tháng 7/2022\nSố hóa hồ sơ;9\n", sender=BOARD)
    assert "“tháng 7/2022” không hợp" in other.refusals[0].describe("vi")


def test_another_unit_or_day_in_the_file_is_named() -> None:
    text = "Đơn vị;Ngày;Chỉ số;Điểm\nSở Y tế;05/08/2022;Số hóa hồ sơ;9\n"
    assert stored(text) == {"qd766_digitisation": 900}
    assert of(text.replace("Sở Y tế", "Sở Xây dựng")) == {"unit_is_sender": BREAKS}
    assert of(text.replace("05/08", "04/08")) == {"date_is_business_date": BREAKS}


ACROSS = "Công khai, minh bạch;Tiến độ giải quyết;Số hóa hồ sơ;Cung cấp dịch vụ trực tuyến;Mức độ hài lòng"
FIGURES = "16,5;19,25;11,2;18;18"


@pytest.mark.parametrize(
    "text",
    [
        f"{ACROSS}\n{FIGURES}\n",
        f"Đơn vị;{ACROSS};Tổng điểm\nSở Y tế;{FIGURES};82,95\n",
        f"STT;{ACROSS};Tổng điểm;Xếp hạng;Tỷ lệ (%);Tháng trước\n1;{FIGURES};82,95;3;82,95;80\n",
        f"STT;{ACROSS}\nA;(1);(2);(3);(4);(5)\nĐiểm tối đa;18;20;22;22;18\n1;{FIGURES}\n;;;;;\nNgười lập;;;;;\n",
        f"{ACROSS.replace('Số hóa hồ sơ', 'Số hóa hồ sơ (22 điểm)')}\n{FIGURES}\n",
        f"BẢNG ĐIỂM THÁNG 8 NĂM 2022;;;;\n{ACROSS}\n{FIGURES}\n",
    ],
)
def test_a_board_may_have_a_column_for_each_component(text: str) -> None:
    assert stored(text) == {**POINTS, "qd766_total": 8295}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ACROSS};Tổng điểm\n{FIGURES};82,96\n", {"totals_row_is_sum": BREAKS}),
        (f"{ACROSS};Thanh toán trực tuyến\n{FIGURES};9\n", {"component_is_known": BREAKS}),
        (f"{ACROSS};\n{FIGURES};9\n", {"component_is_known": BREAKS}),
        (f"{ACROSS}\n{FIGURES.replace('11,2', '')}\n", {"values_stated": BREAKS, "points_within_maximum": UNKNOWN}),
        (f"{ACROSS}\n{FIGURES.replace('16,5', '18,5')}\n", {"points_within_maximum": BREAKS}),
        (f"{ACROSS}\n{FIGURES}\n{FIGURES}\n", {"component_once": (10, 0)}),
        (f"STT;{ACROSS}\nĐiểm tối đa;18;20;22;22;20\n1;{FIGURES}\n", {"maximum_is_agreed": BREAKS}),
        (f"{ACROSS.replace('minh bạch', 'minh bạch (20 điểm)')}\n{FIGURES}\n", {"maximum_is_agreed": BREAKS}),
        (f"Đơn vị;{ACROSS}\nSở Nội vụ;{FIGURES}\n", {"unit_is_sender": (5, 0)}),
    ],
)
def test_such_a_board_is_held_back_by_the_same_rules(text: str, expected: dict[str, tuple[int, int]]) -> None:
    assert of(text) == expected


def test_cells_of_such_a_board_are_those_of_the_file() -> None:
    (found,) = messages(f"BẢNG ĐIỂM;;;;\n{ACROSS}\n{FIGURES.replace('11,2', '22,01')}\n")
    assert found.startswith("dòng 3, cột “Điểm” (ô C3): Thành phần = Số hóa hồ sơ, Điểm = 22,01")


def workbook(rows: list[list[object]]) -> bytes:
    """A sheet whose numbers are shown with two decimals."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, shown = book.add_worksheet("Bảng điểm"), book.add_format({"num_format": "0.00"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, float):
                sheet.write_number(at, column, cell, shown)
            else:
                sheet.write(at, column, cell)
    book.close()
    return out.getvalue()


def test_workbooks_of_both_forms_are_read() -> None:
    figures = [16.5, 19.25, 11.2, 18.0, 18.0]
    names = [line.split(";")[1] for line in ROWS.splitlines()]
    down = workbook(
        [["TT", "Tiêu chí", "Điểm"], *([n, *one] for n, one in enumerate(zip(names, figures, strict=True), 1))]
    )
    across = workbook([["Đơn vị", *names, "Tổng điểm"], ["Sở Y tế", *figures, sum(figures)]])
    for content in (down, across):
        facts, filings = checked("scores", content, sender=BOARD)
        assert filings.refusals == {}
        assert broken(facts, "scores") == {}
        found = score_rows(facts.rows, shipped_components())
        assert dict(found.select("metric_id", "points_hundredths").iter_rows()) == {**POINTS, "qd766_total": 8295}

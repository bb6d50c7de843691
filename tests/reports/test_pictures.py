"""The report's charts: pictures with words, in every format that shows them."""

import io
from dataclasses import replace
from decimal import Decimal
from functools import cache

import polars as pl
import pypdfium2
import pytest
from docx import Document
from docx.shared import Mm

from reports.formats.document import read_document
from reports.formats.docx import write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.month.content import Chart
from reports.month.pictures import pictures, window
from tests.reports import example
from tests.reports.example import NAMES
from tests.reports.made import OFFICE, demo_template, flat, made, text_of_docx, text_of_html, text_of_pdf


@cache
def drawn(month: str) -> tuple[Chart, ...]:
    """The charts of an example month, with May and July before it; in June nothing was accepted."""
    marts = getattr(example, month)()
    before = [
        example.earlier("2022-05", 1_000, 1_000),
        example.earlier("2022-06", None),
        example.earlier("2022-07", 3_000, 1_000, days_accepted=18, is_complete=False),
    ]
    return pictures(marts, "2022-08", pl.concat([*before, marts["monthly_group_rates"]]), NAMES)


def named(month: str, words: str) -> list[Chart]:
    return [picture for picture in drawn(month) if words in picture.title]


def test_the_trend_begins_with_the_baseline_and_says_nothing_of_months_without_figures() -> None:
    (trend,) = named("august", "toàn tỉnh theo tháng, đến tháng 8/2022 (%)")
    assert trend.alternative == "4/22: 48,69%; 5/22: 50,00%; 7/22: 75,00%; 8/22: 78,29%"
    assert "vòng rỗng: tháng chưa đủ số liệu; tháng 4/2022: tháng gốc để so sánh." in trend.title


def test_both_channels_by_month_begin_with_the_first_counts() -> None:
    (channels,) = named("august", "Số hồ sơ trực tuyến và trực tiếp")
    assert channels.alternative == (
        "5/22: trực tuyến 1.000, trực tiếp 1.000; 7/22: trực tuyến 3.000, trực tiếp 1.000; "
        "8/22: trực tuyến 19.545, trực tiếp 5.420"
    )


def test_a_trend_shows_a_year_and_the_same_month_of_the_year_before() -> None:
    assert (window("2022-08")[0], window("2022-08")[-1], len(window("2022-08"))) == ("2021-08", "2022-08", 13)
    assert window("2022-12")[0] == "2021-12"
    marts = example.august()
    long_ago = pl.concat([example.earlier("2021-07", 9, 1), marts["monthly_group_rates"]])
    assert pictures(marts, "2022-08", long_ago, NAMES)[0].alternative == "4/22: 48,69%; 8/22: 78,29%"


def test_units_are_ranked_by_group_and_said_in_words() -> None:
    departments, districts = named("august", "Tỷ lệ trực tuyến tại")
    assert departments.title.startswith("Biểu đồ 3. Tỷ lệ trực tuyến tại các sở, ban, ngành, tháng 8/2022. ")
    assert districts.title.startswith("Biểu đồ 4. Tỷ lệ trực tuyến tại UBND các huyện, thành phố, tháng 8/2022. ")
    assert districts.alternative.startswith("UBND huyện Định Hóa: 100%; UBND huyện Đồng Hỷ: 98,67%")


def test_the_calendar_says_which_days_of_whom_are_lacking() -> None:
    (whole,) = named("august", "Số liệu từng ngày")
    assert whole.alternative == "Đã nhận đủ mọi ngày"
    alternatives = "; ".join(picture.alternative for picture in named("odd", "Số liệu từng ngày"))
    assert "Sở <Không gửi> & “Nguyễn”: chưa gửi 1/8/2022, 2/8/2022, " in alternatives
    assert "Sở Thiếu ngày: bị giữ lại 18/8/2022, 19/8/2022" in alternatives
    assert alternatives.count(": ") == 2


def test_a_sender_without_a_rate_stands_last_in_the_calendar() -> None:
    marts = example.august()
    centre = {"month": "2022-08", "unit_id": example.CENTRE, "contract": "processing", "outcome": "missing"}
    day = marts["export_status"].head(1).with_columns(**{name: pl.lit(value) for name, value in centre.items()})
    names = pl.DataFrame({"unit_id": [example.CENTRE], "name": ["Trung tâm"]})
    marts["export_status"] = pl.concat([day, marts["export_status"]])
    marts["units"] = pl.concat([names, marts["units"].select("unit_id", "name")])
    last = pictures(marts, "2022-08", marts["monthly_group_rates"], NAMES)[-1]
    assert last.alternative == "Trung tâm: chưa gửi 1/8/2022"


def test_without_any_case_there_is_neither_trend_nor_ranking() -> None:
    marts = example.marts([example.unit("a", "Sở A", "departments", 1, 0, 0)])
    assert [
        picture.title.split(". ")[1] for picture in pictures(marts, "2022-08", marts["monthly_group_rates"], NAMES)
    ] == ["Số liệu từng ngày của các đơn vị, tháng 8/2022 đến ngày 19/8/2022"]


def test_a_baseline_is_no_point_twice_and_none_where_it_is_older_than_the_trend() -> None:
    marts = example.august()
    own = marts["monthly_group_rates"]
    both = pl.concat([example.earlier("2022-04", 1, 1), own])
    assert pictures(marts, "2022-08", both, NAMES)[0].alternative == "4/22: 50,00%; 8/22: 78,29%"
    old = own.with_columns(baseline_month=pl.lit("2021-01"), baseline_rate_pct=pl.lit(Decimal("48.69")))
    assert pictures(marts, "2022-08", old, NAMES)[0].alternative == "8/22: 78,29%"


def test_a_province_of_many_units_has_pictures_that_fit_a_page() -> None:
    ranked = named("odd", "Tỷ lệ trực tuyến tại")
    assert sum(len(picture.alternative.split("%; ")) for picture in ranked) == 118  # all but the two without a rate
    page = 297 - 2 * 20 - 3 * 6  # mm, less the words below
    for picture in drawn("odd"):
        width, height = (int.from_bytes(picture.content[start : start + 4], "big") for start in (16, 20))
        assert height / width * 160 <= page, picture.title


@pytest.mark.slow
def test_they_are_the_same_to_the_byte_each_time() -> None:
    marts = example.august()
    first, second = (pictures(marts, "2022-08", marts["monthly_group_rates"], NAMES) for _ in range(2))
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize("month", ["august", "odd"])
def test_every_format_shows_them_in_a_last_appendix(month: str) -> None:
    shown = drawn(month)
    word = write_docx(replace(made(month).report, pictures=shown), OFFICE, demo_template())
    shapes = Document(io.BytesIO(word)).inline_shapes
    assert [shape.width for shape in shapes] == [Mm(160)] * len(shown)
    blocks = read_document(word)
    page, pdf = write_html(blocks), write_pdf(blocks, system_fonts=False)
    assert page.count(b"data:image/png;base64,") == len(shown)
    kinds = [item.type for page in pypdfium2.PdfDocument(pdf) for item in page.get_objects()]
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE) == len(shown)
    number = f"PHỤ LỤC {len(made(month).report.appendices) + 1:02d} BIỂU ĐỒ, THÁNG 8/2022"
    for text in (text_of_docx(word), text_of_html(page), text_of_pdf(pdf)):
        after = text.split(number)
        assert len(after) == 2
        assert [flat(picture.title) in after[1] for picture in shown] == [True] * len(shown)


def test_no_appendix_of_charts_where_none_are_wanted() -> None:
    assert "BIỂU ĐỒ" not in text_of_docx(made("august").docx)

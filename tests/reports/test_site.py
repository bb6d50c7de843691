"""The site's pages: what they say of very odd units, and that they link to each other."""

import re
from datetime import UTC, date
from functools import cache
from pathlib import PurePosixPath

import polars as pl
from lxml import html

from reports.site.pages import write_site
from reports.site.view import Terms, view
from tests.reports import example, site_example


@cache
def pages() -> dict[str, str]:
    return site_example.pages()


def text(path: str) -> str:
    return " ".join(html.fromstring(pages()[path]).find(".//main").text_content().split())


def row(path: str, name: str) -> list[str]:
    """The cells of the first table row that begins with this name."""
    for found in html.fromstring(pages()[path]).iter("tr"):
        cells = [" ".join(cell.text_content().split()) for cell in found]
        if cells[0] == name:
            return cells
    raise AssertionError(name)


def test_there_is_a_page_for_each_unit_in_both_languages() -> None:
    vietnamese = {path for path in pages() if not path.startswith("en/")}
    assert len([path for path in vietnamese if path.startswith("don-vi/")]) == 120
    assert {f"en/{path}" for path in vietnamese} == set(pages()) - vietnamese
    for path, page in pages().items():
        assert html.fromstring(page).get("lang") == ("en" if path.startswith("en/") else "vi")


def test_every_link_leads_to_a_page() -> None:
    for path, page in pages().items():
        for link in html.fromstring(page).iter("a"):
            to = link.get("href")
            if not to.startswith("#"):
                parts: list[str] = []
                for part in (PurePosixPath(path).parent / to).parts:
                    parts = parts[:-1] if part == ".." else [*parts, part]
                assert "/".join(parts) in pages(), (path, to)


def test_nothing_is_fetched_and_nothing_runs() -> None:
    for page in pages().values():
        assert "default-src 'none'" in page
        assert not re.search(r"<script|<iframe|\son\w+=|url\((?!#)|(?:src|href)=\"(?:https?:)?//", page)


def test_figures_are_those_of_the_marts() -> None:
    assert row("index.html", "Sở Thiếu ngày") == [
        "Sở Thiếu ngày", "1", "9", "10", "10,00%", "55,00%", "chưa đạt", "5", "17/19"
    ]  # fmt: skip
    assert row("en/index.html", "UBND xã Nguyễn Huệ 60")[1:6] == ["60", "55", "115", "52.17%", "55.00%"]
    assert "123.456.789" in text("don-vi/dai.html")
    assert "123,456,789" in text("en/don-vi/dai.html")


def test_nothing_sent_is_not_nothing_to_count() -> None:
    assert row("index.html", "Sở <Không gửi> & “Nguyễn”")[1:7] == ["–", "–", "–", "–", "55,00%", "chưa có số liệu"]
    assert row("index.html", "Sở Không phát sinh hồ sơ")[1:7] == ["0", "0", "0", "–", "55,00%", "không có hồ sơ"]
    assert "không phát sinh hồ sơ nào" in text("don-vi/khong-ho-so.html")
    assert "Chưa nhận được số liệu hợp lệ nào" in text("don-vi/khong-gui.html")


def test_a_change_against_an_incomplete_month_has_a_mark_and_a_note() -> None:
    assert row("don-vi/thieu.html", "8/2022 (chưa đủ)")[-1] == "−80,00 (*)"
    assert "(*) Tháng trước chưa đủ số liệu" in text("don-vi/thieu.html")
    assert "(*) Data of the month before are lacking" in text("en/don-vi/thieu.html")
    assert "(*)" not in text("don-vi/dai.html")


def test_sums_say_from_how_many_units_they_come() -> None:
    assert row("index.html", "Sở, ban, ngành (số liệu của 5/6 đơn vị)")[1] == "123.456.802"
    assert row("index.html", "Xã, phường")[0] == "Xã, phường"
    assert row("en/index.html", "Whole province (figures of 119/120 units)")


def test_a_unit_without_target_and_one_that_began_in_the_month() -> None:
    assert row("index.html", "Sở Không chỉ tiêu")[4:7] == ["50,00%", "–", "không có chỉ tiêu"]
    assert "Đơn vị bắt đầu từ 3/8/2022" in text("don-vi/xa-1.html")
    assert row("don-vi/xa-2.html", "7/2022")
    assert "7/2022" not in text("don-vi/xa-1.html")


def test_where_no_target_is_in_force_the_first_page_says_since_when() -> None:
    ended = pl.lit(date(2022, 6, 30))
    made = site_example.odd()
    groups = made["monthly_group_rates"].with_columns(target_pct=pl.lit(None, pl.Decimal(5, 2)))
    units = made["monthly_unit_rates"].with_columns(target_pct=pl.lit(None, pl.Decimal(5, 2)))
    targets = made["targets"].filter(pl.col("unit_id").is_null()).with_columns(valid_to=ended)
    lapsed = made | {"monthly_group_rates": groups, "monthly_unit_rates": units, "targets": targets}
    found = write_site(view(lapsed, "2022-08", Terms("t", "t", 0, example.NAMES)), {}, UTC)
    assert "Toàn tỉnh: chỉ tiêu trước hết hiệu lực 30/6/2022." in found["index.html"].decode()
    assert "Whole province: the last one ended on 30 June 2022." in found["en/index.html"].decode()
    assert "hết hiệu lực" not in pages()["index.html"]


def test_faults_are_said_in_plain_words_without_a_row_of_the_delivery() -> None:
    page = text("don-vi/thieu.html")
    assert "5/8/2022 (bảng tổng hợp): bị giữ lại – trái quy tắc: (1) + (2) = (3)." in page
    assert "held back – breaks: (1) + (2) = (3)" in text("en/don-vi/thieu.html")
    assert not any("= 120" in page for page in pages().values())
    quality = text("chat-luong.html")
    assert "○ chưa gửi19 " in quality
    assert "✕ bị giữ lại1 " in quality


def test_fields_that_pull_the_rate_down_come_first() -> None:
    rows = [row("don-vi/thieu.html", name) for name in ("Đất đai", "Hộ tịch <a>")]
    assert [cells[1:] for cells in rows] == [
        ["0", "8", "8", "0,00%", "kéo xuống"], ["1", "1", "2", "50,00%", "kéo xuống"]
    ]  # fmt: skip
    assert pages()["don-vi/thieu.html"].index("Đất đai") < pages()["don-vi/thieu.html"].index("Hộ tịch")


def test_definitions_are_in_the_language_of_the_page_where_they_have_it() -> None:
    assert "Tỷ lệ (online_rate v1) (1) chia cho (3)" in text("phuong-phap.html")
    english = text("en/phuong-phap.html")
    assert "Rate (online_rate v1) (1) divided by (3)" in english
    assert "chia cho" not in english
    own = next(
        one for one in html.fromstring(pages()["en/phuong-phap.html"]).iter("dt") if "own v1" in one.text_content()
    )
    assert (own.get("lang"), own.getnext().get("lang"), own.getnext().text) == ("vi", "vi", "tự định nghĩa")


def test_charts_say_what_they_show_and_hatch_what_is_below() -> None:
    page = html.fromstring(pages()["index.html"])
    *ranked, trend, channels = page.iter("{*}svg", "svg")
    assert "trong 118 đơn vị" in ranked[0].get("aria-label")  # all but the two without a rate
    below = sum(bar.get("fill").startswith("url(#below-") for part in ranked for bar in part.iter("{*}rect", "rect"))
    assert below == sum(word.text_content() == "chưa đạt" for word in page.iter("span"))
    assert trend.get("aria-label")
    assert channels.get("aria-label")


def cells_of(page: str, name: str) -> list[str]:
    rows = [[" ".join(cell.text_content().split()) for cell in found] for found in html.fromstring(page).iter("tr")]
    return next(cells for cells in rows if cells[0] == name)


def test_figures_that_rest_on_a_decision_have_a_mark_that_leads_to_what_was_decided() -> None:
    decided = site_example.decided_pages()
    index = decided["index.html"]
    mark = "†có số liệu tính theo quyết định"
    cells = cells_of(index, "Sở A")
    assert [cell.replace(" ", "") for cell in cells[3:5]] == ["609≠(1)+(2)", f"78,82%{mark}".replace(" ", "")]
    assert "†" not in cells_of(index, "Sở C")[4]
    assert "†" in cells_of(index, "Toàn tỉnh")[4]
    links = {link.get("href") for link in html.fromstring(index).iter("a") if "†" in link.text_content()}
    assert links == {"#quyet-dinh", *(f"don-vi/{name}.html#quyet-dinh" for name in "abd")}
    assert html.fromstring(index).get_element_by_id("quyet-dinh").text_content().endswith(": Sở A; Sở B; Huyện D.")
    for name in "abd":
        assert html.fromstring(decided[f"don-vi/{name}.html"]).get_element_by_id("quyet-dinh") is not None
    assert "quyet-dinh" not in decided["don-vi/c.html"]


def test_the_page_of_a_unit_says_what_was_decided_but_not_by_whom_or_on_which_figures() -> None:
    decided = {
        path: " ".join(html.fromstring(page).find(".//main").text_content().split())
        for path, page in site_example.decided_pages().items()
    }
    own = decided["don-vi/a.html"]
    assert "(1) + (2) ≠ (3): 480 + 120 = 600, không phải 609." in own
    assert (
        "1/8/2022 (bảng tổng hợp): được cho qua theo quyết định dù trái quy tắc: (1) + (2) = (3). Quyết định lúc "
        "01:00, 21/8/2022. Lý do: Công văn 12 <nháp> & bản giấy. Mã: a:2022-08-01:summary:v1#released."
    ) in own
    assert "released by decision though it breaks: (1) + (2) = (3). Decided at 01:00" in decided["en/don-vi/a.html"]
    assert "được tính dù trái quy tắc đã hạ mức hoặc tắt: (1) + (2) = (3)." in decided["don-vi/d.html"]
    assert "5/8/2022 và 14 nữa" in decided["don-vi/d.html"]
    assert not any("Trần B" in text or "9 → 6" in text for text in decided.values())


def test_where_small_counts_are_withheld_the_reason_of_a_decision_is_too() -> None:
    decided = site_example.decided_pages(5)["don-vi/b.html"]
    assert "số liệu đã sửa theo quyết định" in decided
    assert "Công văn 12" not in decided


def test_a_publication_of_an_older_version_has_no_marks() -> None:
    older = {
        name: frame.drop("has_override", "override_ids", strict=False)
        for name, frame in site_example.decided().items()
        if name != "overrides"
    }
    made = site_example.view(older, "2022-08", site_example.Terms("Tỷ lệ", "Rate"))
    assert not any(unit.figures.has_override or unit.overrides for unit in made.units)

"""The site's pages of rankings: every metric, three orders, both languages, and nothing that is withheld."""

import re
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

import pytest
from lxml import html

from reports import vietnamese as vn
from reports.site.ranking_pages import places_of
from tests.reports import site_example
from tests.reports.example import unit
from tests.reports.ranked_site import Pair, pages_of, ranked_pages, ranked_site

ODD = "chi-so-e22a1e5b23de"  # of an id that is no plain name


@cache
def pages() -> dict[str, str]:
    return ranked_pages()


def rows(page: str) -> list[list[str]]:
    """The cells of all rows of units."""
    found = html.fromstring(page).iterfind(".//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def text(page: str) -> str:
    return " ".join(html.fromstring(page).find(".//main").text_content().split())


def test_each_metric_has_a_page_for_each_order_in_both_languages() -> None:
    found = {path for path in pages() if "xep-hang" in path}
    wanted = {
        f"xep-hang/{id_}/{order}.html" for id_ in ("online_rate", "own", ODD) for order in ("index", "ten", "thay-doi")
    }
    wanted.add("xep-hang.html")
    assert found == wanted | {f"en/{path}" for path in wanted}


def test_every_link_leads_to_a_page_and_nothing_runs() -> None:
    for path, page in pages().items():
        assert not re.search(r"<script|<iframe|\son\w+=|(?:src|href)=\"(?:https?:)?//", page)
        for link in html.fromstring(page).iter("a"):
            to = link.get("href")
            if not to.startswith("#"):
                parts: list[str] = []
                for part in (PurePosixPath(path).parent / to).parts:
                    parts = parts[:-1] if part == ".." else [*parts, part]
                assert "/".join(parts) in pages(), (path, to)


def test_units_are_in_order_with_rank_rate_change_and_counts() -> None:
    found = rows(pages()["xep-hang/own/index.html"])
    assert len(found) == 17 + 92
    assert found[0] == ["1", "Sở Đổi mới số 1", "72,97%", "0", "1", "297", "407"]
    assert found[16] == ["–", "Sở Không gửi (**)", "–", "–", "–", "–", "–"]
    assert found[-1] == ["–", "UBND xã Nguyễn Huệ 92 (***)", "55,56%", "–", "–", "5", "9"]
    assert [row[0] for row in found if row[0].endswith("=")]
    assert "(***) mẫu số nhỏ hơn 10: không xếp hạng." in text(pages()["xep-hang/own/index.html"])


def test_the_other_orders_are_by_name_and_by_change() -> None:
    by_name = [
        row[1].removesuffix(" (***)").removesuffix(" (**)") for row in rows(pages()["xep-hang/own/ten.html"])[17:]
    ]
    assert by_name == sorted(by_name, key=vn.sort_key)
    changes = [row[3].replace("−", "-") for row in rows(pages()["xep-hang/own/thay-doi.html"])[17:]]
    known = [int(one) for one in changes if one != "–"]
    assert changes[-1] == "–"
    assert known == sorted(known, reverse=True)
    assert known[0] > 0 > known[-1]


def test_where_less_is_better_the_lowest_rate_is_first() -> None:
    page = pages()[f"xep-hang/{ODD}/index.html"]
    assert [row[:3] for row in rows(page)][:2] == [
        ["1", "Sở Đổi mới số 1", "0,10%"],
        ["2", "Sở Đổi mới số 2", "99,90%"],
    ]
    assert "càng thấp càng tốt" in page


def test_names_are_in_the_language_of_the_page_where_they_have_it() -> None:
    page = pages()["en/xep-hang/online_rate/index.html"]
    assert "Ranking: Online rate" in text(page)
    assert "(1)/(3), in English" in page
    other = html.fromstring(pages()["en/xep-hang/own/index.html"])
    assert other.find(".//h1/span").get("lang") == "vi"
    assert "Chỉ số <của> tỉnh" in text(pages()["en/xep-hang.html"])
    assert "Tử số" not in pages()["en/xep-hang/own/index.html"]


def test_a_metric_without_figures_is_named_and_has_no_page() -> None:
    made = pages_of(ranked_site([unit("a", "A", "departments", 1, 90, 50)], {"own": {}}))
    assert "Chưa có số liệu trong tháng này: Chỉ số <của> tỉnh (own)." in text(made["xep-hang.html"])
    assert "xep-hang/own/index.html" not in made


def test_a_publication_of_an_older_version_has_no_rankings() -> None:
    made = site_example.pages(communes=3)
    assert not any("xep-hang" in path for path in made)
    assert "xep-hang" not in made["index.html"]


@pytest.mark.parametrize(("units", "files"), [(1000, 3), (1001, 1)])
def test_of_very_many_units_there_is_a_page_by_rank_alone(units: int, files: int) -> None:
    (ranking, *_) = ranked_site([unit("a", "A", "departments", 1, 90, 50)], {}).rankings
    (group,) = ranking.groups
    many = replace(ranking, groups=(replace(group, rows=group.rows * units),))
    assert len(places_of((many,))) == 1 + files


def shown(site_pages: dict[str, str], metric: str = "own") -> dict[str, list[str]]:
    return {row[1]: [row[0], *row[2:]] for row in rows(site_pages[f"xep-hang/{metric}/index.html"])}


HIDDEN = ["–", "ẩn", "–", "–", "ẩn", "ẩn"]
UNITS = [unit(id_, id_.upper(), "departments", place, 500 - place, 300) for place, id_ in enumerate("abcd", 1)]
OWN: dict[str, Pair] = {"a": (800, 1000), "b": (797, 999), "c": (799, 1001), "d": (200, 1000)}


def test_a_withheld_unit_has_no_place_and_leaves_no_gap() -> None:
    july = [row | {"month": "2022-07"} for row in UNITS]
    own = OWN | {"c": (2, 1000)}
    page = shown(pages_of(ranked_site(UNITS, {"own": own}, 5, july, {"own": OWN})))
    assert page["C"] == HIDDEN
    assert [page[name][0] for name in "ABD"] == ["1", "2", "3"]
    assert {page[name][2] for name in "ABCD"} == {"–"}  # a change, with the rank, gives that of the month before
    assert list(page)[-1] == "C"
    between = OWN | {"c": (999, 1001)}
    page = shown(pages_of(ranked_site(UNITS, {"own": between}, 5, july, {"own": OWN})))
    assert page["C"] == HIDDEN  # of the others only two
    assert [page[name][0] for name in "ABD"] == ["1", "2", "3"]


def test_a_change_of_rank_is_not_shown_where_a_unit_of_the_month_before_is_withheld() -> None:
    july = [row | {"month": "2022-07"} for row in UNITS]
    page = shown(pages_of(ranked_site(UNITS, {"own": OWN}, 5, july, {"own": OWN})))
    assert {page[name][2] for name in "ABCD"} == {"0"}
    page = shown(pages_of(ranked_site(UNITS, {"own": OWN}, 5, july, {"own": OWN | {"d": (3, 1000)}})))
    assert {page[name][2] for name in "ABCD"} == {"–"}


def test_a_unit_that_the_overview_withholds_is_withheld_in_every_ranking() -> None:
    small = [UNITS[0] | {"online": 3, "total": 303}, *UNITS[1:]]
    made = pages_of(ranked_site(small, {"own": OWN}, 5))
    assert shown(made)["A"] == HIDDEN
    assert shown(made, "online_rate")["A"] == HIDDEN
    covers = [name for name in "BCD" if shown(made, "online_rate")[name] == HIDDEN]
    assert covers  # the large unit that covers the small one in the group's sum
    assert all(shown(made)[name] == HIDDEN for name in covers)


def test_counts_whose_difference_is_small_are_not_both_shown() -> None:
    """499 + 300 cases of level 4 beside 801 of all levels: two of level 3."""
    own = OWN | {"a": (600, 801)}
    made = pages_of(ranked_site(UNITS, {"own": own}, 5))
    assert shown(made)["A"] == HIDDEN
    assert shown(made, "online_rate")["A"][0] == "1"
    assert shown(made)["B"] != HIDDEN
    both = pages_of(ranked_site(UNITS, {"own": OWN, "Lạ/../lùng": {"a": (803, 900)}}, 5))
    assert shown(both)["A"] == HIDDEN
    assert shown(both, ODD)["A"] == HIDDEN


def test_a_count_that_is_almost_one_of_the_overview_is_withheld() -> None:
    """300 in person on the overview, with post; 298 without: two by post."""
    made = pages_of(ranked_site(UNITS, {"own": OWN | {"a": (298, 1000), "b": (750, 1299)}}, 5))
    assert shown(made)["A"] == HIDDEN
    assert shown(made)["B"] != HIDDEN


def test_a_metric_of_a_field_is_withheld_where_fields_of_the_unit_are() -> None:
    """The small field is hidden by a large one: its figures in a ranking would give the small one away."""
    fields = {"a": {"nho": (1, 20), "lon": (300, 200), "to": (198, 80)}}
    july = [row | {"month": "2022-07"} for row in UNITS]
    made = pages_of(ranked_site(UNITS, {"of_field": OWN}, 5, july, {"of_field": OWN}, fields))
    page = shown(made, "of_field")
    assert page["A"] == HIDDEN
    assert page["B"] != HIDDEN
    assert {page[name][2] for name in "BCD"} == {"–"}
    assert shown(pages_of(ranked_site(UNITS, {"of_field": OWN}, 0, (), None, fields)), "of_field")["A"] != HIDDEN


def test_without_a_limit_nothing_is_withheld() -> None:
    page = shown(pages_of(ranked_site(UNITS, {"own": OWN | {"c": (2, 1000)}})))
    assert page["C"] == ["4", "0,20%", "–", "–", "2", "1.000"]
    assert not any("ẩn" in cell for row in page.values() for cell in row)


def test_names_sort_as_in_a_vietnamese_dictionary() -> None:
    names = ["An", "Ánh", "Ăn", "Ba", "Dân", "Đà", "Đại", "Ôn", "Ơn", "Phú Lạc", "Phú Lương"]
    assert sorted(names, key=vn.sort_key) == names
    assert [vn.month_before(month) for month in ("2022-01", "2022-12")] == ["2021-12", "2022-11"]

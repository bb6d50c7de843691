"""Small counts: not shown, not in a chart, and not to be worked out from any sum."""

from decimal import Decimal
from itertools import product

import pytest
from lxml import html

from demo.clock import VIETNAM
from reports.site.pages import write_site
from reports.site.suppress import withhold, withhold_month
from reports.site.view import Site, Terms, view
from tests.reports.example import unit
from tests.reports.site_example import SENTENCES, published

TERMS = Terms("Tỷ lệ", "Rate", 5)


def made(*rows: dict, fields: dict | None = None) -> Site:
    return view(published(list(rows), fields), "2022-08", TERMS)


def shown(site: Site) -> dict[str, tuple[object, ...]]:
    return {u.unit_id: (u.figures.online, u.figures.in_person, u.figures.total, u.figures.rate) for u in site.units}


SMALL = unit("nho", "Sở Nhỏ", "departments", 1, 3, 40, online_needed=21)
LARGE = unit("lon", "Sở Lớn", "departments", 2, 50, 30)
LARGER = unit("lon-hon", "Sở Lớn hơn", "departments", 3, 500, 300)


def test_a_small_count_takes_a_large_row_of_its_sum_with_it() -> None:
    site = made(SMALL, LARGE, LARGER)
    assert shown(site) == {
        "nho": (None,) * 4, "lon": (None,) * 4, "lon-hon": (500, 300, 800, Decimal("62.50"))
    }  # fmt: skip
    assert (site.groups[0].figures.total, site.whole.total) == (923, 923)
    page = html.fromstring(write_site(site, SENTENCES, VIETNAM)["index.html"])
    rows = {r[0].text_content(): [cell.text_content() for cell in r[1:]] for r in page.iter("tr")}
    assert rows["Sở Nhỏ"][:4] == ["<5", "ẩn", "ẩn", "ẩn"]
    assert rows["Sở Nhỏ"][5:7] == ["ẩn", "ẩn"]
    assert rows["Sở Lớn"][:4] == ["ẩn"] * 4


def test_none_is_told_of_a_group_that_has_nothing_large_nor_is_it_left_over_from_the_whole() -> None:
    site = made(
        SMALL, unit("huyen", "UBND huyện", "districts", 1, 60, 60), unit("huyen-2", "B", "districts", 2, 90, 90)
    )
    assert [group.figures.total for group in site.groups] == [None, None]
    assert site.whole.total == 343
    assert shown(site)["huyen"] == (None,) * 4
    assert shown(site)["huyen-2"][2] == 180


def test_a_province_of_small_counts_says_no_sum() -> None:
    site = made(SMALL, unit("huyen", "UBND huyện", "districts", 1, 2, 60))
    assert site.whole.total is None
    assert site.whole.rate is None


def test_fields_of_a_withheld_unit_are_withheld_and_small_ones_of_others() -> None:
    fields = {"lon": {"a": (50, 30)}, "lon-hon": {"b": (2, 1), "c": (100, 90), "d": (398, 209)}}
    units = {u.unit_id: u for u in made(SMALL, LARGE, LARGER, fields=fields).units}
    assert [(f.total, f.small) for f in units["lon"].fields] == [(None, frozenset())]
    assert {f.name: f.total for f in units["lon-hon"].fields} == {"b": None, "c": None, "d": 607}


def test_a_change_does_not_state_the_rate_of_a_month_that_is_withheld() -> None:
    july = {"month": "2022-07", "unit_id": "lon-hon"}
    before = unit("lon-hon", "Sở Lớn hơn", "departments", 3, 2, 90) | july
    now = LARGER | {"change_points": Decimal("60.33"), "previous_rate_pct": Decimal("2.17")}
    site = made(before, LARGE | {"month": "2022-07"}, LARGE, now)
    (own,) = (u for u in site.units if u.unit_id == "lon-hon")
    assert own.figures.rate == Decimal("62.50")
    assert own.figures.change is None
    assert [month.figures.rate for month in own.history] == [None, Decimal("62.50")]


def test_without_a_limit_all_is_shown() -> None:
    site = view(published([SMALL, LARGE]), "2022-08", Terms("", ""))
    assert shown(site)["nho"][:3] == (3, 40, 43)


@pytest.mark.parametrize("below", [3, 5])
def test_every_small_value_remains_possible(below: int) -> None:
    """Of a sum that is shown, each small value could have been any other below the limit: all of them are tried."""
    for small, large in product(range(1, below), range(2 * below - 2, 2 * below + 2)):
        rows = {"a": (small, 50, small + 50), "b": (large, 99, large + 99), "c": (70, 700, 770)}
        withheld = withhold(rows, below)
        assert withheld.covered
        assert {"a", "b"} <= withheld.keys
        rest = sum(rows[key][0] for key in withheld.keys)
        assert all(rest - other >= below for other in range(1, below))  # the other withheld value would then be this


def test_an_empty_unit_is_no_small_one() -> None:
    assert withhold({"a": (0, 0, 0), "b": (0, 9, 9)}, 5).keys == frozenset()
    assert withhold_month({"x": {"a": (0, 0, 0)}}, 5) == (frozenset(), frozenset())


def test_no_small_figure_is_on_any_page() -> None:
    site = made(SMALL | {"in_person": 4321, "total": 4324, "online_rate_pct": Decimal("0.07")}, LARGE, LARGER)
    for page in write_site(site, SENTENCES, VIETNAM).values():
        assert not {"4.321", "4.324", "4,321", "4,324", "0,07", "0.07"} & set(page.decode().replace("%", " ").split())

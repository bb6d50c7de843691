"""A delivery beside its unit's history: just inside, just outside, too little to compare with, zero."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.transforms.checking import DAY, Sender, broken, checked, signed
from transforms.check.facts import Facts
from transforms.check.history.past import PAST, HistoryTerms, compare, terms_frame

HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
BREAKS = (1, 0)
PROCESSED = ("received", "settled", "settled_on_time")


def past(*rows: tuple[date, int, int], basis: str = "day", contract: str = "summary") -> pl.DataFrame:
    """Earlier deliveries of so-y-te: day, online, total, all of one field."""
    full = [
        (
            "so-y-te",
            day,
            contract,
            basis,
            online,
            total,
            None,
            None,
            None,
            signed(f"Đất đai|4|{online}|{total - online}|{total}"),
        )
        for day, online, total in rows
    ]
    return pl.DataFrame(full, schema=PAST, orient="row")


def weeks(count: int, online: int = 80, total: int = 100) -> list[tuple[date, int, int]]:
    """The same weekday of so many weeks, one case of spread on both sides."""
    return [(DAY - timedelta(weeks=n), online + n % 3 - 1, total) for n in range(1, count + 1)]


def of(online: int, total: int, before: pl.DataFrame, **sender: Any) -> dict[str, tuple[int, int]]:
    return broken(facts(online, total, before, **sender), "summary")


def facts(online: int, total: int, before: pl.DataFrame, **sender: Any) -> Facts:
    text = f"{HEADER}\nĐất đai;{online};{total - online};{total}\n"
    return checked("summary", text, sender=Sender(**sender), past=before)[0]


@pytest.mark.parametrize(
    ("online", "unusual"),
    # median 80 %, median absolute deviation 1 point: 5 × 1,4826 points on each side
    [(80, False), (87, False), (88, True), (73, False), (72, True), (0, True)],
)
def test_a_rate_is_unusual_beyond_the_band_of_its_weekday(online: int, unusual: bool) -> None:
    assert ("rate_is_usual" in of(online, 100, past(*weeks(20)))) is unusual


def test_a_total_is_unusual_beyond_the_band_of_its_weekday() -> None:
    before = past(*((DAY - timedelta(weeks=n), 80, 100 + 10 * (n % 3 - 1)) for n in range(1, 22)))
    assert "volume_is_usual" not in of(139, 174, before)
    assert "volume_is_usual" in of(140, 175, before)


def test_steady_totals_leave_the_least_spread_about_their_median_whatever_one_odd_day_says() -> None:
    days = [(DAY - timedelta(weeks=n), 8000, 9900) for n in range(1, 22)]
    days[9] = (days[9][0], 8000, 50_000)
    before = past(*days)  # 5 × 1 % of 9.900
    assert "volume_is_usual" not in of(8000, 10_395, before)
    assert "volume_is_usual" in of(8000, 10_396, before)
    assert "volume_is_usual" not in of(8000, 9_405, before)
    assert "volume_is_usual" in of(8000, 9_404, before)
    assert "volume_is_usual" not in of(8000, 10_890, before, usual=HistoryTerms(least_spread_pct=2))
    assert "volume_is_usual" in of(8000, 10_891, before, usual=HistoryTerms(least_spread_pct=2))


def test_without_enough_days_nothing_is_usual() -> None:
    assert of(0, 100, past(*weeks(19))) == {}
    assert of(0, 100, past()) == {}


def test_other_weekdays_small_days_and_holidays_do_not_count() -> None:
    other = [(day - timedelta(days=1), online, total) for day, online, total in weeks(30)]
    assert of(0, 100, past(*other)) == {}
    assert of(0, 100, past(*weeks(30, online=20, total=29))) == {}
    assert of(0, 29, past(*weeks(30))) == {}
    assert of(0, 30, past(*weeks(30))).keys() >= {"rate_is_usual"}
    assert of(0, 30, past(*weeks(30, online=25, total=30))).keys() >= {"rate_is_usual"}


def test_a_holiday_among_the_days_before_does_not_count() -> None:
    after = date(2022, 9, 9)
    before = [(after - timedelta(weeks=n), 80 + n % 3, 100) for n in range(1, 22)]  # 2 September is one of them
    text = f"{HEADER}\nĐất đai;0;100;100\n"
    sender = Sender(day=after)
    assert broken(checked("summary", text, sender=sender, past=past(*before[:20]))[0], "summary") == {}
    assert "rate_is_usual" in broken(checked("summary", text, sender=sender, past=past(*before))[0], "summary")


def test_a_holiday_is_compared_with_nothing() -> None:
    holiday = date(2022, 9, 2)
    before = [(holiday - timedelta(weeks=n), 80, 100) for n in range(1, 31)]
    text = f"{HEADER}\nĐất đai;0;100;100\n"
    assert broken(checked("summary", text, sender=Sender(day=holiday), past=past(*before))[0], "summary") == {}


@pytest.mark.parametrize(
    ("online", "total", "falls"), [(50, 80, False), (49, 80, True), (50, 79, True), (60, 90, False)]
)
def test_cumulative_figures_of_a_month_do_not_fall(online: int, total: int, falls: bool) -> None:
    before = past((DAY - timedelta(days=2), 90, 100), (DAY - timedelta(days=1), 50, 80), basis="month_to_date")
    expected = {"month_to_date_grows": BREAKS} if falls else {}
    assert of(online, total, before, basis="month_to_date") == expected


def test_a_new_month_begins_at_nothing() -> None:
    before = past((date(2022, 7, 31), 500, 800), basis="month_to_date")
    assert of(0, 0, before, basis="month_to_date") == {}


def test_the_same_counts_as_the_day_before_are_a_warning() -> None:
    yesterday = DAY - timedelta(days=1)
    assert of(20, 30, past((yesterday, 20, 30))) == {"is_no_copy": BREAKS}
    assert of(20, 30, past((yesterday, 21, 30))) == {}
    assert of(20, 29, past((yesterday, 20, 29))) == {}  # so few may well be the same
    assert of(0, 0, past((yesterday, 0, 0))) == {}
    assert of(20, 30, past((DAY - timedelta(days=2), 20, 30), (yesterday, 1, 2))) == {}


def test_a_restated_day_is_told_with_both_figures() -> None:
    before = past((DAY, 20, 30))
    assert of(20, 30, before) == {}
    found = facts(21, 31, before)
    assert broken(found, "summary") == {"is_not_restated": BREAKS}
    assert found.findings["note"].to_list() == ["tổng số trước 30, nay 31"]


def test_another_unit_or_contract_is_no_history() -> None:
    other = past(*weeks(30)).with_columns(unit_id=pl.lit("so-noi-vu"))
    assert of(0, 100, pl.concat([other, past(*weeks(30), contract="ii06")])) == {}


@pytest.mark.parametrize(
    ("usual", "inside", "outside"),
    [
        (HistoryTerms(width=8), 91, 92),  # 8 × 1,4826 points above 80 %
        (HistoryTerms(width=8, least_spread_pct=2), 95, 97),  # 8 × 2 points
        (HistoryTerms(least_spread_pct=0), 87, 88),
    ],
)
def test_the_band_is_as_wide_as_agreed_with_the_unit(usual: HistoryTerms, inside: int, outside: int) -> None:
    before = past(*weeks(20))
    assert "rate_is_usual" not in of(inside, 100, before, usual=usual)
    assert "rate_is_usual" in of(outside, 100, before, usual=usual)


def test_terms_of_one_file_are_not_those_of_the_one_beside_it() -> None:
    text = f"{HEADER}\nĐất đai;0;100;100\n"
    senders = tuple(
        Sender(usual=usual) for usual in (HistoryTerms(), HistoryTerms(min_days=20), HistoryTerms(min_cases=101))
    )
    found, _ = checked("summary", text, text, text, senders=senders, past=past(*weeks(20)))
    assert [list(broken(found, "summary", file)) for file in range(3)] == [["rate_is_usual"], ["rate_is_usual"], []]
    found, _ = checked(
        "summary", text, text, senders=(Sender(usual=HistoryTerms(min_days=21)), Sender()), past=past(*weeks(20))
    )
    assert [list(broken(found, "summary", file)) for file in range(2)] == [[], ["rate_is_usual"]]


def test_a_small_day_may_be_agreed_to_be_a_copy() -> None:
    before = past((DAY - timedelta(days=1), 20, 29))
    assert of(20, 29, before) == {}
    assert of(20, 29, before, usual=HistoryTerms(min_cases=29)) == {"is_no_copy": BREAKS}


def test_each_rule_says_what_it_compared_with() -> None:
    notes = dict(facts(20, 200, past(*weeks(20))).findings.select("rule", "note").iter_rows())
    assert notes == {
        "rate_is_usual": "10,0 %, thường 80,0 %",
        "volume_is_usual": "200 hồ sơ, thường 100",
    }
    between = past(*((DAY - timedelta(weeks=n), 80, 101 + n % 2) for n in range(1, 21)))
    notes = dict(facts(100, 300, between).findings.select("rule", "note").iter_rows())
    assert notes == {"rate_is_usual": "33,33 %, thường 78,82 %", "volume_is_usual": "300 hồ sơ, thường 102"}
    copied = facts(20, 30, past((DAY - timedelta(days=1), 20, 30)))
    assert copied.findings["note"].to_list() == ["trùng với ngày 04/08/2022"]
    fallen = facts(49, 70, past((DAY - timedelta(days=1), 50, 80), basis="month_to_date"), basis="month_to_date")
    assert fallen.findings["note"].to_list() == [
        "trực tuyến trước 50, nay 49; trực tiếp trước 30, nay 21; tổng số trước 80, nay 70"
    ]


def test_days_a_year_ago_or_more_do_not_count() -> None:
    def since(first: int) -> pl.DataFrame:
        return past(*((DAY - timedelta(weeks=n), 80, 100) for n in range(first, first + 20)))

    assert of(0, 100, since(33)).keys() == {"rate_is_usual"}  # the last of them 52 weeks ago
    assert of(0, 100, since(34)) == {}


def test_a_cumulative_figure_is_no_usual_figure_of_a_day_nor_the_other_way_round() -> None:
    yesterday = (DAY - timedelta(days=1), 50, 80)
    assert of(0, 100, past(*weeks(30), basis="month_to_date")) == {}
    assert of(0, 100, past(*weeks(30)), basis="month_to_date") == {}
    assert of(49, 70, past(yesterday, basis="month_to_date")) == {}
    assert of(50, 80, past(yesterday, basis="month_to_date"), basis="month_to_date") == {}  # it stood still


def test_the_past_may_come_in_any_order() -> None:
    days = [(DAY - timedelta(days=1), 50, 80), (DAY - timedelta(days=2), 90, 100)]
    assert of(50, 80, past(*days, basis="month_to_date"), basis="month_to_date") == {}
    assert of(50, 80, past(*days)) == {"is_no_copy": BREAKS}
    assert of(90, 100, past(*days)) == {}


def test_the_order_of_the_rows_makes_no_other_figures() -> None:
    one, other = "Đất đai;20;10;30", "Dân số;1;1;2"
    before = past((DAY, 21, 32)).with_columns(signature=pl.lit(signed("Dân số|4|1|1|2;Đất đai|4|20|10|30")))
    for rows in (f"{one}\n{other}", f"{other}\n{one}"):
        assert broken(checked("summary", f"{HEADER}\n{rows}\n", past=before)[0], "summary") == {}
    moved = f"{HEADER}\nĐất đai;21;9;30\nY tế;0;2;2\n"
    assert "is_not_restated" in broken(checked("summary", moved, past=before)[0], "summary")


def test_a_volume_always_the_same_has_a_band_of_its_least_spread() -> None:
    before = past(*((DAY - timedelta(weeks=n), 160, 200) for n in range(1, 21)))  # 5 × 1 % of 200 = 10
    assert of(168, 210, before) == {}
    assert of(169, 211, before).keys() == {"volume_is_usual"}
    assert of(151, 189, before).keys() == {"volume_is_usual"}


def test_many_files_compared_in_parts_are_compared_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files of a unit, compared one by one or all at once."""
    days = [DAY - timedelta(days=1), DAY]
    own = (
        past((days[0], 1, 2), (days[1], 80, 100))
        .with_row_index("file")
        .with_columns(place=pl.col("file").cast(pl.Int64))
    )
    terms = terms_frame(dict.fromkeys(range(2), HistoryTerms()))

    def beside() -> pl.DataFrame:
        return compare(own, own, past(*weeks(30)), frozenset(), terms)

    whole = beside()
    assert whole["stated_total"].to_list() == [2, 100]
    assert whole["usual_total"].to_list() == [None, 100]
    monkeypatch.setattr("transforms.check.history.past._AT_ONCE", 1)
    assert_frame_equal(beside(), whole)

"""What a one-stop centre received and settled: the year as stated, the month as a difference, and no part of a rate."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.catalogue import PUBLISHED
from warehouse.marts.materialise import Reference, build_marts, materialise
from warehouse.places.errors import PublishError
from warehouse.published.publish import publish

CENTRE = Unit("centre", "centres")
OWN = ("received", "settled", "settled_on_time", "on_time_pct")
YEAR = ("received_ytd", "settled_ytd", "settled_on_time_ytd", "on_time_ytd_pct")
DAYS = ("days_expected", "days_accepted", "is_complete")
UNKNOWN = (None, None, None, None)
JULY = [("centre", date(2022, 7, day)) for day in range(1, 32)]
AUGUST = every_day(["centre"], aug(1), aug(31))


def stated(day: date, *figures: int, **more: Any) -> Sent:
    """The centre's figures since the year began, as one row."""
    return Sent("centre", day, [("x", 0, 0, None, 0, *figures)], contract="processing", basis="year_to_date", **more)


def of(lake: Lake, month: str = "2022-08", due: Any = (*JULY, *AUGUST), **asked: Any) -> dict[str, Any]:
    reference = asked.pop("reference", None) or Setting([CENTRE, Unit("a")], due_processing=due).reference()
    (row,) = build_marts(lake, reference, [month], **asked)["monthly_processing"].to_dicts()
    return row


def figures(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_the_month_is_the_difference_to_the_end_of_the_month_before(lake: Lake) -> None:
    commit(lake, batch(stated(date(2022, 7, 31), 1000, 900, 890), stated(aug(1), 1100, 950, 935)))
    row = of(lake)
    assert figures(row, *OWN) == (100, 50, 45, Decimal("90.00"))
    assert figures(row, *YEAR) == (1100, 950, 935, Decimal("98.42"))
    assert figures(row, *DAYS) == (1, 1, True)
    assert figures(row, "unit_name", "period_from", "period_to", "as_of") == ("Đơn vị centre", aug(1), aug(31), aug(1))


def test_the_rates_are_rounded_half_up(lake: Lake) -> None:
    commit(lake, batch(stated(date(2022, 7, 31), 0, 0, 0), stated(aug(1), 800, 800, 1)))
    assert figures(of(lake), "on_time_pct", "on_time_ytd_pct") == (Decimal("0.13"), Decimal("0.13"))


@pytest.mark.parametrize(
    ("last_of_july", "due", "known"),
    [
        (31, JULY, True),
        (30, JULY, False),  # the 31st was due and never came
        (29, JULY[:29], True),  # nothing was due after that
        (28, JULY[:29], False),
        (31, [], True),  # nobody says when it is due: only the last day of the month will do
        (30, [], False),
    ],
)
def test_without_the_end_of_the_month_before_the_month_is_unknown(
    lake: Lake, last_of_july: int, due: list[tuple[str, date]], known: bool
) -> None:
    commit(lake, batch(stated(date(2022, 7, last_of_july), 10, 9, 8), stated(aug(1), 30, 20, 10)))
    row = of(lake, due=[*due, *AUGUST])
    assert figures(row, *OWN) == ((20, 11, 2, Decimal("18.18")) if known else UNKNOWN)
    assert figures(row, *YEAR) == (30, 20, 10, Decimal("50.00"))


def test_an_end_that_is_held_back_is_not_known(lake: Lake) -> None:
    commit(lake, batch(stated(date(2022, 7, 31), 10, 9, 8, status="quarantined"), stated(aug(1), 30, 20, 10)))
    assert figures(of(lake), *OWN) == UNKNOWN


def test_january_begins_at_nothing(lake: Lake) -> None:
    january = date(2022, 1, 5)
    commit(lake, batch(stated(date(2021, 12, 31), 900, 900, 900), stated(january, 30, 20, 10)))
    periods = [("2021-12", date(2021, 12, 1), date(2021, 12, 31)), ("2022-01", date(2022, 1, 1), date(2022, 1, 31))]
    setting = Setting([Unit("centre", "centres", since=date(2021, 1, 1))], periods=periods)
    row = of(lake, "2022-01", reference=setting.reference())
    assert figures(row, *OWN[:3]) == figures(row, *YEAR[:3]) == (30, 20, 10)


def test_a_day_that_is_missing_leaves_the_last_figures_and_says_so(lake: Lake) -> None:
    missing = [("centre", aug(3), "processing", "pull", "missing", at(4))]
    commit(lake, batch(stated(aug(1), 30, 20, 10), stated(aug(2), 40, 30, 20, status="quarantined"), outcomes=missing))
    row = of(lake)
    assert figures(row, "as_of", *YEAR[:3]) == (aug(3), 30, 20, 10)
    assert figures(row, *DAYS) == (3, 1, False)


def test_a_month_in_which_nothing_came_has_its_row(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(2), [("x", 1, 1)])))
    row = of(lake)
    assert figures(row, *OWN, *YEAR, *DAYS) == (*UNKNOWN, *UNKNOWN, 2, 0, False)


def test_nothing_settled_has_no_rate_and_figures_that_fell_none_either(lake: Lake) -> None:
    commit(lake, batch(stated(date(2022, 7, 31), 10, 5, 5), stated(aug(1), 12, 5, 5)))
    assert figures(of(lake), *OWN) == (2, 0, 0, None)
    commit(lake, batch(stated(aug(2), 12, 4, 5)))  # let through by a person
    row = of(lake)
    assert figures(row, *OWN) == UNKNOWN  # two deliveries contradict each other: none of the three is certain
    assert figures(row, *YEAR) == (12, 4, 5, None)


@pytest.mark.slow
def test_a_day_on_which_the_unit_is_not_valid_does_not_count(lake: Lake) -> None:
    commit(lake, batch(stated(aug(2), 900, 900, 900), stated(aug(5), 30, 20, 10), stated(aug(7), 999, 999, 999)))
    reference = Setting([Unit("centre", "centres", since=aug(5), until=aug(6))], due_processing=AUGUST).reference()
    row = of(lake, reference=reference)
    assert figures(row, *YEAR[:3], *DAYS) == (30, 20, 10, 2, 1, False)
    assert published(lake, reference) is not None


@pytest.mark.slow
def test_as_of_a_day_and_as_known_at_a_moment(lake: Lake) -> None:
    commit(lake, batch(stated(date(2022, 7, 31), 10, 5, 5), stated(aug(1), 20, 10, 10), stated(aug(2), 30, 15, 15)))
    commit(lake, batch(stated(aug(2), 33, 15, 15, decided_at=at(9))))
    commit(lake, batch(stated(date(2022, 7, 31), 11, 5, 5, decided_at=at(10))))
    assert figures(of(lake), "received", "received_ytd") == (22, 33)
    assert figures(of(lake, as_of=aug(1)), "received", "received_ytd", "as_of") == (9, 20, aug(1))
    assert figures(of(lake, known_at=at(8)), "received", "received_ytd") == (20, 30)
    assert figures(of(lake, known_at=at(9)), "received", "received_ytd") == (23, 33)


def test_a_centre_is_no_part_of_any_rate_but_its_exports_are_watched(lake: Lake) -> None:
    """Not even with counts as other units send them, which its settings do not allow."""
    commit(
        lake,
        batch(
            Sent("a", aug(1), [("x", 3, 1)]),
            stated(aug(1), 30, 20, 10, broken=["is_no_copy"]),
            Sent("centre", aug(1), [("x", 50, 50)]),
        ),
    )
    setting = Setting([CENTRE, Unit("a")], [("a", aug(1))], due_processing=AUGUST)
    marts = build_marts(lake, setting.reference(), ["2022-08"])
    assert marts["monthly_unit_rates"]["unit_id"].to_list() == ["a"]
    assert marts["monthly_group_rates"].select("unit_group", "total", "days_expected").rows() == [
        ("all", 4, 1),
        ("departments", 4, 1),
    ]
    for name in ("monthly_field_rates", "daily_unit_rates"):
        assert set(marts[name]["unit_id"]) == {"a"}
    assert marts["monthly_processing"]["unit_id"].to_list() == ["centre"]
    own = pl.col("unit_id") == "centre", pl.col("contract") == "processing"
    assert marts["export_status"].filter(own)["rules_broken"].to_list() == ["is_no_copy"]
    assert marts["check_failures"].filter(own)["rule"].to_list() == ["is_no_copy"]


def test_another_unit_s_processing_stands_beside_its_rates(lake: Lake) -> None:
    both = Sent("a", aug(1), [("x", 0, 0, None, 0, 5, 4, 3)], contract="processing", basis="year_to_date")
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1)]), both))
    marts = build_marts(lake, Setting([Unit("a")]).reference(), ["2022-08"])
    assert marts["monthly_unit_rates"]["total"].to_list() == [4]
    assert marts["monthly_processing"].select("unit_id", *YEAR[:3]).rows() == [("a", 5, 4, 3)]


def published(lake: Lake, reference: Reference) -> Any:
    materialise(lake, reference)
    return publish(lake, datetime(2022, 8, 20), "0")


@pytest.mark.slow
def test_it_is_published_and_a_wrong_sum_or_rate_is_not(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(lake, batch(stated(date(2022, 7, 31), 10, 5, 5), stated(aug(1), 20, 10, 9)))
    reference = Setting([CENTRE], due_processing=[*JULY, *AUGUST]).reference()
    publication = published(lake, reference)
    assert publication.as_of == aug(1)  # although no unit has a rate
    with duckdb.connect(str(publication.path), read_only=True) as reader:
        found = reader.sql("FROM marts.monthly_processing WHERE month = '2022-08'").pl().to_dicts()
    assert figures(found[0], *OWN, *YEAR) == (10, 5, 4, Decimal("80.00"), 20, 10, 9, Decimal("90.00"))
    assert list(found[0]) == PUBLISHED["monthly_processing"].names
    import warehouse.marts.materialise as materialising

    monkeypatch.setattr(materialising, "processed_sums", lambda *_: (1, 2, 3))
    commit(lake, batch(stated(aug(2), 30, 10, 9, decided_at=at(2) + timedelta(hours=1))))
    with pytest.raises(PublishError, match=r"monthly_processing tháng 2022-08: lũy kế từ đầu năm là \[30, 10, 9\]"):
        published(lake, reference)

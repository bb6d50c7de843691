"""What the lake returns for earlier days: the sums of the deliveries that count."""

from datetime import date
from hashlib import md5

from tests.warehouse.builders import Sent, at, aug, batch
from transforms.check.history.cumulative import PAST_FIGURES
from transforms.check.history.past import PAST
from transforms.check.history.past_fields import PAST_FIELDS
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision
from warehouse.ledger.past_counts import past_counts, past_fields, past_figures
from warehouse.ledger.withdrawals import withdraw


def test_the_latest_accepted_version_of_each_day_with_its_sums(lake: Lake) -> None:
    commit(
        lake,
        batch(
            Sent("a", aug(1), [("x", 1, 2), ("y", 3, 4)]),
            Sent("a", aug(2), [("x", 9, 9)], status="quarantined"),
            Sent("b", aug(1), [("x", 5, 0)], basis="month_to_date"),
            Sent("a", aug(3), [("x", 7, 0)]),
        ),
    )
    commit(lake, batch(Sent("a", aug(1), [("y", 3, 4), ("x", 2, 2)])))
    found = past_counts(lake, aug(1), aug(2))
    assert dict(found.schema) == dict(PAST)
    assert found.rows() == [
        ("a", aug(1), "summary", "day", 5, 11, None, None, None, _md5("x|4|2|2|4;y|4|3|4|7")),
        ("b", aug(1), "summary", "month_to_date", 5, 5, None, None, None, _md5("x|4|5|0|5")),
    ]


def test_figures_are_read_as_written_where_a_commit_left_the_column_blank_in_another_month(lake: Lake) -> None:
    """DuckLake then forgets the column's smallest and largest value, and DuckDB read 2 as 258."""

    def of_centre(day: date, received: int) -> Sent:
        return Sent("c", day, [("x", 0, 0, None, 0, received, 0, 0)], basis="year_to_date", contract="processing")

    commit(lake, batch(Sent("a", date(2022, 7, 31), [("x", 1, 2)]), of_centre(aug(1), 2)))
    commit(lake, batch(of_centre(date(2022, 7, 31), 6)))
    found = past_counts(lake, date(2022, 7, 1), aug(31)).filter(contract="processing")
    assert found["received"].to_list() == [6, 2]
    with lake.snapshot() as cursor:
        for table in ("delivery_sums", "daily_counts"):
            asked = f"SELECT min(received), max(received), count(*) FILTER (received < 5) FROM lake.{table}"
            assert cursor.execute(asked).fetchall() == [(2, 6, 1)]
            assert cursor.execute(f"SELECT count(*) FROM lake.{table} WHERE received < 5").fetchall() == [(1,)]


def test_the_fields_that_units_named_in_accepted_deliveries(lake: Lake) -> None:
    commit(
        lake,
        batch(
            Sent("a", aug(1), [("x", 1, 2), ("y", 3, 4, None, 3)]),
            Sent("a", aug(2), [("z", 9, 9)], status="quarantined"),
            Sent("a", aug(3), [("y", 7, 0)]),
            Sent("b", aug(1), [("x", 5, 0)]),
            Sent("c", aug(1), [("x", 5, 0)]),
            Sent("a", aug(1), [("of another contract", 5, 0)], contract="ii06"),
        ),
    )
    commit(lake, batch(Sent("a", aug(1), [("x", 2, 2)])))
    found = past_fields(lake, ["a", "b"], "summary", aug(1), aug(2))
    assert dict(found.schema) == dict(PAST_FIELDS)
    assert found.rows() == [("a", aug(1), "x"), ("a", aug(1), "y"), ("b", aug(1), "x")]
    assert past_fields(lake, [], "summary", aug(1), aug(2)).is_empty()


def test_the_figures_that_are_published_are_those_at_level_4_where_levels_are_distinguished(lake: Lake) -> None:
    commit(
        lake,
        batch(
            Sent("a", aug(1), [("x", 1, 2, 3), ("y", 10, 20, None, 2)], basis="month_to_date"),
            Sent("a", aug(2), [("x", 5, 6, None, 0)]),
            Sent("a", aug(3), [("x", 7, 8, None, 3)]),
            Sent("a", aug(3), [("x", 9, 9)], contract="ii06"),
            Sent("b", aug(1), [("x", 5, 0)]),
        ),
    )
    found = past_figures(lake, ["a"], "summary", aug(1), aug(31))
    assert dict(found.schema) == dict(PAST_FIGURES)
    assert [row[1:2] + row[3:] for row in found.rows()] == [
        (aug(1), "month_to_date", 11, 25, 36, 1, 5, 6),
        (aug(2), "day", 5, 6, 11, None, None, None),
        (aug(3), "day", 7, 8, 15, 0, 0, 0),
    ]
    withdraw(lake, [Decision("a:2022-08-02:summary:v1", "Lan", "gửi nhầm tệp", at(9))])
    assert past_figures(lake, ["a"], "summary", aug(1), aug(31))["business_date"].to_list() == [aug(1), aug(3)]


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()

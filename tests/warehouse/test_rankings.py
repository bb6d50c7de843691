"""Stories of the mart of rankings; every cell of it on random ledgers is in test_metrics_oracle.py."""

from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.builders import ONLINE_RATE, Sent, Setting, Unit, aug, batch, every_day
from tests.warehouse.test_metrics import JULY_31, ONLINE, TOTAL, metric
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.catalogue import PUBLISHED, STATEMENTS
from warehouse.marts.materialise import build_marts
from warehouse.marts.steps import PERIODS
from warehouse.published import audit_rankings

UNITS = (*(Unit(id_, order=order) for order, id_ in enumerate("abcde", 1)), Unit("x", "communes"))


def ranked(lake: Lake, setting: Setting, *columns: str, id_: str = "own", month: str = "2022-08") -> dict[str, Any]:
    """The columns of each unit, in the order of the mart."""
    rows = build_marts(lake, setting.reference(), [month])["rankings"].filter(metric_id=id_)
    return {row[0]: row[1:] for row in rows.sort("unit_group", "list_order").select("member", *columns).rows()}


def sent(unit: str, online: int, in_person: int, **more: Any) -> Sent:
    return Sent(unit, more.pop("day", aug(1)), [("field", online, in_person)], **more)


def test_ties_share_a_rank_and_small_and_silent_units_stand_behind_without_one(lake: Lake) -> None:
    setting = Setting(UNITS, metrics=metric(ONLINE, TOTAL, "min_denominator = 10"))
    commit(lake, batch(sent("a", 5, 5), sent("b", 9, 0), sent("c", 15, 5), sent("d", 30, 10), sent("x", 1, 9)))
    assert list(ranked(lake, setting, "rank", "ties", "ranked_of", "is_small").items()) == [
        ("x", (1, 1, 1, False)),
        ("c", (1, 2, 3, False)),
        ("d", (1, 2, 3, False)),
        ("a", (3, 1, 3, False)),
        ("b", (None, None, 3, True)),
        ("e", (None, None, 3, None)),
    ]


def test_where_less_is_better_the_lowest_rate_is_first(lake: Lake) -> None:
    setting = Setting(UNITS, metrics=metric(ONLINE, TOTAL, 'direction = "down"'))
    commit(lake, batch(sent("a", 5, 5), sent("b", 0, 9), sent("c", 9, 1)))
    found = ranked(lake, setting, "rank")
    assert found == {"x": (None,), "b": (1,), "a": (2,), "c": (3,), "d": (None,), "e": (None,)}


def test_what_reads_alike_after_rounding_shares_a_rank(lake: Lake) -> None:
    setting = Setting(UNITS[:2], metrics=metric(ONLINE, TOTAL, "decimals = 0"))
    commit(lake, batch(sent("a", 501, 499), sent("b", 504, 496)))
    assert ranked(lake, setting, "rank", "ties") == {"a": (1, 2), "b": (1, 2)}


def test_a_unit_without_a_case_has_no_rank(lake: Lake) -> None:
    commit(lake, batch(sent("a", 0, 0), sent("b", 0, 4)))
    assert ranked(lake, Setting(UNITS[:2]), "rank", id_="online_rate") == {"b": (1,), "a": (None,)}


def test_a_unit_rises_and_falls_since_the_month_before(lake: Lake) -> None:
    commit(lake, batch(*(sent(unit, n, 9, day=JULY_31) for unit, n in (("a", 9), ("b", 5), ("c", 5)))))
    commit(lake, batch(sent("a", 5, 5), sent("b", 9, 1), sent("d", 7, 3)))
    found = ranked(lake, Setting(UNITS[:4]), "rank", "previous_rank", "rank_change", id_="online_rate")
    assert found == {"b": (1, 2, 1), "d": (2, None, None), "a": (3, 1, -2), "c": (None, 2, None)}


@pytest.mark.parametrize(("first", "is_complete"), [(31, True), (30, False)])
def test_a_month_before_that_lacks_data_is_said_so_of_the_whole_group(
    lake: Lake, first: int, is_complete: bool
) -> None:
    expected = every_day(["a"], JULY_31, JULY_31) + every_day(["b"], JULY_31.replace(day=first), JULY_31)
    commit(lake, batch(sent("a", 5, 5, day=JULY_31), sent("b", 5, 5, day=JULY_31)))
    commit(lake, batch(sent("a", 5, 5), sent("b", 1, 5), sent("c", 1, 1)))
    found = ranked(lake, Setting(UNITS[:3], expected), "previous_rank", "previous_is_complete", id_="online_rate")
    assert found == {"a": (1, is_complete), "b": (1, is_complete), "c": (None, None)}


def test_a_rank_is_not_compared_with_one_by_another_version(lake: Lake) -> None:
    new = metric('{ count = "in_person" }', TOTAL, "valid_from = 2022-08-01", "online_rate", version=2)
    commit(lake, batch(*(sent("a", 5, 5, day=day) for day in (JULY_31, aug(1)))))
    one = Setting(UNITS[:1])
    assert ranked(lake, one, "previous_rank", id_="online_rate") == {"a": (1,)}
    two = Setting(UNITS[:1], metrics=ONLINE_RATE + new)
    assert ranked(lake, two, "metric_version", "previous_rank", id_="online_rate") == {"a": (2, None)}


def test_no_join_compares_each_unit_with_each_other() -> None:
    """At 10,000 units a nested loop takes minutes, a join by equalities half a second."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        frames = {name: PUBLISHED[name].schema.to_frame() for name in ("units", "metrics", "monthly_rates", "rankings")}
        for name, empty in (frames | {"period_as_of": PERIODS.to_frame()}).items():
            filled = pl.concat([empty, pl.DataFrame({empty.columns[0]: ["x"]})], how="diagonal")
            connection.register("filled", filled)
            for schema in ("main", "marts"):
                connection.execute(f"CREATE TABLE {schema}.{name} AS FROM filled")
        names = ("_UNLIKE", "_WRONG_RANKS", "_WRONG_LISTS", "_WRONG_CHANGES", "_OTHERS_BEFORE")
        for query in (STATEMENTS["rankings"].sql, *(getattr(audit_rankings, name) for name in names)):
            plan = str(connection.execute(f"EXPLAIN {query}").fetchall())
            assert "NL_JOIN" not in plan
            assert "NESTED_LOOP" not in plan

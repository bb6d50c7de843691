"""Cases by channel and level: from the deliveries of the online rate; post apart only where a unit states it."""

from typing import Any

from tests.warehouse.builders import Sent, Setting, Unit, aug, batch
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import build_marts

UNITS = (Unit("a"), Unit("b", order=2), Unit("c", "districts"))


def counts(lake: Lake, *columns: str) -> dict[tuple[str, int, str], tuple[Any, ...]]:
    """The columns by member, level and channel."""
    rows = build_marts(lake, Setting(UNITS).reference(), ["2022-08"])["monthly_channel_counts"]
    key = ("member", "service_level", "channel_id")
    return {row[:3]: row[3:] for row in rows.select(*key, *columns).rows()}


def by_channel(
    found: dict[tuple[str, int, str], tuple[Any, ...]], member: str, level: int = 4
) -> list[tuple[Any, ...]]:
    return [found[member, level, channel] for channel in ("online", "in_person", "postal")]


def test_three_channels_and_all_levels_stand_apart(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 5, 3, 2), ("y", 1, 0, 0), ("x", 0, 7, 1, 3)])))
    found = counts(lake, "cases")
    assert by_channel(found, "a") == [(6,), (3,), (2,)]
    assert by_channel(found, "a", 3) == [(0,), (7,), (1,)]
    assert {level for _, level, _ in found} == {3, 4}


def test_post_that_one_day_does_not_state_is_among_those_in_person(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 5, 3, 2)]), Sent("a", aug(2), [("x", 1, 4)])))
    commit(lake, batch(Sent("b", aug(1), [("x", 1, 1, 1)])))
    found = counts(lake, "cases", "includes_post", "units_counted")
    assert by_channel(found, "a") == [(6, False, 1), (9, True, 1), (None, False, 0)]
    assert by_channel(found, "b") == [(1, False, 1), (1, False, 1), (1, False, 1)]
    assert by_channel(found, "departments") == [(7, False, 2), (10, True, 2), (1, False, 1)]


def test_a_unit_without_cases_has_zeros_and_one_that_sent_nothing_has_no_row(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 0, 0)]), Sent("b", aug(1), contract="cases")))
    found = counts(lake, "cases")
    assert by_channel(found, "a") == [(0,), (0,), (None,)]
    assert by_channel(found, "b") == [(0,), (0,), (0,)]
    assert {member for member, *_ in found} == {"a", "b", "departments", "all"}


def test_only_the_deliveries_of_the_month_s_figure_count(lake: Lake) -> None:
    """The last cumulative delivery replaces those before it; one without levels is in no rate, and not here."""
    sent = [Sent("a", aug(day), [("x", 2 * day, day, 0)], basis="month_to_date") for day in (1, 2)]
    commit(lake, batch(*sent, Sent("b", aug(1), [("x", 9, 9, 9, 0)])))
    assert by_channel(counts(lake, "cases"), "all") == [(4,), (2,), (0,)]

"""What was known at a moment never changes, whatever a run that began before it commits afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.warehouse.builders import Sent, Setting, at, aug, batch
from tests.warehouse.test_commit import column
from warehouse.lake.lake import Lake
from warehouse.lake.moments import newest_moment
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision, reject, release
from warehouse.marts.materialise import build_marts

TICK = timedelta(microseconds=1)
HELD = Sent("b", aug(1), [("x", 3, 1)], "quarantined", content="held", decided_at=at(5))


def online(lake: Lake, known_at: datetime) -> list[int]:
    marts = build_marts(lake, Setting().reference(), ["2022-08"], known_at=known_at)
    return marts["monthly_unit_rates"].sort("unit_id")["online"].to_list()


def test_a_run_that_was_overtaken_comes_after_what_overtook_it(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)], decided_at=at(5)), HELD))
    before = online(lake, at(5))
    late = ("c", aug(2), "summary", "pull", "late", at(3))
    commit(lake, batch(Sent("c", aug(2), [("x", 9, 0)], decided_at=at(3)), outcomes=[late]))
    assert online(lake, at(5)) == before
    assert online(lake, at(5) + TICK) == [1, None, 9]
    assert column(lake, "deliveries", "decided_at")[-1] == (at(5) + TICK,)
    assert column(lake, "outcomes", "outcome", "at")[-2:] == [("accepted", at(5) + TICK), ("late", at(5) + TICK)]


def test_so_does_a_person_s_decision(lake: Lake) -> None:
    commit(lake, batch(HELD, Sent("c", aug(1), status="quarantined", decided_at=at(5))))
    decision = Decision("b:2022-08-01:summary:v1", "Lan", "đã gọi", at(4))
    counting = replace(HELD, status="accepted_with_warnings", decided_at=at(4))
    release(lake, batch(counting), decision, None)
    reject(lake, replace(decision, delivery_id="c:2022-08-01:summary:v1"))
    assert online(lake, at(5)) == [None, None, None]
    assert online(lake, at(5) + TICK) == [None, 3, None]
    assert column(lake, "decisions", "decision", "at") == [
        ("released", at(5) + TICK),
        ("rejected", at(5) + 2 * TICK),
    ]


def test_a_later_moment_is_kept_as_it_is(lake: Lake) -> None:
    for day in (1, 2):
        commit(lake, batch(Sent("a", aug(day), [("x", 1, 0)])))
    assert column(lake, "deliveries", "decided_at") == [(at(1),), (at(2),)]
    with lake.snapshot() as cursor:
        assert newest_moment(cursor) == at(2)


def test_an_empty_lake_has_no_newest_moment(lake: Lake) -> None:
    with lake.snapshot() as cursor:
        assert newest_moment(cursor) is None

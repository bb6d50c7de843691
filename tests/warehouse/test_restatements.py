"""What later versions changed, and whether a publication had shown it: small ledgers one can check by hand."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tests.warehouse.builders import Sent, Setting, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision, release
from warehouse.ledger.withdrawals import withdraw
from warehouse.marts.materialise import build_marts, materialise
from warehouse.published.publish import publish

SETTING = Setting(expected=every_day("abc", aug(1), aug(31)))
FIRST = Sent("a", aug(1), [("x", 3, 1)], content="first")
MENDED = Sent("a", aug(1), [("x", 2, 1, 1), ("x", 50, 0, None, 3)], content="mended", decided_at=at(5))
V1, V2 = "a:2022-08-01:summary:v1", "a:2022-08-01:summary:v2"
SHOWN = ("delivery_id", "kind", "outcome_before", "version_before", "total_before", "total", "shown_in")


def restated(lake: Lake, *columns: str, **asked: Any) -> list[tuple[Any, ...]]:
    frame = build_marts(lake, SETTING.reference(), ["2022-08"], **asked)["restatements"]
    return frame.select(columns or SHOWN).rows()


def published(lake: Lake, moment: datetime) -> str:
    materialise(lake, SETTING.reference())
    publication = publish(lake, moment, "0.1.0")
    assert publication is not None
    return publication.publication_id


def test_another_export_of_a_day_shows_its_figures_before_and_after(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    commit(lake, batch(MENDED))
    figures = [f"{name}{when}" for when in ("_before", "") for name in ("online", "in_person", "total")]
    assert restated(lake, *figures) == [(3, 1, 4, 2, 2, 4)]
    columns = ("delivery_id", "delivery_before", "kind", "decided_at", "affects_published", "reason")
    assert restated(lake, *columns) == [(V2, V1, "correction", at(5), False, None)]


def test_an_export_that_differs_in_another_count_alone_says_which(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1, None, 4, 4, 3, 2)], content="first")))
    more = [("x", 3, 1, None, 4, 4, 3, 3, 1), ("y", 0, 0, None, 3, 1, None, None, None)]
    commit(lake, batch(Sent("a", aug(1), more, content="more", decided_at=at(2))))
    assert restated(lake, "total_before", "total", "other_changes") == [
        (4, 4, "received: 4 → 5; settled_on_time: 2 → 3; digitised_results: – → 1")
    ]


@pytest.mark.slow
def test_what_a_publication_had_shown_is_told_with_the_last_one_that_did(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    published(lake, at(1))
    commit(lake, batch(Sent("a", aug(2), [("x", 1, 0)])))
    second = published(lake, at(2))
    commit(lake, batch(MENDED))
    assert restated(lake) == [(V2, "correction", "accepted", 1, 4, 4, second)]
    third = published(lake, at(5))
    commit(lake, batch(replace(MENDED, counts=[("x", 9, 0)], content="again", decided_at=at(6))))
    assert restated(lake, "version", "total_before", "total", "shown_in") == [(2, 4, 4, second), (3, 4, 9, third)]


@pytest.mark.slow
def test_a_first_export_restates_only_a_day_that_was_published_as_missing(lake: Lake) -> None:
    commit(lake, batch(FIRST, outcomes=[("b", aug(1), "summary", "pull", "missing", at(1))]))
    first = published(lake, at(1))
    files = [Sent("b", aug(1), [("x", 1, 0)], decided_at=at(2)), Sent("b", aug(2), [("x", 5, 0)], decided_at=at(2))]
    commit(lake, batch(*files))
    assert restated(lake) == [("b:2022-08-01:summary:v1", "late_first", "missing", None, None, 1, first)]


@pytest.mark.slow
def test_a_month_that_no_publication_has_shown_is_not_restated_by_its_first_exports(lake: Lake) -> None:
    commit(lake, batch(Sent("a", date(2022, 7, 5), [("x", 1, 0)], decided_at=at(1))))
    published(lake, at(1))
    commit(lake, batch(FIRST, Sent("b", aug(3), [("x", 1, 0)], decided_at=at(2))))
    assert restated(lake) == []


@pytest.mark.slow
def test_a_release_is_told_with_who_decided_and_why(lake: Lake) -> None:
    held = replace(FIRST, status="quarantined", broken=["total_is_sum"])
    commit(lake, batch(held))
    shown = published(lake, at(1))
    counting = replace(held, status="accepted_with_warnings", decided_at=at(5), reason="Lan: đã gọi")
    release(lake, batch(counting), Decision(V1, "Lan", "đã gọi", at(5)), "total_is_sum")
    assert restated(lake) == [(V2, "release", "quarantined", 1, None, 4, shown)]
    assert restated(lake, "reason", "is_amended") == [("Lan: đã gọi", False)]


def test_a_reviewed_correction_is_part_of_the_history(lake: Lake) -> None:
    commit(lake, batch(replace(FIRST, broken=["corrected"])))
    assert restated(lake) == [(V1, "amendment", "missing", None, None, 4, None)]
    assert restated(lake, "is_amended", "reason") == [(True, "có corrected")]


def test_what_is_held_back_or_the_same_bytes_restates_nothing(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    commit(lake, batch(replace(FIRST, place="mail", decided_at=at(2))))
    commit(lake, batch(Sent("a", aug(1), status="quarantined", content="worse", decided_at=at(3))))
    assert restated(lake) == []
    commit(lake, batch(MENDED))
    assert restated(lake) == [("a:2022-08-01:summary:v3", "correction", "accepted", 1, 4, 4, None)]


def test_figures_of_all_levels_together_are_not_compared(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 5, 0, None, 0)], contract="ii06")))
    commit(lake, batch(Sent("a", aug(1), [("x", 6, 0)], contract="ii06", decided_at=at(2))))
    assert restated(lake, "contract", "total_before", "total") == [("ii06", None, 6)]


@pytest.mark.slow
def test_a_question_sees_the_history_as_far_as_it_asks(lake: Lake) -> None:
    commit(lake, batch(FIRST, outcomes=[("b", aug(2), "summary", "pull", "missing", at(1))]))
    first = published(lake, at(1))
    commit(lake, batch(MENDED, Sent("b", aug(2), [("x", 1, 0)], decided_at=at(5))))
    assert [row[0] for row in restated(lake)] == [V2, "b:2022-08-02:summary:v1"]
    assert restated(lake, as_of=aug(1)) == [(V2, "correction", "accepted", 1, 4, 4, first)]
    assert restated(lake, known_at=at(5) - timedelta(seconds=1)) == []


@pytest.mark.slow
def test_each_publication_is_kept_in_the_lake_before_readers_see_it(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    name = published(lake, at(2, 5))
    materialise(lake, SETTING.reference())
    assert publish(lake, at(3), "0.1.0") is None
    kept = lake.connection.sql("FROM lake.publications").pl()
    assert kept.select("publication_id", "built_at", "known_at", "as_of").rows() == [(name, at(2, 5), at(1), aug(1))]
    with duckdb.connect(str(lake.home / "published" / "marts.duckdb"), read_only=True) as reader:
        published_row = reader.sql("FROM marts.publication").pl()
    assert kept.equals(published_row.select(kept.columns).cast(dict(kept.schema)))
    assert (
        published_row.select("built_at", "known_at").rows()
        == published_row.select("built_at_utc", "known_at_utc").rows()
    )


def test_the_published_file_has_the_history(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    shown = published(lake, at(1))
    commit(lake, batch(MENDED))
    published(lake, at(5))
    with duckdb.connect(str(lake.home / "published" / "marts.duckdb"), read_only=True) as reader:
        rows = reader.sql("SELECT delivery_id, shown_in FROM marts.restatements").fetchall()
    assert rows == [(V2, shown)]


def take_back(lake: Lake, delivery_id: str, moment: datetime, *, previous: bool = False) -> None:
    withdraw(lake, [Decision(delivery_id, "Lan", "gửi nhầm tệp", moment)], previous=previous)


@pytest.mark.slow
def test_a_withdrawal_shows_the_figures_that_count_no_more_and_those_that_count_again(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    commit(lake, batch(MENDED))
    commit(lake, batch(replace(FIRST, counts=[("x", 9, 0)], content="third", decided_at=at(6))))
    shown = published(lake, at(6))
    v3 = V2.replace("v2", "v3")
    take_back(lake, v3, at(7), previous=True)
    take_back(lake, V2, at(8))
    later = restated(lake, "delivery_id", "kind", "decided_at", "delivery_before", "total_before", "total", "shown_in")
    assert [row for row in later if row[1] == "withdrawal"] == [
        (V2, "withdrawal", at(8), V2, 4, None, shown),
        (v3, "withdrawal", at(7), v3, 9, 4, shown),
    ]
    reasons = {row[0]: row[2] for row in restated(lake, "delivery_id", "kind", "reason") if row[1] == "withdrawal"}
    assert set(reasons.values()) == {"Thu hồi theo quyết định của Lan: gửi nhầm tệp"}
    assert len(restated(lake, known_at=at(7))) == 3
    assert len(restated(lake, known_at=at(6))) == 2


@pytest.mark.slow
def test_what_is_sent_after_a_withdrawal_comes_upon_a_missing_day(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    take_back(lake, V1, at(2))
    commit(lake, batch(MENDED))
    assert restated(lake) == [
        (V1, "withdrawal", "accepted", 1, 4, None, None),
        (V2, "correction", "missing", None, None, 4, None),
    ]

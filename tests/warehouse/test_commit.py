"""Committing: versions, duplicates, outcomes, and that doing it again changes nothing."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock

from tests.warehouse.builders import Sent, at, aug, batch
from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import Batch, commit
from warehouse.ledger.deliveries import seen
from warehouse.ledger.states import current_states
from warehouse.places.errors import LockedError

ACCEPTED = Sent("a", aug(1), [("đất đai", 3, 1)])
CORRECTED = Sent("a", aug(1), [("đất đai", 4, 1)], decided_at=at(2))


def table(lake: Lake, name: str) -> pl.DataFrame:
    with lake.snapshot() as cursor:
        return cursor.table(f"lake.{name}").pl().sort(LAKE[name].grain)


def everything(lake: Lake) -> dict[str, pl.DataFrame]:
    return {name: table(lake, name) for name in LAKE}


def column(lake: Lake, name: str, *columns: str) -> list[tuple[object, ...]]:
    return table(lake, name).select(columns).rows()


def test_an_accepted_file_is_stored_with_its_rows_and_outcome(lake: Lake) -> None:
    stored = commit(lake, batch(ACCEPTED))
    assert stored.select("file", "delivery_id", "version", "supersedes").rows() == [
        (0, "a:2022-08-01:summary:v1", 1, None)
    ]
    assert column(lake, "daily_counts", "delivery_id", "unit_id", "business_date", "online", "total") == [
        ("a:2022-08-01:summary:v1", "a", aug(1), 3, 4)
    ]
    assert column(lake, "check_results", "delivery_id", "rule", "outcome") == [
        ("a:2022-08-01:summary:v1", "total_is_sum", "holds")
    ]
    assert column(lake, "outcomes", "unit_id", "contract", "step", "outcome", "at") == [
        ("a", "summary", "check", "accepted", at(1))
    ]


def test_a_quarantined_file_keeps_its_rejected_rows_but_gives_no_counts(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1)], "quarantined", broken=["total_is_sum"], rejected=2)))
    assert column(lake, "daily_counts", "online") == []
    assert column(lake, "rejected_rows", "delivery_id", "row_number", "business_date") == [
        ("a:2022-08-01:summary:v1", 0, aug(1)),
        ("a:2022-08-01:summary:v1", 1, aug(1)),
    ]


def test_committing_again_changes_nothing(lake: Lake) -> None:
    history = [
        batch(outcomes=[("a", aug(1), "summary", "pull", "missing", at(1, 12))]),
        batch(ACCEPTED, outcomes=[("a", aug(1), "summary", "pull", "late", at(1, 21))]),
        batch(CORRECTED, Sent("b", aug(1), content="same"), Sent("b", aug(1), content="same", place="mail")),
    ]
    for one in history:
        commit(lake, one)
    before = everything(lake)
    assert {name: frame.height for name, frame in before.items()} == {
        "deliveries": 4, "daily_counts": 2, "delivery_sums": 2, "cases": 0, "procedure_counts": 0, "scores": 0,
        "check_results": 3, "rejected_rows": 0, "layouts": 3, "layout_decisions": 0, "outcomes": 5,
        "decisions": 0, "alerts": 0, "publications": 0, "closings": 0,
    }  # fmt: skip
    for one in (history[0], history[2]):
        assert commit(lake, one).is_empty()
    assert all(frame.equals(before[name]) for name, frame in everything(lake).items())


def test_other_bytes_are_a_new_version_that_supersedes(lake: Lake) -> None:
    commit(lake, batch(ACCEPTED))
    commit(lake, batch(CORRECTED))
    assert column(lake, "deliveries", "delivery_id", "version", "supersedes") == [
        ("a:2022-08-01:summary:v1", 1, None),
        ("a:2022-08-01:summary:v2", 2, "a:2022-08-01:summary:v1"),
    ]


def test_a_quarantined_version_counts_as_a_version(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), status="quarantined")))
    assert commit(lake, batch(CORRECTED))["version"].to_list() == [2]


def test_the_latest_bytes_from_another_place_are_a_duplicate(lake: Lake) -> None:
    commit(lake, batch(ACCEPTED))
    for number, place in enumerate(("mail", "usb"), start=1):
        copy = Sent("a", aug(1), ACCEPTED.counts, place=place, decided_at=at(2, number))
        stored = commit(lake, batch(copy))
        assert stored.select("delivery_id", "version", "status", "supersedes").rows() == [
            (f"a:2022-08-01:summary:v1:dup{number}", 1, "duplicate", None)
        ]
    assert len(column(lake, "daily_counts", "online")) == 1
    assert len(column(lake, "check_results", "rule")) == 1
    assert column(lake, "outcomes", "step", "outcome") == [("check", "accepted"), ("pull", "duplicate")]


def test_going_back_to_earlier_bytes_is_a_new_version(lake: Lake) -> None:
    for sent in (ACCEPTED, CORRECTED, ACCEPTED):
        commit(lake, batch(Sent("a", aug(1), sent.counts, decided_at=sent.decided)))
    assert [row[0] for row in column(lake, "deliveries", "version")] == [1, 2, 3]


def test_an_old_copy_elsewhere_does_not_come_back_at_every_run(lake: Lake) -> None:
    copy = Sent("a", aug(1), ACCEPTED.counts, place="mail")
    commit(lake, batch(ACCEPTED, copy))
    commit(lake, batch(CORRECTED, copy))
    assert commit(lake, batch(CORRECTED, copy)).is_empty()
    assert seen(lake, aug(1), aug(1))["delivery_id"].to_list() == [
        "a:2022-08-01:summary:v1", "a:2022-08-01:summary:v1:dup1", "a:2022-08-01:summary:v2"
    ]  # fmt: skip


def test_files_of_one_batch_are_numbered_by_time_then_name(lake: Lake) -> None:
    def sent(content: str, hour: int, name: str) -> Sent:
        return Sent("a", aug(1), content=content, modified_at=at(1, hour), name=name, place=content)

    stored = commit(lake, batch(sent("third", 9, "b"), sent("second", 9, "a"), sent("first", 8, "z")))
    assert stored.sort("version").select("file", "version").rows() == [(2, 1), (1, 2), (0, 3)]


def test_rows_without_unit_and_date_take_the_delivery_s(lake: Lake) -> None:
    one = batch(ACCEPTED)
    dated = one.daily_counts.with_columns(unit_id=pl.lit("wrong"), business_date=pl.lit(aug(9)))
    commit(lake, replace(one, daily_counts=dated))
    assert column(lake, "daily_counts", "unit_id", "business_date") == [("a", aug(1))]


def test_missing_is_recorded_once_and_never_after_a_delivery(lake: Lake) -> None:
    def missing(hour: int) -> Batch:
        return batch(outcomes=[("a", aug(1), "summary", "pull", "missing", at(1, hour))])

    commit(lake, missing(12))
    commit(lake, missing(13))
    assert column(lake, "outcomes", "outcome", "at") == [("missing", at(1, 12))]
    commit(lake, batch(ACCEPTED))
    commit(lake, missing(23))
    assert column(lake, "outcomes", "step", "outcome") == [("check", "accepted"), ("pull", "missing")]


def test_missing_beside_the_delivery_in_one_batch_is_dropped(lake: Lake) -> None:
    outcome = ("a", aug(1), "summary", "pull", "missing", at(1))
    commit(lake, batch(ACCEPTED, outcomes=[outcome]))
    assert column(lake, "outcomes", "outcome") == [("accepted",)]


def test_an_outcome_is_not_repeated_by_a_retry_after_others_followed(lake: Lake) -> None:
    late = batch(ACCEPTED, outcomes=[("a", aug(1), "summary", "pull", "late", at(1, 21))])
    commit(lake, late)
    commit(lake, batch(Sent("a", aug(1), ACCEPTED.counts, place="mail", decided_at=at(2))))
    commit(lake, late)
    pulls = table(lake, "outcomes").filter(step="pull").sort("at")
    assert pulls["outcome"].to_list() == ["late", "duplicate"]


def test_one_file_twice_in_a_batch_is_a_mistake_of_the_caller() -> None:
    one = batch(ACCEPTED)
    with pytest.raises(ValueError, match="file"):
        replace(one, deliveries=pl.concat([one.deliveries] * 2))


def test_a_row_the_lake_refuses_leaves_nothing_of_the_batch(lake: Lake) -> None:
    one = batch(ACCEPTED, Sent("b", aug(1), [("x", 1, 1)]))
    broken = one.check_results.with_columns(severity=pl.lit(None, pl.String))
    with pytest.raises(Exception, match="NOT NULL"):
        commit(lake, replace(one, check_results=broken))
    assert all(frame.is_empty() for frame in everything(lake).values())
    assert commit(lake, one).height == 2


def test_a_busy_lake_is_named_in_the_error(lake: Lake, home: Path) -> None:
    lock = home.resolve() / "lake" / "writer.lock"
    with FileLock(lock), pytest.raises(LockedError, match="tiến trình") as raised:
        commit(lake, batch(ACCEPTED), timeout=0.05)
    assert str(lock) in str(raised.value)
    assert commit(lake, batch(ACCEPTED)).height == 1


@pytest.mark.slow
def test_two_processes_storing_the_same_files_store_them_once(home: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_commit_days, args=(home,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with open_lake(home) as lake:
        assert [row[0] for row in column(lake, "deliveries", "version")] == [1] * 5
        assert len(column(lake, "outcomes", "unit_id")) == 5


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_deliveries_only(home: Path) -> None:
    days = 12
    writer = multiprocessing.get_context("spawn").Process(target=_commit_days, args=(home, days))
    writer.start()
    with open_lake(home) as lake:
        while writer.is_alive() and seen(lake, aug(1), aug(31)).height < 3:
            pass
        writer.kill()
        writer.join()
        stored = seen(lake, aug(1), aug(31))["delivery_id"].to_list()
        assert 3 <= len(stored) <= days
        for name in ("daily_counts", "check_results"):
            assert [row[0] for row in column(lake, name, "delivery_id")] == stored
    _commit_days(home, days)  # and the run can be repeated
    with open_lake(home) as lake:
        assert [row[0] for row in column(lake, "deliveries", "version")] == [1] * days


def _commit_days(home: Path, days: int = 5) -> None:
    with open_lake(home) as lake:
        for day in range(1, days + 1):
            commit(lake, batch(Sent("a", aug(day), [("x", 1, 1)])))


def test_an_empty_batch_is_nothing(lake: Lake) -> None:
    assert commit(lake, batch()).is_empty()


def test_the_state_of_a_day(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]), outcomes=[("b", aug(1), "summary", "pull", "missing", at(1))]))
    commit(lake, batch(Sent("a", aug(1), status="quarantined", broken=["z", "total_is_sum"], decided_at=at(2))))
    commit(
        lake,
        batch(
            Sent("c", aug(1), status="quarantined", broken=["z", "total_is_sum"]),
            Sent("d", aug(1), [("x", 1, 1)], "accepted_with_warnings", broken=["rate"]),
            outcomes=[("d", aug(1), "summary", "pull", "late", at(1))],
        ),
    )
    commit(lake, batch(Sent("c", aug(1), status="quarantined", place="mail", decided_at=at(2))))
    states = current_states(lake, aug(1), aug(1))
    assert states.select("unit_id", "outcome", "version", "is_late", "rules_broken", "reason").rows() == [
        ("a", "accepted", 1, False, None, None),  # the accepted version counts, not the later one held back
        ("b", "missing", None, False, None, None),
        ("c", "quarantined", 1, False, "total_is_sum,z", "sai tổng"),  # a duplicate changes nothing
        ("d", "accepted_with_warnings", 1, True, "rate", None),
    ]
    assert current_states(lake, aug(2), aug(31)).is_empty()

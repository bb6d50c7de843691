"""An accepted delivery that a person takes back counts no more, and what was known before stays as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.warehouse.builders import Sent, Setting, at, aug, batch, refusals_of_two
from tests.warehouse.test_commit import column, everything
from warehouse.care.compaction import care
from warehouse.care.doctor.ledger import check_ledger
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.cases import find_counted
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision, reject, release
from warehouse.ledger.deliveries import decisions, quarantined
from warehouse.ledger.past_counts import past_counts, past_fields
from warehouse.ledger.past_files import past_files
from warehouse.ledger.states import current_states
from warehouse.ledger.withdrawals import Withdrawn, withdraw
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import workbench
from warehouse.places.errors import DecisionError

FIRST = Sent("a", aug(1), [("đất đai", 3, 1)], content="first")
SECOND = replace(FIRST, counts=[("dân số", 5, 5)], content="second", decided_at=at(3))
HELD = replace(FIRST, status="quarantined", content="held", decided_at=at(4), broken=["total_is_sum"])
V1, V2, V3 = (f"a:2022-08-01:summary:v{version}" for version in (1, 2, 3))


def take_back(lake: Lake, *ids: str, moment: datetime | None = None, previous: bool = False) -> Withdrawn:
    named = [Decision(delivery_id, "Lan", "gửi nhầm", moment or at(5)) for delivery_id in ids]
    return withdraw(lake, named, previous=previous)


def state(lake: Lake) -> tuple[object, ...]:
    return current_states(lake, aug(1), aug(1)).select("outcome", "version", "delivery_id", "decision").row(0)


def month(lake: Lake, known_at: datetime | None = None) -> tuple[int | None, bool, str]:
    marts = build_marts(lake, Setting(expected=[("a", aug(1))]).reference(), ["2022-08"], known_at=known_at)
    unit = marts["monthly_unit_rates"].filter(unit_id="a")
    status = marts["export_status"].filter(unit_id="a")["outcome"].item()
    return unit["total"].item() or 0, unit["is_complete"].item(), status


@pytest.mark.slow
def test_a_withdrawn_day_is_missing_again_and_known_before_as_it_was(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    commit(lake, batch(SECOND))
    done = take_back(lake, V2)
    assert (done.withdrawn["delivery_id"].to_list(), done.counting.height, done.at) == ([V2, V1], 0, at(5))
    assert state(lake) == ("missing", None, None, "withdrawn")
    assert month(lake) == (0, False, "missing")
    assert month(lake, known_at=at(4)) == (10, True, "accepted")
    rows = column(lake, "decisions", "delivery_id", "decision", "released_as", "at")
    assert sorted(rows) == [(V1, "withdrawn", None, at(5)), (V2, "withdrawn", None, at(5))]
    assert (past_counts(lake, aug(1), aug(1)).height, past_files(lake, aug(1), aug(1)).height) == (0, 0)
    assert past_fields(lake, ["a"], "summary", aug(1), aug(1)).is_empty()
    assert quarantined(lake).is_empty()


@pytest.mark.slow
def test_the_version_before_counts_again_where_that_is_asked_for(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    commit(lake, batch(SECOND))
    done = take_back(lake, V2, previous=True)
    assert (done.withdrawn["delivery_id"].to_list(), done.counting["delivery_id"].to_list()) == ([V2], [V1])
    assert state(lake) == ("accepted", 1, V1, None)
    assert month(lake) == (4, True, "accepted")
    assert past_counts(lake, aug(1), aug(1))["total"].to_list() == [4]
    assert past_fields(lake, ["a"], "summary", aug(1), aug(1))["field"].to_list() == ["đất đai"]
    with pytest.raises(DecisionError, match="không có phiên bản trước nào"):
        take_back(lake, V1, previous=True)
    take_back(lake, V1)
    assert month(lake) == (0, False, "missing")


@pytest.mark.slow
def test_the_same_bytes_are_not_taken_again_and_other_bytes_count(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    take_back(lake, V1)
    assert commit(lake, batch(FIRST)).is_empty()
    copy = commit(lake, batch(replace(FIRST, place="mail", decided_at=at(6))))
    assert copy.select("delivery_id", "status").row(0) == (f"{V1}:dup1", "duplicate")
    assert month(lake)[2] == "missing"
    assert commit(lake, batch(replace(SECOND, decided_at=at(7))))["delivery_id"].to_list() == [V2]
    assert state(lake) == ("accepted", 2, V2, None)
    assert month(lake) == (10, True, "accepted")


def test_a_held_version_still_waits_and_a_rejected_one_does_not_hide_the_withdrawal(lake: Lake) -> None:
    commit(lake, batch(FIRST))
    commit(lake, batch(HELD))
    take_back(lake, V1)
    assert state(lake) == ("quarantined", 2, V2, None)
    assert quarantined(lake)["delivery_id"].to_list() == [V2]
    reject(lake, Decision(V2, "Lan", "sai", at(6)))
    assert state(lake) == ("missing", None, None, "withdrawn")


def test_what_was_released_can_be_withdrawn_and_shows_both_decisions_in_order(lake: Lake) -> None:
    commit(lake, batch(HELD))
    release(lake, batch(replace(HELD, status="accepted", decided_at=at(5))), Decision(V1, "Lan", "đúng", at(5)), None)
    assert state(lake) == ("accepted", 2, V2, "released")
    take_back(lake, V2, moment=at(6))
    assert state(lake) == ("missing", None, None, "withdrawn")
    assert decisions(lake, V2)["decision"].to_list() == ["released", "withdrawn"]
    with pytest.raises(DecisionError, match=f"đã được cho qua thành {V2}"):
        reject(lake, Decision(V1, "Lan", "sai", at(7)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "asked", "message"),
    [
        ((FIRST,), "no'such", "không có lần gửi nào mang mã no'such"),
        ((HELD,), V1, "đang bị giữ lại nên không được tính; dùng: tyle quarantine reject"),
        ((FIRST, replace(FIRST, place="mail", decided_at=at(2))), f"{V1}:dup1", f"thu hồi {V1}"),
        ((FIRST, SECOND), V1, f"phiên bản mới hơn được tính; thu hồi {V2}"),
    ],
)
def test_what_does_not_count_is_refused_in_one_line_and_nothing_is_stored(
    lake: Lake, files: tuple[Sent, ...], asked: str, message: str
) -> None:
    for file in files:
        commit(lake, batch(file))
    other = Sent("b", aug(1), [("x", 1, 0)])
    commit(lake, batch(other))
    before = everything(lake)
    with pytest.raises(DecisionError) as raised:
        take_back(lake, "b:2022-08-01:summary:v1", asked)
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert all(frame.equals(before[name]) for name, frame in everything(lake).items())


@pytest.mark.parametrize(
    ("decide", "message"),
    [
        (lambda lake: take_back(lake, V1), "đã được thu hồi lúc 2022-08-05 20:00 UTC, bởi Lan"),
        (lambda lake: reject(lake, Decision(V1, "Lan", "sai", at(5))), "bị loại nên không được tính"),
    ],
)
def test_what_was_taken_back_or_rejected_is_not_withdrawn_again(
    lake: Lake, decide: Callable[[Lake], object], message: str
) -> None:
    commit(lake, batch(HELD if "loại" in message else FIRST))
    decide(lake)
    with pytest.raises(DecisionError, match=message):
        take_back(lake, V1)


@pytest.mark.slow
def test_of_two_processes_one_withdraws(home: Path) -> None:
    with open_lake(home) as lake:
        commit(lake, batch(FIRST))
    refused = refusals_of_two(home, lambda lake: take_back(lake, V1))
    assert len(refused) == 1
    with open_lake(home) as lake:
        assert len(column(lake, "decisions", "delivery_id")) == 1


@pytest.mark.slow
def test_the_workbench_and_the_audit_s_sums_follow_and_compaction_keeps_it(lake: Lake) -> None:
    commit(lake, batch(FIRST, Sent("b", aug(1), [("x", 1, 1)])))
    reference = Setting().reference()
    materialise(lake, reference)
    take_back(lake, V1)
    assert materialise(lake, reference) == ["2022-08"]
    with workbench(lake):
        assert lake.connection.sql("SELECT online, total FROM workbench.built WHERE month = '2022-08'").fetchall() == [
            (1, 2)
        ]
    care(lake, at(9))
    assert state(lake) == ("missing", None, None, "withdrawn")
    assert [finding.level for finding in check_ledger(lake)] == ["ok"]


def test_the_day_before_makes_a_month_to_date_figure_when_the_last_day_is_withdrawn(lake: Lake) -> None:
    for day, figure in ((1, 10), (2, 25)):
        commit(lake, batch(Sent("a", aug(day), [("x", figure, 0)], basis="month_to_date")))
    take_back(lake, "a:2022-08-02:summary:v1")
    marts = build_marts(lake, Setting().reference(), ["2022-08"])
    assert marts["monthly_unit_rates"].filter(unit_id="a")["total"].to_list() == [10]


def test_processing_falls_back_as_well(lake: Lake) -> None:
    for day, figure in ((1, 10), (2, 25)):
        counts = [("x", 0, 0, None, 4, figure, 1, 1)]
        commit(lake, batch(Sent("a", aug(day), counts, contract="processing")))
    take_back(lake, "a:2022-08-02:processing:v1")
    marts = build_marts(lake, Setting().reference(), ["2022-08"])
    assert marts["monthly_processing"]["received_ytd"].to_list() == [10]


def test_cases_of_a_withdrawn_delivery_may_be_counted_elsewhere(lake: Lake) -> None:
    one = Sent("a", aug(1), [("x", 2, 0)], contract="cases", cases=["c1", "c2"])
    other = Sent("b", aug(2), [("x", 1, 0)], contract="cases", cases=["c1"], decided_at=at(3))
    commit(lake, batch(one))
    left_out = replace(other, counts=[("x", 1, 0)], cases=["c3"], broken=["case_not_counted_before"])
    commit(lake, batch(left_out))
    assert take_back(lake, "a:2022-08-01:cases:v1").left_out == ("b:2022-08-02:cases:v1",)
    again = replace(other, content="again", decided_at=at(6))
    with lake.snapshot() as cursor:
        frames = batch(again)
        cases = frames.cases.join(frames.deliveries.select("file", "unit_id", "business_date"), on="file")
        assert find_counted(cursor, cases, cases).is_empty()
    assert commit(lake, frames)["status"].to_list() == ["accepted"]


@pytest.mark.slow
def test_a_version_does_not_count_again_when_others_count_its_cases_by_now(lake: Lake) -> None:
    one = Sent("a", aug(1), [("x", 1, 0)], contract="cases", cases=["c1"])
    commit(lake, batch(one))
    commit(lake, batch(replace(one, cases=["c2"], content="second", decided_at=at(3))))
    commit(lake, batch(Sent("b", aug(2), [("x", 1, 0)], contract="cases", cases=["c1"], decided_at=at(4))))
    with pytest.raises(DecisionError, match="bỏ --previous"):
        take_back(lake, "a:2022-08-01:cases:v2", previous=True)
    take_back(lake, "a:2022-08-01:cases:v2")

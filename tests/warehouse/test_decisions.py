"""What a person decides about a delivery held back: once, whole, and without changing what was known before."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, at, aug, batch, refusals_of_two
from tests.warehouse.test_commit import column, everything
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision, held_delivery, reject, release
from warehouse.ledger.deliveries import decisions, quarantined
from warehouse.ledger.states import current_states
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import workbench
from warehouse.places.errors import DecisionError

HELD = Sent(
    "a",
    aug(1),
    [("đất đai", 3, 1)],
    "quarantined",
    content="held",
    decided_at=at(2),
    broken=["total_is_sum"],
    rejected=1,
)
COUNTING = replace(HELD, status="accepted_with_warnings", decided_at=at(5))
MENDED = Sent("a", aug(1), [("đất đai", 2, 2)], content="mended", decided_at=at(7))
V1, V2 = "a:2022-08-01:summary:v1", "a:2022-08-01:summary:v2"


def decision(delivery_id: str = V1) -> Decision:
    return Decision(delivery_id, "Lan", "đã gọi điện", at(5))


def let_count(lake: Lake, delivery_id: str = V1) -> pl.DataFrame:
    return release(lake, batch(COUNTING), decision(delivery_id), "total_is_sum")


def month(lake: Lake, known_at: datetime | None = None) -> tuple[int, bool, str]:
    marts = build_marts(lake, Setting(expected=[("a", aug(1))]).reference(), ["2022-08"], known_at=known_at)
    unit = marts["monthly_unit_rates"].filter(unit_id="a")
    status = marts["export_status"].filter(unit_id="a")["outcome"].item()
    return unit["total"].item(), unit["is_complete"].item(), status


def test_a_release_is_a_new_version_with_its_counts_its_verdict_and_who_decided(lake: Lake) -> None:
    commit(lake, batch(HELD))
    assert let_count(lake).select("delivery_id", "version", "supersedes", "status").row(0) == (
        V2, 2, V1, "accepted_with_warnings"
    )  # fmt: skip
    assert column(lake, "deliveries", "delivery_id", "status", "decided_at") == [
        (V1, "quarantined", at(2)),
        (V2, "accepted_with_warnings", at(5)),
    ]
    assert column(lake, "daily_counts", "delivery_id", "total") == [(V2, 4)]
    assert column(lake, "check_results", "delivery_id", "outcome") == [(V1, "breaks"), (V2, "breaks")]
    assert column(lake, "rejected_rows", "delivery_id") == [(V1,), (V2,)]
    assert column(lake, "outcomes", "step", "outcome", "at") == [
        ("check", "quarantined", at(2)),
        ("check", "accepted_with_warnings", at(5)),
    ]
    assert decisions(lake, V2).rows() == decisions(lake, V1).rows() == [
        (V1, "a", aug(1), "summary", "released", "đã gọi điện", "Lan", at(5), V2, "total_is_sum", None)
    ]  # fmt: skip


@pytest.mark.slow
def test_what_was_known_before_the_decision_stays_as_it_was(lake: Lake) -> None:
    commit(lake, batch(HELD))
    before = month(lake)
    assert before == (None, False, "quarantined")
    let_count(lake)
    assert month(lake, known_at=at(4)) == before
    assert month(lake, known_at=at(5)) == month(lake) == (4, True, "accepted_with_warnings")


@pytest.mark.slow
def test_the_workbench_and_the_audit_s_sums_see_a_release(lake: Lake) -> None:
    commit(lake, batch(HELD))
    reference = Setting().reference()
    materialise(lake, reference)
    let_count(lake)
    assert materialise(lake, reference) == ["2022-08"]
    with workbench(lake):
        assert lake.connection.sql("SELECT online, total FROM workbench.built WHERE month = '2022-08'").fetchall() == [
            (3, 4)
        ]


def test_a_corrected_delivery_takes_the_place_of_a_released_one_and_its_bytes_stay_known(lake: Lake) -> None:
    commit(lake, batch(HELD))
    let_count(lake)
    assert commit(lake, batch(HELD)).is_empty()
    copy = replace(HELD, place="mail", decided_at=at(6))
    assert commit(lake, batch(copy)).select("delivery_id", "status").row(0) == (f"{V2}:dup1", "duplicate")
    assert commit(lake, batch(MENDED))["supersedes"].item() == V2
    assert current_states(lake, aug(1), aug(1)).select("outcome", "version", "decision").row(0) == ("accepted", 3, None)


def test_a_later_one_held_back_waits_for_its_own_decision_while_the_released_counts(lake: Lake) -> None:
    commit(lake, batch(HELD))
    let_count(lake)
    commit(lake, batch(replace(HELD, content="worse", decided_at=at(8))))
    assert quarantined(lake)["delivery_id"].to_list() == ["a:2022-08-01:summary:v3"]
    assert month(lake)[0] == 4


def test_a_rejected_delivery_no_longer_waits_but_its_day_is_still_without_figures(lake: Lake) -> None:
    commit(lake, batch(HELD))
    assert quarantined(lake)["delivery_id"].to_list() == [V1]
    reject(lake, decision())
    assert quarantined(lake).is_empty()
    assert current_states(lake, aug(1), aug(1)).select("outcome", "decision").row(0) == ("quarantined", "rejected")
    assert month(lake) == (None, False, "quarantined")
    assert commit(lake, batch(HELD)).is_empty()
    commit(lake, batch(MENDED))
    assert month(lake) == (4, True, "accepted")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("done", "asked", "message"),
    [
        ("release", V1, f"đã được cho qua thành {V2} lúc 2022-08-05 20:00 UTC, bởi Lan"),
        ("release", V2, "không bị giữ lại"),
        ("reject", V1, "đã bị loại lúc"),
        ("mend", V1, f"phiên bản mới hơn thay thế, {V2}"),
        ("copy", f"{V1}:dup1", "không bị giữ lại"),
        ("nothing", "no'such", "không có lần gửi nào mang mã no'such"),
    ],
)
def test_what_does_not_wait_is_refused_in_one_line_and_nothing_is_stored(
    lake: Lake, done: str, asked: str, message: str
) -> None:
    commit(lake, batch(HELD))
    {
        "release": lambda: let_count(lake),
        "reject": lambda: reject(lake, decision()),
        "mend": lambda: commit(lake, batch(MENDED)),
        "copy": lambda: commit(lake, batch(replace(HELD, place="mail"))),
        "nothing": lambda: None,
    }[done]()
    before = everything(lake)
    for ask in (
        lambda: let_count(lake, asked),
        lambda: reject(lake, decision(asked)),
        lambda: held_delivery(lake, asked),
    ):
        with pytest.raises(DecisionError) as raised:
            ask()
        assert message in str(raised.value)
        assert len(str(raised.value).splitlines()) == 1
    assert all(frame.equals(before[name]) for name, frame in everything(lake).items())


def test_a_release_is_whole_or_nothing(lake: Lake) -> None:
    commit(lake, batch(HELD))
    before = everything(lake)
    one = batch(COUNTING)
    broken = replace(one, check_results=one.check_results.with_columns(severity=pl.lit(None, pl.String)))
    with pytest.raises(Exception, match="NOT NULL"):
        release(lake, broken, decision(), None)
    for wrong in (batch(HELD), batch(replace(COUNTING, content="other bytes"))):
        with pytest.raises(ValueError, match="accepted"):
            release(lake, wrong, decision(), None)
    assert all(frame.equals(before[name]) for name, frame in everything(lake).items())


def test_of_two_who_decide_at_once_one_is_told_it_is_decided(home: Path) -> None:
    with open_lake(home) as lake:
        commit(lake, batch(HELD))
    refused = refusals_of_two(home, let_count)
    assert len(refused) == 1
    with open_lake(home) as lake:
        assert column(lake, "deliveries", "version") == [(1,), (2,)]
        assert len(column(lake, "decisions", "delivery_id")) == 1

"""What counts though it broke a critical rule, or was corrected, is marked in every mart that it makes figures of."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.ledger.corrections import Correction, correct
from warehouse.ledger.decisions import Decision, release
from warehouse.ledger.withdrawals import withdraw
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import workbench

HELD = Sent("a", aug(1), [("x", 480, 120)], status="quarantined", content="held", broken=["total_is_sum"])
COUNTING = replace(HELD, status="accepted_with_warnings", decided_at=at(4))
RELEASED, CORRECTED, EASED = (f"a:2022-08-01:summary:v1#{what}" for what in ("released", "corrected", "total_is_sum"))
FLAG = ("has_override", "override_ids")
CLEAN, NAMED = (False, None), (True, RELEASED)
SETTING = Setting(expected=every_day("abc", aug(1), aug(2)))


def month(lake: Lake, setting: Setting = SETTING, name: str = "2022-08", **asked: Any) -> dict[str, pl.DataFrame]:
    return build_marts(lake, setting.reference(), [name], **asked)


def flags(marts: dict[str, pl.DataFrame], mart: str, *key: str) -> dict[Any, tuple[bool, str | None]]:
    return {row[0] if len(key) == 1 else row[:-2]: row[-2:] for row in marts[mart].select(*key, *FLAG).rows()}


def decision(delivery: str, moment: datetime | None = None) -> Decision:
    return Decision(delivery, "Lan", "Công văn 12", moment or at(4))


def let_count(lake: Lake, rules: str | None = "total_is_sum") -> None:
    commit(lake, batch(HELD))
    release(lake, batch(COUNTING), decision("a:2022-08-01:summary:v1"), rules)


def test_a_release_against_a_critical_rule_is_marked_wherever_it_is_read(lake: Lake) -> None:
    let_count(lake)
    commit(
        lake, batch(Sent("a", aug(2), [("x", 1, 1), ("y", 1, 0)]), Sent("b", aug(1), [("x", 1, 1)]), Sent("c", aug(1)))
    )
    marts = month(lake)
    assert flags(marts, "monthly_unit_rates", "unit_id") == {"a": NAMED, "b": CLEAN, "c": CLEAN}
    assert flags(marts, "monthly_group_rates", "unit_group") == {"all": NAMED, "departments": NAMED, "districts": CLEAN}
    fields = flags(marts, "monthly_field_rates", "unit_id", "field")
    assert fields == {("a", "x"): NAMED, ("a", "y"): NAMED, ("b", "x"): CLEAN}
    days = flags(marts, "daily_unit_rates", "unit_id", "business_date")
    assert days == {("a", aug(1)): NAMED, ("a", aug(2)): CLEAN, ("b", aug(1)): CLEAN, ("c", aug(1)): CLEAN}
    assert flags(marts, "export_status", "unit_id", "business_date")["a", aug(1)] == NAMED
    shown = ("override_id", "delivery_id", "override_kind", "rules_broken", "sample", "person", "reason", "decided_at")
    assert marts["overrides"].select(shown).rows() == [
        (
            RELEASED,
            "a:2022-08-01:summary:v2",
            "released",
            "total_is_sum",
            "có total_is_sum",
            "Lan",
            "Công văn 12",
            at(4),
        )
    ]


def test_what_was_not_known_then_marks_nothing(lake: Lake) -> None:
    let_count(lake)
    before = month(lake, known_at=at(3))
    assert flags(before, "monthly_unit_rates", "unit_id")["a"] == CLEAN
    assert flags(before, "export_status", "unit_id", "business_date")["a", aug(1)] == CLEAN
    assert before["overrides"].is_empty()
    assert flags(month(lake, as_of=aug(1)), "monthly_unit_rates", "unit_id")["a"] == NAMED


def test_a_release_that_broke_no_critical_rule_any_more_is_not_marked(lake: Lake) -> None:
    commit(lake, batch(HELD))
    held = decision("a:2022-08-01:summary:v1")
    release(lake, batch(replace(COUNTING, broken=[])), held, None)
    assert flags(month(lake), "monthly_unit_rates", "unit_id")["a"] == CLEAN


@pytest.mark.slow
@pytest.mark.parametrize("severity", ["warning", "info", "off"])
def test_a_critical_rule_made_weaker_is_marked_where_it_is_broken(lake: Lake, severity: str) -> None:
    weak = Sent("a", aug(1), [("x", 480, 120)], eased=[("total_is_sum", severity)])
    commit(lake, batch(weak, Sent("b", aug(1), [("x", 1, 1)]), Sent("c", aug(1), eased=[("is_in_time", "info")])))
    marts = month(lake)
    assert flags(marts, "monthly_unit_rates", "unit_id") == {"a": (True, EASED), "b": CLEAN, "c": CLEAN}
    named = marts["overrides"].select("override_id", "override_kind", "rules_broken", "person", "decided_at").rows()
    assert named == [(EASED, "eased", "total_is_sum", None, at(1))]
    assert marts["check_failures"].filter(unit_id="a").is_empty() == (severity == "off")


def test_a_weaker_rule_of_a_delivery_that_another_rule_holds_back_marks_nothing(lake: Lake) -> None:
    commit(lake, batch(replace(HELD, broken=["unit_is_sender"], eased=[("total_is_sum", "warning")])))
    marts = month(lake)
    assert flags(marts, "export_status", "unit_id", "business_date")["a", aug(1)] == CLEAN
    assert marts["overrides"].is_empty()


def set_right(lake: Lake, version: int, **changed: Any) -> None:
    new = replace(Sent("a", aug(1), [("x", 480, 120)], broken=["corrected"], decided_at=at(5)), **changed)
    made = Correction(decision(f"a:2022-08-01:summary:v{version}", new.decided), '[{"value": 600}]')
    correct(lake, batch(new), {0: made})


def test_corrections_are_marked_by_their_decision_or_by_the_entry_that_was_there(lake: Lake) -> None:
    first = Sent("a", aug(1), [("x", 480, 120)], content="1")
    commit(lake, batch(first, replace(first, unit="b", broken=["corrected"])))
    with pytest.raises(ValueError, match="must hold these deliveries"):
        set_right(lake, 1)
    set_right(lake, 1, content="1")
    marts = month(lake)
    of_b = "b:2022-08-01:summary:v1#corrected"
    assert flags(marts, "monthly_unit_rates", "unit_id") == {"a": (True, CORRECTED), "b": (True, of_b), "c": CLEAN}
    assert flags(marts, "monthly_group_rates", "unit_group")["all"] == (True, f"{CORRECTED},{of_b}")
    shown = marts["overrides"].select("override_id", "override_kind", "sample", "person").rows()
    assert shown == [(CORRECTED, "corrected", "có corrected", "Lan"), (of_b, "corrected", "có corrected", None)]


@pytest.mark.slow
def test_a_withdrawal_that_leads_back_leaves_the_mark_of_the_version_that_counts(lake: Lake) -> None:
    let_count(lake)
    set_right(lake, 2, content="held")
    corrected = "a:2022-08-01:summary:v2#corrected"
    assert flags(month(lake), "monthly_unit_rates", "unit_id")["a"] == (True, corrected)
    withdraw(lake, [decision("a:2022-08-01:summary:v3", at(6))], previous=True)
    assert flags(month(lake), "monthly_unit_rates", "unit_id")["a"] == NAMED
    assert flags(month(lake, known_at=at(5)), "monthly_unit_rates", "unit_id")["a"] == (True, corrected)
    withdraw(lake, [decision("a:2022-08-01:summary:v2", at(7))])
    marts = month(lake)
    assert flags(marts, "monthly_unit_rates", "unit_id")["a"] == CLEAN
    assert marts["overrides"].is_empty()


def test_a_new_version_from_the_unit_ends_the_mark(lake: Lake) -> None:
    let_count(lake)
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)], content="new", decided_at=at(6))))
    assert flags(month(lake), "monthly_unit_rates", "unit_id")["a"] == CLEAN


@pytest.mark.slow
def test_of_a_month_to_date_unit_the_last_counted_day_alone_is_in_the_month(lake: Lake) -> None:
    days = [replace(HELD, basis="month_to_date"), Sent("a", aug(2), [("x", 500, 130)], basis="month_to_date")]
    commit(lake, batch(days[0]))
    release(
        lake, batch(replace(days[0], status="accepted", decided_at=at(4))), decision("a:2022-08-01:summary:v1"), "r"
    )
    assert flags(month(lake), "monthly_unit_rates", "unit_id")["a"] == NAMED
    commit(lake, batch(days[1], Sent("a", aug(3), [("x", 501, 130)], basis="month_to_date")))
    marts = month(lake)
    assert flags(marts, "monthly_unit_rates", "unit_id")["a"] == CLEAN
    of_days = flags(marts, "daily_unit_rates", "business_date")
    assert of_days == {aug(1): NAMED, aug(2): NAMED, aug(3): CLEAN}  # the 2nd is the difference to the 1st


PROCESSED = Sent("z", date(2022, 7, 31), [("", 0, 0, None, 0, 9, 8, 7)], basis="year_to_date", contract="processing")


def test_what_was_processed_is_marked_and_so_is_the_difference_to_a_marked_month(lake: Lake) -> None:
    weak = replace(PROCESSED, eased=[("settled_within_received", "warning")], decided_at=at(31, month=7))
    later = replace(PROCESSED, day=aug(1), counts=[("", 0, 0, None, 0, 19, 18, 17)])
    commit(lake, batch(weak, later, replace(later, day=date(2022, 9, 1))))
    periods = (*Setting().periods, ("2022-09", date(2022, 9, 1), date(2022, 9, 30)))
    due = [("z", date(2022, 7, 31)), ("z", aug(1)), ("z", date(2022, 9, 1))]
    setting = Setting(units=[Unit("z", "centres")], due_processing=due, periods=periods)
    marked = (True, "z:2022-07-31:processing:v1#settled_within_received")
    found = {name: month(lake, setting, name)["monthly_processing"].select(*FLAG).row(0) for name, *_ in periods}
    assert found == {"2022-07": marked, "2022-08": marked, "2022-09": CLEAN}


@pytest.mark.slow
def test_a_published_month_is_built_anew_when_a_decision_comes(lake: Lake) -> None:
    commit(lake, batch(HELD))
    materialise(lake, SETTING.reference())
    release(lake, batch(COUNTING), decision("a:2022-08-01:summary:v1"), "total_is_sum")
    assert materialise(lake, SETTING.reference()) == ["2022-08"]
    with workbench(lake):
        kept = lake.connection.sql("SELECT override_id FROM workbench.overrides").fetchall()
    assert kept == [(RELEASED,)]

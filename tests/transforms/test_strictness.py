"""A rule taken otherwise than by its own severity: for one file, not for the one beside it."""

import json

from tests.transforms.checking import Sender, broken, checked
from tests.transforms.test_cases import case
from transforms.check import cases
from transforms.check.rules import RULES
from transforms.check.rules.strictness import AGREED_SEVERITIES, NEEDED, Strictness

HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
WRONG = f"{HEADER}\nĐất đai;1;2;4\n"


def test_a_rule_that_is_off_for_one_file_still_holds_for_the_other() -> None:
    facts, _ = checked("summary", WRONG, WRONG, strictness=Strictness({0: {"total_is_sum": "off"}}))
    assert broken(facts, "summary", 0) == {}
    assert broken(facts, "summary", 1) == {"total_is_sum": (1, 0)}
    assert facts.findings["file"].to_list() == [1]


def test_a_severity_changes_no_fact() -> None:
    facts, _ = checked("summary", WRONG, strictness=Strictness({0: {"total_is_sum": "warning"}}))
    assert broken(facts, "summary") == {"total_is_sum": (1, 0)}


def test_a_faulty_case_counts_where_its_rule_is_off() -> None:
    rows = json.dumps([case(1, NgayKetThucXuLy=""), case(2)])
    off = Strictness({0: {"settled_has_end": "off"}})
    assert cases.counted_cases(checked("cases", rows, strictness=off)[0].rows).height == 2
    lax = Sender(max_faulty_pct=50)
    assert cases.counted_cases(checked("cases", rows, sender=lax)[0].rows).height == 1


def test_a_file_held_back_by_agreement_takes_no_case_from_another() -> None:
    first, second = json.dumps([case(1, KenhThucHien="7"), case(2)]), json.dumps([case(2)])
    strict = Strictness({0: {"channel_known": "critical"}})
    later = Sender(day=Sender().day.replace(day=6))
    facts, _ = checked("cases", first, second, senders=(Sender(max_faulty_pct=50), later), strictness=strict)
    assert "case_not_counted_before" not in broken(facts, "cases", 1)
    facts, _ = checked("cases", first, second, senders=(Sender(max_faulty_pct=50), later))
    assert "case_not_counted_before" in broken(facts, "cases", 1)


def test_what_no_figure_can_do_without_is_named_by_rules_there_are() -> None:
    assert {rule.id for rules in RULES.values() for rule in rules} >= NEEDED


def test_the_agreements_as_rows() -> None:
    frame = Strictness({0: {"total_is_sum": "off", "is_no_copy": "info"}, 2: {"level_known": "critical"}}).frame()
    assert frame.columns == AGREED_SEVERITIES.names() == ["file", "rule", "severity"]
    assert frame.rows() == [(0, "total_is_sum", "off"), (0, "is_no_copy", "info"), (2, "level_known", "critical")]
    assert Strictness().frame().schema == AGREED_SEVERITIES

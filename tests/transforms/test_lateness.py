"""The rule on the time of a delivery: at its cut-off, just after it, where no time is known; readable or not."""

import json
from datetime import datetime, timedelta

import pytest

from tests.transforms.checking import Sender, broken, checked
from tests.transforms.test_cases import case
from transforms.check import cases
from transforms.check.messages import describe
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import CONTRACTS

TEXT = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;2;3\n"
UNTIL = datetime(2022, 8, 8, 10)  # Monday 17:00 in Vietnam, UTC
AFTER = UNTIL + timedelta(minutes=1)
EARLY, LATE = Sender(sent=UNTIL, cut_off=UNTIL), Sender(sent=AFTER, cut_off=UNTIL)
BREAKS = {"is_in_time": (1, 0)}


@pytest.mark.parametrize(
    ("sent", "cut_off", "found"),
    [
        (UNTIL - timedelta(days=9), UNTIL, {}),
        (UNTIL, UNTIL, {}),
        (UNTIL + timedelta(microseconds=1), UNTIL, BREAKS),
        (None, UNTIL, {}),  # the source gives no time: nothing to hold against the unit
        (AFTER, None, {}),  # not the first of its day, or a file checked before it is sent
        (None, None, {}),
    ],
)
def test_a_delivery_is_late_from_the_moment_after_its_cut_off(
    sent: datetime | None, cut_off: datetime | None, found: dict[str, tuple[int, int]]
) -> None:
    facts, _ = checked("summary", TEXT, sender=Sender(sent=sent, cut_off=cut_off))
    assert broken(facts, "summary") == found


def test_each_file_has_its_own_cut_off_and_breaks_the_rule_once() -> None:
    rows = TEXT + "Hộ tịch;0;1;1\nDân số;0;0;0\n"
    facts, _ = checked("summary", rows, rows, rows, senders=(LATE, EARLY, Sender(sent=AFTER, cut_off=AFTER)))
    assert [broken(facts, "summary", file) for file in range(3)] == [BREAKS, {}, {}]


def test_what_cannot_be_read_or_has_no_row_may_be_late_too() -> None:
    facts, _ = checked("summary", b"\x89PNG\r\n", b"\x89PNG\r\n", senders=(LATE, EARLY))
    assert broken(facts, "summary", 0) == {"readable": (1, 0)} | BREAKS
    assert broken(facts, "summary", 1) == {"readable": (1, 0)}
    facts, _ = checked("cases", "[]", "[]", senders=(LATE, EARLY))
    assert [broken(facts, "cases", file) for file in range(2)] == [BREAKS, {}]


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("vi", "quy tắc is_in_time: tệp phải đến trước giờ chốt (08/08/2022 17:01 > 08/08/2022 17:00)"),
        ("en", "rule is_in_time: an export must come before its cut-off (08/08/2022 17:01 > 08/08/2022 17:00)"),
    ],
)
@pytest.mark.parametrize("contract", list(CONTRACTS))
def test_the_message_names_both_moments_in_vietnamese_time_and_no_row(contract: str, lang: str, message: str) -> None:
    facts, filings = checked(contract, b"\x89PNG\r\n", sender=LATE)
    messages = describe(facts.findings, filings, contract, lang).filter(rule="is_in_time")
    assert messages.select("row_number", "message").rows() == [(0, message)]


def test_it_is_off_for_one_file_alone() -> None:
    off = Strictness({0: {"is_in_time": "off"}})
    facts, _ = checked("summary", TEXT, TEXT, senders=(LATE, LATE), strictness=off)
    assert [broken(facts, "summary", file) for file in range(2)] == [{}, BREAKS]


@pytest.mark.parametrize(("severity", "is_taken"), [("critical", False), ("warning", True), ("off", True)])
def test_a_delivery_held_back_for_its_time_takes_no_case_from_another(severity: str, is_taken: bool) -> None:
    rows = json.dumps([case(1)])
    agreed = Strictness({0: {"is_in_time": severity}})
    later = Sender(day=LATE.day + timedelta(days=1))
    facts, _ = checked("cases", rows, rows, senders=(LATE, later), strictness=agreed)
    assert ("case_not_counted_before" in broken(facts, "cases", 1)) is is_taken
    assert cases.counted_cases(facts.rows).filter(file=1).is_empty() is is_taken

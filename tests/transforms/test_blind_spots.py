"""What each rule does not see: a file with something wrong that the rule lets pass, so that nobody relies on it.

If a rule comes to see one of these, the test fails: then the rule has another blind spot, or none.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.transforms.checking import DAY, Sender, broken, checked
from tests.transforms.test_cases import case
from tests.transforms.test_every_rule import (
    FORM,
    LISTED,
    PLAIN,
    PROCESSED,
    PROCESSED_ROW,
    SCORED,
    SCORED_ROW,
    TABLE,
    YESTERDAY,
    case_list,
    cases_of,
    corrected,
    page,
    sent_before,
    so_far,
    summary_of,
)
from tests.transforms.test_past import past, weeks
from transforms.check.rules import RULES
from transforms.check.shared.parts import PartRead, PartTotal
from transforms.dictionary.contracts import CONTRACTS
from transforms.read.filings import FileRead


@dataclass(frozen=True)
class Unseen:
    """A file of a contract with something wrong, and what it is checked with."""

    contract: str
    text: str
    checked_with: dict[str, Any] = field(default_factory=dict)


def table(rows: str, **checked_with: Any) -> Unseen:
    return Unseen("summary", f"{TABLE}{rows}\n", checked_with)


def titled(line: str) -> Unseen:
    return Unseen("summary", f"{line};;;;\n{TABLE}{PLAIN}\n")


def form(row: str) -> Unseen:
    return Unseen("ii06", f"{FORM}{row}\n")


def processed(rows: str, **checked_with: Any) -> Unseen:
    return Unseen("processing", f"{PROCESSED}{rows}\n", checked_with)


def board(rows: str) -> Unseen:
    return Unseen("scores", f"{SCORED}{rows}\n")


def wider(columns: str, figures: str) -> Unseen:
    """Further columns right of those of a sound row."""
    return Unseen("summary", f"{TABLE.rstrip()};{columns}\n{PLAIN};;;;;;;{figures}\n")


def one_case(**changed: str) -> Unseen:
    return Unseen("cases", json.dumps([case(1, **changed), *(case(number) for number in range(2, 41))]))


def summed(printed: int, stated: int) -> Unseen:
    """A unit's part of a shared file, whose group has this total printed and states as many cases itself."""
    figures = (dict.fromkeys(CONTRACTS["summary"].counts, count) for count in (printed, stated))
    total = PartTotal((0, 9), 9, "Cộng", *figures, {}, holds=True)
    return table(PLAIN, parts={0: PartRead(FileRead(), (total,))})


ROWS_AND_TOTAL = f"{PLAIN};;;;;;;1\n2;Hộ tịch;1;2;3;;;;;;;\n;Tổng cộng;11;7;18;;;;;;;5\n"
HANDLED_ELSEWHERE = {"DonViXuLy": "Sở Nội vụ", "DonViTiepNhan": "Sở Y tế"}
OTHERS = {"corrections": corrected(expect="15", value="16")["corrections"], "sender": Sender("so-noi-vu")}
AGAIN = {"corrections": corrected(expect="15", value="14")["corrections"]}
CUMULATIVE = {"past": past((YESTERDAY, 50, 80), basis="month_to_date"), "sender": Sender(basis="month_to_date")}
BLIND_SPOTS: dict[str, tuple[str, Unseen]] = {
    "values_stated": ("0 written where nobody counted", table("1;Đất đai;0;0;0")),
    "numbers_readable": ("digits exchanged in every column alike", table("1;Đất đai;10;51;61")),
    "numbers_not_negative": ("a minus whose figure is lost: a dash says none", table("1;Đất đai;-;5;5")),
    "total_is_sum": ("cases moved from (1) to (2)", table("1;Đất đai;5;10;15")),
    "totals_row_is_sum": ("a row lost from a table without a totals row", table(PLAIN)),
    "subtotals_are_sums": (
        "two rows of a group with each other's figures",
        table("I;Nhóm;3;3;6\n1;Đất đai;2;1;3\n2;Hộ tịch;1;2;3"),
    ),
    "rows_are_known": ("a total of unknown name with a number of its own", table(f"{PLAIN}\n2;Bộ phận;10;5;15")),
    "parts_are_within_row": ("a field numbered like a part of another", table(f"{PLAIN}\n1.1;Hộ tịch;1;2;3")),
    "parts_are_known": ("fields with bullets that add up", table(f"{PLAIN}\n-;Hộ tịch;1;2;3\n-;Y tế;9;3;12")),
    "comparisons_are_apart": (
        "a field named like a comparison, which the totals row leaves out as well",
        table(f"{PLAIN}\n;Tổng cộng;10;5;15\n;Lũy kế hồ sơ;1;2;3"),
    ),
    "carries_are_sums": (
        "a field named so, with the figures of the rows above",
        table(f"{PLAIN}\n;Chuyển sang;10;5;15"),
    ),
    "rows_are_no_sums": ("a total named like a known field", table(f"{PLAIN}\n2;Hộ tịch;10;5;15")),
    "rows_are_visible": (
        "a row in white on white",
        Unseen("summary", page(TABLE + PLAIN).replace("<tr><td>1<", '<tr style="color:white"><td>1<')),
    ),
    "field_is_named": ("a name that is no field", table("1;abc;10;5;15")),
    "field_once": ("a field under two names", table(f"{PLAIN}\n2;Ruộng đất;10;5;15")),
    "field_is_known": ("a field of another office", table("1;Đường sắt;10;5;15")),
    "rate_is_right": ("a wrong figure from which the rate was computed", table("1;Đất đai;9;6;15;60")),
    "rate_has_decimals": ("a rate cut to a whole number that happens to be right", table("1;Đất đai;5;5;10;50")),
    "settled_within_received": ("more settled than received, which is not stated", table("1;Đất đai;10;5;15;;;99")),
    "unit_is_sender": ("another unit's file that does not name it", table(PLAIN)),
    "date_is_business_date": ("another day's file that does not name it", table(PLAIN)),
    "period_has_business_date": ("the figures of another month under no title", table(PLAIN)),
    "period_fits_basis": ("the figures of a month under the name of one day", titled("Ngày 05/08/2022")),
    "counts_are_single_cases": ("thousands that nothing names", table(PLAIN)),
    "title_fits_contract": ("overdue cases that are called otherwise", titled("Hồ sơ cần lưu ý")),
    "corrected": ("a correction entered for another unit than was meant", table(PLAIN, **OTHERS)),
    "correction_is_current": ("what was a fault is by now the right figure", table(PLAIN, **AGAIN)),
    "month_to_date_grows": ("cumulative figures that stand still", Unseen("summary", summary_of(50, 80), CUMULATIVE)),
    "agrees_with_later_days": (
        "cumulative figures that are those of the day after",
        Unseen(
            "summary",
            summary_of(50, 80),
            {
                "past": past((DAY + timedelta(days=1), 50, 80), basis="month_to_date"),
                "sender": Sender(basis="month_to_date"),
            },
        ),
    ),
    "rate_is_usual": (
        "no online case at a unit known for 19 weeks",
        Unseen("summary", summary_of(0, 100), {"past": past(*weeks(19))}),
    ),
    "volume_is_usual": (
        "ten times as many cases at a unit known for 19 weeks",
        Unseen("summary", summary_of(800, 1000), {"past": past(*weeks(19))}),
    ),
    "is_no_copy": (
        "the copy of the day before last",
        Unseen(
            "summary",
            summary_of(30, 40),
            {"past": past((DAY - timedelta(days=2), 30, 40), (YESTERDAY, 31, 41))},
        ),
    ),
    "file_is_new": (
        "the file of the day before, sent once more",
        Unseen("summary", summary_of(30, 40), {"files_before": sent_before("summary", summary_of(30, 40), days=1)}),
    ),
    "is_not_restated": (
        "the cases settled, restated alone",
        table("1;Đất đai;30;10;40;;40;39", past=past((DAY, 30, 40))),
    ),
    "unit_exists_on_day": (
        "a file of the unit's last day sent under the name of the day before",
        table(PLAIN, sender=Sender(unit_id="ubnd-huyen-phu-luong", day=date(2025, 6, 29))),
    ),
    "is_in_time": (
        "a late file from a source that tells no time",
        table(PLAIN, sender=Sender(sent=None, cut_off=datetime(2022, 8, 8, 10))),
    ),
    "layout_is_clear": (
        "an unknown column that nobody needs",
        Unseen("summary", f"{TABLE.rstrip()};Khác\n{PLAIN};9\n"),
    ),
    "layout_is_usual": ("two columns that changed places under their old headers", table(PLAIN)),
    "received_is_sum": ("cases moved from (4) to (5)", form("1;Đất đai;6;2;1;3;4;1;2;1;2;1;1")),
    "settled_is_sum": ("late cases among those in time", form("1;Đất đai;6;1;2;3;4;1;3;0;2;1;1")),
    "pending_is_sum": ("overdue cases among those in term", form("1;Đất đai;6;1;2;3;4;1;2;1;2;2;0")),
    "received_is_settled_and_pending": (
        "a pending case told as settled",
        form("1;Đất đai;6;1;2;3;5;1;3;1;1;0;1"),
    ),
    "rows_are_named": ("a name for a row that has none", processed(f"{PROCESSED_ROW}\n2;Khác;1;1;1;")),
    "on_time_within_settled": ("late cases among those in time", processed("1;Cấp xã;10;9;9")),
    "year_to_date_grows": (
        "a year's figures that stand still",
        processed(
            "1;Cấp xã;30;20;10",
            past=so_far((YESTERDAY, 30, 20, 10), unit_id="so-y-te"),
            sender=Sender(level=0, basis="year_to_date"),
        ),
    ),
    "case_id_valid": ("another case's number", one_case(MaHoSo="H55.14-220805-9999")),
    "row_is_visible": (
        "a row in white on white",
        Unseen(
            "cases",
            page(case_list(*LISTED)).replace(
                f"<tr><td>{LISTED[0][:5]}", f'<tr style="color:white"><td>{LISTED[0][:5]}', 1
            ),
        ),
    ),
    "channel_known": ("the wrong one of the three channels", one_case(KenhThucHien="1")),
    "status_known": ("the wrong one of the known statuses", one_case(TrangThaiHoSo="10")),
    "level_known": ("the wrong one of the known levels", one_case(MucDo="3")),
    "received_on_stated": ("a day of receipt years ago", one_case(NgayTiepNhan="20120805081500")),
    "dates_readable": ("day and month exchanged", one_case(NgayHenTra="08/12/2022")),
    "settled_has_end": ("a settled case under a status that says pending", one_case(TrangThaiHoSo="4")),
    "dates_in_order": ("an end that is yet to come", one_case(NgayKetThucXuLy="20991231000000")),
    "handled_by_sender": ("another unit's case that does not name it", one_case(DonViXuLy="")),
    "cases_are_own": (
        "a case handled elsewhere that names its receiver alone",
        one_case(DonViXuLy="", DonViTiepNhan="Sở Y tế"),
    ),
    "some_cases_are_own": (
        "all cases but one are other units'",
        Unseen("cases", json.dumps([case(1), *(case(n, **HANDLED_ELSEWHERE) for n in range(2, 9))])),
    ),
    "case_once": ("a case under two numbers", one_case(MaHoSo="H55.14-220805-9999")),
    "faulty_rows_few": ("2 faulty rows in 40, as many as are allowed", one_case(KenhThucHien="4")),
    "levels_told": (
        "levels that differ, where one is agreed for all",
        Unseen("cases", "\n".join(line.rpartition(";")[0] for line in case_list(*LISTED).splitlines())),
    ),
    "level_is_rated": (
        "one row of level 4 among others of level 3",
        table("1;Đất đai;10;5;15;;;;4\n2;Hộ tịch;9;1;10;;;;3"),
    ),
    "component_is_named": ("points in the row of another component", board("1;Số hóa hồ sơ;22;16")),
    "component_is_known": ("a component of another scoreboard of the same name", board("1;Mức độ hài lòng;18;9")),
    "component_once": ("a component that is lacking", board(SCORED_ROW)),
    "points_within_maximum": ("points of another component that fit its maximum", board("1;Số hóa hồ sơ;;18")),
    "maximum_is_agreed": ("another maximum that nobody states", board("1;Số hóa hồ sơ;;11,2")),
    "group_total_is_sum": ("cases of one unit in the row of another of its group", summed(3, 3)),
    "group_total_is_compared": ("a figure left out of the total and of its unit", summed(0, 0)),
    "to_pay_within_cases": ("cases that owe nothing among those to be paid", wider("Số hồ sơ phải thanh toán", "15")),
    "resubmitted_within_cases": ("a case counted for each paper it lacked", wider("Hồ sơ phải bổ sung", "15")),
    "paid_online_within_to_pay": (
        "payments at the counter among those online",
        wider("Số hồ sơ phải thanh toán;Số hồ sơ thanh toán trực tuyến", "9;9"),
    ),
    "digitised_files_within_cases": ("papers counted, fewer than the cases", wider("Số hóa thành phần hồ sơ", "15")),
    "digitised_results_within_settled": (
        "more results than settled cases, which are not stated",
        wider("Số hóa kết quả", "99"),
    ),
    "electronic_results_within_settled": (
        "more results than settled cases, which are not stated",
        wider("Cấp kết quả điện tử", "99"),
    ),
    "overdue_within_settled": ("late cases, where none are said to be settled", wider("Giải quyết quá hạn", "99")),
    "on_time_and_overdue_within_settled": ("late cases that nobody counts", wider("Giải quyết quá hạn", "")),
    "more_counts_are_sums": (
        "a wrong sum beside a row that is blank",
        Unseen("summary", f"{TABLE.rstrip()};Số hóa kết quả\n{ROWS_AND_TOTAL}"),
    ),
    "marks_known": ("the wrong one of two known words", one_case(**{"Số hóa kết quả": "không"})),
    "paid_case_was_to_pay": ("a payment of a case of which nothing is said", one_case(ThanhToanTrucTuyen="1")),
    "case_not_counted_before": ("a case counted under another number", Unseen("cases", cases_of(30, 40))),
}


def test_every_rule_has_its_blind_spot() -> None:
    assert BLIND_SPOTS.keys() == {rule.id for rules in RULES.values() for rule in rules}


@pytest.mark.parametrize("rule", list(BLIND_SPOTS))
def test_what_a_rule_does_not_see(rule: str) -> None:
    _, unseen = BLIND_SPOTS[rule]
    facts, filings = checked(unseen.contract, unseen.text, **unseen.checked_with)
    assert filings.refusals == {}
    assert rule not in broken(facts, unseen.contract)
    assert facts.deliveries["row_count"].item() > 0

"""Form II.06: read under its three header levels, each of its four relations inside, outside, blank and zero."""

import pytest

from tests.transforms.checking import Sender, broken, checked
from transforms.check.rules import sentence
from transforms.check.tables import daily_counts
from transforms.dictionary.contracts import II06
from transforms.read.filings import Filings

HEADER = (
    "TT;Lĩnh vực giải quyết;Số lượng hồ sơ tiếp nhận;;;;Số lượng hồ sơ đã giải quyết;;;;"
    "Số lượng hồ sơ đang giải quyết;;\n"
    ";;Tổng số;Trong kỳ;;Từ kỳ trước;Tổng số;Trước hạn;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn\n"
    ";;;Trực tuyến;Trực tiếp, dịch vụ bưu chính;;;;;;;;\n"
    "(1);(2);(3)=(4)+(5)+(6);(4);(5);(6);(7)=(8)+(9)+(10);(8);(9);(10);(11)=(12)+(13);(12);(13)\n"
)
BREAKS, UNKNOWN = (1, 0), (0, 1)


def of(rows: str) -> dict[str, tuple[int, int]]:
    return broken(checked("ii06", HEADER + rows)[0], "ii06")


def table(filings: Filings) -> list[tuple[object, ...]]:
    return filings.rows.filter(kind="detail").select("field", *II06.own_counts).rows()


def test_the_three_header_levels_are_told_apart() -> None:
    _, filings = checked("ii06", f"{HEADER}1;Đất đai;1.489;1.000;400;89;1.400;700;600;100;89;80;9\n")
    assert table(filings) == [("Đất đai", 1489, 1000, 400, 89, 1400, 700, 600, 100, 89, 80, 9)]


def test_a_flat_header_is_read_as_well() -> None:
    header = (
        "Lĩnh vực,Tổng số tiếp nhận,Tiếp nhận trực tuyến,Tiếp nhận trực tiếp,Kỳ trước chuyển sang,"
        "Tổng số đã giải quyết,Giải quyết trước hạn,Giải quyết đúng hạn,Giải quyết quá hạn,"
        "Tổng số đang giải quyết,Đang giải quyết trong hạn,Đang giải quyết quá hạn\n"
    )
    _, filings = checked("ii06", header + "Đất đai,6,1,2,3,4,1,2,1,2,1,1\n")
    assert table(filings) == [("Đất đai", 6, 1, 2, 3, 4, 1, 2, 1, 2, 1, 1)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1;Đất đai;6;1;2;3;4;1;2;1;2;1;1", {}),
        ("1;Đất đai;0;0;0;0;0;0;0;0;0;0;0", {}),
        ("1;Đất đai;-;-;-;-;-;-;-;-;-;-;-", {}),
        # 3 = 4 + 5 + 6
        ("1;Đất đai;6;1;2;4;4;1;2;1;2;1;1", {"received_is_sum": BREAKS}),
        ("1;Đất đai;6;1;2;2;4;1;2;1;2;1;1", {"received_is_sum": BREAKS}),
        ("1;Đất đai;6;1;2;;4;1;2;1;2;1;1", {"values_stated": BREAKS, "received_is_sum": UNKNOWN}),
        # 7 = 8 + 9 + 10
        ("1;Đất đai;6;1;2;3;4;1;2;2;2;1;1", {"settled_is_sum": BREAKS}),
        ("1;Đất đai;6;1;2;3;4;;2;1;2;1;1", {"values_stated": BREAKS, "settled_is_sum": UNKNOWN}),
        # 11 = 12 + 13
        ("1;Đất đai;6;1;2;3;4;1;2;1;2;1;0", {"pending_is_sum": BREAKS}),
        ("1;Đất đai;6;1;2;3;4;1;2;1;2;;1", {"values_stated": BREAKS, "pending_is_sum": UNKNOWN}),
        # 3 = 7 + 11
        ("1;Đất đai;6;1;2;3;4;1;2;1;3;2;1", {"received_is_settled_and_pending": BREAKS}),
        (
            "1;Đất đai;;1;2;3;4;1;2;1;2;1;1",
            {"values_stated": BREAKS, "received_is_sum": UNKNOWN, "received_is_settled_and_pending": UNKNOWN},
        ),
        # readable, not negative, named, once
        ("1;Đất đai;6;x;2;3;4;1;2;1;2;1;1", {"numbers_readable": BREAKS, "received_is_sum": UNKNOWN}),
        ("1;Đất đai;6;-1;4;3;4;1;2;1;2;1;1", {"numbers_not_negative": BREAKS}),
        ("1;;6;1;2;3;4;1;2;1;2;1;1", {"values_stated": BREAKS}),
        ("1;Dân số;0;0;0;0;0;0;0;0;0;0;0\n2;dân  số;0;0;0;0;0;0;0;0;0;0;0", {"field_once": (2, 0)}),
        # between the rows
        ("1;Dân số;6;1;2;3;4;1;2;1;2;1;1\n;Tổng cộng;6;1;2;3;4;1;2;1;2;1;1", {}),
        (
            "1;Dân số;6;1;2;3;4;1;2;1;2;1;1\n;Tổng cộng;6;2;1;3;4;1;2;1;2;1;1",
            {"totals_row_is_sum": BREAKS},
        ),
        ("I;Nhóm;0;0;0;0;0;0;0;0;0;0;0\n1;Dân số;6;1;2;3;4;1;2;1;2;1;1", {"subtotals_are_sums": BREAKS}),
        (";Khác;6;1;2;3;4;1;2;1;2;1;1\n1;Dân số;6;1;2;3;4;1;2;1;2;1;1", {"rows_are_known": BREAKS}),
    ],
)
def test_one_rule_each(row: str, expected: dict[str, tuple[int, int]]) -> None:
    assert of(row + "\n") == expected


def test_a_totals_row_is_told_which_column_differs() -> None:
    rows = "1;Dân số;6;1;2;3;4;1;2;1;2;1;1\n;Tổng cộng;6;2;1;3;4;1;2;1;2;1;1\n"
    facts, _ = checked("ii06", HEADER + rows)
    expected = facts.findings.filter(rule="totals_row_is_sum")["expected"].item()
    assert expected == "Trực tuyến (1) = 1, Trực tiếp (2) = 2"


def test_each_relation_is_said_in_the_columns_of_the_printed_form() -> None:
    sentences = {
        "received_is_sum": "(3) = (4) + (5) + (6)",
        "settled_is_sum": "(7) = (8) + (9) + (10)",
        "pending_is_sum": "(11) = (12) + (13)",
        "received_is_settled_and_pending": "(3) = (7) + (11)",
    }
    assert {rule: sentence("ii06", rule).en for rule in sentences} == sentences
    assert sentence("ii06", "pending_is_sum").vi.endswith(" (11) = (12) + (13)")


def test_the_form_gives_counts_of_the_cases_that_came_in_and_those_settled_in_time() -> None:
    facts, _ = checked("ii06", HEADER + "1;Dân số;6;1;2;3;4;1;2;1;2;1;1\n", sender=Sender(level=0))
    (row,) = daily_counts(facts.rows, II06).to_dicts()
    assert (row["online"], row["in_person"], row["postal"], row["total"]) == (1, 2, None, 3)
    assert (row["received"], row["settled"], row["settled_on_time"], row["service_level"]) == (6, 4, 3, 0)

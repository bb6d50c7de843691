"""The check's finding for each faulty row: where it stands, what it shows; none is left out or reported twice."""

import polars as pl

from tests.transforms.checking import checked
from tests.writers.workbook import workbook
from transforms.check.frames import FINDINGS
from transforms.check.messages import describe, one_line_each
from transforms.check.rules import severities
from transforms.check.rules.rule import READABLE

HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
COLUMNS = ("rule", "row_number", "column", "outcome", "content", "expected", "note")


def test_a_finding_says_where_what_and_whether_it_could_be_told() -> None:
    facts, filings = checked("summary", f"{HEADER}\nĐất đai;;5;15\nY tế;1;1;3\n")
    assert facts.findings.schema == FINDINGS
    blank = "Lĩnh vực = Đất đai, Trực tuyến (1) = (trống), Trực tiếp (2) = 5, Tổng số (3) = 15"
    assert facts.findings.select(COLUMNS).rows() == [
        ("values_stated", 2, "online", "breaks", blank, None, None),
        ("total_is_sum", 3, "total", "breaks", "Trực tuyến (1) = 1, Trực tiếp (2) = 1, Tổng số (3) = 3", "2", None),
    ]
    messages = describe(facts.findings, filings, "summary")["message"].to_list()
    assert [message.rpartition(" (")[2] for message in messages][1:] == ["phải là 2)"]


def test_findings_come_by_file_then_row_and_a_row_in_the_order_of_the_rules() -> None:
    two = f"{HEADER}\nĐất đai;1;1;3\nY tế;;1;1\n"
    facts, _ = checked("summary", two, two)
    one = [(2, "total_is_sum"), (3, "values_stated")]
    assert facts.findings.select("file", "row_number", "rule").rows() == [
        (file, *found) for file in (0, 1) for found in one
    ]


def test_a_refused_file_is_one_finding_at_its_row_or_at_none() -> None:
    facts, filings = checked("summary", "", f"{HEADER}\n")
    assert facts.findings.schema == FINDINGS
    assert facts.findings.select("file", "rule", "row_number", "outcome", "content").rows() == [
        (file, READABLE, row, "breaks", filings.refusals[file].describe()) for file, row in ((0, 0), (1, 1))
    ]


def test_the_facts_hold_one_row_a_file_and_two_whole_numbers_a_rule() -> None:
    facts, _ = checked("summary", f"{HEADER}\nĐất đai;1;1;2\nTổng cộng;1;1;2\n", "")
    rules = severities("summary")
    counts = {*rules, *(f"{rule}__unknown" for rule in rules), "row_count"}
    assert dict(facts.deliveries.schema) == {"file": pl.UInt32} | dict.fromkeys(counts, pl.Int64)
    assert facts.deliveries.null_count().sum_horizontal().item() == 0
    assert facts.deliveries.select("file", "row_count", READABLE).rows() == [(0, 1, 0), (1, 0, 1)]


RATED = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ"


def rules_of(text: str) -> list[tuple[int, str]]:
    facts, _ = checked("summary", text)
    return facts.findings.select("row_number", "rule").rows()


def test_what_follows_from_a_cell_or_a_row_is_not_said_beside_it() -> None:
    total = ";Tổng cộng;3;3;6;50"
    assert rules_of(f"{RATED}\n1;Đất đai;1*;1;2;50\n2;Y tế;2;2;4;50\n{total}\n") == [(2, "numbers_readable")]
    assert rules_of(f"{RATED}\n1;Đất đai;1;1;3;50\n2;Y tế;2;2;4;50\n{total}\n") == [(2, "total_is_sum")]
    assert rules_of(f"{RATED}\n1;Đất đai;1;1;2;70\n2;Y tế;2;2;4;50\n{total}\n") == [(2, "rate_is_right")]


def test_of_a_wrong_totals_row_its_sum_is_what_is_said() -> None:
    assert rules_of(f"{RATED}\n1;Đất đai;1;1;2;50\n2;Y tế;2;2;4;50\n;Tổng cộng;4;3;6;50\n") == [
        (4, "totals_row_is_sum")
    ]
    assert rules_of(f"{RATED}\n1;Đất đai;1;1;2;50\n2;Y tế;2;2;4;50\n;Tổng cộng;4;3;7;57,14\n") == [
        (4, "totals_row_is_sum")
    ]


def test_a_fault_in_every_row_is_found_in_every_row() -> None:
    rows = "".join(f"Thủ tục {number};1;2;4\n" for number in range(20))
    assert rules_of(f"{HEADER}\n{rows}") == [(number, "total_is_sum") for number in range(2, 22)]


def test_two_causes_are_two_findings() -> None:
    assert rules_of(f"{RATED}\n1;Đất đai;1;1;3;50\n2;Y tế;2*;2;4;50\n") == [
        (2, "total_is_sum"),
        (3, "numbers_readable"),
    ]


def test_the_rules_that_only_follow_are_named_apart() -> None:
    facts, _ = checked("summary", f"{RATED}\n1;Đất đai;1*;1;2;50\n;Tổng cộng;1;1;2;50\n")
    assert set(facts.follow_ups.rows()) == {(0, "total_is_sum"), (0, "rate_is_right"), (0, "totals_row_is_sum")}


def test_a_fault_in_many_rows_is_one_line_that_names_them() -> None:
    facts, filings = checked("summary", f"{HEADER}\n" + "".join(f"Lĩnh vực {n};1*;0;1\n" for n in range(14)))
    described = describe(facts.findings, filings, "summary")
    lines = one_line_each(described)
    assert lines.columns == described.columns
    (line,) = lines["message"]
    assert line.startswith("dòng 2, ")
    assert line.endswith("(còn 13 dòng như vậy: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …)")


def test_a_line_shows_no_column_that_the_file_does_not_have() -> None:
    facts, _ = checked("summary", f"{HEADER}\nĐất đai;1*;0;1\n")
    assert (
        facts.findings["content"].item()
        == "Lĩnh vực = Đất đai, Trực tuyến (1) = 1*, Trực tiếp (2) = 0, Tổng số (3) = 1"
    )


def test_of_a_workbook_the_cell_and_the_sheet_are_named() -> None:
    facts, filings = checked("summary", workbook([HEADER.split(";"), ("Đất đai", 1, 1, 3)]))
    (line,) = describe(facts.findings, filings, "summary")["message"]
    assert line.startswith("dòng 2, cột “Tổng số” (ô D2, trang “Sheet1”): ")


def test_in_english_no_word_of_the_line_is_vietnamese() -> None:
    facts, filings = checked(
        "summary",
        f"Đơn vị: Sở Y;\n{RATED}\n1;Đất đai;1;1;2;50\n",
        f"{RATED}\n1;Đất đai;1;1;2;50\n;Tổng cộng;2;1;3;66,67\n",
        f"{HEADER}\nĐất đai;;0;1\n",
        lang="en",
    )
    lines = describe(facts.findings, filings, "summary", "en")["message"].to_list()
    assert "(should be Sở Y tế; there is no such unit, nearest: Sở Y tế, " in lines[0]
    assert any(line.endswith("(should be online = 1, total = 2)") for line in lines)
    assert any("online = (blank)" in line for line in lines)

"""What the check says of each faulty row: where it stands, what it shows; nothing is left out or said twice."""

import polars as pl

from tests.transforms.checking import checked
from transforms.check.facts import FINDINGS
from transforms.check.messages import describe
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
        ("total_is_sum", 2, "total", "cannot_evaluate", blank.removeprefix("Lĩnh vực = Đất đai, "), None, None),
        ("total_is_sum", 3, "total", "breaks", "Trực tuyến (1) = 1, Trực tiếp (2) = 1, Tổng số (3) = 3", "2", None),
    ]
    messages = describe(facts.findings, filings, "summary")["message"].to_list()
    assert [message.rpartition(" (")[2] for message in messages][1:] == ["không kiểm tra được)", "phải là 2)"]


def test_findings_come_by_file_then_row_and_a_row_in_the_order_of_the_rules() -> None:
    two = f"{HEADER}\nĐất đai;1;1;3\nY tế;;1;1\n"
    facts, _ = checked("summary", two, two)
    one = [(2, "total_is_sum"), (3, "values_stated"), (3, "total_is_sum")]
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

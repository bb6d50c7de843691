"""What reference/metrics.toml may say: each fault in a line with file, line, key and what is near."""

import polars as pl
import pytest

from tests.reference import fields, text
from transforms.dictionary.counts import COUNTS
from transforms.dictionary.problems import ConfigurationError
from transforms.reference.metric_file import YEARLY
from transforms.reference.metrics import MetricBook

FIELDS = {"dat-dai": "Đất đai", "ho-tich": "Hộ tịch"}
GOOD = """
[[metric]]
id = "post"
version = 1
name = "Bưu chính"
definition = "tỷ lệ nộp qua bưu chính"
kind = "ratio"
numerator = [{ count = "postal", levels = [3, 4], fields = ["dat-dai"] }]
denominator = [{ count = "online" }, { count = "in_person" }, { count = "postal" }]
contracts = ["cases", "summary"]
"""
IN_WORDS = """
[[metric]]
id = "online_rate"
version = 1
name = "Tỷ lệ"
definition = "(1)/(3)"
"""
SECOND = """
[[metric]]
id = "post"
version = 2
name = "Bưu chính"
definition = "cách tính mới"
kind = "ratio"
numerator = [{ count = "postal" }]
denominator = [{ count = "total" }]
contracts = ["cases"]
"""


def test_terms_and_rules_are_rows_of_what_is_summed() -> None:
    book = MetricBook.from_toml(GOOD, FIELDS)
    assert book.computed == ["post"]
    assert book.terms.drop("metric_id", "metric_version", "procedure_list").rows() == [
        ("numerator", 1, "postal", 3, "dat-dai"),
        ("numerator", 1, "postal", 4, "dat-dai"),
        ("denominator", 2, "online", None, None),
        ("denominator", 3, "in_person", None, None),
        ("denominator", 4, "postal", None, None),
    ]
    # by level, by field, by procedure; without rows an export of cases means 0, a summary says nothing of post
    assert book.rules.drop("metric_id", "metric_version").rows() == [
        ("cases", 1, 1, 1, 0, 1),
        ("summary", 2, 1, 1, 0, 0),
    ]
    (row,) = book.metrics.to_dicts()
    assert row["numerator_terms"] == "postal[level 3|4; field dat-dai]"
    assert row["denominator_terms"] == "online + in_person + postal"
    assert (row["direction"], row["decimals"], row["unit_of_measure"], row["is_enabled"]) == ("up", 2, "%", True)


def test_the_online_rate_in_words_is_computed_as_ever() -> None:
    shipped = MetricBook.from_toml(text("metrics.toml"))
    older = MetricBook.from_toml(IN_WORDS)
    assert {*older.computed, "on_time_rate"} < {*shipped.computed}
    assert older.computed == ["online_rate"]
    assert older.terms.equals(shipped.terms.filter(metric_id="online_rate"))
    assert older.rules.equals(shipped.rules.filter(metric_id="online_rate"))


def test_without_contracts_those_that_have_all_counts_are_asked_in_their_order() -> None:
    book = MetricBook.from_toml(GOOD.replace('contracts = ["cases", "summary"]', ""), FIELDS)
    assert book.rules["contract"].to_list() == ["summary", "cases"]  # form II.06 knows no post


def test_a_definition_in_words_is_not_computed() -> None:
    book = MetricBook.from_toml(IN_WORDS.replace("online_rate", "satisfaction"))
    assert book.metrics["metric_id"].to_list() == ["satisfaction"]
    assert book.computed == []
    assert book.terms.is_empty()


def test_what_is_not_verified_is_off() -> None:
    assert MetricBook.from_toml(GOOD + "verified = false", FIELDS).computed == []
    assert MetricBook.from_toml(GOOD + "verified = true\nenabled = false", FIELDS).computed == []


def test_a_shipped_ratio_is_computed_only_where_its_source_was_compared() -> None:
    quoted = MetricBook.from_toml(text("metrics.toml"), dict(fields().fields.select("field_id", "name").iter_rows()))
    rows = {row["metric_id"]: row for row in quoted.metrics.filter(pl.col("is_verified").is_not_null()).to_dicts()}
    assert {name for name, row in rows.items() if row["is_enabled"] and row["metric_kind"] == "ratio"} == {
        *("full_process_rate", "all_online_rate", "settled_on_time_rate", "online_payment_rate")
    }
    assert all(row["is_verified"] or not row["is_enabled"] for row in rows.values())
    for row in rows.values():
        assert row["source"]
        assert row["checked_on"]
        assert row["name_en"]
        assert row["definition_en"]


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        ('"online"', '"onlnie"', "dòng 9: metric[1].denominator[1].count “onlnie”: phải là một trong online,"),
        ('"online"', '"onlnie"', "gần giống: online"),
        ('"online"', '"online; DROP TABLE x"', "phải là một trong"),
        ("[3, 4]", "[3, 5]", "dòng 8: metric[1].numerator[1].levels[2] “5”: phải là mức độ từ 1 đến 4"),
        ("[3, 4]", "[3, 3]", "metric[1].numerator[1].levels[2] “3”: đã có ở trước"),
        ("[3, 4]", "[]", "metric[1].numerator[1].levels: không được để trống"),
        ("[3, 4]", '["3"]', "metric[1].numerator[1].levels[1] “3”: phải là số nguyên"),
        (
            '"dat-dai"',
            '"dat-da"',
            "metric[1].numerator[1].fields[1] “dat-da”: không có trong fields.csv; gần giống: dat",
        ),
        (
            '"cases", "summary"',
            '"cases", "sumary"',
            "contracts[2] “sumary”: phải là một trong summary, cases, ii06, processing",
        ),
        ('"cases", "summary"', '"cases", "cases"', "metric[1].contracts[2] “cases”: đã có ở trước"),
        ('"cases", "summary"', '"cases", "processing"', "contracts[2] “processing”: lũy kế từ đầu năm"),
        ('"cases", "summary"', '"processing"', "numerator[1].count “postal”: loại dữ liệu processing không có số này"),
        ('"cases", "summary"', '"cases", "ii06"', "numerator[1].count “postal”: loại dữ liệu ii06 không có số này"),
        (
            '{ count = "in_person" }',
            '{ count = "online", levels = [4] }',
            "denominator[2] “online[level 4]”: đếm trùng",
        ),
        ('numerator = [{ count = "postal", levels = [3, 4], fields = ["dat-dai"] }]', "", "metric[1].numerator: thiếu"),
        ('kind = "ratio"', 'kind = "formula"', "metric[1].kind “formula”: phải là một trong ratio, given"),
        ('kind = "ratio"', "", "metric[1].contracts: chỉ có nghĩa khi có kind"),
        ('kind = "ratio"', 'kind = "ratio"\ndecimals = 3', "metric[1].decimals “3”: nhiều nhất là 2"),
        ('kind = "ratio"', 'kind = "ratio"\ndirection = "left"', "direction “left”: phải là một trong up, down"),
        ('kind = "ratio"', 'kind = "ratio"\nunit = "hồ sơ"', "metric[1].unit “hồ sơ”: phải là một trong %"),
        ('kind = "ratio"', 'kind = "ratio"\nmin_denominator = 0', "metric[1].min_denominator “0”: phải từ 1 trở lên"),
        ('kind = "ratio"', 'kind = "ratio"\nformula = "1/2"', "metric[1].formula: không có khóa này"),
        (
            'kind = "ratio"',
            'kind = "ratio"\nvalid_from = 2025-02-01\nvalid_to = 2025-01-31',
            "metric[1].valid_to “2025-01-31”: trước valid_from 2025-02-01",
        ),
        ('kind = "ratio"', 'kind = "ratio"\nverified = false\nenabled = true', "metric[1].enabled: chỉ số chưa kiểm"),
    ],
)
def test_each_fault_is_named(was: str, now: str, complaint: str) -> None:
    assert was in GOOD
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(GOOD.replace(was, now, 1), FIELDS)
    assert complaint in str(raised.value)


OF_A_LIST = """
[[metric]]
id = "essential"
version = 1
name = "Thiết yếu"
definition = "Theo danh mục."
kind = "ratio"
numerator = [{ count = "online", procedures = "essential" }]
denominator = [{ count = "total", procedures = "essential" }]
"""


def test_a_metric_of_a_list_of_procedures_is_of_lists_of_cases() -> None:
    book = MetricBook.from_toml(OF_A_LIST, FIELDS, ["essential"])
    assert book.rules.select("contract", "by_procedure").rows() == [("cases", 1)]
    assert book.terms["procedure_list"].to_list() == ["essential", "essential"]
    assert book.metrics["numerator_terms"].to_list() == ["online[procedures essential]"]


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        (
            'online", procedures = "essential"',
            'online", procedures = "essentail"',
            "dòng 8: metric[1].numerator[1].procedures “essentail”: không có trong procedures.csv; gần giống: es",
        ),
        ('total", procedures = "essential"', 'total"', "metric[1].denominator[1].procedures: thiếu khóa này"),
        ('"total"', '"received"', "denominator[1].count “received”: theo thủ tục chỉ có online, in_person, postal"),
        ('"essential" }]\n', '"essential", fields = ["dat-dai"] }]\n', "fields “dat-dai”: không đi cùng procedures"),
        (
            'kind = "ratio"',
            'kind = "ratio"\ncontracts = ["summary"]',
            "metric[1].contracts “summary”: chỉ cases ghi mã",
        ),
    ],
)
def test_each_fault_of_lists_of_procedures_is_named(was: str, now: str, complaint: str) -> None:
    assert was in OF_A_LIST
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(OF_A_LIST.replace(was, now, 1), FIELDS, ["essential"])
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        ('["department"]', "groups[1] “department”: không phải khối có tỷ lệ; gần giống: departments"),
        ('["departments", "departments"]', "metric[1].groups[2] “departments”: đã có ở trước"),
        ("[]", "metric[1].groups: không được để trống"),
    ],
)
def test_each_fault_of_groups_is_named(named: str, complaint: str) -> None:
    right = GOOD.replace('kind = "ratio"', 'kind = "ratio"\ngroups = ["departments"]')
    known = ["departments", "districts"]
    book = MetricBook.from_toml(right, FIELDS, groups=known)
    assert book.groups.rows() == [("post", 1, "departments")]
    assert book.metrics["unit_groups"].to_list() == ["departments"]
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(right.replace('["departments"]', named), FIELDS, groups=known)
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        (GOOD + SECOND, "dòng 12: metric[2].valid_from: thiếu khóa này: version 2 không được đổi các tháng trước đó"),
        (SECOND + GOOD, "metric[1].valid_from: thiếu khóa này: version 2"),
        (
            GOOD + "valid_from = 2025-01-01" + SECOND + "valid_from = 2025-01-01",
            "metric[2].valid_from “2025-01-01”: phải sau valid_from 2025-01-01 của version 1",
        ),
        (GOOD + GOOD, "metric[2] “post”: version 1 đã có"),
        (
            IN_WORDS + 'kind = "ratio"\nnumerator = [{ count = "online" }]\ndenominator = [{ count = "total" }]',
            "metric[1].numerator: định nghĩa của online_rate v1 là cố định; định nghĩa khác là một version mới",
        ),
    ],
)
def test_versions_change_no_month_before_them(file: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(file, FIELDS)
    assert complaint in str(raised.value)


def test_all_faults_are_named_at_once() -> None:
    wrong = GOOD.replace('"online"', '"onlnie"').replace('"dat-dai"', '"x"').replace("[3, 4]", "[9]")
    with pytest.raises(ConfigurationError) as raised:
        MetricBook.from_toml(wrong, FIELDS)
    assert len(raised.value.problems) == 3


def test_every_count_may_be_named() -> None:
    for count in COUNTS.values():
        contracts = ", ".join(f'"{one}"' for one in count.contracts if one != YEARLY)
        file = GOOD.replace('"cases", "summary"', contracts)
        file = file.replace(
            '{ count = "postal", levels = [3, 4], fields = ["dat-dai"] }', f'{{ count = "{count.count_id}" }}'
        )
        file = file.replace(
            '{ count = "online" }, { count = "in_person" }, { count = "postal" }', '{ count = "total" }'
        )
        assert MetricBook.from_toml(file).computed == ["post"]

"""Each rule just inside, just outside, with a blank and with zero: it holds, breaks, or cannot be evaluated."""

import polars as pl
import pytest

from tests.transforms import checking
from transforms.check.facts import Facts
from transforms.check.messages import describe
from transforms.check.rules.rule import READABLE, first_in_file
from transforms.check.tables import daily_counts
from transforms.dictionary.contracts import SUMMARY
from transforms.read.filings import Filings

HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ;Tiếp nhận;Đã giải quyết;Đúng hạn;Đơn vị;Ngày;Bưu chính;Mức độ"
NUMBERED = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"


def checked(*files: str) -> tuple[Facts, Filings]:
    return checking.checked("summary", *files)


def broken(text: str) -> dict[str, tuple[int, int]]:
    return checking.broken(checked(text)[0], "summary")


BREAKS, UNKNOWN = (1, 0), (0, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # (1) + (2) = (3)
        ("Đất đai;10;5;15", {}),
        ("Đất đai;10;5;16", {"total_is_sum": BREAKS}),
        ("Đất đai;10;5;14", {"total_is_sum": BREAKS}),
        ("Đất đai;0;0;0", {}),
        ("Đất đai;0;0;1", {"total_is_sum": BREAKS}),
        ("Đất đai;;5;15", {"values_stated": BREAKS, "total_is_sum": UNKNOWN}),
        ("Đất đai;10;;15", {"values_stated": BREAKS, "total_is_sum": UNKNOWN}),
        ("Đất đai;10;5;", {"values_stated": BREAKS, "total_is_sum": UNKNOWN}),
        ("Đất đai;;;", {"values_stated": BREAKS, "total_is_sum": UNKNOWN}),
        # with post
        ("Đất đai;10;5;18;;;;;;;3", {}),
        ("Đất đai;10;5;15;;;;;;;3", {"total_is_sum": BREAKS}),
        ("Đất đai;10;5;15;;;;;;;0", {}),
        # a field is named
        (";10;5;15", {"values_stated": BREAKS}),
        # readable, not negative
        ("Đất đai;n/a;5;15", {"numbers_readable": BREAKS, "total_is_sum": UNKNOWN}),
        ("Đất đai;10,5;5;15", {"numbers_readable": BREAKS, "total_is_sum": UNKNOWN}),
        ("Đất đai;-1;5;4", {"numbers_not_negative": BREAKS}),
        ("Đất đai;10;5;15;;;-3;", {"numbers_not_negative": BREAKS}),
        ("Đất đai;10;5;15;abc", {"numbers_readable": BREAKS}),
        # the stated rate: 10/15 = 66.666… %
        ("Đất đai;10;5;15;66,67", {}),
        ("Đất đai;10;5;15;66.67%", {}),
        ("Đất đai;10;5;15;66,6667", {}),
        ("Đất đai;10;5;15;66,66", {"rate_is_right": BREAKS}),
        ("Đất đai;10;5;15;66,68", {"rate_is_right": BREAKS}),
        ("Đất đai;10;5;15;66,7", {"rate_has_decimals": BREAKS}),
        ("Đất đai;10;5;15;66,6", {"rate_has_decimals": BREAKS}),  # cut
        ("Đất đai;10;5;15;66,8", {"rate_is_right": BREAKS}),
        # 620/621 = 99.838… %: two decimals say that it was not rounded to a whole number
        ("Đất đai;620;1;621;100,00", {"rate_is_right": BREAKS}),
        ("Đất đai;620;1;621;100,0%", {"rate_is_right": BREAKS}),
        ("Đất đai;620;1;621;99,80", {"rate_is_right": BREAKS}),
        ("Đất đai;620;1;621;100", {"rate_has_decimals": BREAKS}),
        ("Đất đai;620;1;621;99,8", {"rate_has_decimals": BREAKS}),
        ("Đất đai;620;1;621;99,8000", {"rate_has_decimals": BREAKS}),  # a number of a workbook
        ("Đất đai;1;399;400;0,2", {"rate_has_decimals": BREAKS}),  # 0.25, half to even
        ("Đất đai;10;5;15;67", {"rate_has_decimals": BREAKS}),
        ("Đất đai;10;5;15;66", {"rate_has_decimals": BREAKS}),  # cut
        ("Đất đai;10;5;15;68", {"rate_is_right": BREAKS}),
        ("Đất đai;10;5;15;", {}),
        ("Đất đai;10;5;15;-", {}),
        ("Đất đai;15;0;15;100", {}),
        ("Đất đai;0;15;15;0", {}),
        ("Đất đai;0;0;0;", {}),
        ("Đất đai;0;0;0;0", {}),
        ("Đất đai;0;0;0;100", {"rate_is_right": BREAKS}),
        ("Đất đai;0;0;0;N/A", {}),
        ("Đất đai;0;0;0;#DIV/0!", {}),
        ("Đất đai;0;0;0;NaN", {}),
        ("Đất đai;0;0;0;cao", {"numbers_readable": BREAKS}),
        ("Đất đai;10;5;15;#DIV/0!", {"numbers_readable": BREAKS}),
        ("Đất đai;10;5;;N/A", {"values_stated": BREAKS, "total_is_sum": UNKNOWN, "numbers_readable": BREAKS}),
        ("Đất đai;1;159;160;0,63", {}),  # 0.625 rounds half up
        ("Đất đai;1;159;160;0,62", {"rate_is_right": BREAKS}),
        ("Đất đai;1;159;160;0,625", {}),  # as many decimals as there are
        ("Đất đai;1;0;1;100", {}),
        ("Đất đai;0;1;1;0", {}),
        ("Đất đai;1;0;1;50", {"rate_is_right": BREAKS}),
        ("Đất đai;10;5;15;67,4", {"rate_is_right": BREAKS}),
        ("Đất đai;414;586;1.000;41", {"rate_has_decimals": BREAKS}),
        ("Đất đai;415;585;1.000;42", {"rate_has_decimals": BREAKS}),  # 41.5 rounds half up
        ("Đất đai;421;585;1.006;42", {"rate_has_decimals": BREAKS}),
        ("Đất đai;421;585;1.006;41,85", {}),
        # settled ≤ received, on time ≤ settled
        ("Đất đai;10;5;15;;9;9;9", {}),
        ("Đất đai;10;5;15;;9;10;9", {"settled_within_received": BREAKS}),
        ("Đất đai;10;5;15;;9;8;9", {"settled_within_received": BREAKS}),
        ("Đất đai;10;5;15;;0;0;0", {}),
        ("Đất đai;10;5;15;;;8;", {}),
        # who and when
        ("Đất đai;10;5;15;;;;;Sở Y tế;", {}),
        ("Đất đai;10;5;15;;;;;SỞ Y TẾ;", {}),
        ("Đất đai;10;5;15;;;;;Sở Nội vụ;", {"unit_is_sender": BREAKS}),
        ("Đất đai;10;5;15;;;;;Sở Không Có;", {"unit_is_sender": BREAKS}),
        ("Đất đai;10;5;15;;;;;;05/08/2022", {}),
        ("Đất đai;10;5;15;;;;;;04/08/2022", {"date_is_business_date": BREAKS}),
        ("Đất đai;10;5;15;;;;;;31/02/2022", {"date_is_business_date": BREAKS}),
        # the level of service
        ("Đất đai;10;5;15;;;;;;;;4", {}),
        ("Đất đai;10;5;15;;;;;;;;Mức độ 3", {"level_is_rated": BREAKS}),
        ("Đất đai;10;5;15;;;;;;;;toàn trình", {}),
        ("Đất đai;10;5;15;;;;;;;;5", {"level_known": BREAKS}),
        ("Đất đai;10;5;15;;;;;;;;0", {"level_known": BREAKS}),
    ],
)
def test_one_row(row: str, expected: dict[str, tuple[int, int]]) -> None:
    assert broken(f"{HEADER}\n{row}\n") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Đất đai;1;2;3\nHộ tịch;4;5;9\nTổng cộng;5;7;12", {}),
        ("Tổng cộng;5;7;12\nĐất đai;1;2;3\nHộ tịch;4;5;9", {}),
        ("Đất đai;1;2;3\nHộ tịch;4;5;9\nTổng cộng;6;6;12", {"totals_row_is_sum": BREAKS}),
        ("Đất đai;1;2;3\nHộ tịch;4;5;9\nTổng cộng;5;7;13", {"totals_row_is_sum": BREAKS, "total_is_sum": BREAKS}),
        ("Đất đai;0;0;0\nTổng cộng;0;0;0", {}),
        ("Đất đai;1;2;3;;;;;;;;4\nTổng cộng;1;2;3;;;;;;;;các mức", {}),
        ("Đất đai;1;2;3\nHộ tịch;4;5;9\nTỔNG CỘNG (I + II):;5;7;12", {}),
        (
            "Đất đai;1;;3\nTổng cộng;1;2;3",
            {"values_stated": BREAKS, "total_is_sum": UNKNOWN, "totals_row_is_sum": UNKNOWN},
        ),
        ("Đất đai;1;2;3\nTổng cộng;1;;3", {"total_is_sum": UNKNOWN, "totals_row_is_sum": UNKNOWN}),
        ("Đất đai;1;2;3\nHộ tịch;1;2;3", {}),
        ("Đất đai;1;2;3\nđất ĐAI ;1;2;3", {"field_once": (2, 0)}),
        (";10;5;15\n;1;2;3", {"values_stated": (2, 0)}),
        ("Văn hóa;1;2;3\nVăn hoá;1;2;3", {"field_once": (2, 0)}),
    ],
)
def test_rows_together(rows: str, expected: dict[str, tuple[int, int]]) -> None:
    assert broken(f"{HEADER}\n{rows}\n") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("I;Nhóm;3;0;3\n1;Đất đai;1;0;1\n2;Hộ tịch;2;0;2", {}),
        ("I;Nhóm;4;0;4\n1;Đất đai;1;0;1\n2;Hộ tịch;2;0;2", {"subtotals_are_sums": BREAKS}),
        ("I;Nhóm;3;0;3\n1;Đất đai;1;0;1\n2;Hộ tịch;2;0;2\nII;Khác;0;0;0\n1;Dân số;0;0;0", {}),
        (";Bộ phận Một cửa;1;0;1\n1;Đất đai;1;0;1", {"rows_are_known": BREAKS}),
    ],
)
def test_groups(rows: str, expected: dict[str, tuple[int, int]]) -> None:
    assert broken(f"{NUMBERED}\n{rows}\n") == expected


def test_rates_of_a_spreadsheet_kept_as_fractions() -> None:
    assert broken(f"{HEADER}\nĐất đai;10;5;15;0,6667\nHộ tịch;3;1;4;0,75\n") == {}


def test_rates_kept_as_fractions_with_two_decimals_or_beside_a_row_of_nothing() -> None:
    assert broken(f"{HEADER}\nĐất đai;10;5;15;0,67\nHộ tịch;4;1;5;0,8\n") == {"rate_has_decimals": BREAKS}
    assert broken(f"{HEADER}\nĐất đai;10;5;15;0,7\nHộ tịch;4;1;5;0,8\n") == {"rate_is_right": BREAKS}
    assert broken(f"{HEADER}\nĐất đai;10;5;15;0,667\nHộ tịch;0;0;0;0\n") == {"rate_has_decimals": BREAKS}
    # 0,83 % beside a row of nothing is a percentage
    assert broken(f"{HEADER}\nĐất đai;1;119;120;0,83\nHộ tịch;0;0;0;0\n") == {}


def test_the_message_on_a_fraction_says_the_right_fraction() -> None:
    facts, _ = checked(f"{HEADER}\nĐất đai;10;5;15;0,67\nHộ tịch;4;1;5;0,9\n")
    assert facts.findings["expected"].to_list() == ["0,6667", "0,8000"]


def test_rates_of_one_per_cent_and_less_are_no_fractions() -> None:
    assert broken(f"{HEADER}\nĐất đai;251;24749;25000;1,00\n") == {}  # 1,004 %
    assert broken(f"{HEADER}\nĐất đai;201;19799;20000;1,00\n") == {"rate_is_right": BREAKS}  # 1,005 %: 1,01


def test_an_unreadable_file_breaks_one_rule_and_has_no_rows() -> None:
    facts, _ = checked("", f"{HEADER}\nĐất đai;1;2;3\n")
    assert facts.deliveries[READABLE].to_list() == [1, 0]
    assert facts.deliveries["row_count"].to_list() == [0, 1]
    assert facts.findings.select("file", "rule").rows() == [(0, READABLE)]


def test_every_failing_row_is_found_however_many() -> None:
    rows = "\n".join(f"Lĩnh vực {i};1;1;{3 if i % 2 else 2}" for i in range(1000))
    facts, _ = checked(f"{HEADER}\n{rows}\n")
    assert facts.deliveries["total_is_sum"].item() == 500
    assert facts.findings.height == 500


def test_the_message_names_row_column_values_rule_and_what_would_be_right() -> None:
    facts, filings = checked(f"{HEADER}\nĐất đai;120;30;159\n")
    assert describe(facts.findings, filings, "summary")["message"].item() == (
        "dòng 2, cột “Tổng số”: Trực tuyến (1) = 120, Trực tiếp (2) = 30, Tổng số (3) = 159; "
        "quy tắc total_is_sum: (1) + (2) = (3) (phải là 150)"
    )
    assert "should be 150" in describe(facts.findings, filings, "summary", "en")["message"].item()


def test_the_message_on_who_and_when_says_who_and_when_it_should_be() -> None:
    facts, _ = checked(f"{HEADER}\nĐất đai;10;5;15;;;;;Sở Nội vụ;04/08/2022\n")
    assert dict(facts.findings.select("rule", "expected").iter_rows()) == {
        "unit_is_sender": "Sở Y tế",
        "date_is_business_date": "05/08/2022",
    }


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ("10;5;15;66,66", "66,67"),
        ("10;5;15;67", "66,67"),
        ("1;19;20;5,1", "5,00"),
        ("6;113;119;5,1", "5,04"),
        ("15;0;15;99", "100,00"),
    ],
)
def test_the_message_on_a_rate_says_the_right_one_with_two_decimals(row: str, right: str) -> None:
    facts, _ = checked(f"{HEADER}\nĐất đai;{row}\n")
    assert facts.findings["expected"].to_list() == [right]


def test_counts_are_the_detail_rows_in_one_normal_form() -> None:
    facts, _ = checked(f"{HEADER}\n  Đất   đai ;10;5;15\nTổng cộng;10;5;15\n")
    assert daily_counts(facts.rows, SUMMARY).select(
        "field", "service_level", "online", "in_person", "total"
    ).rows() == [("Đất đai", 4, 10, 5, 15)]


def test_two_nameless_totals_over_one_field_are_held_back() -> None:
    facts, _ = checked("summary", f"{HEADER}\nĐất đai;0;1;1\nKhối cơ quan;0;1;1\nChung cả đơn vị;0;1;1\n")
    assert facts.findings.filter(rule="rows_are_no_sums")["row_number"].to_list() == [3, 4]


def test_what_rows_say_of_their_order_is_true_when_titles_are_faulty_and_files_are_read_by_two_ways() -> None:
    plain = f"{HEADER}\nĐất đai;10;5;15\n"
    titled = f"Báo cáo tháng 8 năm 2022\n\n{HEADER}\nĐất đai;10;5;15\n"
    facts, filings = checked(titled, plain, titled, plain)
    assert facts.deliveries["row_count"].to_list() == [1, 1, 1, 1]
    assert facts.rows["broken"].null_count() < facts.rows.height
    for files in (filings.rows["file"], filings.texts["file"], facts.rows["file"]):
        in_order = files.to_list() == sorted(files.to_list())
        assert in_order or not files.flags["SORTED_ASC"]


@pytest.mark.parametrize("files", [[1, 1, 1, 2, 2, 2, 3, 3], [2, 1, 2, 1, 1, 2, 3, 2]])
def test_the_first_of_some_rows_of_each_file_and_unknown_where_they_are(files: list[int]) -> None:
    these = [False, True, True, None, True, None, None, True]
    rows = pl.DataFrame({"file": files, "these": these}, schema_overrides={"file": pl.UInt32})
    expected = [
        one and not any(before for file, before in zip(files[:at], these, strict=False) if file == files[at])
        for at, one in enumerate(these)
    ]
    assert rows.select(first_in_file(pl.col("these"))).to_series().to_list() == expected

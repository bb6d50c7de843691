"""Counts that a form may have beside its own: under which headers they are read, what blank means, what is derived."""

import json
from hashlib import md5

import polars as pl
import pytest

from tests.transforms.checking import Sender, broken, checked
from tests.transforms.test_cases import case
from tests.transforms.test_ii06 import HEADER as FORM
from tests.transforms.test_processing import HEADER as PROCESSED
from transforms.check import cases, tables
from transforms.check.history.past import sums_of
from transforms.dictionary.contracts import CONTRACTS, MORE_COUNTS

OWN = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"


def counts(contract: str, text: str) -> pl.DataFrame:
    found, filings = checked(contract, text, sender=Sender(level=4))
    assert filings.refusals == {}
    derive = cases.daily_counts if contract == "cases" else lambda rows: tables.daily_counts(rows, CONTRACTS[contract])
    return derive(found.rows)


def only(contract: str, text: str) -> dict[str, object]:
    """The further counts of a file of one row that are stated."""
    (row,) = counts(contract, text).select(MORE_COUNTS).to_dicts()
    return {column: value for column, value in row.items() if value is not None}


def of_summary(*columns: str) -> dict[str, object]:
    """What is read of a summary with further columns, each with its place (1, 2 …) as its figure."""
    figures = ";".join(str(number) for number, _ in enumerate(columns, start=1))
    return only("summary", f"{OWN};{';'.join(columns)}\nĐất đai;10;5;15;{figures}\n")


@pytest.mark.parametrize(
    ("columns", "read"),
    [
        (["Số hồ sơ phải thanh toán", "Số hồ sơ thanh toán trực tuyến"], {"to_pay": 1, "paid_online": 2}),
        (
            ["Số hóa thành phần hồ sơ", "Đã giải quyết", "Số hóa kết quả"],
            {"digitised_files": 1, "digitised_results": 3},
        ),
        (["Cấp kết quả điện tử", "Hồ sơ phải bổ sung"], {"electronic_results": 1, "resubmitted": 2}),
        (["Đã giải quyết", "Giải quyết quá hạn"], {"overdue": 2}),
        # what is no number of cases, or not of those settled
        (["Số hồ sơ thanh toán trực tuyến (triệu đồng)", "Tỷ lệ số hóa thành phần hồ sơ"], {}),
        (["Thanh toán trực tuyến", "Số hóa", "Kết quả điện tử"], {}),
        (["Đang giải quyết quá hạn", "Chưa giải quyết quá hạn"], {}),
        (["Số ngày quá hạn", "Tỷ lệ quá hạn"], {}),
        # a bare name means something only beside `Đúng hạn`
        (["Quá hạn"], {}),
        (["Đúng hạn", "Đang giải quyết", "Trong hạn", "Quá hạn"], {}),
        (["Đúng hạn", "Quá hạn", "Ghi chú"], {"overdue": 2}),
        # two that differ: which is meant is not known
        (["Số hồ sơ số hóa", "Số hóa thành phần hồ sơ"], {}),
        (["Số hồ sơ phải thanh toán trực tuyến"], {}),
    ],
)
def test_a_column_is_read_where_its_name_says_so_and_left_alone_elsewhere(
    columns: list[str], read: dict[str, object]
) -> None:
    assert of_summary(*columns) == read


def test_of_two_overdue_columns_under_merged_headers_the_settled_one_is_read() -> None:
    header = f"{OWN};Đã giải quyết;;;Đang giải quyết;;\n;;;;Tổng số;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn\n"
    assert only("summary", f"{header}Đất đai;10;5;15;9;7;2;6;1;5\n") == {"overdue": 2}


def test_of_form_ii06_late_settled_cases_are_overdue_and_those_in_process_are_not() -> None:
    first, *lower = FORM.splitlines()
    header = "\n".join([f"{first};Số hồ sơ phải thanh toán", *(f"{line};" for line in lower)])
    row = "1;Đất đai;6;1;2;3;4;1;2;1;2;1;1"
    assert only("ii06", f"{FORM}{row}\n") == {"overdue": 1}
    assert only("ii06", f"{header}\n{row};3\n") == {"overdue": 1, "to_pay": 3}


def test_the_centre_may_state_them_too() -> None:
    header = PROCESSED.strip()
    text = f"{header};Giải quyết quá hạn;Số hóa kết quả\n1;Đất đai;10;9;8;88,89;1;0\n"
    assert only("processing", text) == {"overdue": 1, "digitised_results": 0}


def test_what_is_blank_is_not_zero_and_holds_nothing_back() -> None:
    text = f"{OWN};Số hóa thành phần hồ sơ\nĐất đai;10;5;15;\nHộ tịch;1;2;3;0\nTổng cộng;11;7;18;5\n"
    found, _ = checked("summary", text)
    assert broken(found, "summary") == {}
    read = tables.daily_counts(found.rows, CONTRACTS["summary"])
    assert dict(read.select("field", "digitised_files").iter_rows()) == {"Đất đai": None, "Hộ tịch": 0}


@pytest.mark.parametrize(("total", "is_wrong"), [("3", False), ("", False), ("4", True)])
def test_a_totals_row_agrees_where_all_rows_state_the_count(total: str, is_wrong: bool) -> None:
    text = f"{OWN};Hồ sơ phải bổ sung\nĐất đai;10;5;15;1\nHộ tịch;1;2;3;2\nTổng cộng;11;7;18;{total}\n"
    assert ("more_counts_are_sums" in broken(checked("summary", text)[0], "summary")) == is_wrong


@pytest.mark.parametrize("cell", ["-1", "1,5", "nhiều"])
def test_a_figure_that_is_none_is_held_back_like_any_other(cell: str) -> None:
    found, _ = checked("summary", f"{OWN};Hồ sơ phải bổ sung\nĐất đai;10;5;15;{cell}\n")
    assert broken(found, "summary").keys() & {"numbers_readable", "numbers_not_negative"}


def of_cases(*rows: dict[str, str]) -> dict[str, object]:
    return only("cases", json.dumps([case(number, **row) for number, row in enumerate(rows, start=1)]))


def test_marks_of_cases_are_counted_where_each_case_has_them() -> None:
    paid = {"Phải thanh toán": "Có", "Thanh toán trực tuyến": "Có"}
    free = {"Phải thanh toán": "Không", "Thanh toán trực tuyến": ""}
    at_counter = {"Phải thanh toán": "1", "Thanh toán trực tuyến": "Tiền mặt"}
    assert of_cases(paid, free, at_counter) == {"to_pay": 2, "paid_online": 1, "overdue": 0}
    assert of_cases(paid, {**paid, "Thanh toán trực tuyến": ""}) == {"to_pay": 2, "overdue": 0}
    assert of_cases({"Số hóa hồ sơ": "x"}, {"Số hóa hồ sơ": ""}) == {"overdue": 0}
    assert of_cases({"Số hóa hồ sơ": "x"}, {"Số hóa hồ sơ": "không"}) == {"digitised_files": 1, "overdue": 0}


def test_results_are_those_of_settled_cases() -> None:
    pending = {"TrangThaiHoSo": "4", "NgayKetThucXuLy": "", "Số hóa kết quả": ""}
    assert of_cases({"Số hóa kết quả": "1"}, pending) == {"digitised_results": 1, "overdue": 0}
    assert of_cases({"Số hóa kết quả": ""}, pending) == {"overdue": 0}


def test_a_field_without_a_case_concerned_has_none_where_the_list_has_the_mark() -> None:
    settled = case(1, **{"Số hóa kết quả": "1"})
    pending = case(2, TenLinhVuc="Y tế", TrangThaiHoSo="4", NgayKetThucXuLy="", **{"Số hóa kết quả": ""})
    read = counts("cases", json.dumps([settled, pending]))
    assert read["digitised_results"].to_list() == [1, 0]
    assert read["to_pay"].to_list() == [None, None]


def test_a_contradiction_leaves_payments_unknown_and_the_case_counts() -> None:
    text = json.dumps([case(1, **{"Phải thanh toán": "0", "Thanh toán trực tuyến": "1"})])
    found, _ = checked("cases", text)
    assert broken(found, "cases").keys() == {"paid_case_was_to_pay"}
    (row,) = cases.daily_counts(found.rows).to_dicts()
    assert (row["total"], row["to_pay"], row["paid_online"]) == (1, None, None)


def test_days_say_which_settled_cases_are_overdue() -> None:
    late = {"NgayKetThucXuLy": "20220813080000"}
    assert of_cases({}, late) == {"overdue": 1}
    assert of_cases({"NgayHenTra": ""}, late) == {}


def test_only_what_a_file_states_changes_its_signature() -> None:
    """Figures without further counts keep the signature under which an older lake has them."""
    one = pl.DataFrame({"file": [0], "contract": ["summary"]}, schema={"file": pl.UInt32, "contract": pl.String})
    plain = counts("summary", f"{OWN}\nĐất đai;10;5;15\n")
    said = [sums_of(plain.with_columns(to_pay=pl.lit(n, pl.Int64)), one)["signature"].item() for n in (None, 0, 1)]
    assert said[0] == md5("Đất đai|4|10|5|15".encode()).hexdigest()
    assert len(set(said)) == 3

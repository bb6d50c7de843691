"""Cases by procedure, by code only; and the file that says which procedures a list names."""

import json
from datetime import date
from importlib.resources import files

import pytest

from tests.transforms.checking import checked
from tests.transforms.test_cases import case
from transforms.check.cases import procedure_counts
from transforms.dictionary.problems import ConfigurationError
from transforms.reference.procedures import read_procedures

HEADER = "code,list,name,valid_from,valid_to,source\n"
ROW = "1.000123,full-process,Cấp bản sao,2025-10-01,,Chỉ thị 24\n"


def of(*rows: dict[str, str]) -> list[tuple[object, ...]]:
    text = json.dumps([case(number, **row) for number, row in enumerate(rows, start=1)])
    columns = ("procedure", "service_level", "online", "in_person", "postal", "total", "settled", "settled_on_time")
    return procedure_counts(checked("cases", text)[0].rows).select(columns).rows()


def test_cases_are_counted_by_code_and_level() -> None:
    late, open_ = {"NgayKetThucXuLy": "20220901000000"}, {"TrangThaiHoSo": "4", "NgayKetThucXuLy": ""}
    assert of({}, late, {"KenhThucHien": "1"} | open_, {"KenhThucHien": "3", "MucDo": "3"}) == [
        ("1.000123", 4, 2, 1, 0, 3, 2, 1),
        ("1.000123", 3, 0, 0, 1, 1, 1, 1),
    ]
    assert of({}, {"NgayHenTra": ""}) == [("1.000123", 4, 2, 0, 0, 2, 2, None)]


@pytest.mark.parametrize("written", ["", "Nguyễn Văn A", "0912345678", "Cấp bản sao", "1.00012", "012345678901"])
def test_what_is_no_code_counts_for_no_procedure(written: str) -> None:
    assert of({"MaTTHC": written}, {"MaTTHC": "2.000045.000.00.00.H55"}) == [
        ("2.000045.000.00.00.H55", 4, 1, 0, 0, 1, 1, 1)
    ]


def test_a_case_that_does_not_count_is_in_no_procedure() -> None:
    assert of({"TrangThaiHoSo": "3"}, {"KenhThucHien": "9"}) == []


def test_the_shipped_file_names_no_procedure_because_no_source_was_found() -> None:
    assert read_procedures((files("reference") / "procedures.csv").read_text(encoding="utf-8")).is_empty()


def test_a_list_is_read_with_its_source() -> None:
    (row,) = read_procedures(HEADER + ROW).to_dicts()
    assert row == {
        "procedure_list": "full-process",
        "procedure": "1.000123",
        "name": "Cấp bản sao",
        "valid_from": date(2025, 10, 1),
        "valid_to": None,
        "source": "Chỉ thị 24",
    }


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Cấp bản sao,full-process,,2025-10-01,,x", "cột code"),
        ("1.000123,Toàn trình,,2025-10-01,,x", "cột list"),
        ("1.000123,full-process,,2025-10-01,,", "cột source"),
        ("1.000123,full-process,,,,x", "cột valid_from"),
        ("1.000123,full-process,,2025-10-01,2025-09-30,x", "trước valid_from"),
        (f"{ROW}1.000123,full-process,,2026-01-01,,x", "dòng 3: cột code: trùng ngày với dòng 2"),
        (f"{ROW}1.000123,essential,Cấp bản chính,2025-10-01,,x", "khác tên ở dòng 2"),
    ],
)
def test_a_wrong_row_is_refused_by_its_line(row: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_procedures(HEADER + row + "\n")
    (line,) = str(refused.value).splitlines()
    assert line.startswith("procedures.csv: dòng")
    for part in why.split(": "):
        assert part in line

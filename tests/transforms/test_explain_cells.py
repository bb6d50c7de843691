"""What each cell of a file was taken for, as the page of `tyle check --explain` shows it."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.reference import headers
from tests.transforms.checking import checked
from transforms.check import explain_cells
from transforms.check.explain_cells import NOT_SHOWN, SheetRoles, sheet_roles
from transforms.check.frames import FINDINGS
from transforms.dictionary.contracts import CONTRACTS, SUMMARY
from transforms.read.filings import read_filings
from transforms.read.refusal import refuse

TABLE = (
    "BÁO CÁO;;;;;\nĐơn vị: Sở Y tế;;;;;\nSTT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Ghi chú\n"
    "1;Đất đai;3;1;4;x\n2;Hộ tịch;3*;1;4;\n;Tổng cộng;6;2;8;\n\nNgười lập;;;;;\n"
)


def roles(text: str, contract: str = "summary") -> SheetRoles:
    facts, filings = checked(contract, text)
    found = sheet_roles(text.encode(), filings, 0, CONTRACTS[contract], facts.findings, date(2022, 8, 5))
    assert found
    return found


def test_every_cell_has_a_role() -> None:
    found = roles(TABLE)
    assert found.columns == ("A", "B", "C", "D", "E", "F")
    assert [(number, [cell.role for cell in cells]) for number, cells in found.rows] == [
        (1, ["title", *["blank"] * 5]),
        (2, ["statement", *["blank"] * 5]),
        (3, [*["header"] * 5, "unread"]),
        (4, ["text", "text", "counted", "counted", "counted", "unread"]),
        (5, ["text", "text", "counted", "counted", "counted", "blank"]),
        (6, ["blank", "totals", "totals", "totals", "totals", "blank"]),
        (7, ["blank"] * 6),
        (8, ["note", *["blank"] * 5]),
    ]


def test_the_cell_at_fault_is_marked_and_no_other() -> None:
    assert [cell.address for _, cells in roles(TABLE).rows for cell in cells if cell.fault] == ["C5"]


def test_a_file_without_a_table_is_shown_as_it_is() -> None:
    found = roles("Họ tên;Số\nA;1\n")
    assert {cell.role for _, cells in found.rows for cell in cells} == {"note"}


@pytest.mark.parametrize("secret", ["Nguyễn Văn A", "Phường B", "0912345678", "001099012345"])
@pytest.mark.parametrize("column", range(5))
def test_of_a_list_of_cases_only_codes_and_days_are_shown_wherever_a_name_has_slipped(secret: str, column: int) -> None:
    cells = ["H55-220801-0001", "2", "9", "01/08/2022", "x"]
    cells[column] = secret
    found = roles(f"MaHoSo;KenhThucHien;TrangThaiHoSo;NgayTiepNhan;ChuHoSo\n{';'.join(cells)}\n", "cases")
    shown = [cell.text for _, row in found.rows for cell in row]
    assert secret not in shown
    assert NOT_SHOWN in shown
    assert "MaHoSo" in shown
    assert "01/08/2022" in shown or column == 3


def test_a_file_that_ended_its_reader_is_not_read_again_for_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = read_filings({}, SUMMARY, headers())
    refusal = replace(refuse("quá lâu", "too long").refusal, ended_reader=True)
    monkeypatch.setattr(explain_cells, "grids", lambda _: pytest.fail("read again"))
    filings, findings = nothing.refusing({0: refusal}), pl.DataFrame(schema=FINDINGS)
    assert sheet_roles(b"a;b", filings, 0, SUMMARY, findings, date(2022, 8, 5)) is None

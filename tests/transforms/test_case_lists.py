"""A list of cases that is sent as a table of counts is refused without a word of it; tables of counts are not."""

import json
from hashlib import sha256

import pytest

from tests.end_to_end.slips import COLUMNS, MARK, PERSONAL, PHONE, as_csv, cases
from tests.end_to_end.test_privacy import PERSONAL as OF_THE_PORTAL
from tests.reference import headers
from tests.transforms.checking import checked
from tests.writers.workbook import workbook
from transforms.check.privacy import file_name, lists_of_cases
from transforms.dictionary.contracts import CONTRACTS, SUMMARY
from transforms.read.case_lists import refuse_case_list
from transforms.read.formats import grids

OTHERS = [name for name, contract in CONTRACTS.items() if not contract.by_case]
LEAKS = (MARK, PHONE, "Nguyễn")
_NO_PERSON = """
    Fax MaDoiTuong GhiChu NoiDungXuLy TaiLieuNop DanhSachGiayToKetQua DinhKem UrlDetail NguoiXuLy ChucDanhNguoiXuLy
""".split()  # noqa: SIM905 - what tables of counts may have too
OF_PERSONS = [name for name in OF_THE_PORTAL if name not in _NO_PERSON]


def messages(contract: str, *files: bytes | str) -> list[str]:
    facts, filings = checked(contract, *files)
    assert lists_of_cases(filings) == set(range(len(files)))
    assert not filings.layouts
    assert not filings.titles
    said = [refusal.describe(lang) for refusal in filings.refusals.values() for lang in ("vi", "en")]
    return said + facts.findings["content"].to_list()


@pytest.mark.parametrize("contract", OTHERS)
def test_nothing_of_a_list_of_cases_is_said(contract: str) -> None:
    right = [list(COLUMNS), *cases(1)]
    marked = [[f"{column} {MARK}" if column in PERSONAL else column for column in COLUMNS], *cases(1)]
    files = [as_csv(right), workbook(right, f"Bà {MARK}"), as_csv(marked), as_csv(cases(1))]
    assert [text for text in messages(contract, *files) if any(leak in text for leak in LEAKS)] == []


@pytest.mark.parametrize("contract", OTHERS)
def test_keys_of_a_list_that_is_no_json_table_are_not_said(contract: str) -> None:
    record = f'{{"MaHoSo": 1, "{MARK}": 1, "{MARK}": 2}}'
    assert [text for text in messages(contract, f"[{record}]") if MARK in text] == []


@pytest.mark.parametrize("contract", OTHERS)
@pytest.mark.parametrize("column", OF_PERSONS)
def test_a_column_of_persons_beside_counts_is_refused(column: str, contract: str) -> None:
    header = ["STT", "Lĩnh vực", f"{column} {MARK}", "Trực tuyến", "Trực tiếp", "Tổng số"]
    rows = [header, ["1", "Đất đai", MARK, "2", "1", "3"]]
    records = [dict(zip(header, row, strict=True)) for row in rows[1:]]
    files = (as_csv(rows), workbook(rows), json.dumps(records, ensure_ascii=False))
    assert [text for text in messages(contract, *files) if MARK in text] == []


@pytest.mark.parametrize(
    "header",
    [
        "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Ghi chú",
        "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Cán bộ xử lý",
        "Mã định danh;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Căn cước",
        "Người lập: Nguyễn Văn A;;;;;\nSTT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số hồ sơ;Số điện thoại",
        "Họ và tên người báo cáo: B;;;;;\nSTT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;",
    ],
)
def test_a_table_of_counts_is_none(header: str) -> None:
    _, filings = checked("summary", f"{header}\n1;Đất đai;2;1;3;\n;;;;;\n;(Ký, ghi rõ họ tên);;;;\n")
    assert not filings.refusals


def test_its_file_is_called_by_its_bytes() -> None:
    assert file_name("cases", f"{MARK}.xlsx", sha256(b"x").hexdigest()) == "2d711642b726.xlsx"


COUNTS = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n1;Hộ tịch;1;2;3\n"


@pytest.mark.parametrize(
    "lines",
    [
        f"{COUNTS}Người lập biểu;;Thủ trưởng đơn vị\n(Ký, ghi rõ họ tên);;(Ký, ghi rõ họ tên)\n",
        f"{COUNTS}(Ký, ghi rõ họ và tên, đóng dấu);(Ký, ghi rõ họ và tên);Số:\n",
        "STT;Lĩnh vực;Số hồ sơ người nộp trực tuyến;Số hồ sơ người nộp trực tiếp;Tổng số hồ sơ người nộp\n1;a;1;2;3\n",
        f"{COUNTS}2;Cấp thẻ căn cước (CCCD);1;2;3\n",
    ],
)
def test_a_signature_or_a_count_names_nobody(lines: str) -> None:
    refuse_case_list(grids(lines.encode()), SUMMARY, headers())

"""Which tables of counts are refused as lists of cases: those that name persons, and no ordinary ones."""

import pytest

from tests.reference import headers
from transforms.dictionary.contracts import SUMMARY
from transforms.read.case_lists import refuse_case_list
from transforms.read.formats import grids
from transforms.read.refusal import UnreadableError

TABLE = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n1;Hộ tịch;1;2;3\n"


@pytest.mark.parametrize(
    "lines",
    [
        "{}Người lập biểu;;Thủ trưởng đơn vị\n(Ký, ghi rõ họ tên);;(Ký, ghi rõ họ tên)\n",
        "{}(Ký, ghi rõ họ và tên, đóng dấu);(Ký, ghi rõ họ và tên);Số:\n",
        "STT;Lĩnh vực;Số hồ sơ người nộp trực tuyến;Số hồ sơ người nộp trực tiếp;Tổng số hồ sơ người nộp\n1;a;1;2;3\n",
        "{}2;Cấp thẻ căn cước (CCCD);1;2;3\n",
    ],
)
def test_a_signature_or_a_count_names_nobody(lines: str) -> None:
    refuse_case_list(grids(lines.format(TABLE).encode()), SUMMARY, headers())


@pytest.mark.parametrize(
    "header", ["Họ và tên", "Người nộp hồ sơ", "Số CCCD", "CCCD/CMND", "HoTenNguoiNop", "SoGiayTo"]
)
def test_a_column_of_persons_is_no_table_of_counts(header: str) -> None:
    table = f"STT;Lĩnh vực;{header};Trực tuyến;Trực tiếp;Tổng số\n1;Hộ tịch;Nguyễn Văn A;1;2;3\n"
    with pytest.raises(UnreadableError, match="list of cases"):
        refuse_case_list(grids(table.encode()), SUMMARY, headers())

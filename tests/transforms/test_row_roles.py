"""What a row is by its name."""

import pytest

from tests.reference import fields, headers, text
from transforms.read.headers.book import HeaderBook
from transforms.read.row_roles import RoleBook

ROLES = headers().roles


@pytest.mark.parametrize(
    "name",
    [
        *("Tổng cộng", "TỔNG CỘNG:", "Tổng cộng: 3 lĩnh vực", "Tổng Đất đai", "Cộng (1+2)", "Toàn ngành", "(Tổng số)"),
        *(
            "Grand Total",
            "Đất đai Total",
            "sum",
            "T/C",
            "∑",
            "I. Tổng số",
            "- Cộng",
            "T Ổ N G",
            "Tong cong",
            "TongCong",
        ),
    ],
)
def test_totals(name: str) -> None:
    assert ROLES.role(name) == "total"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Trong đó: cấp mới", "of_which"),
        ("Trong đó", "of_which"),
        ("Luỹ kế từ đầu năm", "comparison"),
        ("Tổng lũy kế", "comparison"),
        ("Hom truoc", "comparison"),
        ("Cộng mang sang", "carry"),
        ("Năm 2021", "period"),
        ("Quý II", "period"),
        ("Bảng 2. Theo cấp", "table"),
        ("Tổng hợp", "either"),
        ("TONG HOP", "either"),
    ],
)
def test_other_roles(name: str, role: str) -> None:
    assert ROLES.role(name) == role


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Đất đai",
            "Tổ chức cán bộ",
            "Cộng đồng dân tộc",
            "Công tác dân tộc",
            "Toàn cầu hóa",
            "Tổng công ty nhà nước",
        ),
        *("An toàn thực phẩm", "Giảm nghèo", "Giao thông công cộng", "Năm học mới", "Cong chung", "1", "(II)", "", "-"),
        *("Kỳ thi tuyển sinh", "Mẫu dấu", "Chung cư", "Sumo"),
    ],
)
def test_names_of_fields(name: str) -> None:
    assert ROLES.roles([name]) == {}


def test_no_known_field_has_a_role() -> None:
    assert ROLES.roles(fields().names) == {}


def test_a_known_field_goes_before_the_words() -> None:
    book = RoleBook.from_toml('[total]\nbegins = ["Cộng"]', fields=["Cộng hưởng"])
    assert [book.role(name) for name in ("CỘNG HƯỞNG", "Cộng")] == [None, "total"]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[total", "rows.toml"),
        ('[sum]\nbegins = ["Cộng"]', "sum: không có khóa này"),
        ('[total]\nbegin = ["Cộng"]', "begin"),
        ('[total]\nbegins = "Cộng"', "begins"),
        ('[total]\nbegins = ["-"]', "“-”"),
        ('[total]\nbegins = ["Cộng"]\n[carry]\nbegins = ["CỘNG"]', "“CỘNG”"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(toml: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        RoleBook.from_toml(toml)
    assert "\n" not in str(refused.value)


def test_a_workspace_that_names_totals_in_headers_toml_keeps_them() -> None:
    book = HeaderBook.from_toml('totals = ["Gộp lại"]', text("qualifiers.toml"), text("rows.toml"))
    assert book.roles.role("GỘP LẠI") == "total"

"""Columns that say of a row whether it counts, by the words of reference/rows.toml."""

import pytest

from tests.reference import headers, text
from transforms.dictionary.problems import ConfigurationError
from transforms.read.row_states import RowStates

STATES = headers().states


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("isDeleted", cell) for cell in ("1", "true", "X", "Có", "2022-08-01 bởi A")),
        *(("Đã xóa", cell) for cell in ("x", "Có", "xóa ngày 1/8")),
        *(("Trạng thái", cell) for cell in ("Đã hủy", "ĐÃ HUỶ", "Không còn hiệu lực", "cancelled")),
        *(("Loại dòng", cell) for cell in ("Tổng cộng", "Dòng tổng", "subtotal", "Lũy kế.")),
    ],
)
def test_such_a_row_does_not_count(header: str, cell: str) -> None:
    assert STATES.says(header)
    assert STATES.takes_back(header, cell)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("Is deleted", cell) for cell in ("0", "false", "Không", "", "-", "null")),
        *(("Đã hủy", cell) for cell in ("1", "12", "1.207", "")),  # a count of cases
        *(("Trạng thái", cell) for cell in ("Hoàn thành", "Đang hiệu lực", "")),
        *(("Loại", cell) for cell in ("Chi tiết", "Cấp tỉnh", "")),
    ],
)
def test_such_a_row_counts(header: str, cell: str) -> None:
    assert STATES.says(header)
    assert not STATES.takes_back(header, cell)


def test_an_ordinary_column_says_nothing() -> None:
    assert not any(map(STATES.says, ("Lĩnh vực", "Ghi chú", "Trực tuyến", "")))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("deleted = [", "deletd = ["), "states.deletd: không có khóa này; gần giống: deleted"),
        (("kind = [", "kind = 'Loại'\nsums = ["), "rows.toml: dòng "),
        (('yes = ["x"', "yes = [1"), "states.yes[1] “1”: phải là chữ"),
        (("state = [  # one of `withdrawn`", 'state = ["-",'), "states.state[1] “-”: phải có chữ"),
        (("[states]", "[stetes]"), "states: thiếu khóa này"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(change: tuple[str, str], says: str) -> None:
    assert change[0] in text("rows.toml")
    with pytest.raises(ConfigurationError, match=r"^rows\.toml: dòng \d+: ") as refused:
        RowStates.from_toml(text("rows.toml").replace(*change))
    assert says in str(refused.value)

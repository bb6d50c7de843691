"""A title of another day, period, measure or unit never passes, however written; the right one never stops a file."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.reading import read
from tests.properties.strategies import ordinary_table
from tests.properties.test_round_trip import could_be_decimals, counts
from tests.writers import Table, Way, write

DAY = date(2022, 8, 5)
_DAYS = (
    "{:%d/%m/%Y}",
    "{0.day}.{0.month}.{0.year}",
    "{0.day} tháng {0.month} năm {0.year}",
    "{:%Y-%m-%d}",
    "{:%d-%m-%Y}",
)
_OF_DAY = ("Ngày {}", "BÁO CÁO TIẾP NHẬN HỒ SƠ NGÀY {}", "(Số liệu ngày {})", "Tính đến hết ngày {}", "Từ {0} đến {0}")
_HARMLESS = (
    "UBND TỈNH THÁI NGUYÊN",
    "SỞ Y TẾ",
    "Kính gửi: Sở Thông tin và Truyền thông",
    "Căn cứ Công văn số 7/STTTT ngày {} của Sở Thông tin và Truyền thông",
    "Thái Nguyên, ngày {}",
    "Ngày in: {} 07:30",
    "Đơn vị tính: hồ sơ",
)
_WRONG = (
    "THÁNG 8 NĂM 2022",
    "Quý III/2022",
    "Từ 01/08/2022 đến 05/08/2022",
    "Lũy kế từ đầu năm",
    "ĐVT: nghìn hồ sơ",
    "SỞ TÀI CHÍNH",
    "Đơn vị: Sở Tài chính",
    "Hồ sơ quá hạn",
)

days = st.dates(date(2021, 1, 1), date(2023, 12, 31)).filter(lambda day: day != DAY)
tables = ordinary_table().filter(lambda table: not could_be_decimals(table))
harmless = st.lists(st.tuples(st.sampled_from(_HARMLESS), st.sampled_from(_DAYS), days), max_size=3).map(
    lambda drawn: [line.format(written.format(day)) for line, written, day in drawn]
)
lines = st.tuples(st.sampled_from(_OF_DAY), st.sampled_from(_DAYS))


def titled(table: Table, titles: list[str]) -> bytes:
    """The table as a CSV under these lines, each in its first cell."""
    return "".join(f"{title};;;\n" for title in titles).encode() + write(table, Way("csv_semicolon"))


@given(table=tables, around=harmless, line=lines)
def test_titles_of_the_right_day_stop_no_file(table: Table, around: list[str], line: tuple[str, str]) -> None:
    right = line[0].format(line[1].format(DAY))
    assert read(titled(table, [*around, right])).counts == counts(table)


@given(table=tables, around=harmless, line=lines, day=days)
def test_another_day_is_held_back(table: Table, around: list[str], line: tuple[str, str], day: date) -> None:
    wrong = line[0].format(line[1].format(day))
    assert read(titled(table, [*around, wrong])).counts is None


@given(table=tables, wrong=st.sampled_from(_WRONG))
def test_another_period_measure_or_unit_is_held_back(table: Table, wrong: str) -> None:
    assert read(titled(table, [wrong])).counts is None

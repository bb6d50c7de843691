"""Which column of a header is read, by its words and by what is agreed with the unit; never another one."""

from datetime import date

import polars as pl
import pytest

from tests.reference import headers, text
from transforms.dictionary.contracts import CONTRACTS, SUMMARY
from transforms.read.agreed import Agreed
from transforms.read.filings import read_filings
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.words import HeaderWords

DAY = date(2022, 8, 5)
USUAL = (1489, 16, 1505)
THREE = "Trực tuyến;Trực tiếp;Tổng số"
OWN = ("1489;11;1500", "0;5;5")
OTHER = ("9000;1000;10000", "10;50;60")


def one_block(upper: str) -> str:
    return f"Lĩnh vực;{upper};;\n;{THREE}\nĐất đai;{OWN[0]}\nHộ tịch;{OWN[1]}\n"


def two_blocks(own: str, other: str) -> str:
    rows = f"Đất đai;{OTHER[0]};{OWN[0]}\nHộ tịch;{OTHER[1]};{OWN[1]}\n"
    return f"Lĩnh vực;{other};;;{own};;\n;{THREE};{THREE}\n{rows}"


def outcome(content: str, basis: str = "day", level: int = 4, day: date | None = DAY) -> tuple[int, int, int] | str:
    """The sums (1), (2), (3) that would be counted, or why none."""
    read = read_filings({0: content.encode()}, SUMMARY, headers(), {0: Agreed(day, basis, level)})
    if read.refusals:
        return read.refusals[0].describe()
    if questions := read.layouts[0].questions:
        return questions[0].vi
    rows = read.rows.filter(kind="detail")
    online, in_person, total = rows.select(pl.col("online", "in_person", "total").sum()).row(0)
    return online, in_person, total


@pytest.mark.parametrize(
    ("upper", "basis", "level"),
    [
        ("Trong ngày", "day", 4),
        ("Hồ sơ tiếp nhận trong kỳ", "day", 4),
        ("Ngày 05/08/2022", "day", 4),
        ("Tháng 8/2022", "month_to_date", 4),
        ("Lũy kế từ đầu tháng", "month_to_date", 4),
        ("Luỹ kế", "month_to_date", 4),
        ("Kỳ này", "month_to_date", 4),
        ("Lũy kế đến ngày 05/08/2022", "month_to_date", 4),
        ("Lũy kế năm 2022", "year_to_date", 4),
        ("Mức độ 4", "day", 4),
        ("Mức độ 3", "day", 3),
        ("DVC trực tuyến toàn trình", "day", 4),
    ],
)
def test_a_group_that_fits_what_is_agreed_is_read(upper: str, basis: str, level: int) -> None:
    assert outcome(one_block(upper), basis, level) == USUAL


@pytest.mark.parametrize(
    ("upper", "basis", "word"),
    [
        ("Trong ngày", "month_to_date", "Trong ngày"),
        ("Tháng 7/2022", "month_to_date", "Tháng 7/2022"),
        ("Tháng 8 năm 2022", "day", "Tháng 8 năm 2022"),
        ("Ngày 04/08/2022", "day", "Ngày 04/08/2022"),
        ("Lũy kế năm 2021", "year_to_date", "Lũy kế năm 2021"),
        ("Quý III", "day", "Quý III"),
        ("6 tháng đầu năm", "day", "6 tháng đầu năm"),
        ("Hôm qua", "day", "Hôm qua"),
        ("Mức độ 3, 4", "day", "Mức độ 3 4"),
        ("Cấp huyện", "day", "huyện"),
        ("Sở", "day", "Sở"),
        ("Ước thực hiện", "day", "Ước thực hiện"),
        ("Số người", "day", "Số người"),
        ("Hồ sơ không hợp lệ", "day", "không hợp lệ"),
    ],
)
def test_a_group_that_does_not_fit_is_refused_by_its_words(upper: str, basis: str, word: str) -> None:
    found = outcome(one_block(upper), basis)
    assert isinstance(found, str)
    assert "ô B2" in found
    assert f"“{word}”" in found


@pytest.mark.parametrize(
    ("own", "other", "basis"),
    [
        ("Trong ngày", "Lũy kế tháng", "day"),
        ("Lũy kế tháng", "Trong ngày", "month_to_date"),
        ("Kỳ này", "Cùng kỳ năm trước", "month_to_date"),
        ("Kết quả tiếp nhận", "Kế hoạch", "day"),
        ("Toàn trình", "Một phần", "day"),
        ("05/08/2022", "04/08/2022", "day"),
        ("Tiếp nhận", "Trả kết quả", "day"),
        ("Cộng dồn tháng", "Số hồ sơ", "month_to_date"),
    ],
)
def test_of_two_blocks_the_fitting_one_is_read(own: str, other: str, basis: str) -> None:
    assert outcome(two_blocks(own, other), basis) == USUAL


@pytest.mark.parametrize(
    ("own", "other"), [("Trong ngày", "Tiếp nhận"), ("Tiếp nhận", "Số hồ sơ"), ("Trong kỳ", "Trong ngày")]
)
def test_of_two_blocks_that_fit_none_is_read(own: str, other: str) -> None:
    found = outcome(two_blocks(own, other))
    assert isinstance(found, str)
    assert f"“{other} / Trực tuyến” (B2)" in found
    assert f"“{own} / Trực tuyến” (E2)" in found


def test_without_a_business_date_a_named_day_is_not_read() -> None:
    found = outcome(one_block("Ngày 05/08/2022"), day=None)
    assert isinstance(found, str)
    assert "Ngày 05/08/2022" in found


def test_a_csv_that_names_a_day_is_judged_by_the_day_of_each_file() -> None:
    content = f"Lĩnh vực;{';'.join(f'{name} ngày 05/08/2022' for name in THREE.split(';'))}\nĐất đai;{OWN[0]}\n"
    days = {0: Agreed(DAY), 1: Agreed(date(2022, 8, 6))}
    read = read_filings(dict.fromkeys(days, content.encode()), SUMMARY, headers(), days)
    assert list(read.refusals) == [1]


def test_every_name_in_the_book_still_names_its_column() -> None:
    book = headers()
    for contract, names in book.names.items():
        for key, column in names.items():
            meaning = book.lexicon(contract).read((key,))
            assert (meaning.column, meaning.unknown, meaning.qualifiers) == (column, (), ()), (contract, key)
    assert set(book.words.fits) <= set(CONTRACTS)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("[sayz]\nlate = []", "sayz: không có khóa này; gần giống: says"),
        ("[basis]\nweek = []", "week"),
        ("[level]\n5 = []", "5"),
        ('[says]\nlate = ["quá hạn"]\nplan = ["Quá Hạn"]', "says.plan[1] “Quá Hạn”: có hai nghĩa: late, plan"),
        ('[says]\nlate = ["quá hạn"]\n[fits.summary]\nonline = ["lat"]', "fits.summary.online"),
    ],
)
def test_a_fault_in_the_words_is_named(wrong: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"qualifiers\.toml") as raised:
        HeaderWords.from_toml(wrong)
    assert says in str(raised.value)


def test_a_name_of_two_columns_is_a_fault() -> None:
    with pytest.raises(ValueError, match=r"dòng [23]: summary\.\w+\[1\] “[aA] [bB]”: là tên của cả"):
        HeaderBook.from_toml('[summary]\nonline = ["A b"]\ntotal = ["a B"]', text("qualifiers.toml"), text("rows.toml"))

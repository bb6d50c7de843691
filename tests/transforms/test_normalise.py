from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read import normalise


def apply(expression: pl.Expr, text: str | None) -> object:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(expression).item()


TEXT = pl.col("text")


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@given(st.integers(0, 999_999_999), st.sampled_from(["", ".", ",", " "]))
def test_any_grouping_of_a_count_reads_back_to_it(number: int, separator: str) -> None:
    assert apply(normalise.count(TEXT), grouped(number, separator)) == number


@given(st.integers(0, 999_999), st.sampled_from([".", ","]), st.integers(0, 99_999_999))
def test_a_count_with_decimals_is_never_read_as_another_number(whole: int, separator: str, decimals: int) -> None:
    text = f"{whole}{separator}{decimals}"
    read = apply(normalise.count(TEXT), text)
    as_thousands = len(str(decimals)) == 3 and whole < 1000
    assert read in {None, whole if decimals == 0 else None, int(f"{whole}{decimals}") if as_thousands else None}


@given(st.text(max_size=12))
def test_text_that_is_no_number_is_no_count(text: str) -> None:
    if not any(c.isdigit() for c in text) and not (text and set(text) <= set("-–—")):
        assert apply(normalise.count(TEXT), text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1489", 1489),
        ("1489,0", 1489),
        ("1489.00", 1489),
        ("-", 0),
        ("–", 0),
        ("-3", -3),
        ("−3", -3),
        ("1.5", None),
        ("1.4890", None),
        ("12.34", None),
        ("1.489,0", 1489),
        ("1.489,00", 1489),
        ("1,489.00", 1489),
        ("1 489,00", 1489),
        ("1'489", 1489),
        ("1’234’567", 1234567),
        ("1.489.00", None),
        ("1.489,50", None),
        ("1.489,000", None),
        ("1'48", None),
        ("7 ⏎ 120", None),
        ("7 ⇥ 120", None),
        ("7*", None),
        ("7¹", None),
        ("1.2E+01", None),
        ("3-", None),
        ("(3)", None),
        ("1 4 8 9", None),
        ("1.4.8", None),
        ("n/a", None),
        ("12 hồ sơ", None),
        ("9999999999999999999999", None),
        (None, None),
    ],
)
def test_counts(text: str | None, number: int | None) -> None:
    assert apply(normalise.count(TEXT), text) == number


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("1.489", "dot"),
        ("1,489", "comma"),
        ("1 489", "space"),
        ("1'489", "apostrophe"),
        ("1.489,00", "dot"),
        ("1,489.0", "comma"),
        ("1.489.00", None),
        ("1489", None),
        ("14.89", None),
        (None, None),
    ],
)
def test_grouping_tells_the_separator(text: str | None, style: str | None) -> None:
    assert apply(normalise.grouping(TEXT), text) == style


@given(st.integers(0, 10_000), st.sampled_from([",", "."]), st.booleans())
def test_any_writing_of_a_rate_reads_back_to_it(hundredths: int, separator: str, percent: bool) -> None:
    text = f"{hundredths // 100}{separator}{hundredths % 100:02d}" + ("%" if percent else "")
    assert apply(normalise.rate(TEXT), text) == pytest.approx(hundredths / 100, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "rate"), [("100", 100.0), ("67.48 %", 67.48), ("-", None), ("abc", None), ("8,7,0", None)]
)
def test_rates(text: str, rate: float | None) -> None:
    assert apply(normalise.rate(TEXT), text) == rate


@pytest.mark.parametrize(
    "text",
    [
        "19/8/2022",
        "19/08/2022",
        "19-08-2022",
        "19.8.2022",
        "19/08/2022 14:05:00",
        "2022-08-19",
        "2022-08-19 00:00:00",
        "2022-08-19T07:00:00",
        "20220819",
        "20220819140500",
        "44792",
        "44792.5",
    ],
)
def test_every_way_to_write_a_day(text: str) -> None:
    assert apply(normalise.day(TEXT), text) == date(2022, 8, 19)


@pytest.mark.parametrize("text", ["31/02/2022", "13/13/2022", "2022-02-30", "hôm qua", "1/8", "", None, "448"])
def test_what_is_no_day_stays_unknown(text: str | None) -> None:
    assert apply(normalise.day(TEXT), text) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" 7 ", "7"),
        ("1\u00a0489", "1 489"),
        ("1\u202f489", "1 489"),
        ("1\u2009489", "1 489"),
        ("1\u2003489", "1\u2003489"),
        ("1  489", "1  489"),
        ("7\n120", "7 ⏎ 120"),
        ("7\r\n\r\n120", "7 ⏎ 120"),
        ("7\u2028120", "7 ⏎ 120"),
        ("7\x0b120", "7 ⏎ 120"),
        ("7 \t 120", "7 ⇥ 120"),
        ("\n7\n", "7"),
        ("'7", "7"),
        ('="7"', "7"),
        ('="1.489"', "1.489"),
        ("=7", "7"),
        ("=A1", "=A1"),
        ("=7+1", "=7+1"),
        ("nd", None),
        (" ' ", None),
        ("", None),
    ],
)
def test_two_figures_in_a_cell_stay_two(written: str, kept: str | None) -> None:
    assert apply(normalise.figure_or_null(TEXT, ("ND",)), written) == kept


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u202f ", "' '"])
def test_blank_cells_are_null(text: str) -> None:
    assert apply(normalise.blank_to_null(TEXT), text) is None


@given(st.from_regex(r"[0-9]{8}[0-9+. :T-]{0,7}|[+-][0-9]{7}[0-9]{4,6}|(19|20|00)220819[0-9]{3,7}", fullmatch=True))
def test_without_its_time_a_day_is_the_same(text: str) -> None:
    assert apply(normalise.day(normalise.without_time(TEXT)), text) == apply(normalise.day(TEXT), text)


@pytest.mark.parametrize("text", ["202208191405", "20220819140500"])
def test_many_times_are_one_day(text: str) -> None:
    assert apply(normalise.without_time(TEXT), text) == "20220819"

"""Tables of counts and ways of writing them, as hypothesis draws them. Writes and reads nothing."""

from itertools import chain, pairwise
from typing import get_args

import polars as pl
from hypothesis import strategies as st

from demo.fields import fields_of
from tests.reference import registry
from tests.writers import Entry, Table, Way, fitted
from tests.writers.way import FORMATS, Encoding, Header, Labels, NormalForm, Numbers, Totals
from transforms.dictionary.text import fold

_UNITS = registry().units.filter(pl.col("unit_group") != "centres").select("unit_id", "unit_type").rows()
ORDINARY = sorted(set(chain.from_iterable(fields_of(unit_id, kind) for unit_id, kind in _UNITS)))

# What a name can be mistaken for, and what formats trip over.
AWKWARD = [
    *("Tổng số", "Cộng đồng", "Tổng cộng các loại"),
    *("1", "12", "1.489", "1,489", "67,48%", "(1)", "100", "-", "0", "20220805", "3=1+2"),
    *("STT", "Lĩnh vực", "Trực tuyến", "Tổng số (3)", "Đơn vị", "Ngày", "Tỷ lệ (%)", "field"),
    *("I", "II", "IV", "X", "A", "B", "a)", "I.", "(II)", "C", "L"),
    *("Hộ tịch; gốc", "Hộ tịch, sao", 'Hộ "tịch"', "a\tb", "a|b", "'Hộ tịch", "=1+1", "+84", "@x", '"', ";", ","),
    *("Hộ\ntịch", "Hộ\r\ntịch", " Hộ tịch", "Hộ tịch  ", "\u00a0Hộ tịch", "Hộ\u00a0tịch", "\u200bHộ tịch"),
    *("\u0301lệch", "e\u0323\u0302", "Định Hóa", "Định Hoá", "\u0338", "ĐẤT ĐAI", "đất đai"),
    *("<b>A & B</b>", "&lt;", "</td>", "<table>", "{}", "[1]", "null", "None", "true", "NaN", "#REF!", "\\n", "\\"),
    *("Ngày 05/08/2022", "Đơn vị: Sở Y tế", "Người lập biểu", "Thủ trưởng đơn vị", "Nhóm thủ tục thứ 1", "_x0041_"),
]
LETTERED = [name for name in AWKWARD if any(letter.isalpha() for letter in name)]

_LETTER = st.sampled_from(["", "a", "Ự", "đ"])
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=20)
_COUNTS = st.one_of(
    st.sampled_from([0, 1, 5, 99, 100, 999, 1000, 1001, 1100, 1489, 9999, 10_000, 123_456, 10**6, 1_234_567, 10**9]),
    st.integers(0, 1500),
    st.integers(0, 10**9),
)


def _tables(names: st.SearchStrategy[str]) -> st.SearchStrategy[Table]:
    entry = st.builds(Entry, names, _COUNTS, _COUNTS)
    # A field that stands twice is refused, and most tables drawn would be.
    rows = st.lists(entry, min_size=1, max_size=8, unique_by=lambda entry: fold(entry.field))
    return st.builds(_cut, rows, st.sets(st.integers(1, 7), max_size=2))


def _cut(rows: list[Entry], at: set[int]) -> Table:
    """The rows in up to three groups, none of them empty."""
    edges = [0, *sorted(edge for edge in at if edge < len(rows)), len(rows)]
    return tuple(tuple(rows[start:end]) for start, end in pairwise(edges))


def any_table() -> st.SearchStrategy[Table]:
    """Any counts under any names, the awkward ones often; seldom under names without a letter, which are refused."""
    names = st.one_of(st.sampled_from(ORDINARY), st.sampled_from(LETTERED), st.builds(str.__add__, _LETTER, _TEXT))
    unlettered = st.one_of(names, st.sampled_from(AWKWARD), _TEXT)
    return st.one_of(_tables(names), _tables(names), _tables(names), _tables(unlettered))


def ordinary_table() -> st.SearchStrategy[Table]:
    """Any counts under names of fields as units have them, each once."""
    return _tables(st.sampled_from(ORDINARY))


def any_way() -> st.SearchStrategy[Way]:
    """Any way of writing whose options mean something in its format."""
    return st.builds(
        Way,
        format=st.sampled_from(FORMATS),
        numbers=st.sampled_from(get_args(Numbers)),
        header=st.sampled_from(get_args(Header)),
        totals=st.sampled_from(get_args(Totals)),
        groups=st.sampled_from(get_args(Labels)),
        ordinals=st.booleans(),
        column_numbers=st.booleans(),
        stated_rate=st.booleans(),
        dashes=st.booleans(),
        titles=st.booleans(),
        footer=st.booleans(),
        normal_form=st.sampled_from(get_args(NormalForm)),
        encoding=st.sampled_from(get_args(Encoding)),
    ).map(fitted)

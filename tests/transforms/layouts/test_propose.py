"""The section that is proposed for a file reads it, whatever its form; what nobody could place is left to a person."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.settings.layouts import LayoutSettings, layout_faults
from flows.work.layout_try import toml_of
from tests.reference import headers
from tests.transforms.layouts.reading import figures, read
from tests.transforms.layouts.test_reshaped import DAY, FIELDS, channels, down, fields, months, rows_of, written
from transforms.dictionary.contracts import SUMMARY
from transforms.read.formats import grids
from transforms.read.layouts.propose import Proposal, propose

figure = st.integers(1, 3000)
tables = st.fixed_dictionaries(
    {name: st.lists(figure, min_size=3, max_size=3) for name in FIELDS[:2]},
    optional={name: st.lists(figure, min_size=3, max_size=3) for name in FIELDS[2:]},
)


def proposed(text: str) -> Proposal:
    return propose(grids(text.encode()), SUMMARY, headers(), lambda name: name.startswith("Sở"), DAY)


def section(made: Proposal) -> dict[str, Any]:
    """The proposal as it stands in tyle.toml."""
    return dict(tomllib.loads(toml_of(made, "x"))["units"]["x"]["layout"])


@given(st.sampled_from([down, channels, fields, months]), tables)
def test_a_table_of_any_form_is_read_by_what_is_proposed(form: Any, table: dict[str, list[int]]) -> None:
    rows, _ = form(table)
    layout = section(proposed(written(rows)))
    assert not list(layout_faults(LayoutSettings.model_validate(layout), SUMMARY, ()))
    assert figures(read(written(rows), layout, day=DAY)) == rows_of(table)


def test_what_is_not_part_of_the_total_is_left_out_of_the_sum() -> None:
    text = "Mã;Dịch vụ;Lượt gọi điện thoại;Điện thoại;Web;Quầy;Tổng\n7;Cấp mới;9;1;5;2;8\n8;Cấp mới;4;0;7;NA;7\n"
    layout = section(proposed(text))
    assert layout["columns"] == {
        "field": ["Mã", "Dịch vụ"],
        "online": "Web",
        "in_person": ["Điện thoại", "Quầy"],
        "total": "Tổng",
    }
    assert layout["ignore"] == ["Lượt gọi điện thoại"]
    assert layout["null_values"] == ["NA"]


@pytest.mark.parametrize("text", ["a;b\n", "Lĩnh vực;x;y\nĐất đai;1;2\n", "1;2;3\n4;5;6\n", 'Tên "a";b\nx;1\n'])
def test_what_nobody_could_place_is_said(text: str) -> None:
    made = proposed(text)
    tomllib.loads(toml_of(made))
    layout = section(made)
    assert not layout or list(layout_faults(LayoutSettings.model_validate(layout), SUMMARY, ()))

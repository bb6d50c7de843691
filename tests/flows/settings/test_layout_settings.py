"""What tyle.toml may say of a layout: contradictions, unknown columns and what is lacking are named with their line."""

from pathlib import Path

import pytest

from flows.settings.tyle_toml import settings_of
from tests.flows.workspaces import small_workspace
from transforms.dictionary.problems import ConfigurationError
from transforms.read.shape import Area

COLUMNS = 'columns = { field = "A", online = "B", in_person = ["C", "D"], total = "E" }\n'
ROWS = (
    'columns = { field = "A" }\nchannels = "rows"\nchannel_column = "K"\n'
    'channel_values = { online = ["x"], in_person = ["y"], total = ["z"] }\n'
)


def faults(layout: str, before: str = "", section: str = "exports") -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        settings_of(f"[{section}]\n{before}[{section}.layout]\n{layout}")
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("header_row = [1, 2]\n", "exports.layout.header_row: không có khóa này; gần giống: header_rows"),
        ("header_rows = [4, 3]\n", "header_rows: phải là dòng đầu và dòng cuối của tiêu đề"),
        ("header_rows = [1, 2, 3]\n", "header_rows"),
        ('header_rows = [9]\ntable = "B2:C8"\n', "header_rows: nằm dưới vùng table"),
        ('table = "5B:H"\n', 'phải là vùng như "B5:H40"'),
        ('table = "H5:B40"\n', 'phải là vùng như "B5:H40"'),
        ('table = "B5:H4"\n', 'phải là vùng như "B5:H40"'),
        ('table = "B5:H"\noutside = "ignore"\n', "outside: chỉ dùng với table có dòng cuối"),
        (COLUMNS.replace("online", "onlin"), "columns.onlin: loại summary không có cột này; gần giống: online"),
        (COLUMNS.replace('["C", "D"]', '["C", "B"]'), "columns.in_person: tiêu đề “B” đã dùng cho online"),
        (COLUMNS.replace('["C", "D"]', '["C", "C"]'), "một tiêu đề ghi hai lần: số liệu sẽ bị cộng hai lần"),
        (COLUMNS.replace(', total = "E"', ""), "columns: loại summary còn thiếu: total"),
        (COLUMNS.replace('"E"', "[]"), "columns.total"),
        (COLUMNS.replace('"E"', '"E", stated_rate = ["F", "G"]'), "columns.stated_rate: chỉ một cột"),
        (f'{COLUMNS}ignore = ["E"]\n', "ignore[1]: tiêu đề “E” đã dùng cho total"),
        (f'{COLUMNS}total = "sum"\n', "total: tệp đã có cột tổng"),
        (f"{COLUMNS}constant = {{ online = 3 }}\n", "constant.online: số liệu cố định chỉ có thể là 0"),
        (f'{COLUMNS}constant = {{ field = "x" }}\n', "constant.field: đã có trong columns"),
        (f'{COLUMNS}constant = {{ unit = "x" }}\n', "constant.unit: không đặt cố định được"),
        (f'{COLUMNS}date_kind = "year"\n', "date_kind: chỉ dùng với date_column"),
        (f'{COLUMNS}date_column = "N"\nyear_ends = "03-31"\n', 'year_ends: chỉ dùng với date_kind = "year"'),
        (f'{COLUMNS}date_column = "N"\ndate_kind = "year"\nyear_ends = "3-31"\n', "year_ends"),
        (f'{COLUMNS}channel_column = "K"\n', 'channel_column: chỉ dùng với channels = "rows"'),
        (f'sheet = "A"\n{COLUMNS}', "exports.layout.sheet: không có khóa này; gần giống: sheets"),
        (ROWS, "channels: cần thêm value_column"),
        (f'{ROWS}value_column = "V"\n'.replace('["y"]', '["x"]'), "channel_values.in_person: “x” đã là online"),
        (f'{ROWS}value_column = "V"\n'.replace("online =", "onlne ="), "channel_values.onlne: loại summary không có"),
        (COLUMNS.replace('field = "A", ', "") + 'fields = "across"\n', "fields: cần thêm header_rows"),
        ('constant = { field = "x" }\n', "constant: cần thêm columns, hoặc header_rows, hoặc table"),
        ('blank = "zero"\n', "blank: chỉ dùng với columns"),
        ('blank = "null"\n', "exports.layout.blank “null”: phải là một trong unknown, zero"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(layout: str, said: str) -> None:
    assert any(said in line for line in faults(layout)), faults(layout)
    assert all("tyle.toml: dòng" in line for line in faults(layout))


def test_missing_values_stand_in_one_place() -> None:
    both = faults(f'{COLUMNS}null_values = ["ND"]\n', 'null_values = ["NA"]\n')
    assert both == ["tyle.toml: dòng 5: exports.layout.null_values: đã có null_values ngoài layout: chỉ ghi ở một nơi"]
    one = settings_of(f'[exports.layout]\n{COLUMNS}null_values = ["ND"]\n')
    assert one.exports_of("so-y-te", "summary").missing_values == ("ND",)


def test_a_list_of_cases_has_no_figures_to_sum() -> None:
    layout = 'columns = { case_id = "A", channel = "B", status = "C", received_on = "D" }\n'
    assert any(
        "blank: không dùng với loại cases" in line
        for line in faults(f'{layout}blank = "zero"\n', 'contract = "cases"\n')
    )
    assert settings_of(f'[exports]\ncontract = "cases"\n[exports.layout]\n{layout}').exports.layout


def test_the_layout_of_a_unit_replaces_that_of_all(tmp_path: Path) -> None:
    workspace = small_workspace(
        tmp_path / "w", f'[exports.layout]\n{COLUMNS}[units.so-y-te.layout]\ntable = "B5:H40"\n'
    )
    own = workspace.settings.exports_of("so-y-te", "summary").layout
    assert own
    assert own.shape().table == Area(4, 1, 40, 8)
    assert own.shape().columns == {}
    others = workspace.settings.exports_of("so-noi-vu", "summary").layout
    assert others
    assert others.shape().columns["in_person"] == ("C", "D")

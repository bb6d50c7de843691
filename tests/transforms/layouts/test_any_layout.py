"""Any layout that tyle.toml may hold, on any table: figures or a refusal in one line, never an error of the program."""

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.settings.layouts import LayoutSettings, layout_faults
from tests.transforms.layouts.reading import Keys, read
from transforms.dictionary.contracts import CONTRACTS

HEADERS = ("Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng", "Kênh", "Ngày", "Đơn vị", "Fax", "Tháng 1", "3/2024")
WORDS = (
    *("Đất đai", "Hộ tịch", "Tổng cộng", "Bảng 2. Năm trước", "Online", "Trực tiếp", "Sở Y tế", "31/3/2024", "Tháng 3"),
    *("", "", "-", "x", "NA", "1", "2", "30", "5.000", "1,200", "-3", "12*", "#REF!", "Ghi chú:\tx", "\u0323" * 3),
)
cells = st.sampled_from(WORDS)
tables = st.lists(st.lists(cells, min_size=9, max_size=11), max_size=8)
tops = st.sampled_from([[], [["BÁO CÁO"]], [["BÁO CÁO", "2024"], []]])
headers = st.sampled_from((*HEADERS, "A:A", "C:C", "Z:Z", "Không có"))
several = st.lists(headers, min_size=1, max_size=3, unique=True)
ways = st.fixed_dictionaries(
    {"online": st.just(["Online"]), "in_person": st.just(["Trực tiếp", ""]), "total": st.just(["Tổng cộng"])}
)
usual: st.SearchStrategy[Keys] = st.sampled_from(
    [
        {"columns": {"field": "Lĩnh vực", "online": "Trực tuyến", "in_person": ["Trực tiếp", "Fax"], "total": "Tổng"}},
        {"channels": "rows", "channel_column": "Kênh", "value_column": "Fax", "columns": {"field": "Lĩnh vực"}},
        {"channels": "rows", "channel_column": "Kênh", "periods": "across", "columns": {"field": "Lĩnh vực"}},
        {"channels": "rows", "channel_column": "Lĩnh vực", "fields": "across", "header_rows": [1]},
        {"header_rows": [1]},
        {"table": "A1:K"},
    ]
)
more: st.SearchStrategy[Keys] = st.fixed_dictionaries(
    {},
    optional={
        "header_rows": st.sampled_from([[1], [1, 2], [2, 3]]),
        "table": st.sampled_from(["A1:D", "A1:K5", "B2:H"]),
        "ignore": several,
        "null_values": st.just(["NA"]),
        "zero_values": st.just(["x"]),
        "blank": st.just("zero"),
        "total": st.just("sum"),
        "fill_down": several,
        "ignore_rows": st.just(["Hộ tịch"]),
        "unknown_rows": st.just("leave_out"),
        "unit_column": headers,
        "date_column": headers,
        "date_kind": st.sampled_from(["day", "month", "quarter", "year"]),
        "missing_channel": st.just("zero"),
        "periods": st.just("across"),
        "sheets": st.sampled_from(["unit", "period"]),
    },
)


@given(
    usual,
    more,
    ways,
    tops,
    tables,
    st.permutations(HEADERS),
    st.sampled_from([date(2024, 3, 31), date(2024, 1, 31), None]),
    st.booleans(),
)
def test_any_layout_reads_or_refuses(
    first: Keys,
    second: Keys,
    channel_values: Keys,
    top: list[list[str]],
    table: list[list[str]],
    names: list[str],
    day: date | None,
    ignore: bool,
) -> None:
    layout = {**first, **second}
    if layout.get("channels") == "rows":
        layout["channel_values"] = channel_values
    if ignore and "columns" in layout:
        said = str(layout)
        layout["ignore"] = [name for name in HEADERS if f"'{name}'" not in said]
    try:
        settings = LayoutSettings.model_validate(layout)
    except ValidationError:
        assume(False)
    assume(not list(layout_faults(settings, CONTRACTS["summary"], ())))
    text = "\n".join(";".join(row) for row in [*top, names, *table]) + "\n"
    found = read(text, layout, day=day, is_own=lambda name: name == "Sở Y tế")
    for refusal in found.refusals.values():
        assert "chương trình gặp lỗi" not in refusal.describe()
        assert len(refusal.describe().splitlines()) == 1
    assert found.rows.height == found.texts.height

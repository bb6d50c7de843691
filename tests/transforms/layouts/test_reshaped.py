"""Tables of any figures, brought into each form and read back: the same figures, or the file is held back."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.layouts.reading import Keys, read

FIELDS = ("Đất đai", "Hộ tịch", "Dược phẩm", "Môi trường", "Xây dựng")
WAYS = ("Trực tuyến", "Điện thoại", "Quầy", "Cộng")
DAY = date(2024, 3, 31)
Table = dict[str, list[int]]  # field → online, phone, counter

figure = st.integers(0, 3000)
tables: st.SearchStrategy[Table] = st.dictionaries(
    st.sampled_from(FIELDS), st.lists(figure, min_size=3, max_size=3), min_size=1
)
# What may become of one figure on the way.
slips = st.sampled_from(["", "x", "-", "NA", "1.5", "7*", " 12", "1 000", "-4"])
COLUMNS: Keys = {"field": "Tên", "online": "Trực tuyến", "in_person": ["Điện thoại", "Quầy"], "total": "Cộng"}


def down(table: Table) -> tuple[list[list[str]], Keys]:
    rows = [["Tên", *WAYS]]
    rows += [[name, *map(str, cells), str(sum(cells))] for name, cells in table.items()]
    return rows, {"columns": COLUMNS}


def channels(table: Table) -> tuple[list[list[str]], Keys]:
    rows = [["Tên", "Kênh", "Số"]]
    for name, cells in table.items():
        figures = [*cells, sum(cells)]
        rows += [[name if not at else "", way, str(figures[at])] for at, way in enumerate(WAYS)]
    layout: Keys = {"columns": {"field": "Tên"}, "value_column": "Số", **_channel_keys()}
    return rows, layout


def fields(table: Table) -> tuple[list[list[str]], Keys]:
    top, ways, cells = ["Ngày"], [""], ["31/3/2024"]
    for name, figures in table.items():
        top += [name, "", "", ""]
        ways += WAYS
        cells += [*map(str, figures), str(sum(figures))]
    layout: Keys = {
        "fields": "across",
        "header_rows": [1, 2],
        "date_column": "Ngày",
        "columns": {role: header for role, header in COLUMNS.items() if role != "field"},
    }
    return [top, ways, cells], layout


def months(table: Table) -> tuple[list[list[str]], Keys]:
    rows = [["Tên", "Kênh", "2/2024", "3/2024", "Tổng"]]
    for name, cells in table.items():
        figures = [*cells, sum(cells)]
        rows += [
            [name if not at else "", way, str(at), str(figures[at]), str(at + figures[at])]
            for at, way in enumerate(WAYS)
        ]
    layout: Keys = {"columns": {"field": "Tên"}, "periods": "across", **_channel_keys()}
    return rows, layout


def _channel_keys() -> Keys:
    return {
        "channels": "rows",
        "channel_column": "Kênh",
        "channel_values": {"online": ["Trực tuyến"], "in_person": ["Điện thoại", "Quầy"], "total": ["Cộng"]},
    }


def written(rows: list[list[str]]) -> str:
    return "\n".join(";".join(row) for row in rows) + "\n"


def rows_of(table: Table) -> list[tuple[Any, ...]]:
    return [(name, cells[0], cells[1] + cells[2], sum(cells)) for name, cells in table.items()]


forms = st.sampled_from([down, channels, fields, months])


@given(forms, tables)
def test_any_form_gives_the_same_figures(form: Any, table: Table) -> None:
    rows, layout = form(table)
    found = read(written(rows), layout, day=DAY)
    assert not found.refusals, found.refusals[0].describe()
    read_rows = found.rows.filter(kind="detail").select("field", "online", "in_person", "total").rows()
    assert read_rows == rows_of(table)


@given(forms, tables, slips, st.data())
def test_a_cell_that_changed_gives_no_other_figures_without_a_sign(
    form: Any, table: Table, slip: str, data: st.DataObject
) -> None:
    """What is read is right, or unknown, or breaks (1) + (2) = (3), or is refused."""
    rows, layout = form(table)
    places = [(row, at) for row in range(1, len(rows)) for at, cell in enumerate(rows[row]) if cell.isdecimal() and row]
    row, at = data.draw(st.sampled_from(places))
    rows[row][at] = slip
    found = read(written(rows), layout, day=DAY)
    right = {name: rest for name, *rest in rows_of(table)}
    for name, online, in_person, total in (
        found.rows.filter(kind="detail").select("field", "online", "in_person", "total").rows()
    ):
        unknown = None in (online, in_person, total)
        negative = any(figure is not None and figure < 0 for figure in (online, in_person, total))
        assert unknown or negative or online + in_person != total or [online, in_person, total] == right[name]


@given(forms, tables, st.data())
def test_a_header_that_changed_holds_the_file_back(form: Any, table: Table, data: st.DataObject) -> None:
    rows, layout = form(table)
    at = data.draw(st.sampled_from([at for at, cell in enumerate(rows[0]) if cell]))
    rows[0][at] = "Khác hẳn"
    found = read(written(rows), layout, day=DAY)
    renamed = form is fields and at > 0  # the name of a field is no word of the layout
    assert bool(found.refusals) is not renamed

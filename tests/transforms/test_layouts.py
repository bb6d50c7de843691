"""What the reading of a file rests on: one mark for one layout, what changed, and whether a question was answered."""

from datetime import date, timedelta

import polars as pl

from transforms.check.history.layouts import NO_LAYOUTS, LayoutHistory, description, identity, with_layouts
from transforms.dictionary.text import Text
from transforms.read.grid import Origin
from transforms.read.headers.search import Layout

MONDAY, TUESDAY = date(2022, 8, 1), date(2022, 8, 2)
NAMES = {"field": "Lĩnh vực", "online": "Trực tuyến", "in_person": "Trực tiếp", "total": "Tổng số"}
QUESTION = Text("cột “Khác” chưa rõ", "column “Khác” is not clear")


def layout(names: dict[str, str] = NAMES, unread: tuple[str, ...] = (), sheet: str = "", ask: bool = False) -> Layout:
    places = {column: at for at, column in enumerate(names)}
    return Layout(sheet, Origin("csv"), 1, 1, places, names, unread, questions=(QUESTION,) if ask else ())


def sent(*days: date, unit: str = "so-y-te") -> pl.DataFrame:
    return pl.DataFrame(
        {"file": range(len(days)), "unit_id": unit, "contract": "summary", "business_date": days},
        schema_overrides={"file": pl.UInt32},
    )


def changes(*layouts: Layout) -> list[str | None]:
    """What is said of each of a unit's files, a day apart."""
    days = [date(2022, 8, 1 + number) for number in range(len(layouts))]
    return with_layouts(sent(*days), dict(enumerate(layouts)), NO_LAYOUTS)["layout_change"].to_list()


def test_the_same_layout_has_one_mark_whatever_its_spelling_and_the_day_on_its_sheet() -> None:
    shouted = {column: name.upper() for column, name in NAMES.items()}
    one, other = layout(unread=("A", "B"), sheet="Ngày 1"), layout(shouted, ("b", "a"), sheet="NGÀY 12")
    assert identity("so-y-te", "summary", description(one)) == identity("so-y-te", "summary", description(other))
    assert changes(one, other) == [None, None]


def test_a_mark_is_of_one_unit_and_contract() -> None:
    text = description(layout())
    marks = {identity(unit, contract, text) for unit in ("a", "b") for contract in ("summary", "processing")}
    assert len(marks) == 4
    assert {len(mark) for mark in marks} == {12}


def test_a_change_says_what_changed() -> None:
    renamed = layout(NAMES | {"online": "Nộp trực tuyến"}, ("Ghi chú",), "Báo cáo")
    assert changes(layout(unread=("Thủ tục",)), renamed) == [
        None,
        (
            "trang “” → “Báo cáo”; Trực tuyến (1): “Trực tuyến” → “Nộp trực tuyến”; "
            "cột mới: “Ghi chú”; không còn cột: “Thủ tục”"
        ),
    ]
    turned = layout({column: NAMES[column] for column in ("field", "in_person", "online", "total")})
    assert changes(layout(), turned) == [None, "thứ tự cột khác trước"]


def test_the_first_layout_of_a_unit_and_one_that_it_had_before_are_no_change() -> None:
    assert changes(layout(), layout(unread=("Ghi chú",)), layout()) == [None, "cột mới: “Ghi chú”", None]


def test_a_later_day_is_no_past() -> None:
    found = with_layouts(sent(TUESDAY, MONDAY), {0: layout(), 1: layout(unread=("Ghi chú",))}, NO_LAYOUTS)
    assert found["layout_change"].to_list() == ["không còn cột: “Ghi chú”", None]


def test_a_layout_that_is_used_again_later_is_not_the_last_one_before_a_day_in_between() -> None:
    """The note stands on Monday and again on Thursday; on Wednesday the last layout is that of Tuesday."""
    note, plain, other = layout(unread=("Ghi chú",)), layout(), layout(unread=("Mã",))
    days = [MONDAY + timedelta(days=number) for number in range(4)]
    found = with_layouts(sent(*days), dict(enumerate((note, plain, other, note))), NO_LAYOUTS)
    assert found["layout_change"].to_list()[2] == "cột mới: “Mã”"


def test_a_question_stands_until_its_layout_is_confirmed() -> None:
    asked = with_layouts(sent(MONDAY), {0: layout(ask=True)}, NO_LAYOUTS)
    assert asked.select("layout_question", "layout_question_en", "layout_is_confirmed").row(0) == (
        QUESTION.vi,
        QUESTION.en,
        False,
    )
    answered = LayoutHistory(NO_LAYOUTS.known, frozenset(asked["layout"]))
    assert with_layouts(sent(MONDAY), {0: layout(ask=True)}, answered)["layout_is_confirmed"].item()
    assert not with_layouts(sent(MONDAY, unit="so-noi-vu"), {0: layout(ask=True)}, answered)[
        "layout_is_confirmed"
    ].item()


def test_a_file_without_a_table_has_no_layout() -> None:
    found = with_layouts(sent(MONDAY), {}, NO_LAYOUTS)
    assert found.select("layout", "layout_question", "layout_change").row(0) == (None, None, None)

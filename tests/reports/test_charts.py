"""The charts themselves: marks that differ without colour, and nothing over the edge."""

import re
from datetime import date, timedelta
from decimal import Decimal

from lxml import etree

from reports import charts

LONG = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông và nông nghiệp " * 4
WORDS = {"accepted": "đã nhận", "accepted_with_warnings": "cảnh báo", "quarantined": "giữ lại", "missing": "chưa gửi"}


def drawn(svg: str) -> etree._Element:
    return etree.fromstring(svg)


def words(svg: str) -> list[str]:
    return [node.text or "" for node in drawn(svg).iter("{*}text")]


def test_a_long_name_goes_on_in_a_second_line_and_ends_in_dots() -> None:
    bar = charts.Bar(LONG, Decimal(50), "50,00%", Decimal(55), is_below=True)
    first, second, rate = words(charts.ranked([bar], "x"))
    assert LONG.startswith(first)
    assert second.endswith("…")
    assert rate == "50,00%"
    assert charts.bar_height(LONG) > charts.bar_height("Sở Y tế")


def test_a_word_longer_than_a_line_is_broken() -> None:
    bar = charts.Bar("Trungtâmphụcvụhànhchínhcông" * 4, Decimal(50), "50%", None, is_below=False)
    assert all(len(word) <= 62 for word in words(charts.ranked([bar], "x")))


def test_a_ranking_is_as_high_as_its_bars() -> None:
    bars = [charts.Bar(name, Decimal(50), "50%", None, is_below=False) for name in ("Sở A", LONG, "Sở B")]
    svg = drawn(charts.ranked(bars, "x"))
    lowest = max(float(one.get("y")) + float(one.get("height")) for one in svg.findall("{*}rect"))
    assert lowest <= float(svg.get("height")) <= lowest + 10


def test_a_month_without_all_its_days_is_a_hollow_circle_and_one_without_rate_is_a_gap() -> None:
    def point(rate: int | None, *, is_complete: bool = True) -> charts.Point:
        text = "" if rate is None else str(rate)
        return charts.Point("1/22", None if rate is None else Decimal(rate), text, is_complete=is_complete)

    svg = charts.trend([point(10), point(20), point(None), point(30, is_complete=False)], "x")
    fills = [circle.get("fill") for circle in drawn(svg).iter("{*}circle")]
    assert fills[0] == fills[1] != fills[2] == "#fff"
    (line,) = re.findall(r'<path d="(M[^"]* [^"]*)" fill="none"', svg)
    assert re.sub(r"[^ML]", "", line) == "MLM"


def test_columns_carry_both_counts_in_the_order_of_their_parts() -> None:
    points = [
        charts.Point("8/22", None, "", online=3, in_person=1, online_text="3 qua mạng", in_person_text="1 tại chỗ")
    ]
    svg = drawn(charts.channels(points, "x", "Trực tuyến", "Trực tiếp"))
    place = {node.text: float(node.get("y")) for node in svg.iter("{*}text")}
    top = min(float(part.get("y")) for part in svg.findall("{*}rect") if float(part.get("height")) > 13)
    assert place["Trực tiếp"] < place["1 tại chỗ"] < place["3 qua mạng"] < top


def test_each_outcome_has_a_shape_of_its_own_and_nothing_due_has_none() -> None:
    def shapes(*outcomes: str | None) -> list[tuple[str, str]]:
        days = [date(2022, 8, 1) + timedelta(days=number) for number in range(len(outcomes))]
        svg = drawn(charts.calendar([charts.Days("Sở A", outcomes)], days, "x", {}))
        return [(node.tag.split("}")[1], str(node.get("fill"))) for node in svg if node.tag.endswith(("rect", "path"))]

    rule = shapes(None)
    shape_of = {outcome: tuple(shapes(outcome)[len(rule) :]) for outcome in WORDS}
    assert len(rule) == 1
    assert len({(*tuple(kind for kind, _ in marks), marks[0][1]) for marks in shape_of.values()}) == len(WORDS)


def test_a_calendar_of_31_days_and_long_names_stays_within_its_edges() -> None:
    days = [date(2022, 8, 1) + timedelta(days=number) for number in range(31)]
    rows = [charts.Days(LONG, ("missing",) * 31), charts.Days("Sở B", ("accepted_with_warnings",) * 31)]
    svg = drawn(charts.calendar(rows, days, "x", WORDS))
    width, height = float(svg.get("width")), float(svg.get("height"))
    for cell in svg.findall("{*}rect"):
        assert float(cell.get("x")) + float(cell.get("width")) <= width
        assert float(cell.get("y")) + float(cell.get("height")) <= height
    assert height <= 42 + sum(charts.days_height(row.name) for row in rows) + 2
    assert [word for word in WORDS.values() if word not in words(charts.calendar(rows, days, "x", WORDS))] == []

"""Rows that are no details, under any name and at any place, never change what is counted: or the file is held back."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties.reading import Counts, read
from tests.properties.strategies import ORDINARY

HEADER = ("STT", "Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số")
TOTALS = [
    *("Tổng cộng", "TỔNG SỐ", "Cộng", "Tổng cộng toàn Sở", "Toàn Sở Y tế", "Sở Y tế", "Tất cả lĩnh vực", "Grand Total"),
    *("Sum", "TC", "T/C", "Σ", "Tổng cộng: 3 lĩnh vực", "TONG CONG", "T Ổ N G", "Tổng hợp", "Tổng Cuối", "(Tổng cộng)"),
    *("I. Tổng", "* Tổng cộng", "Tổng số hồ sơ (I+II)", "Luỹ kế", "Cộng trang", "Mang sang"),
    *("Khối cơ quan", "Chung cả đơn vị", "X", "Bộ phận Một cửa", "Nhóm A"),
]
COMPARISONS = [
    "Lũy kế từ đầu tháng",
    "Hôm trước",
    "Cùng kỳ năm trước",
    "Kỳ trước",
    "So với kỳ trước",
    "Năm 2021",
    "Tháng 7",
]
UNKNOWN = [
    "Việc thứ nhất",
    "Việc thứ hai",
    "Cộng đồng dân cư",
    "Tổng công ty lâm nghiệp",
    "Toàn cầu hóa",
    "Công tác khác",
]


@dataclass(frozen=True)
class Line:
    """A row as written; `counts`: whether it is a detail."""

    number: str
    name: str
    online: int
    in_person: int
    counts: bool = False


def summed(lines: Sequence[Line], name: str, number: str = "") -> Line:
    return Line(number, name, sum(line.online for line in lines), sum(line.in_person for line in lines))


@st.composite
def details(draw: st.DrawFn) -> list[Line]:
    names = draw(st.lists(st.sampled_from(ORDINARY + UNKNOWN), min_size=1, max_size=7, unique=True))
    figures = st.one_of(st.integers(0, 3), st.integers(0, 2000))
    return [Line(str(at), name, draw(figures), draw(figures), True) for at, name in enumerate(names, start=1)]


def with_total(draw: st.DrawFn, lines: list[Line], numbered: bool) -> list[Line]:
    total = summed(lines, draw(st.sampled_from(TOTALS)), draw(st.sampled_from(["", "", str(len(lines) + 1)])))
    return [total, *lines] if draw(st.booleans()) else [*lines, total]


def with_subtotals(draw: st.DrawFn, lines: list[Line], numbered: bool) -> list[Line]:
    """A sum after, or before, each of two groups; often with one of all."""
    at = draw(st.integers(1, max(1, len(lines) - 1)))
    first = draw(st.booleans())
    name, again = draw(st.sampled_from(TOTALS)), draw(st.booleans())
    out: list[Line] = []
    for number, group in enumerate((lines[:at], lines[at:])):
        if group:
            own = summed(group, name if again else f"{name} {group[0].name}" if number else f"Tổng {group[0].name}")
            out += [own, *group] if first else [*group, own]
    return [*out, summed(lines, draw(st.sampled_from(TOTALS)))] if draw(st.booleans()) else out


def with_parts(draw: st.DrawFn, lines: list[Line], numbered: bool) -> list[Line]:
    """A row broken down by rows that are marked as its parts."""
    at = draw(st.integers(0, len(lines) - 1))
    whole = lines[at]
    online, in_person = draw(st.integers(0, whole.online)), draw(st.integers(0, whole.in_person))
    marks = draw(
        st.sampled_from([("- ", "- "), ("+ ", "+ "), ("a) ", "b) "), ("Trong đó: ", "- "), ("• ", "• "), ("  ", "  ")])
    )
    numbers = ("", "")
    if numbered and draw(st.booleans()):
        numbers = draw(st.sampled_from([("-", "-"), ("a", "b"), (f"{whole.number}.1", f"{whole.number}.2")]))
        marks = ("", "")
    parts = [
        Line(numbers[0], f"{marks[0]}Cấp mới", online, in_person),
        Line(numbers[1], f"{marks[1]}Gia hạn", whole.online - online, whole.in_person - in_person),
    ]
    parts = parts[: draw(st.integers(1, 2))]
    heading = [Line("", "Trong đó:", -1, -1)] if draw(st.booleans()) else []
    return [*lines[: at + 1], *heading, *parts, *lines[at + 1 :]]


def with_comparison(draw: st.DrawFn, lines: list[Line], numbered: bool) -> list[Line]:
    figures = st.integers(0, 3000)
    other = Line("", draw(st.sampled_from(COMPARISONS)), draw(figures), draw(figures))
    return [*lines, other] if draw(st.booleans()) else [other, *lines]


CHANGES = [with_total, with_subtotals, with_parts, with_comparison]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Line], bool]:
    """The lines, and whether they are numbered."""
    lines, numbered = draw(details()), draw(st.booleans())
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=2)):
        if change is with_comparison or all(line.counts for line in lines):
            lines = change(draw, lines, numbered)
    return lines, numbered


def written(lines: Sequence[Line], *, numbered: bool) -> bytes:
    header = HEADER if numbered else HEADER[1:]
    rows = [
        [line.number, line.name, *(["", "", ""] if line.online < 0 else figures(line))][not numbered :]
        for line in lines
    ]
    return "\n".join(";".join(row) for row in (header, *rows)).encode()


def figures(line: Line) -> list[str]:
    return [str(line.online), str(line.in_person), str(line.online + line.in_person)]


def counted(lines: Sequence[Line]) -> Counts:
    return [(line.name, line.online, line.in_person, line.online + line.in_person) for line in lines if line.counts]


@given(tables())
def test_only_details_are_counted_or_the_file_is_held_back(table: tuple[list[Line], bool]) -> None:
    lines, numbered = table
    result = read(written(lines, numbered=numbered))
    event("accepted" if result.counts is not None else f"held back: {result.refused_for[:40]}")
    # Rows of nothing but zeros change no figure, whether they are taken for details or for parts.
    assert result.counts is None or nonzero(result.counts) == nonzero(counted(lines))


def nonzero(counts: Counts) -> Counts:
    return [row for row in counts if row[3]]

"""Charts as SVG, for the site and, turned into PNG, for documents: readable in black and white and on a phone.

What is below its target is hatched, not only of another colour. A table beside each chart has the same figures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from reports import neutral

MONTHS = 13  # of a trend: a year and the same month of the year before
_WIDTH = 480
_HIGH = 620  # with a heading and the words below it, as much as a printed page takes
_BLUE, _ORANGE, _INK, _GREY = "#1b5e9b", "#a84300", "#212529", "#6b7280"  # colour-blind readers can distinguish them
_NAME, _LINE = 62, 15  # letters of a line that fit above a bar; its height
_LABEL, _LABEL_LINE = 33, 12  # the same beside the calendar
_DAYS_FROM = 196  # where the calendar's days begin
_DEFS = (
    '<defs><pattern id="{id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="{_ORANGE}"/></pattern></defs>'
)


@dataclass(frozen=True)
class Bar:
    """A unit's rate and target (per cent), already written out in `text`."""

    name: str
    rate: Decimal
    text: str
    target: Decimal | None
    is_below: bool


@dataclass(frozen=True)
class Point:
    """A month of a trend: rate and target in per cent, counts of cases; the texts are shown as they are.

    `rate` None leaves a gap, `online` None draws no column; `is_complete` False draws a hollow circle.
    """

    label: str
    rate: Decimal | None
    text: str
    target: Decimal | None = None
    online: int | None = None
    in_person: int | None = None
    online_text: str = ""
    in_person_text: str = ""
    is_complete: bool = True


@dataclass(frozen=True)
class Days:
    """The outcomes of a unit's days (reports.outcomes), in order; None where nothing was due."""

    name: str
    outcomes: tuple[str | None, ...]


_Row = TypeVar("_Row", Bar, Days)


def parts(rows: Sequence[_Row], height_of: Callable[[str], int]) -> list[list[_Row]]:
    """Rows for charts that each fit a page, as even as can be; `height_of` a name: `bar_height` or `days_height`."""
    heights = [height_of(row.name) for row in rows]
    count = -(-sum(heights) // _HIGH)
    found: list[list[_Row]] = [[] for _ in range(count)]
    before = 0
    for row, height in zip(rows, heights, strict=True):
        found[(2 * before + height) * count // (2 * sum(heights))].append(row)
        before += height
    return found


def bar_height(name: str) -> int:
    """How high a bar with its name is in a ranking."""
    return 21 + _LINE * len(_lines(name, _NAME))


def ranked(bars: Sequence[Bar], title: str) -> str:
    """Bars from the highest rate to the lowest, each with a stroke at its target."""
    top, chart, below = 0, [], _pattern("below", title)
    for bar in sorted(bars, key=lambda bar: (-bar.rate, bar.name)):
        lines = _lines(bar.name, _NAME)
        chart += [_text(0, top + 13 + _LINE * number, line) for number, line in enumerate(lines)]
        fill = f"url(#{below})" if bar.is_below else _BLUE
        stroke = _ORANGE if bar.is_below else _BLUE
        width, y = float(min(bar.rate, Decimal(100))) * 4, top + 3 + _LINE * len(lines)
        chart.append(
            f'<rect x="0.5" y="{y}" width="{width:.1f}" height="13" fill="{fill}" stroke="{stroke}"/>'
            + _text(_WIDTH - 2, y + 11, bar.text, anchor="end", weight="bold")
        )
        if bar.target is not None:
            x = float(bar.target) * 4
            chart.append(
                f'<path d="M{x:.1f} {y - 3}v19" stroke="#fff" stroke-width="5"/>'
                f'<path d="M{x:.1f} {y - 3}v19" stroke="{_INK}" stroke-width="2"/>'
            )
        top += bar_height(bar.name)
    return _svg("".join(chart), top + 4, title, below)


def trend(points: Sequence[Point], title: str) -> str:
    """A line of rates over months, targets dashed."""
    left, top, height = 34, 12, 170
    step = (_WIDTH - left - 48) / max(len(points) - 1, 1)

    def x(index: int) -> float:
        return left + 24 + index * step if len(points) > 1 else (_WIDTH + left) / 2

    def y(rate: Decimal) -> float:
        return top + height * (1 - float(min(rate, Decimal(100))) / 100)

    chart = [
        f'<path d="M{left} {y(Decimal(mark)):.1f}H{_WIDTH}" stroke="#d1d5db"/>'
        + _text(left - 6, y(Decimal(mark)) + 4, str(mark), anchor="end", fill=_GREY)
        for mark in (0, 25, 50, 75, 100)
    ]
    line = " ".join(_moves((x(n), y(p.rate)) if p.rate is not None else None for n, p in enumerate(points)))
    half = min(step / 2, 30)
    for number, point in enumerate(points):
        if point.target is not None:
            at = f"M{x(number) - half:.1f} {y(point.target):.1f}h{2 * half:.1f}"
            chart.append(f'<path d="{at}" stroke="{_INK}" stroke-width="2" stroke-dasharray="5 3"/>')
    chart.append(f'<path d="{line}" fill="none" stroke="{_BLUE}" stroke-width="2.5"/>')
    every = 1 + (len(points) - 1) // 7
    for number, point in enumerate(points):
        is_named = (len(points) - 1 - number) % every == 0
        if is_named:
            chart.append(_text(x(number), top + height + 18, point.label, anchor="middle", fill=_GREY))
        if point.rate is None:
            continue
        inside, edge = (_BLUE, "#fff") if point.is_complete else ("#fff", _BLUE)
        circle = f'<circle cx="{x(number):.1f}" cy="{y(point.rate):.1f}" r="4.5" fill="{inside}" stroke="{edge}"'
        chart.append(f'{circle} stroke-width="{1 if point.is_complete else 2}"/>')
        if is_named:
            above = y(point.rate) - 9 if point.rate < 88 else y(point.rate) + 18
            chart.append(_text(x(number), above, point.text, anchor="middle", weight="bold", halo=True))
    return _svg("".join(chart), top + height + 26, title)


def channels(points: Sequence[Point], title: str, online: str, in_person: str) -> str:
    """Columns of cases over months: online full, in person hatched on top, and both counts above in that order.

    `online` and `in_person` are their names beside the chart.
    """
    top, height, person = 70, 150, _pattern("person", title)
    most = max(((p.online or 0) + (p.in_person or 0) for p in points), default=0) or 1
    step = _WIDTH / max(len(points), 1)
    width = min(step * 0.6, 60)
    chart = [
        f'<rect x="1" y="5" width="14" height="13" fill="url(#{person})" stroke="{_ORANGE}"/>',
        _text(20, 16, in_person),
        f'<rect x="241" y="5" width="14" height="13" fill="{_BLUE}" stroke="{_BLUE}"/>',
        _text(260, 16, online),
        f'<path d="M0 {top + height}H{_WIDTH}" stroke="{_GREY}"/>',
    ]
    every = 1 + (len(points) - 1) // 7
    for number, point in enumerate(points):
        middle = step * (number + 0.5)
        is_named = (len(points) - 1 - number) % every == 0
        if is_named:
            chart.append(_text(middle, top + height + 18, point.label, anchor="middle", fill=_GREY))
        if point.online is None or point.in_person is None:
            continue
        x, below, above = middle - width / 2, height * point.online / most, height * point.in_person / most
        y = top + height - below
        chart.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{below:.1f}" fill="{_BLUE}" stroke="{_BLUE}"/>'
            f'<rect x="{x:.1f}" y="{y - above:.1f}" width="{width:.1f}" height="{above:.1f}" fill="url(#{person})" '
            f'stroke="{_ORANGE}"/>'
        )
        if is_named:
            chart.append(_text(middle, y - above - 22, point.in_person_text, anchor="middle", halo=True))
            chart.append(_text(middle, y - above - 5, point.online_text, anchor="middle", weight="bold", halo=True))
    return _svg("".join(chart), top + height + 26, title, person)


def days_height(name: str) -> int:
    """How high a unit's row is in the calendar."""
    return 4 + _LABEL_LINE * len(_lines(name, _LABEL))


def calendar(rows: Sequence[Days], days: Sequence[date], title: str, words: Mapping[str, str]) -> str:
    """A row for each unit, a cell for each day; `words`: the word for each outcome, in the order of the chart's key."""
    step = min((_WIDTH - _DAYS_FROM) / max(len(days), 1), 24)
    size = min(step - 1.5, 11)
    chart, x = [], 1.0
    for outcome, word in words.items():
        chart += [_mark(outcome, x, 4, 11), _text(x + 16, 14, word, size=12)]
        x += 34 + 6.2 * len(word)
    for number, day in enumerate(days):
        if number % 2 == 0 or step > 15:
            middle = _DAYS_FROM + step * number + size / 2
            chart.append(_text(middle, 37, str(day.day), anchor="middle", fill=_GREY, size=10))
    top = 42
    for row in rows:
        height, lines = days_height(row.name), _lines(row.name, _LABEL)
        chart.append(f'<path d="M0 {top}H{_WIDTH}" stroke="#d1d5db" stroke-width="0.7"/>')
        chart += [_text(0, top + 12 + _LABEL_LINE * number, line, size=11) for number, line in enumerate(lines)]
        chart += [
            _mark(outcome, _DAYS_FROM + step * number, top + (height - size) / 2, size)
            for number, outcome in enumerate(row.outcomes)
            if outcome is not None
        ]
        top += height
    return _svg("".join(chart), top + 2, title)


def _mark(outcome: str, x: float, y: float, size: float) -> str:
    """A cell of the calendar; each outcome has a shape of its own, readable without colour."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}"'
    if outcome == "missing":
        return f'<rect {place} fill="#fff" stroke="{_INK}" stroke-width="1.4"/>'
    if outcome == "quarantined":
        cross = f"M{x:.1f} {y:.1f}l{size:.1f} {size:.1f}m0 {-size:.1f}l{-size:.1f} {size:.1f}"
        return (
            f'<rect {place} fill="#fff" stroke="{_ORANGE}" stroke-width="1.4"/>'
            f'<path d="{cross}" stroke="{_ORANGE}" stroke-width="1.8"/>'
        )
    corner = f'<path d="M{x:.1f} {y + size:.1f}v{-size:.1f}l{size:.1f} {size:.1f}z" fill="{_BLUE}"/>'
    return f'<rect {place} fill="#c5d9ec"/>{corner if outcome == "accepted_with_warnings" else ""}'


def _lines(name: str, letters: int) -> list[str]:
    """A name in one or two lines; what does not fit ends in dots."""
    return wrap(name, letters, max_lines=2, placeholder="…") or [""]


def _pattern(name: str, title: str) -> str:
    """An id that no other chart of the page has."""
    return f"{name}-{crc32(title.encode()):x}"


def _moves(places: Iterable[tuple[float, float] | None]) -> Iterable[str]:
    is_open = False
    for place in places:
        if place is not None:
            yield f"{'L' if is_open else 'M'}{place[0]:.1f} {place[1]:.1f}"
        is_open = place is not None


def _text(
    x: float,
    y: float,
    text: str,
    anchor: str = "start",
    weight: str = "normal",
    fill: str = _INK,
    *,
    halo: bool = False,
    size: int = 0,
) -> str:
    own_size = f' font-size="{size}"' if size else ""
    around = ' stroke="#fff" stroke-width="4" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{fill}"{around}'
        f"{own_size}>"
        f"{escape(neutral.line(text))}</text>"
    )


def _svg(chart: str, height: float, title: str, pattern: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" '
        f'height="{height:.0f}" role="img" aria-label={quoteattr(neutral.line(title))} font-size="13" '
        f'font-family="Liberation Sans, Arial, sans-serif">{_DEFS.format(id=pattern) if pattern else ""}{chart}</svg>'
    )

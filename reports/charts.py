"""Charts as SVG, for pages and, as PNG, for documents: legible in black and white and on a phone.

What is below its target is hatched, not only of another colour. Every chart stands beside a table that says the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

_WIDTH = 480
_BLUE, _ORANGE, _INK, _GREY = "#1b5e9b", "#a84300", "#212529", "#6b7280"  # told apart by colour-blind readers too
_NAME = 56  # letters of a name that fit above its bar
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
    """A month of a trend; `rate` None leaves a gap, `online` None no column."""

    label: str
    rate: Decimal | None
    text: str
    target: Decimal | None = None
    online: int | None = None
    in_person: int | None = None


def ranked(bars: Sequence[Bar], title: str) -> str:
    """Bars from the highest rate to the lowest, each with a stroke at its target."""
    row, chart = 38, []
    for number, bar in enumerate(sorted(bars, key=lambda bar: (-bar.rate, bar.name))):
        top = number * row
        name = bar.name if len(bar.name) <= _NAME else f"{bar.name[: _NAME - 1].rstrip()}…"
        chart.append(_text(0, top + 13, name))
        fill = "url(#below)" if bar.is_below else _BLUE
        stroke = _ORANGE if bar.is_below else _BLUE
        width = float(min(bar.rate, Decimal(100))) * 4
        chart.append(
            f'<rect x="0.5" y="{top + 18}" width="{width:.1f}" height="13" fill="{fill}" stroke="{stroke}"/>'
            + _text(_WIDTH - 2, top + 29, bar.text, anchor="end", weight="bold")
        )
        if bar.target is not None:
            x = float(bar.target) * 4
            chart.append(
                f'<path d="M{x:.1f} {top + 15}v19" stroke="#fff" stroke-width="5"/>'
                f'<path d="M{x:.1f} {top + 15}v19" stroke="{_INK}" stroke-width="2"/>'
            )
    return _svg("".join(chart), row * len(bars) + 4, title, "below")


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
        chart.append(f'<circle cx="{x(number):.1f}" cy="{y(point.rate):.1f}" r="4" fill="{_BLUE}" stroke="#fff"/>')
        if is_named:
            above = y(point.rate) - 9 if point.rate < 88 else y(point.rate) + 18
            chart.append(_text(x(number), above, point.text, anchor="middle", weight="bold", halo=True))
    return _svg("".join(chart), top + height + 26, title)


def channels(points: Sequence[Point], title: str, online: str, in_person: str) -> str:
    """Columns of cases over months: online full, in person hatched on top; the names of both beside it."""
    top, height = 34, 150
    most = max(((p.online or 0) + (p.in_person or 0) for p in points), default=0) or 1
    step = _WIDTH / max(len(points), 1)
    width = min(step * 0.6, 60)
    chart = [
        f'<rect x="1" y="5" width="14" height="13" fill="{_BLUE}" stroke="{_BLUE}"/>',
        _text(20, 16, online),
        f'<rect x="181" y="5" width="14" height="13" fill="url(#person)" stroke="{_ORANGE}"/>',
        _text(200, 16, in_person),
        f'<path d="M0 {top + height}H{_WIDTH}" stroke="{_GREY}"/>',
    ]
    every = 1 + (len(points) - 1) // 7
    for number, point in enumerate(points):
        middle = step * (number + 0.5)
        if (len(points) - 1 - number) % every == 0:
            chart.append(_text(middle, top + height + 18, point.label, anchor="middle", fill=_GREY))
        if point.online is None or point.in_person is None:
            continue
        x, below, above = middle - width / 2, height * point.online / most, height * point.in_person / most
        y = top + height - below
        chart.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{below:.1f}" fill="{_BLUE}" stroke="{_BLUE}"/>'
            f'<rect x="{x:.1f}" y="{y - above:.1f}" width="{width:.1f}" height="{above:.1f}" fill="url(#person)" '
            f'stroke="{_ORANGE}"/>'
        )
    return _svg("".join(chart), top + height + 26, title, "person")


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
) -> str:
    around = ' stroke="#fff" stroke-width="4" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{fill}"{around}>'
        f"{escape(text)}</text>"
    )


def _svg(chart: str, height: float, title: str, pattern: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" '
        f'height="{height:.0f}" role="img" aria-label={quoteattr(title)} font-size="13" '
        f'font-family="Liberation Sans, Arial, sans-serif">{_DEFS.format(id=pattern) if pattern else ""}{chart}</svg>'
    )

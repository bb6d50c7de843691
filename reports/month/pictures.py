"""The charts of a report as PNG, which its documents take. Computes no figure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import typst

from reports import charts
from reports import vietnamese as vn
from reports.labels import Labels
from reports.month.completeness import calendars
from reports.month.content import Chart
from reports.outcomes import OF_A_DAY, OUTCOMES

_DOTS = 216  # 3 for each of 480 across: some 230 to the inch on paper
_PAGE = b"""#set page(width: 480pt, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""
_OUTCOMES = {outcome: OUTCOMES[outcome].vi for outcome in OF_A_DAY}
_Drawn = tuple[str, str, str]  # title, SVG, what it shows in words


def pictures(
    marts: Mapping[str, pl.DataFrame], month: str, history: pl.DataFrame, names: Labels | None = None
) -> tuple[Chart, ...]:
    """The charts of `month` (YYYY-MM); of many units several each, as high as a page takes.

    The trend and both channels from `history` (monthly_group_rates, earlier months too); from `marts` the units of
    each group ranked beside their targets (monthly_unit_rates), and the days of every unit (export_status).
    `names`: of the groups.
    """
    fonts = typst.Fonts(include_system_fonts=False)  # letters, and bytes, are the same on every machine
    called = names or Labels()
    drawn = [*_trend(history, month, called), *_ranked(marts, month, called), *_calendar(marts, month, called)]
    return tuple(
        Chart(f"Biểu đồ {number}. {title}", _png(chart, fonts), alternative)
        for number, (title, chart, alternative) in enumerate(drawn, start=1)
    )


def _png(svg: str, fonts: typst.Fonts) -> bytes:
    content = typst.Compiler(_PAGE, font_paths=fonts, sys_inputs={"svg": svg}).compile(format="png", ppi=_DOTS)
    assert isinstance(content, bytes)  # noqa: S101 - a page is one picture
    return content


def window(month: str) -> list[str]:
    """The months (YYYY-MM) a trend up to `month` shows."""
    year, number = map(int, month.split("-"))
    found = range(12 * year + number - charts.MONTHS, 12 * year + number)
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in found]


def _trend(history: pl.DataFrame, month: str, names: Labels) -> Iterator[_Drawn]:
    """All units together; the baseline month stands with its reviewed rate where it is no month of `history`."""
    online, in_person = names.channels
    rows = {row["month"]: row for row in history.filter(unit_group="all").iter_rows(named=True)}
    own, months = rows[month], window(month)
    baseline = own["baseline_month"] if own["baseline_rate_pct"] is not None else None
    shown = {name: _point(name, rows[name]) for name in months if name in rows}
    if baseline in months and baseline not in shown:
        rate = own["baseline_rate_pct"]
        shown[baseline] = charts.Point(_short(baseline), rate, vn.percent(rate))
    points = [shown.get(name, charts.Point(_short(name), None, "")) for name in months if name >= min(shown)]
    if any(point.rate is not None for point in points):
        title = f"Tỷ lệ {online} {names.whole_small} theo tháng, đến tháng {vn.month(month)} (%)"
        notes = ["Nét đứt: chỉ tiêu"]
        notes += ["vòng rỗng: tháng chưa đủ số liệu"] if any(not point.is_complete for point in points) else []
        notes += [f"tháng {vn.month(baseline)}: tháng gốc để so sánh"] if baseline in shown else []
        alternative = "; ".join(f"{point.label}: {point.text}%" for point in points if point.rate is not None)
        yield f"{title}. {'; '.join(notes)}.", charts.trend(points, title), alternative
    counted = [point for point in points if point.online is not None]
    if any(point.online or point.in_person for point in counted):
        first = points.index(counted[0])
        title = f"Số hồ sơ {online} và {in_person} {names.whole_small} theo tháng, đến tháng {vn.month(month)}"
        chart = charts.channels(
            points[first:], title, f"{names.online[0]} (số dưới)", f"{names.in_person[0]} (số trên)"
        )
        alternative = "; ".join(
            f"{point.label}: {online} {point.online_text}, {in_person} {point.in_person_text}" for point in counted
        )
        yield f"{title}.", chart, alternative


def _point(month: str, row: Mapping[str, Any]) -> charts.Point:
    online, in_person = row["online"], row["in_person"]
    return charts.Point(
        label=_short(month),
        rate=row["online_rate_pct"],
        text=vn.percent(row["online_rate_pct"]),
        target=row["target_pct"],
        online=online,
        in_person=in_person,
        online_text="" if online is None else vn.count(online),
        in_person_text="" if in_person is None else vn.count(in_person),
        is_complete=row["is_complete"],
    )


def _ranked(marts: Mapping[str, pl.DataFrame], month: str, names: Labels) -> Iterator[_Drawn]:
    units = marts["monthly_unit_rates"].filter(pl.col("month") == month, pl.col("online_rate_pct").is_not_null())
    for group in names.in_order(units["unit_group"]):
        own = units.filter(unit_group=group).sort("online_rate_pct", "unit_name", descending=[True, False])
        bars = [
            charts.Bar(
                row["unit_name"],
                row["online_rate_pct"],
                f"{vn.percent(row['online_rate_pct'])}%",
                row["target_pct"],
                row["meets_target"] is False,
            )
            for row in own.iter_rows(named=True)
        ]
        parts = charts.parts(bars, charts.bar_height)
        for number, part in enumerate(parts, start=1):
            which = _which(number, len(parts))
            title = f"Tỷ lệ {names.channels[0]} {names.in_title(group)}, tháng {vn.month(month)}{which}"
            alternative = "; ".join(f"{bar.name}: {bar.text}" for bar in part)
            yield f"{title}. Vạch đứng: chỉ tiêu; gạch chéo: chưa đạt.", charts.ranked(part, title), alternative


def _calendar(marts: Mapping[str, pl.DataFrame], month: str, called: Labels) -> Iterator[_Drawn]:
    """Every unit that data was expected of, those without a rate last."""
    units = marts["monthly_unit_rates"].filter(month=month)
    first, as_of = units.select("period_from", "as_of").row(0)
    days: list[date] = pl.date_range(first, as_of, eager=True).to_list()
    found = calendars(marts["export_status"].filter(month=month), days)
    names = {
        row["unit_id"]: row["unit_name"]
        for group in called.in_order(units["unit_group"])
        for row in units.filter(unit_group=group).sort("report_order", "unit_id").iter_rows(named=True)
    }
    others = dict(marts["units"].select("unit_id", "name").iter_rows())
    names |= {unit_id: others.get(unit_id, unit_id) for unit_id in sorted(found) if unit_id not in names}
    rows = [charts.Days(name, found[unit_id]) for unit_id, name in names.items() if any(found.get(unit_id, ()))]
    parts = charts.parts(rows, charts.days_height)
    for number, part in enumerate(parts, start=1):
        which = _which(number, len(parts))
        title = f"Số liệu từng ngày của các đơn vị, tháng {vn.month(month)} đến ngày {vn.day(as_of)}{which}"
        alternative = "; ".join(filter(None, (_lacking(row, days) for row in part))) or "Đã nhận đủ mọi ngày"
        yield f"{title}. Ô trống: không phải gửi.", charts.calendar(part, days, title, _OUTCOMES), alternative


def _lacking(row: charts.Days, days: Sequence[date]) -> str:
    """Its days that are not as they should be, in words."""
    parts = [
        f"{word} {', '.join(map(vn.day, own))}"
        for outcome, word in _OUTCOMES.items()
        if outcome != "accepted"
        and (own := [day for day, found in zip(days, row.outcomes, strict=True) if found == outcome])
    ]
    return f"{row.name}: {'; '.join(parts)}" if parts else ""


def _which(number: int, count: int) -> str:
    return f" ({number}/{count})" if count > 1 else ""


def _short(month: str) -> str:
    """2022-08 → `8/22`."""
    return f"{int(month[5:])}/{month[2:4]}"

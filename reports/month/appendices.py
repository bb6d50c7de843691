"""The appendices of the monthly report, from the monthly marts: figures and their text. Computes no rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from reports import vietnamese as vn

HEADER = (
    "STT",
    "Đơn vị",
    "Số lượng hồ sơ xử lý trực tuyến (1)",
    "Số lượng hồ sơ xử lý trực tiếp (2)",
    "Tổng số lượng hồ sơ xử lý trực tuyến và trực tiếp (1)\u00a0+\u00a0(2)\u00a0=\u00a0(3)",
    "Tỷ lệ xử lý hồ sơ trực tuyến (%) (1)\u00a0/\u00a0(3)",
)
INCOMPLETE, NOTHING_SENT = "(*)", "(**)"
_NOTES = {
    INCOMPLETE: "(*) Chưa đủ số liệu của mọi ngày phải gửi.",
    NOTHING_SENT: "(**) Chưa có số liệu nào được chấp nhận; để trống, không phải bằng 0.",
}
_GROUPS = {
    "departments": ("Sở, ban, ngành", "tại các sở, ban, ngành"),
    "districts": ("Huyện", "tại UBND các huyện, thành phố"),
    "communes": ("Xã, phường", "tại UBND các xã, phường"),
}


@dataclass(frozen=True)
class Line:
    """One row: counts and rate (per cent) as the marts have them, None where nothing was sent or there is no rate."""

    number: str
    name: str
    online: int | None
    in_person: int | None
    total: int | None
    rate: Decimal | None
    is_total: bool = False
    mark: str = ""

    @property
    def label(self) -> str:
        """The name with its mark."""
        return f"{self.name} {self.mark}".rstrip()

    @property
    def text(self) -> tuple[str, ...]:
        """The cells under HEADER."""
        counts = ("" if n is None else vn.count(n) for n in (self.online, self.in_person, self.total))
        return (self.number, self.name, *counts, vn.percent(self.rate))


@dataclass(frozen=True)
class Appendix:
    """One appendix: `lines` under HEADER."""

    number: int
    title: str
    lines: tuple[Line, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The lines as text."""
        return tuple(line.text for line in self.lines)

    @property
    def bold(self) -> tuple[int, ...]:
        """The indexes of total rows."""
        return tuple(index for index, line in enumerate(self.lines) if line.is_total)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the marks of the lines mean."""
        used = {line.mark for line in self.lines}
        return tuple(note for mark, note in _NOTES.items() if mark in used)


def appendices(
    units: pl.DataFrame, groups: pl.DataFrame, month: str, province: str = "tỉnh", service: str = "trực tuyến"
) -> list[Appendix]:
    """Appendix 1 (groups and all), then one per group with its total first and its units in report order.

    `units`, `groups`: monthly_unit_rates (a row per unit) and monthly_group_rates (a row per group, and `all`) of one
    month; `province`, `service`: their names in the titles.
    """
    title = f"Thống kê tỷ lệ hồ sơ xử lý {service}"
    by_group = {row["unit_group"]: row for row in groups.iter_rows(named=True)}
    present = in_order(by_group)
    overview = [_line(str(number), group_name(group), by_group[group]) for number, group in enumerate(present, start=1)]
    overview.append(_line(str(len(present) + 1), "Tổng", by_group["all"], is_total=True))
    first = Appendix(1, f"{title} trên địa bàn {province}, tháng {vn.month(month)}", tuple(overview))
    return [
        first,
        *(
            Appendix(
                number,
                f"{title} {group_place(group)}, tháng {vn.month(month)}",
                _lines_of(group, units, by_group[group]),
            )
            for number, group in enumerate(present, 2)
        ),
    ]


def in_order(groups: Iterable[str]) -> list[str]:
    """The groups in the report's order, unknown ones after them by name; without `all`."""
    own = set(groups) - {"all"}
    return [*(group for group in _GROUPS if group in own), *sorted(own - set(_GROUPS))]


def group_name(group: str) -> str:
    """The name of a group in the first appendix; `all` is the whole province."""
    return "Toàn tỉnh" if group == "all" else _GROUPS.get(group, (group, group))[0]


def group_place(group: str) -> str:
    """Where a group's figures are from, as titles say it."""
    return _GROUPS.get(group, (group, group))[1]


def _lines_of(group: str, units: pl.DataFrame, total: dict[str, Any]) -> tuple[Line, ...]:
    members = units.filter(pl.col("unit_group") == group).sort("report_order", "unit_id")
    rows = [_line("", "Tổng cộng", total, is_total=True)]
    rows += [_line(str(stt), row["unit_name"], row) for stt, row in enumerate(members.iter_rows(named=True), start=1)]
    return tuple(rows)


def _line(number: str, name: str, figures: dict[str, Any], *, is_total: bool = False) -> Line:
    """A row of a mart; one of which nothing was accepted has no figures."""
    online, in_person, total = (figures[name] for name in ("online", "in_person", "total"))
    mark = NOTHING_SENT if total is None else "" if figures["is_complete"] else INCOMPLETE
    return Line(number, name, online, in_person, total, figures["online_rate_pct"], is_total, mark)

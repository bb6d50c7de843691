"""The appendices of the monthly report, from the monthly marts: figures and their text. Computes no rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl

from reports import vietnamese as vn
from reports.labels import ALL, Labels
from reports.month.overrides import Decided, cut


def header_of(labels: Labels) -> tuple[str, ...]:
    """The headers of an appendix."""
    online, in_person = labels.channels
    return (
        "STT",
        "Đơn vị",
        f"Số lượng hồ sơ xử lý {online} (1)",
        f"Số lượng hồ sơ xử lý {in_person} (2)",
        f"Tổng số lượng hồ sơ xử lý {online} và {in_person} (1)\u00a0+\u00a0(2)\u00a0=\u00a0(3)",
        f"Tỷ lệ xử lý hồ sơ {online} (%) (1)\u00a0/\u00a0(3)",
    )


HEADER = header_of(Labels())
INCOMPLETE, NOTHING_SENT = "(*)", "(**)"
_NOTES = {
    INCOMPLETE: "(*) Chưa đủ số liệu của mọi ngày phải gửi.",
    NOTHING_SENT: "(**) Chưa có số liệu nào được chấp nhận; để trống, không phải bằng 0.",
}


@dataclass(frozen=True)
class Line:
    """One row: counts and rate (per cent) as the marts have them, None where nothing was sent or there is no rate.

    `mark`: INCOMPLETE or NOTHING_SENT; `footnote`: the number of its footnote as it is printed.
    """

    number: str
    name: str
    online: int | None
    in_person: int | None
    total: int | None
    rate: Decimal | None
    is_total: bool = False
    mark: str = ""
    footnote: str = ""

    @property
    def label(self) -> str:
        """The name with its mark and its footnote."""
        return " ".join(filter(None, (self.name, self.mark, self.footnote)))

    @property
    def text(self) -> tuple[str, ...]:
        """The cells under HEADER."""
        counts = ("" if n is None else vn.count(n) for n in (self.online, self.in_person, self.total))
        return (self.number, self.name, *counts, vn.percent(self.rate))

    @property
    def wrong_sum(self) -> str:
        """What the figures say where (1) + (2) is not (3); empty where it is."""
        if self.online is None or self.in_person is None or self.total is None:
            return ""
        stated = self.online + self.in_person
        if stated == self.total:
            return ""
        parts = f"{vn.count(self.online)} + {vn.count(self.in_person)} = {vn.count(stated)}"
        return f"(1) + (2) ≠ (3): {parts}, không phải {vn.count(self.total)}"


@dataclass(frozen=True)
class Appendix:
    """One appendix: `lines` under `header`, `footnotes` under them."""

    number: int
    title: str
    lines: tuple[Line, ...]
    footnotes: tuple[str, ...] = ()
    header: tuple[str, ...] = HEADER

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
        """What the marks of the lines mean, then the footnotes."""
        used = {line.mark for line in self.lines}
        return (*(note for mark, note in _NOTES.items() if mark in used), *self.footnotes)


def appendices(
    units: pl.DataFrame,
    groups: pl.DataFrame,
    month: str,
    province: str = "",
    service: str = "",
    decided: Decided | None = None,
    names: Labels | None = None,
) -> list[Appendix]:
    """Appendix 1 (groups and all), then one per group with its total first and its units in report order.

    `units`, `groups`: monthly_unit_rates (a row per unit) and monthly_group_rates (a row per group, and `all`) of one
    month; `province` ("": what `names` call all units), `service`: their names in the titles; `decided`: what the
    footnotes say of decisions; `names`: of the groups.
    """
    by_group = {row["unit_group"]: row for row in groups.iter_rows(named=True)}
    called = names or Labels()
    title = f"Thống kê tỷ lệ hồ sơ xử lý {service or called.channels[0]}"
    where = f"trên địa bàn {province}" if province else called.in_title(ALL)
    members = {group: _members(group, units) for group in called.in_order(by_group)}
    said = decided or Decided()
    made = [
        _overview(by_group, members, f"{title} {where}, tháng {vn.month(month)}", said, called),
        *(
            _of_group(number, f"{title} {called.in_title(group)}, tháng {vn.month(month)}", rows, by_group[group], said)
            for number, (group, rows) in enumerate(members.items(), 2)
        ),
    ]
    return [replace(one, header=header_of(called)) for one in made]


Row = Mapping[str, Any]  # of a mart


def _members(group: str, units: pl.DataFrame) -> Sequence[Row]:
    return units.filter(pl.col("unit_group") == group).sort("report_order", "unit_id").to_dicts()


def _overview(
    groups: Mapping[str, Row], members: Mapping[str, Sequence[Row]], title: str, decided: Decided, names: Labels
) -> Appendix:
    """Appendix 1: of a group's footnote the decisions about its units, of the last row's the groups'."""
    lines, texts = [], []
    for number, (group, units) in enumerate(members.items(), start=1):
        lines.append(_line(str(number), names.in_report(group), groups[group]))
        own = [f"{unit['unit_name']}: {text}" for unit in units for text in decided.about(unit)]
        texts.append(cut(own, f"Phụ lục {number + 1:02d}"))
    lines.append(_line(str(len(members) + 1), "Tổng", groups["all"], is_total=True))
    texts.append([])
    sums = [row for row, own in enumerate(texts) if own]
    return _numbered(1, title, lines, texts, {len(lines) - 1: sums} if sums else {})


def _of_group(number: int, title: str, units: Sequence[Row], total: Row, decided: Decided) -> Appendix:
    """A group's appendix: the footnote of its total names those of the units."""
    lines = [_line("", "Tổng cộng", total, is_total=True)]
    lines += [_line(str(stt), row["unit_name"], row) for stt, row in enumerate(units, start=1)]
    texts = [[], *(cut(decided.about(row), "bảng marts.overrides") for row in units)]
    sums = [row for row, own in enumerate(texts) if own]
    return _numbered(number, title, lines, texts, {0: sums} if sums else {})


def _numbered(
    number: int, title: str, lines: list[Line], texts: list[list[str]], sums: Mapping[int, list[int]]
) -> Appendix:
    """The appendix; a line has a footnote where it has a text, does not add up, or is a sum (`sums`) of such lines."""
    marked = [row for row, line in enumerate(lines) if line.wrong_sum or texts[row] or row in sums]
    marks = {row: f"[{place}]" for place, row in enumerate(marked, start=1)}
    footnotes = []
    for row, mark in marks.items():
        parts = [*filter(None, [lines[row].wrong_sum]), *texts[row]]
        if row in sums:
            parts.append(f"có số liệu tính theo quyết định, xem {', '.join(marks[part] for part in sums[row])}")
        footnotes.append(f"{mark} {lines[row].name}: {'; '.join(parts)}.")
    numbered = tuple(replace(line, footnote=marks.get(row, "")) for row, line in enumerate(lines))
    return Appendix(number, title, numbered, tuple(footnotes))


def _line(number: str, name: str, figures: Row, *, is_total: bool = False) -> Line:
    """A row of a mart; one of which nothing was accepted has no figures."""
    online, in_person, total = (figures[name] for name in ("online", "in_person", "total"))
    mark = NOTHING_SENT if total is None else "" if figures["is_complete"] else INCOMPLETE
    return Line(number, name, online, in_person, total, figures["online_rate_pct"], is_total, mark)

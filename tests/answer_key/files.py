"""Sound files of each contract, as their unit writes them. Plants no fault."""

import json
from dataclasses import replace
from datetime import date

from demo.writers import Style
from demo.writers.content import Content, Line, rate_of
from demo.writers.render import suffix, write
from tests.answer_key.figures import Entries
from tests.answer_key.province import Member
from tests.transforms.test_cases import case
from tests.transforms.test_every_rule import case_list, page
from tests.transforms.test_ii06 import HEADER as FORM
from tests.writers import write as write_way

CARRIED_OVER = 7  # of form II.06, each field
_SUFFIXES = {"csv": ".csv", "html": ".xls", "json": ".json"}


def sound_file(member: Member, day: date, entries: Entries) -> tuple[bytes, str]:
    """A good export of these counts and its suffix."""
    match member.contract:
        case "ii06":
            return form(member, entries), ".csv" if member.number % 3 else ".xls"
        case "cases":
            return case_file(member, case_rows(member, day, entries)), ".json"
    if isinstance(member.writes, Style):
        return write(content(member, day, lines_of(entries)), member.writes), suffix(member.writes)
    kind = member.writes.format.partition("_")[0]
    return write_way((entries,), member.writes), _SUFFIXES.get(kind, f".{kind}")


def lines_of(entries: Entries) -> tuple[Line, ...]:
    """The detail rows as printed."""
    return tuple(
        Line(number, entry.field, entry.online, entry.in_person, entry.total, rate_of(entry.online, entry.total))
        for number, entry in enumerate(entries, start=1)
    )


def totals_of(lines: tuple[Line, ...]) -> Line:
    """The totals row of these rows."""
    online, in_person, total = (sum(getattr(line, c) for line in lines) for c in ("online", "in_person", "total"))
    return Line(None, "Tổng cộng", online, in_person, total, rate_of(online, total))


def content(member: Member, day: date, lines: tuple[Line, ...], totals: Line | None = None) -> Content:
    """A file's content with these rows, and a totals row where the unit writes one or one is given."""
    place = member.writes.totals if isinstance(member.writes, Style) else "none"
    if totals or place != "none":
        row = totals or totals_of(lines)
        lines = (row, *lines) if place == "first" else (*lines, row)
    return Content(lines, member.name, day.replace(day=1), day)


def form(member: Member, entries: Entries) -> bytes:
    """Form II.06, of every third unit as an HTML page."""
    rows = []
    for number, entry in enumerate(entries, start=1):
        received = entry.total + CARRIED_OVER
        settled, pending = received * 2 // 3, received - received * 2 // 3
        early, late = settled // 3, settled // 10
        figures = (received, entry.online, entry.in_person, CARRIED_OVER, settled, early, settled - early - late, late)
        rows.append(f"{number};{entry.field};" + ";".join(map(str, (*figures, pending, pending - 1, 1))))
    text = FORM + "\n".join(rows) + "\n"
    return (text if member.number % 3 else page(text)).encode()


def case_rows(member: Member, day: date, entries: Entries, start: int = 1) -> list[dict[str, str]]:
    """The cases of these counts; every second one in person came by post. One more was not taken in, one is level 3."""
    rows = []
    for entry in entries:
        channels = ["2"] * entry.online + [("1", "3")[n % 2] for n in range(entry.in_person)]
        rows += [{"KenhThucHien": channel, "TenLinhVuc": entry.field} for channel in channels]
    rows += [{"TrangThaiHoSo": "1", "NgayKetThucXuLy": ""}, {"MucDo": "3"}]
    about = {"DonViXuLy": member.name, "NgayTiepNhan": f"{day:%Y%m%d}081500"}
    ends = {"NgayHenTra": f"{day:%Y%m%d}170000", "NgayKetThucXuLy": f"{day:%Y%m%d}235959"}
    return [
        case() | about | ends | row | {"MaHoSo": case_id(member, day, number)}
        for number, row in enumerate(rows, start=start)
    ]


def case_file(member: Member, rows: list[dict[str, str]]) -> bytes:
    """Cases as the portal's sync object, of every second unit as a list with a title."""
    if member.number % 4 > 1 or not rows:
        return json.dumps(rows, ensure_ascii=False).encode()
    columns = ("MaHoSo", "KenhThucHien", "TrangThaiHoSo", "NgayTiepNhan", "TenLinhVuc", "MucDo")
    settled = [row | {"TrangThaiHoSo": row["TrangThaiHoSo"].replace("9", "4")} for row in rows]  # it has no end dates
    return case_list(*(";".join(row[column] for column in columns) for row in settled)).encode()


def case_id(member: Member, day: date, number: int) -> str:
    """An id that no case of another unit or day has."""
    return f"H55.{member.number:04d}-{day:%y%m%d}-{number:04d}"


def plain_style(member: Member) -> Member:
    """The unit with its style, or the demo's CSV style if it has none, and without a totals row."""
    style = member.writes if isinstance(member.writes, Style) else Style("csv_semicolon", basis=member.basis)
    return replace(member, writes=replace(style, totals="none"))

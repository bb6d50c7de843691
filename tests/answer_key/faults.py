"""Faults, one each in an otherwise good file: for every critical rule of every contract, and unreadable files.

The faults of tests/transforms/test_every_rule.py are used where another unit can send them for another day.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import get_args

from demo.writers import Style
from demo.writers.content import Line, rate_of
from demo.writers.render import suffix, write
from tests.answer_key.figures import Entries
from tests.answer_key.files import case_file, case_rows, content, lines_of, plain_style, sound_file, totals_of
from tests.answer_key.province import Contract, Member
from tests.transforms.checking import DAY
from tests.transforms.test_every_rule import FAULTS
from transforms.check.rules import severities
from transforms.check.rules.rule import READABLE

Lines = tuple[Line, ...]

# A list of cases counts each case once: it cannot be cumulative.
NEVER_SENT = {("cases", "month_to_date_grows")}
# What takes several days to break; tests/flows/intake/test_repeats.py, test_one_history.py.
NEVER_SENT |= {
    (contract, rule) for contract in ("summary", "ii06") for rule in ("file_is_new", "agrees_with_later_days")
}
# Of a unit that does not exist that day; tests/flows/intake/test_validity.py.
NEVER_SENT |= {(contract, "unit_exists_on_day") for contract in get_args(Contract)}
# Of a file of several units; tests/flows/intake/test_shared.py.
NEVER_SENT |= {(contract, "group_total_is_sum") for contract in get_args(Contract)}
CRITICAL = {
    (contract, rule)
    for contract in get_args(Contract)
    for rule, severity in severities(contract).items()
    if severity == "critical"
} - NEVER_SENT


@dataclass(frozen=True)
class Fault:
    """A fault that `rule` holds back; `file` writes it from unit, day, counts of the day and of the day before.

    `basis`: of the units that can send it.
    """

    contract: Contract
    rule: str
    name: str
    file: Callable[[Member, date, Entries, Entries], tuple[bytes, str]]
    basis: str = "day"


def _first(**changed: object) -> Callable[[Lines], Lines]:
    return lambda lines: (replace(lines[0], **changed), *lines[1:])


def _total_off(lines: Lines) -> Lines:
    total = lines[0].total + 9
    return _first(total=total, rate=rate_of(lines[0].online, total))(lines)


def _rate_off(lines: Lines) -> Lines:
    """Off by 0.01, or by 0.02 if that gives a rate of one decimal or none: these are only warnings."""
    rates = (lines[0].rate + Decimal(step) / 100 for step in (-1, -2))
    return _first(rate=next(rate for rate in rates if rate != round(rate, 1)))(lines)


def _twice(lines: Lines) -> Lines:
    return (*lines, replace(lines[0], ordinal=len(lines) + 1, label=lines[0].label.upper()))


_CHANGES: dict[str, Callable[[Lines], Lines]] = {
    "values_stated": _first(online=None),
    "numbers_readable": _first(total="n/a"),
    "numbers_not_negative": lambda lines: _first(online=-1, in_person=lines[0].total + 1, rate=None)(lines),
    "total_is_sum": _total_off,
    "rows_are_known": lambda lines: (*lines, Line(None, "Khác", 1, 2, 3, rate_of(1, 3))),
    "field_is_named": _first(label="123"),
    "field_once": _twice,
    "rate_is_right": _rate_off,
}
IN_OWN_FILE = (*_CHANGES, "totals_row_is_sum", "rows_are_visible", "unit_is_sender", "date_is_business_date")


def in_own_file(rule: str, member: Member, day: date, entries: Entries) -> tuple[bytes, str]:
    """A unit's own counts by field in its own style, with one fault against `rule` (one of IN_OWN_FILE).

    Added where the style lacks it: a totals row, a rate, a number for each row, the unit's name, the date.
    """
    plain = plain_style(member)
    style, lines = plain.writes, lines_of(entries)
    assert isinstance(style, Style)
    if rule in _CHANGES:
        if rule == "rate_is_right":
            style = replace(style, stated_rate=True)
        if rule == "rows_are_known" and style.format == "json":
            style = replace(style, format="xlsx")
        faulty = content(plain, day, _CHANGES[rule](lines))
    elif rule == "totals_row_is_sum":
        right = totals_of(lines)
        moved = replace(right, online=right.online - 1, in_person=right.in_person + 1)
        faulty = content(plain, day, lines, replace(moved, rate=rate_of(moved.online, moved.total)))
    elif rule == "rows_are_visible":
        style = replace(style, format="html")
        shown = write(content(plain, day, lines), style)
        return shown.replace(b"<tr><td>1<", b"<tr hidden><td>1<"), suffix(style)
    elif rule == "unit_is_sender":
        style = replace(style, unit_in_file=True)
        faulty = replace(content(plain, day, lines), unit_name=other_name(member))
    else:
        style = replace(style, date_in_file=True)
        faulty = replace(content(plain, day, lines), business_date=day - timedelta(days=1))
    return write(faulty, style), suffix(style)


def other_name(member: Member) -> str:
    """The name of another unit of the province."""
    return f"Sở Số {6 if member.number == 3 else 3}"


def sent_by(text: str | bytes, member: Member, day: date) -> bytes:
    """A file of so-y-te for DAY, changed to one of this unit for this day: names, dates and case ids."""
    assert isinstance(text, str)
    if text.startswith(("[", "{")):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    text = text.replace("Sở Nội vụ", other_name(member)).replace("Sở Y tế", member.name)
    text = re.sub(r"H55(\.14)?-220805-", f"H55.{member.number:04d}-{day:%y%m%d}-", text)
    text = re.sub(r"\b202208\d\d", lambda found: f"{_moved(found[0], '%Y%m%d', day):%Y%m%d}", text)
    return re.sub(r"\b\d\d/08/2022", lambda found: f"{_moved(found[0], '%d/%m/%Y', day):%d/%m/%Y}", text).encode()


def _moved(text: str, form: str, day: date) -> date:
    return datetime.strptime(text, form).date() + (day - DAY)


def _own(rule: str) -> Fault:
    return Fault("summary", rule, f"own {rule}", lambda m, day, entries, _: in_own_file(rule, m, day, entries))


def _listed(contract: Contract, rule: str) -> Fault:
    text = FAULTS[contract][rule].faulty
    return Fault(contract, rule, f"listed {rule}", lambda m, day, *_: (sent_by(text, m, day), ".csv"))


def _many_faulty_rows(member: Member, day: date, entries: Entries, _: Entries) -> tuple[bytes, str]:
    rows = case_rows(member, day, entries)
    return case_file(
        member, [row | {"KenhThucHien": "4"} if n % 10 == 0 else row for n, row in enumerate(rows)]
    ), ".json"


def _falling(member: Member, day: date, _: Entries, before: Entries) -> tuple[bytes, str]:
    less = (replace(before[0], online=before[0].online - 1), *before[1:])
    return sound_file(member, day, less)


def _cut(member: Member, day: date, entries: Entries, _: Entries) -> tuple[bytes, str]:
    plain = plain_style(member)
    whole = write(content(plain, day, lines_of(entries)), replace(plain.writes, format="xlsx"))
    return whole[: len(whole) // 2], ".xlsx"


_UNREADABLE: dict[str, bytes] = {
    "picture": b"\x89PNG\r\n\x1a\n",
    "empty": b"",
    "prose": "Kính gửi Sở Thông tin và Truyền thông, hôm nay đơn vị không có số liệu.\n".encode(),
    "login page": b"<html><body><form><input name='user'></form></body></html>",
}
_NEEDING_MORE = {"month_to_date_grows", "faulty_rows_few"}  # a history, a limit of its own


def faults() -> list[Fault]:
    """Every kind of fault; together they break all of CRITICAL."""
    listed = [_listed(c, rule) for c, rule in sorted(CRITICAL) if rule not in {READABLE, *_NEEDING_MORE}]
    unreadable = [
        Fault(contract, READABLE, name, lambda *_, content=content: (content, ".csv"))
        for contract in ("summary", "ii06", "cases")
        for name, content in _UNREADABLE.items()
        if contract == "summary" or name == "picture"
    ]
    falling = [Fault(c, "month_to_date_grows", "falling", _falling, "month_to_date") for c in ("summary", "ii06")]
    return [
        *map(_own, IN_OWN_FILE),
        *listed,
        *unreadable,
        *falling,
        Fault("summary", READABLE, "cut", _cut),
        Fault("cases", "faulty_rows_few", "many faulty rows", _many_faulty_rows),
    ]

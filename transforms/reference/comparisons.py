"""Reads reference/targets.csv and baselines.csv into checked frames; an error names the row at fault."""

import csv
import io
from collections.abc import Callable, Collection, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import TypeVar

import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.frames import checked
from transforms.reference.months import CALENDAR
from transforms.reference.unit_file import CENTRES, RATED_GROUPS, UNITS

ALL = "all"  # all units together
_TARGETS = ("target_pct", "legal_basis", "valid_from", "valid_to")
_BASELINES = ("month", "scope", "rate_pct", "source")

_GROUPS = pl.Schema({name: UNITS[name] for name in ("unit_id", "unit_group")})
_Row = dict[str, str]
T = TypeVar("T")


def read_targets(text: str, units: pl.DataFrame) -> pl.DataFrame:
    """The mart `targets`: of a group, of all together, or, where `unit_id` is given, of one unit.

    `units`: UNITS, of which `unit_id` and `unit_group` are read; more columns allowed. `scope` is what a target is for:
    the unit, else the group. Raises ValueError in one line that names the row.
    """
    checked(units, _GROUPS, "read_targets: units", more=True)
    file = "targets.csv"
    groups = dict(units.select("unit_id", "unit_group").iter_rows())
    rows = []
    for line, row in _rows(file, text, ("unit_group", *_TARGETS), ("unit_id",)):
        unit_id = row["unit_id"] or None
        if unit_id is not None and unit_id not in groups:
            raise _fault(file, line, f"unit_id “{unit_id}”: không có trong units.csv")
        own_group = groups.get(unit_id or "")
        if own_group == CENTRES:
            raise _fault(file, line, f"unit_id “{unit_id}”: đơn vị khối {CENTRES} không có tỷ lệ trực tuyến")
        unit_group = row["unit_group"] or own_group
        if unit_group not in ({own_group} if own_group else {*RATED_GROUPS, ALL}):
            raise _fault(
                file, line, f"unit_group “{unit_group or ''}”: phải là {own_group or ', '.join((*RATED_GROUPS, ALL))}"
            )
        since = _cell(file, line, row, "valid_from", date.fromisoformat, "phải là ngày dạng YYYY-MM-DD")
        until = _cell(file, line, row, "valid_to", _date_if_any, "phải là ngày dạng YYYY-MM-DD hoặc để trống")
        if until and until < since:
            raise _fault(file, line, f"valid_to {until} trước valid_from {since}")
        percent = _cell(file, line, row, "target_pct", _percent, "phải là số từ 0 đến 100, nhiều nhất hai chữ số lẻ")
        if not row["legal_basis"]:
            raise _fault(file, line, "legal_basis: không được để trống")
        scope = unit_id or unit_group
        rows.append((line, scope, unit_group, unit_id, percent, row["legal_basis"], since, until))
    for (_, one, *_, since, until), (line, other, *_, later, end) in combinations(rows, 2):
        if one == other and since <= (end or date.max) and later <= (until or date.max):
            raise _fault(file, line, f"{one}: đã có chỉ tiêu khác trong cùng thời gian hiệu lực")
    return pl.DataFrame([row[1:] for row in rows], schema=REFERENCE["targets"].schema, orient="row")


def read_baselines(text: str, units: pl.DataFrame) -> pl.DataFrame:
    """The mart `baselines`: rates of earlier months that the lake does not hold, as a source states them; "" = none.

    `units`: as for `read_targets`. `scope`: a unit_id, a unit_group or `all`. Raises ValueError in one line that names
    the row.
    """
    checked(units, _GROUPS, "read_baselines: units", more=True)
    file = "baselines.csv"
    known = {ALL, *RATED_GROUPS, *units.filter(pl.col("unit_group") != CENTRES)["unit_id"]}
    rows: dict[tuple[str, str], tuple[object, ...]] = {}
    for line, row in _rows(file, text, _BASELINES) if text else ():
        _cell(file, line, row, "month", _month, "phải là tháng dạng YYYY-MM")
        month, scope = row["month"], row["scope"]
        if scope not in known:
            raise _fault(
                file, line, f"scope “{scope}”: không phải đơn vị hay khối nào trong units.csv, cũng không là all"
            )
        if (month, scope) in rows:
            raise _fault(file, line, f"{month}, {scope}: đã có ở dòng trước")
        if not row["source"]:
            raise _fault(file, line, "source: không được để trống")
        percent = _cell(file, line, row, "rate_pct", _percent, "phải là số từ 0 đến 100, nhiều nhất hai chữ số lẻ")
        rows[month, scope] = (month, scope, percent, row["source"])
    return pl.DataFrame(list(rows.values()), schema=REFERENCE["baselines"].schema, orient="row")


def _rows(file: str, text: str, needed: Collection[str], optional: Collection[str] = ()) -> Iterator[tuple[int, _Row]]:
    """Line and cells of each row, blanks as ""; the header must hold `needed` and may hold `optional`."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = list(reader.fieldnames or [])
        if len(header) != len(set(header)) or not set(needed) <= set(header) <= {*needed, *optional}:
            raise _fault(
                file, 1, f"các cột phải là {', '.join(needed)}" + "".join(f"; có thể có {o}" for o in optional)
            )
        for cells in reader:
            if None in cells or None in cells.values():
                raise _fault(file, reader.line_num, f"phải có {len(header)} ô như dòng tiêu đề")
            yield reader.line_num, dict.fromkeys(optional, "") | {name: cell.strip() for name, cell in cells.items()}
    except csv.Error as error:
        raise _fault(file, reader.line_num + 1, f"không đọc được CSV ({error})") from error


def _cell(file: str, line: int, row: _Row, column: str, read: Callable[[str], T], wanted: str) -> T:
    try:
        return read(row[column])
    except (ValueError, InvalidOperation):
        raise _fault(file, line, f"{column} “{row[column]}”: {wanted}") from None


def _month(cell: str) -> str:
    first, _ = CALENDAR.span(cell)
    if cell != f"{first:%Y-%m}":
        raise ValueError(cell)
    return cell


def _date_if_any(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _percent(cell: str) -> Decimal:
    value = Decimal(cell)
    if not 0 <= value <= 100 or value != round(value, 2):
        raise ValueError(cell)
    return value


def _fault(file: str, line: int, why: str) -> ValueError:
    return ValueError(f"{file}: dòng {line}: {why}")

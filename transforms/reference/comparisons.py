"""Reads reference/targets.csv and baselines.csv into checked frames; an error names all rows at fault."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations

import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.csv_file import CsvFile
from transforms.dictionary.frames import checked
from transforms.dictionary.problems import raise_if_any
from transforms.reference.metric_file import ONLINE_RATE
from transforms.reference.months import CALENDAR
from transforms.reference.organisation import ALL, Organisation
from transforms.reference.unit_file import UNITS

_TARGETS = ("target_pct", "legal_basis", "valid_from", "valid_to")
_BASELINES = ("month", "scope", "rate_pct", "source")

_GROUPS = pl.Schema({name: UNITS[name] for name in ("unit_id", "unit_group")})
# scope, unit_group, unit_id, percent, legal basis, first and last day, metric
_Target = tuple[str, str, str | None, Decimal | None, str, date, date | None, str]


def read_targets(
    text: str, units: pl.DataFrame, organisation: Organisation, metrics: Collection[str] | None = None
) -> pl.DataFrame:
    """The mart `targets`: of a group, of all together, or, where `unit_id` is given, of one unit.

    `units`: UNITS, of which `unit_id` and `unit_group` are read; more columns allowed. `scope` is what a target is for:
    the unit, else the group. `metrics`: the ids of the metrics that the marts compute (None: not checked); a row
    without a metric is a target of the online rate. Raises ConfigurationError with all rows that are wrong.
    """
    checked(units, _GROUPS, "read_targets: units", more=True)
    file = CsvFile("targets.csv", text, ("unit_group", *_TARGETS), ("unit_id", "metric"))
    groups = dict(units.select("unit_id", "unit_group").iter_rows())
    rows: list[tuple[int, _Target]] = []
    for line, row in file.rows:
        before = len(file.problems)
        unit_id = row["unit_id"] or None
        if unit_id is not None and unit_id not in groups:
            file.fault(line, "không có trong units.csv", "cột unit_id", unit_id, groups)
        own_group = groups.get(unit_id or "")
        if own_group in organisation.without_rate:
            file.fault(line, f"đơn vị khối {own_group} không có tỷ lệ trực tuyến", "cột unit_id", unit_id)
        elif (own_group is None and unit_id is None) or (own_group and row["unit_group"]):
            file.one_of(line, row, "unit_group", (own_group,) if own_group else (*organisation.rated, ALL))
        metric = row["metric"] or ONLINE_RATE
        if metrics is not None and metric != ONLINE_RATE and metric not in metrics:
            file.fault(line, "không phải chỉ số được tính trong metrics.toml", "cột metric", metric, metrics)
        since, until = file.span(line, row)
        percent = _percent(file, line, row, "target_pct")
        if not row["legal_basis"]:
            file.fault(line, "không được để trống", "cột legal_basis")
        group = row["unit_group"] or own_group or ""
        if len(file.problems) == before and since:
            target = (unit_id or group, group, unit_id, percent, row["legal_basis"], since, until, metric)
            rows.append((line, target))
    for (_, (one, *_, since, until, metric)), (line, (other, *_, later, end, of)) in combinations(rows, 2):
        if (one, metric) == (other, of) and since <= (end or date.max) and later <= (until or date.max):
            file.fault(line, "đã có chỉ tiêu khác trong cùng thời gian hiệu lực", other)
    raise_if_any(file.problems)
    return pl.DataFrame([row for _, row in rows], schema=REFERENCE["targets"].schema, orient="row")


def read_baselines(text: str, units: pl.DataFrame, organisation: Organisation) -> pl.DataFrame:
    """The mart `baselines`: rates of earlier months that the lake does not hold, as a source states them; "" = none.

    `units`: as for `read_targets`. `scope`: a unit_id, a unit_group or `all`. Raises ConfigurationError with all rows
    that are wrong.
    """
    checked(units, _GROUPS, "read_baselines: units", more=True)
    file = CsvFile("baselines.csv", text or ",".join(_BASELINES), _BASELINES)
    known = {ALL, *organisation.rated, *_rated(units, organisation)}
    rows: dict[tuple[str, str], tuple[object, ...]] = {}
    for line, row in file.rows:
        month, scope = row["month"], row["scope"]
        if not _is_month(month):
            file.fault(line, "phải là tháng dạng YYYY-MM", "cột month", month)
        if scope not in known:
            file.fault(
                line, "không phải đơn vị hay khối nào trong units.csv, cũng không là all", "cột scope", scope, known
            )
        if (month, scope) in rows:
            file.fault(line, "đã có ở dòng trước", f"{month}, {scope}")
        if not row["source"]:
            file.fault(line, "không được để trống", "cột source")
        rows[month, scope] = (month, scope, _percent(file, line, row, "rate_pct"), row["source"])
    raise_if_any(file.problems)
    return pl.DataFrame(list(rows.values()), schema=REFERENCE["baselines"].schema, orient="row")


def _rated(units: pl.DataFrame, organisation: Organisation) -> list[str]:
    """The ids of the units that have a rate."""
    return [id_ for id_, group in units.select(*_GROUPS).iter_rows() if group not in organisation.without_rate]


def _is_month(cell: str) -> bool:
    try:
        return cell == f"{CALENDAR.span(cell)[0]:%Y-%m}"
    except (ValueError, OverflowError):
        return False


def _percent(file: CsvFile, line: int, row: Mapping[str, str], column: str) -> Decimal | None:
    try:
        value = Decimal(row[column])
        if 0 <= value <= 100 and value == round(value, 2):
            return value
    except InvalidOperation:
        pass
    file.fault(line, "phải là số từ 0 đến 100, nhiều nhất hai chữ số lẻ", f"cột {column}", row[column])
    return None

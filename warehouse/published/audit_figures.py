"""What the audit asks of the figures in a marts file: bounds, sums, validity, falls, and what counted before.

Like audit.py it imports nothing of the project. Structure and copies are compared there.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import _duckdb as duckdb

from warehouse.published.audit_metrics import METRIC_MARTS, metric_differences
from warehouse.published.audit_queries import answers, rows_of
from warehouse.published.audit_rankings import RANKINGS, ranking_differences
from warehouse.published.audit_scores import SCORE_MARTS, score_differences

_CASES = "sum(online), sum(in_person), sum(total)"
# The sums over units, fields and groups, and the row `all` with the groups apart: each must equal the lake's, as many
# as it has of them. {sums}: groups made of others, {apart}: groups that are no part of `all`.
_SUMS = {
    "monthly_unit_rates": f"SELECT month, {_CASES}, count(total) FROM marts.monthly_unit_rates GROUP BY month",
    "monthly_field_rates": f"SELECT month, {_CASES} FROM marts.monthly_field_rates GROUP BY month",
    "monthly_group_rates (các khối)": (
        f"SELECT month, {_CASES}, sum(units_counted) FROM marts.monthly_group_rates "
        "WHERE unit_group NOT IN ('all', {sums}) GROUP BY month"
    ),
    "monthly_group_rates": (
        f"SELECT month, {_CASES}, sum(units_counted) FROM marts.monthly_group_rates "
        "WHERE unit_group IN ('all', {apart}) GROUP BY month"
    ),
}

_ACCEPTED = "outcome IN ('accepted', 'accepted_with_warnings')"
_LAST = "max_by(concat_ws(':', unit_id, business_date, contract, 'v' || version), business_date)"  # of export_status

_DAYS = "SELECT month, count(DISTINCT unit_id), count(*) FROM marts.daily_unit_rates GROUP BY month"

# Days and units of the units, of the groups, and of `all`: the lake's sums say nothing of these.
_TOGETHER = """
SELECT month FROM (
    SELECT month, sum(days_expected) AS expected, sum(days_accepted) AS accepted, NULL AS units
    FROM marts.monthly_unit_rates GROUP BY month
    UNION ALL
    SELECT month, sum(days_expected), sum(days_accepted), sum(units_expected)
    FROM marts.monthly_group_rates WHERE unit_group NOT IN ('all', {sums}) GROUP BY month
    UNION ALL
    SELECT month, sum(days_expected), sum(days_accepted), sum(units_expected)
    FROM marts.monthly_group_rates WHERE unit_group IN ('all', {apart}) GROUP BY month
)
GROUP BY month
HAVING count(*) <> 3 OR min(expected) <> max(expected) OR min(accepted) <> max(accepted) OR min(units) <> max(units)
ORDER BY month
"""

# Units whose figures are blank though a day counts, or the other way round.
_BLANKS = """
SELECT rates.month, rates.unit_id
FROM marts.monthly_unit_rates AS rates
LEFT JOIN (SELECT DISTINCT month, unit_id FROM marts.daily_unit_rates) AS days USING (month, unit_id)
WHERE (days.unit_id IS NULL) IS DISTINCT FROM (rates.total IS NULL)
    OR (rates.online IS NULL) <> (rates.total IS NULL) OR (rates.in_person IS NULL) <> (rates.total IS NULL)
ORDER BY ALL
"""

# The three channels at level 4, and what the wide marts have online and, with post, in person.
_CHANNELS = """
SELECT DISTINCT month, member
FROM (
    SELECT month, unit_id AS member, online, in_person FROM marts.monthly_unit_rates
    UNION ALL
    SELECT month, unit_group, online, in_person FROM marts.monthly_group_rates
) AS wide
FULL JOIN (
    SELECT
        month, member,
        sum(cases) FILTER (channel_id = 'online') AS online,
        sum(cases) FILTER (channel_id <> 'online') AS in_person
    FROM marts.monthly_channel_counts
    WHERE service_level = 4
    GROUP BY month, member
) AS channels USING (month, member)
WHERE (wide.online, wide.in_person) IS DISTINCT FROM (channels.online, channels.in_person)
ORDER BY ALL
"""

_ANY_OUTSIDE = """
SELECT unit_id
FROM (SELECT unit_id, min(business_date) AS first, max(business_date) AS last FROM marts.daily_unit_rates GROUP BY ALL)
JOIN marts.units USING (unit_id)
WHERE first < valid_from OR last > valid_to
LIMIT 1
"""
_OUTSIDE = """
SELECT delivery_id
FROM marts.daily_unit_rates JOIN marts.units USING (unit_id)
WHERE business_date < valid_from OR business_date > valid_to
ORDER BY business_date, unit_id
"""

# Of two successive month-to-date deliveries of a unit and month, and of two successive months of a year: the second
# where one of its cumulative figures is smaller. Cases in person alone are not asked for: the rules hold such a fall
# back, but lakes of earlier versions have some.
_FALLS = f"""
WITH processing AS (
    SELECT month, unit_id, {_LAST} AS delivery_id
    FROM marts.export_status
    WHERE contract = 'processing' AND {_ACCEPTED}
    GROUP BY month, unit_id
),
to_date AS (
    SELECT
        unit_id, business_date AS last_day, delivery_id AS delivery, [month_online, month_total] AS figures,
        lag(business_date) OVER earlier AS first_day, lag(delivery_id) OVER earlier AS delivery_before,
        lag([month_online, month_total]) OVER earlier AS before
    FROM marts.daily_unit_rates
    WHERE basis = 'month_to_date'
    WINDOW earlier AS (PARTITION BY month, unit_id ORDER BY business_date)
    UNION ALL
    SELECT
        unit_id, as_of, delivery_id, [received_ytd, settled_ytd, settled_on_time_ytd],
        lag(period_from) OVER of_year, lag(delivery_id) OVER of_year,
        lag([received_ytd, settled_ytd, settled_on_time_ytd]) OVER of_year
    FROM marts.monthly_processing LEFT JOIN processing USING (month, unit_id)
    WHERE received_ytd IS NOT NULL
    WINDOW of_year AS (PARTITION BY month[:4], unit_id ORDER BY month)
)
SELECT unit_id, first_day::VARCHAR, last_day::VARCHAR, delivery_before, delivery, before, figures
FROM to_date
WHERE figures[1] < before[1] OR figures[2] < before[2] OR figures[3] < before[3]
ORDER BY first_day, unit_id
"""

# What counted in the publication before and does not in this one.
_LOST = f"""
SELECT unit_id, business_date::VARCHAR, delivery_id
FROM previous.marts.daily_unit_rates ANTI JOIN marts.daily_unit_rates USING (unit_id, business_date)
UNION ALL
SELECT unit_id, business_date::VARCHAR, concat_ws(':', unit_id, business_date, contract, 'v' || version)
FROM (FROM previous.marts.export_status WHERE contract = 'processing' AND {_ACCEPTED})
ANTI JOIN (FROM marts.export_status WHERE {_ACCEPTED}) USING (unit_id, business_date, contract)
ORDER BY ALL
"""
_NAMED = 5  # deliveries named in a line
_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_SHARE = "DECIMAL(5,2)"  # of rates and targets; changes are wider


_PROCESSED = (
    "SELECT month, sum(received_ytd), sum(settled_ytd), sum(settled_on_time_ytd) "
    "FROM marts.monthly_processing GROUP BY month"
)


def figure_differences(connection: duckdb.DuckDBPyConnection, expected: dict[str, Any]) -> Iterator[str]:
    """The figures that must not be, one line each; `expected`: as in audit.py."""
    outside = _out_of_bounds(connection, expected["tables"])
    wide = list(_wide_differences(connection, expected, outside))
    yield from wide
    # what is wrong in a wide mart is not said again of the same figures in the marts of metrics and channels
    for name in (*METRIC_MARTS, *SCORE_MARTS) if not wide else ():
        if outside[name]:
            yield from _bounds(connection, name, expected["tables"][name]["columns"])
    metrics = list(metric_differences(connection, **_groups(expected), signed=expected["signed"], with_wide=not wide))
    metrics += score_differences(connection)
    yield from metrics
    # what is wrong in a rate is not said again of its rank
    if not (wide or metrics):
        yield from ranking_differences(connection)
    for month, member in rows_of(connection, _CHANNELS) if not wide else ():
        yield f"monthly_channel_counts tháng {month}: {member}: mức độ 4 khác tỷ lệ trực tuyến"


def _groups(expected: dict[str, Any]) -> dict[str, str]:
    return {name: ", ".join(map(_text, expected[name] or [""])) for name in ("sums", "apart")}


def _wide_differences(
    connection: duckdb.DuckDBPyConnection, expected: dict[str, Any], outside: Mapping[str, bool]
) -> Iterator[str]:
    for name, table in expected["tables"].items():
        if outside[name] and name not in (*METRIC_MARTS, *SCORE_MARTS, RANKINGS):
            yield from _bounds(connection, name, table["columns"])
    yield from _outside(connection)
    groups = _groups(expected)
    for source, query in _SUMS.items():
        yield from _sums(
            connection,
            source,
            query.format(**groups),
            "trực tuyến, trực tiếp, tổng số, đơn vị có số liệu",
            expected["months"],
        )
    days = {month: figures[3:] for month, figures in expected["months"].items()}
    yield from _sums(connection, "daily_unit_rates", _DAYS, "đơn vị, ngày có số liệu", days)
    for (month,) in rows_of(connection, _TOGETHER.format(**groups)):
        yield f"tháng {month}: số ngày, số đơn vị của các đơn vị, của các khối và của tất cả không bằng nhau"
    for month, unit_id in rows_of(connection, _BLANKS):
        yield f"monthly_unit_rates tháng {month}: {unit_id} để trống dù có ngày được tính, hoặc có số dù không ngày nào"
    yield from _sums(connection, "monthly_processing", _PROCESSED, "lũy kế từ đầu năm", expected["processed"])


def falls(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """Cumulative figures that fall: unit, first and last day concerned, deliveries before and after, their figures.

    The figures: online and total of the month, between two days; or received, settled and settled on time of the year,
    between two months.
    """
    return [list(row) for row in rows_of(connection, _FALLS)]


def lost(connection: duckdb.DuckDBPyConnection, previous: str | None) -> list[Any]:
    """What counted in the file `previous` and does not now: unit, day, delivery.

    Nothing where there is no such file, it cannot be read, or it lacks columns.
    """
    if previous is None:
        return []
    try:
        connection.execute(f"ATTACH {quoted(Path(previous))} AS previous (READ_ONLY)")
        return [list(row) for row in rows_of(connection, _LOST)]
    except duckdb.Error:  # this file has all that the query needs, as its shape was compared with the dictionary
        return []


def _out_of_bounds(connection: duckdb.DuckDBPyConnection, tables: dict[str, dict[str, Any]]) -> dict[str, bool]:
    """Whether each table has counts below zero, or shares below 0 or above 100 per cent."""
    asked = {
        name: f"SELECT coalesce(bool_or({' OR '.join(wrong.values())}), false) FROM marts.{name}"
        for name, table in tables.items()
        if (wrong := _wrong(table["columns"]))
    }
    return dict.fromkeys(tables, False) | {name: found for name, (found,) in answers(connection, asked, tables).items()}


def _wrong(columns: dict[str, tuple[str, bool, str]]) -> dict[str, str]:
    """Of each column with bounds the condition for being outside of them."""
    wrong = {column: f"{column} < 0" for column, (kind, *_) in columns.items() if kind in _WHOLE_NUMBERS}
    return wrong | {
        column: f"{column} NOT BETWEEN 0 AND 100" for column, (kind, *_) in columns.items() if kind == _SHARE
    }


def _bounds(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, tuple[str, bool, str]]
) -> Iterator[str]:
    """What is out of bounds in a table, a line each column, with the deliveries that it comes from."""
    wrong = _wrong(columns)
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in wrong.values())
    (found,) = rows_of(connection, f"SELECT {counts} FROM marts.{name}")
    for (column, condition), rows in zip(wrong.items(), found, strict=True):
        if rows:
            what = "số âm" if columns[column][0] in _WHOLE_NUMBERS else "tỷ lệ ngoài 0–100"
            yield f"{name}.{column}: {rows} dòng có {what}{_from(connection, name, columns, condition)}"


def _from(connection: duckdb.DuckDBPyConnection, name: str, columns: Container[str], condition: str) -> str:
    """The deliveries of those rows of a mart, and what to do with them; nothing where the mart names no unit."""
    if "delivery_id" in columns:
        query = f"SELECT DISTINCT delivery_id FROM marts.{name} WHERE {condition} ORDER BY ALL"
    elif name == "monthly_processing":
        query = (
            f"SELECT {_LAST} FROM (FROM marts.export_status WHERE contract = 'processing' AND {_ACCEPTED}) "
            f"SEMI JOIN (FROM marts.monthly_processing WHERE {condition}) USING (month, unit_id) "
            "GROUP BY month, unit_id ORDER BY ALL"
        )
    else:
        return ""
    deliveries = [delivery for (delivery,) in rows_of(connection, query)]
    return (
        f", từ {_listed(deliveries)}; thu hồi lần gửi sai: tyle quarantine withdraw {deliveries[0]}"
        if deliveries
        else ""
    )


def _outside(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if rows_of(connection, _ANY_OUTSIDE):  # in a quarter of the time of the other
        deliveries = [delivery for (delivery,) in rows_of(connection, _OUTSIDE)]
        yield (
            f"daily_unit_rates: tính {len(deliveries)} ngày ngoài thời gian hiệu lực của đơn vị: "
            f"{_listed(deliveries)}; sửa reference/units.csv, hoặc thu hồi các lần gửi này: "
            f"tyle quarantine withdraw {deliveries[0]}"
        )


def _listed(names: list[str]) -> str:
    more = f" và {len(names) - _NAMED} nữa" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _sums(
    connection: duckdb.DuckDBPyConnection, source: str, query: str, what: str, months: dict[str, list[int]]
) -> Iterator[str]:
    result = connection.execute(query)
    width = len(result.description) - 1  # the expectation may hold more figures than this query gives
    found = {month: [int(figure or 0) for figure in figures] for month, *figures in result.fetchall()}
    for month in sorted(found.keys() | months.keys()):
        want = (months.get(month) or [0] * width)[:width]
        have = found.get(month) or [0] * width
        if want != have:
            yield f"{source} tháng {month}: {what} là {have}, theo kho dữ liệu là {want}"


def quoted(path: Path) -> str:
    """The path as an SQL text."""
    return _text(str(path))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

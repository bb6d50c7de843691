"""What the audit asks of the marts of metrics: rates, targets, sums, and that they agree with the wide marts.

Like audit.py it imports nothing of the project. Bounds, keys and comments are compared there.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Iterator, Sequence

import _duckdb as duckdb

from warehouse.published.audit_queries import counts

METRIC_MARTS = ("monthly_rates", "daily_rates")

# Hundredths of a percent, rounded half up to the metric's decimals; null where there is none. {part}, {whole}: columns.
_HUNDREDTHS = (
    "CASE WHEN {whole} > 0 AND {part} BETWEEN 0 AND {whole} THEN "
    "(CAST({part} AS HUGEINT) * 20000 + CAST({whole} AS HUGEINT) * step) // (CAST({whole} AS HUGEINT) * 2 * step) "
    "* step END"
)
_STEPPED = (
    "(SELECT rates.*, direction, metric_kind = 'ratio' AS is_computed, CAST(pow(10, 2 - decimals) AS INTEGER) AS step "
    "FROM marts.{mart} AS rates LEFT JOIN marts.metrics USING (metric_id, metric_version))"
)
_RATES = (
    ("monthly_rates", "rate", "numerator", "denominator"),
    ("daily_rates", "rate", "numerator", "denominator"),
    ("daily_rates", "month_rate", "month_numerator", "month_denominator"),
)


def _meets(hundredths: str) -> str:
    return f"CASE direction WHEN 'up' THEN {hundredths} >= target * 100 ELSE {hundredths} <= target * 100 END"


def _moved(by: str) -> str:
    """The rate with so many cases more in the numerator, or fewer where less is better."""
    part = f"(numerator + CASE direction WHEN 'up' THEN ({by}) ELSE -({by}) END)"
    return _HUNDREDTHS.format(part=part, whole="denominator")


_MOVED, _MOVED_LESS = f"({_moved('needed')})", f"({_moved('needed - 1')})"
_MONTHLY = _STEPPED.format(mart="monthly_rates")
# `needed` is the least with which the target is met, where the numerator is part of the denominator.
_QUESTIONS = (
    (
        "dòng có meets_target khác tỷ lệ so với chỉ tiêu",
        f"SELECT count(*) FROM {_MONTHLY} WHERE meets_target IS DISTINCT FROM {_meets('(rate * 100)')}",
    ),
    (
        "dòng có needed không phải số ít nhất để đạt chỉ tiêu",
        (
            f"SELECT count(*) FROM {_MONTHLY} WHERE numerator BETWEEN 0 AND denominator "
            f"AND (needed IS NULL <> (target IS NULL OR denominator = 0) OR NOT {_meets(_MOVED)} "
            f"OR (needed > 0 AND {_meets(_MOVED_LESS)}))"
        ),
    ),
    (
        "dòng có mức tăng/giảm khác hiệu của hai tỷ lệ",
        (
            "SELECT count(*) FROM marts.monthly_rates WHERE change IS DISTINCT FROM rate - previous_rate "
            "OR baseline_change IS DISTINCT FROM rate - baseline_rate"
        ),
    ),
)

# Yearly metrics are of units that may be in no group with a rate, and have no days.
_DAILY = (
    "SEMI JOIN (FROM marts.metrics WHERE contracts NOT IN ('processing', 'scores')) USING (metric_id, metric_version)"
)
# Sums of the units, of the groups, and of all. {sums}: groups made of others, {apart}: groups that are no part of all.
_SUMMED = ("numerator", "denominator", "units_expected", "units_counted", "days_expected", "days_accepted")
_TOGETHER = """
SELECT DISTINCT month, metric_id FROM (
    SELECT month, metric_id, {figures} FROM marts.monthly_rates {daily} WHERE scope = 'unit' GROUP BY ALL
    UNION ALL
    SELECT month, metric_id, {figures} FROM marts.monthly_rates {daily}
    WHERE scope = 'group' AND member NOT IN ({sums}) GROUP BY ALL
    UNION ALL
    SELECT month, metric_id, {figures} FROM marts.monthly_rates {daily}
    WHERE scope = 'all' OR (scope = 'group' AND member IN ({apart})) GROUP BY ALL
)
GROUP BY month, metric_id
HAVING count(*) <> 3 OR {differ}
ORDER BY ALL
"""

# The month's figure of a unit is that of its last day.
_LAST_DAYS = f"""
SELECT DISTINCT month, metric_id
FROM (
    SELECT month, metric_id, unit_id, max_by(month_numerator, business_date) AS part,
        max_by(month_denominator, business_date) AS whole, max_by(metric_version, business_date) AS version
    FROM marts.daily_rates GROUP BY ALL
) AS days
FULL JOIN (
    SELECT *, member AS unit_id FROM marts.monthly_rates {_DAILY}
    WHERE scope = 'unit' AND (numerator IS NOT NULL OR denominator IS NOT NULL)
)
USING (month, metric_id, unit_id)
WHERE (part, whole, version) IS DISTINCT FROM (numerator, denominator, metric_version)
ORDER BY ALL
"""

# The versions in force: the one that the month was closed with, else by the first day of the period.
# {{signed}}: rows of month, metric and version. In the text, since DuckDB imports pandas for a value given beside it.
_IN_FORCE = f"""
WITH signed(month, metric_id, version) AS (VALUES {{signed}})
SELECT DISTINCT month, metric_id
FROM (
    SELECT month, metric_id, max(metric_version) AS version
    FROM (SELECT DISTINCT month, period_from FROM marts.monthly_unit_rates)
    CROSS JOIN marts.metrics
    LEFT JOIN signed USING (month, metric_id)
    WHERE is_enabled AND metric_kind = 'ratio' AND contracts <> 'processing' AND coalesce(
        metric_version = CAST(signed.version AS INTEGER),
        period_from BETWEEN coalesce(valid_from, period_from) AND coalesce(valid_to, period_from)
    )
    GROUP BY ALL
)
FULL JOIN (SELECT DISTINCT month, metric_id, metric_version FROM marts.monthly_rates {_DAILY}) USING (month, metric_id)
WHERE version IS DISTINCT FROM metric_version
ORDER BY ALL
"""

# What a wide mart has in one column, and monthly_rates of the online rate's first version in another.
_SAME = (
    *("unit_group", "period_from", "period_to", "as_of", "meets_target", "baseline_month"),
    *("days_expected", "days_accepted", "is_complete", "has_override", "override_ids"),
    "counted_for",
)
_WIDE = dict(zip(_SAME, _SAME, strict=True)) | {
    "numerator": "online",
    "denominator": "total",
    "rate": "online_rate_pct",
    "target": "target_pct",
    "needed": "online_needed",
}
# Of a month that was computed by another version there is nothing to compare with.
_COMPARED = {
    "previous_is_complete": "previous_is_complete",
    "baseline_is_complete": "baseline_is_complete",
    "previous_rate": "previous_rate_pct",
    "change": "change_points",
    "baseline_rate": "baseline_rate_pct",
    "baseline_change": "baseline_change_points",
}
_MEMBERS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("monthly_unit_rates", "unit_id", "scope = 'unit'", {}),
    (
        "monthly_group_rates",
        "unit_group",
        "scope <> 'unit'",
        {name: name for name in ("units_expected", "units_counted")},
    ),
)
_OTHERS = """
SELECT count(*) FROM (SELECT DISTINCT month FROM marts.monthly_unit_rates)
LEFT JOIN (SELECT DISTINCT month, metric_version FROM marts.monthly_rates WHERE metric_id = 'online_rate') USING (month)
WHERE metric_version IS DISTINCT FROM 1
"""
_ON_TIME = "metric_id = 'on_time_rate' AND metric_version = 1"
_FIRST = "metric_id = 'online_rate' AND metric_version = 1"


def metric_differences(
    connection: duckdb.DuckDBPyConnection, sums: str, apart: str, *, signed: Sequence[Sequence[object]], with_wide: bool
) -> Iterator[str]:
    """What must not be, a line each; `sums`, `apart`: quoted groups; `signed`: as in audit.py.

    `with_wide`: whether to compare with the wide marts.
    """
    found = counts(connection, [*(_unlike_parts(*rate) for rate in _RATES), *(query for _, query in _QUESTIONS)])
    for (mart, rate, *_), rows in zip(_RATES, found, strict=False):
        if rows:
            yield f"{mart}: {rows} dòng có {rate} khác tử số / mẫu số"
    for (what, _), rows in zip(_QUESTIONS, found[len(_RATES) :], strict=True):
        if rows:
            yield f"monthly_rates: {rows} {what}"
    figures = ", ".join(f"sum({name}) AS {name}" for name in _SUMMED)
    differ = " OR ".join(f"min({name}) IS DISTINCT FROM max({name}) OR count({name}) NOT IN (0, 3)" for name in _SUMMED)
    together = _TOGETHER.format(figures=figures, differ=differ, sums=sums, apart=apart, daily=_DAILY)
    in_force = _IN_FORCE.format(signed=", ".join(map(_row, signed)) or "(NULL, NULL, 0)")
    for query, what in (
        (together, "các tổng của các đơn vị, của các khối và của tất cả không bằng nhau"),
        (_LAST_DAYS, "số của tháng khác lũy kế ngày cuối trong daily_rates"),
        (in_force, "không phải phiên bản có hiệu lực trong metrics"),
    ):
        for month, metric in connection.execute(query).fetchall():
            yield f"monthly_rates tháng {month}, {metric}: {what}"
    if with_wide:
        yield from _unlike_wide(connection)


def _unlike_parts(mart: str, rate: str, part: str, whole: str) -> str:
    """How many rows have a rate that is not that of its parts."""
    right = _HUNDREDTHS.format(part=part, whole=whole)
    stepped = _STEPPED.format(mart=mart)
    return f"SELECT count(*) FROM {stepped} WHERE is_computed AND {rate} * 100 IS DISTINCT FROM {right}"


def _unlike_wide(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Where the online rate, in its first version, is not what the wide marts say of it."""
    months = f"(SELECT DISTINCT month FROM marts.monthly_rates WHERE {_FIRST})"
    others, on_time = counts(connection, [_OTHERS, f"SELECT count(*) FROM marts.monthly_rates WHERE {_ON_TIME}"])
    compared = {} if others else _COMPARED
    for mart, key, members, more in _MEMBERS:
        columns = _WIDE | compared | more
        long = f"SELECT month, member, {_listed(list(columns))} FROM marts.monthly_rates WHERE {_FIRST} AND {members}"
        wide = (
            f"SELECT month, {key}, {_listed(list(columns.values()))} FROM marts.{mart} SEMI JOIN {months} USING (month)"
        )
        for (month,) in connection.execute(_unlike(long, wide)).fetchall():
            yield f"monthly_rates tháng {month}, online_rate: khác {mart}"
    processed = "settled_on_time, settled, on_time_pct, days_expected, days_accepted, override_ids"
    long = (
        "SELECT month, member, numerator, denominator, rate, days_expected, days_accepted, override_ids "
        f"FROM marts.monthly_rates WHERE {_ON_TIME} AND scope = 'unit'"
    )
    wide = f"SELECT month, unit_id, {processed} FROM marts.monthly_processing"
    if on_time:
        for (month,) in connection.execute(_unlike(long, wide)).fetchall():
            yield f"monthly_rates tháng {month}, on_time_rate: khác monthly_processing"
    long = (
        "SELECT month, unit_id, business_date, delivery_id, basis, month_numerator, month_denominator, month_rate, "
        f"CASE basis WHEN 'day' THEN numerator END, counted_for FROM marts.daily_rates WHERE {_FIRST}"
    )
    wide = (
        "SELECT month, unit_id, business_date, delivery_id, basis, month_online, month_total, month_rate_pct, "
        f"CASE basis WHEN 'day' THEN online END, counted_for "
        f"FROM marts.daily_unit_rates SEMI JOIN {months} USING (month)"
    )
    for (month,) in connection.execute(_unlike(long, wide)).fetchall():
        yield f"daily_rates tháng {month}, online_rate: khác daily_unit_rates"


def _unlike(one: str, other: str) -> str:
    """The months in which the rows of the two queries are not the same, each as often."""
    return (
        "SELECT DISTINCT month FROM ("
        f"SELECT * EXCLUDE (side), sum(side) AS more FROM (SELECT *, 1 AS side FROM ({one}) "
        f"UNION ALL SELECT *, -1 FROM ({other})) GROUP BY ALL HAVING more <> 0) ORDER BY month"
    )


def _row(values: Sequence[object]) -> str:
    return "(" + ", ".join("'" + str(value).replace("'", "''") + "'" for value in values) + ")"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)

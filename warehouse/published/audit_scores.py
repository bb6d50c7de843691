"""What the audit asks of published points: their maximum, what is lost, their rate, and that the marts agree.

Like audit.py it imports nothing of the project. Bounds, keys and comments are compared there.
"""

# ruff: noqa: S608 - names are the file's own

from collections.abc import Iterator

import _duckdb as duckdb

from warehouse.published.audit_queries import counts

SCORE_MARTS = ("monthly_scores", "daily_scores")

_POINTS = "CAST(points * 100 AS HUGEINT)"
_MAXIMUM = "CAST(points_maximum * 100 AS HUGEINT)"
_STEP = "CAST(pow(10, 2 - decimals) AS INTEGER)"
# Hundredths of a percent, rounded half up to the metric's decimals; null where the points are out of bounds.
_RATE = (
    f"CASE WHEN {_POINTS} BETWEEN 0 AND {_MAXIMUM} "
    f"THEN ({_POINTS} * 20000 + {_MAXIMUM} * {_STEP}) // ({_MAXIMUM} * 2 * {_STEP}) * {_STEP} END"
)
_WITH_METRIC = "LEFT JOIN marts.metrics USING (metric_id, metric_version)"
_QUESTIONS = (
    (
        "monthly_rates",
        "có điểm mà chỉ số không phải điểm được công bố, hoặc ngược lại",
        f"""FROM marts.monthly_rates {_WITH_METRIC}
        WHERE (metric_kind = 'given') IS DISTINCT FROM (points IS NOT NULL)""",
    ),
    *(
        (
            mart,
            "có điểm tối đa khác định nghĩa của chỉ số",
            f"FROM marts.{mart} {_WITH_METRIC} WHERE points_maximum IS DISTINCT FROM maximum AND points IS NOT NULL",
        )
        for mart in ("monthly_rates", "daily_scores")
    ),
    *(
        (
            mart,
            "có điểm ngoài khoảng từ 0 đến điểm tối đa mà không do quyết định nào",
            f"FROM marts.{mart} WHERE points NOT BETWEEN 0 AND points_maximum AND NOT has_override",
        )
        for mart in ("monthly_rates", "daily_scores")
    ),
    *(
        (
            mart,
            "có điểm bị mất khác điểm tối đa trừ điểm",
            f"FROM marts.{mart} WHERE points_lost IS DISTINCT FROM points_maximum - points",
        )
        for mart in ("monthly_rates", "daily_scores")
    ),
    *(
        (
            mart,
            "có rate khác điểm / điểm tối đa",
            f"""FROM marts.{mart} {_WITH_METRIC}
            WHERE points IS NOT NULL AND CAST(rate * 100 AS HUGEINT) IS DISTINCT FROM {_RATE}""",
        )
        for mart in ("monthly_rates", "daily_scores")
    ),
    (
        "monthly_scores",
        "có difference hoặc agrees khác hiệu của hai tỷ lệ",
        """FROM marts.monthly_scores WHERE difference IS DISTINCT FROM rate - own_rate
        OR agrees IS DISTINCT FROM (abs(rate - own_rate) <= tolerance)""",
    ),
    (
        "monthly_scores",
        "đặt cạnh số khác monthly_rates hoặc khác định nghĩa",
        """FROM (SELECT s.*, m.beside_metric_id AS beside_in_metrics, m.tolerance AS in_metrics
            FROM marts.monthly_scores AS s LEFT JOIN marts.metrics AS m USING (metric_id, metric_version)) AS scores
        LEFT JOIN marts.monthly_rates AS own ON own.month = scores.month AND own.metric_id = scores.beside_metric_id
            AND own.scope = scores.scope AND own.member = scores.member
        WHERE own.rate IS DISTINCT FROM scores.own_rate OR scores.beside_metric_id IS DISTINCT FROM beside_in_metrics
            OR scores.tolerance IS DISTINCT FROM in_metrics""",
    ),
)
_SHARED = (
    "month, metric_id, metric_version, scope, member, unit_group, scored_on, points, points_maximum, points_lost, rate"
)
# Whether the rows of the month are in both marts, and the last ones of daily_scores.
_GIVEN = f"SELECT {_SHARED} FROM marts.monthly_rates WHERE points IS NOT NULL"
_BESIDE = f"SELECT {_SHARED} FROM marts.monthly_scores"
_SAME = f"SELECT count(*) FROM (({_GIVEN} EXCEPT ALL {_BESIDE}) UNION ALL ({_BESIDE} EXCEPT ALL {_GIVEN}))"
_LAST = """
SELECT count(*) FROM (
    SELECT month, metric_id, unit_id, max(business_date) AS scored_on, max_by(points, business_date) AS points,
        max_by(delivery_id, business_date) AS delivery_id
    FROM marts.daily_scores GROUP BY ALL
) AS days
FULL JOIN marts.monthly_scores AS months
    ON months.month = days.month AND months.metric_id = days.metric_id AND months.delivery_id = days.delivery_id
WHERE (days.scored_on, days.points) IS DISTINCT FROM (months.scored_on, months.points)
"""


def score_differences(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What must not be, a line each."""
    *found, unlike, not_last = counts(
        connection, [*(f"SELECT count(*) {query}" for *_, query in _QUESTIONS), _SAME, _LAST]
    )
    for (mart, what, _), rows in zip(_QUESTIONS, found, strict=True):
        if rows:
            yield f"{mart}: {rows} dòng {what}"
    if unlike:
        yield f"monthly_scores: {unlike} dòng khác monthly_rates"
    if not_last:
        yield f"monthly_scores: {not_last} dòng khác ngày cuối trong daily_scores"

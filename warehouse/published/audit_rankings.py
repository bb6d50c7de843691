"""What the audit asks of the mart of rankings: that it agrees with the rates it ranks, and with the month before.

Like audit.py it imports nothing of the project.
"""

# ruff: noqa: S608 - names are the file's own

from collections.abc import Iterator

import _duckdb as duckdb

RANKINGS = "rankings"

_SHARED = ("metric_version", "rate", "is_small", "is_complete", "has_override", "override_ids")
_UNITS = "(SELECT * FROM marts.monthly_rates WHERE scope = 'unit')"
# The rows that both marts must have: each unit once, in the group of its rate.
_UNLIKE = f"""
SELECT DISTINCT month, metric_id
FROM marts.rankings AS ranked FULL JOIN {_UNITS} AS rates USING (month, metric_id, unit_group, member)
WHERE {" OR ".join(f"ranked.{name} IS DISTINCT FROM rates.{name}" for name in _SHARED)}
ORDER BY ALL
"""

# By counting the units of each rate: before a unit stand those of better rates. Joined by equalities alone, which
# DuckDB does by hashing.
_COUNTED = """
SELECT month, metric_id, unit_group, rate, TRUE AS is_ranked, ties,
    1 + sum(ties) OVER (PARTITION BY month, metric_id, unit_group ORDER BY better) - ties AS rank,
    sum(ties) OVER (PARTITION BY month, metric_id, unit_group) AS ranked_of
FROM (
    SELECT month, metric_id, unit_group, rate, CASE direction WHEN 'down' THEN rate ELSE 100 - rate END AS better,
        count(*) AS ties
    FROM marts.rankings JOIN marts.metrics USING (metric_id, metric_version)
    WHERE rate IS NOT NULL AND is_small IS NOT TRUE GROUP BY ALL
)
"""
_WRONG_RANKS = f"""
SELECT DISTINCT month, metric_id
FROM (SELECT *, is_small IS NOT TRUE AS is_ranked FROM marts.rankings) AS ranked
LEFT JOIN ({_COUNTED}) AS counted USING (month, metric_id, unit_group, rate, is_ranked)
WHERE (ranked.rank, ranked.ties) IS DISTINCT FROM (counted.rank, counted.ties)
    OR (counted.rank IS NOT NULL AND ranked.ranked_of IS DISTINCT FROM counted.ranked_of)
ORDER BY ALL
"""
_WRONG_LISTS = """
SELECT DISTINCT month, metric_id FROM (
    SELECT month, metric_id, list_order,
        row_number() OVER (PARTITION BY month, metric_id, unit_group ORDER BY list_order) AS place,
        count(rank) OVER (PARTITION BY month, metric_id, unit_group) AS ranked, rank, ranked_of,
        lag(rank) OVER (PARTITION BY month, metric_id, unit_group ORDER BY list_order) AS above
    FROM marts.rankings
)
WHERE list_order <> place OR ranked_of <> ranked OR (rank IS NOT NULL AND (place > ranked OR rank < above))
ORDER BY ALL
"""
_WRONG_CHANGES = """
SELECT DISTINCT month, metric_id FROM marts.rankings
WHERE rank_change IS DISTINCT FROM previous_rank - rank
    OR (previous_rank IS NULL AND previous_is_complete IS NOT NULL)
ORDER BY ALL
"""
# Where the file has the month before. What is cumulative for the year is compared with no month.
_OTHERS_BEFORE = """
WITH months AS (SELECT DISTINCT month, strftime(strptime(month, '%Y-%m') - INTERVAL 1 MONTH, '%Y-%m') AS before
    FROM marts.rankings)
SELECT DISTINCT this.month, this.metric_id
FROM marts.rankings AS this
JOIN marts.metrics USING (metric_id, metric_version)
JOIN months USING (month)
LEFT JOIN marts.rankings AS earlier ON earlier.month = months.before AND earlier.metric_id = this.metric_id
    AND earlier.metric_version = this.metric_version AND earlier.unit_group = this.unit_group
    AND earlier.member = this.member
WHERE months.before IN (SELECT month FROM months) AND this.previous_rank IS DISTINCT FROM
    CASE WHEN metrics.contracts IS DISTINCT FROM 'processing' THEN earlier.rank END
ORDER BY ALL
"""


def ranking_differences(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What must not be, a line each month and metric."""
    for query, what in (
        (_UNLIKE, "khác monthly_rates"),
        (_WRONG_RANKS, "hạng khác số đơn vị tốt hơn"),
        (_WRONG_LISTS, "thứ tự trong danh sách khác hạng"),
        (_WRONG_CHANGES, "thay đổi hạng khác hiệu của hai hạng"),
        (_OTHERS_BEFORE, "hạng tháng trước khác hạng đã xếp ở tháng đó"),
    ):
        for month, metric in connection.execute(query).fetchall():
            yield f"rankings tháng {month}, {metric}: {what}"

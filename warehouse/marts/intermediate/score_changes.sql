/*
description = """
Per change the published points that it changed, in words. Of both deliveries there must be points: one that did not count
states none."""
reads       = ["changes", "scores"]
*/
WITH points AS (
    SELECT
        changes.delivery_id,
        changes.is_withdrawal,
        scores.metric_id,
        scores.points_hundredths AS was,
        CAST(NULL AS BIGINT) AS is_now
    FROM changes
    JOIN scores ON scores.delivery_id = changes.delivery_before
    UNION ALL
    SELECT
        changes.delivery_id,
        changes.is_withdrawal,
        scores.metric_id,
        CAST(NULL AS BIGINT) AS was,
        scores.points_hundredths AS is_now
    FROM changes
    JOIN scores ON scores.delivery_id = changes.delivery_after
),

components AS (
    SELECT delivery_id, is_withdrawal, metric_id, MAX(was) AS was, MAX(is_now) AS is_now
    FROM points
    GROUP BY delivery_id, is_withdrawal, metric_id
),

worded AS (
    SELECT
        delivery_id,
        is_withdrawal,
        metric_id,
        metric_id || ': ' || COALESCE(CAST(CAST(was * 0.01 AS DECIMAL(6, 2)) AS STRING), '–') || ' → '
            || COALESCE(CAST(CAST(is_now * 0.01 AS DECIMAL(6, 2)) AS STRING), '–') AS change
    FROM components
    WHERE was IS DISTINCT FROM is_now
),

scored_twice AS (
    SELECT delivery_id, is_withdrawal
    FROM components
    GROUP BY delivery_id, is_withdrawal
    HAVING COUNT(was) > 0 AND COUNT(is_now) > 0
)

SELECT
    worded.delivery_id,
    worded.is_withdrawal,
    STRING_AGG(worded.change, '; ' ORDER BY worded.metric_id) AS other_changes
FROM worded
JOIN scored_twice
    ON scored_twice.delivery_id = worded.delivery_id
    AND scored_twice.is_withdrawal = worded.is_withdrawal
GROUP BY worded.delivery_id, worded.is_withdrawal

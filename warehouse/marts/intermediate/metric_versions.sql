/*
description = """
The version of each enabled metric that is in force in a month: the one that the month was closed with, else the newest
one that is valid on the first day of its period. `step`: to how many hundredths of a percent its rate is rounded.
`is_yearly` = 1: its counts are cumulative since the year began (contract `processing`); `is_of_groups` = 1: it is of the
units of certain groups."""
reads       = ["metric_groups", "metric_rules", "metrics", "period_as_of", "signed_versions"]
*/
WITH yearly AS (
    SELECT DISTINCT metric_id, metric_version FROM metric_rules WHERE contract = 'processing'
),

limited AS (
    SELECT DISTINCT metric_id, metric_version FROM metric_groups
),

valid AS (
    SELECT
        period_as_of.month,
        metrics.metric_id,
        metrics.metric_version,
        metrics.direction,
        metrics.min_denominator,
        CASE metrics.decimals WHEN 0 THEN 100 WHEN 1 THEN 10 ELSE 1 END AS step,
        CASE WHEN yearly.metric_id IS NULL THEN 0 ELSE 1 END AS is_yearly,
        CASE WHEN limited.metric_id IS NULL THEN 0 ELSE 1 END AS is_of_groups,
        ROW_NUMBER() OVER (
            PARTITION BY period_as_of.month, metrics.metric_id ORDER BY metrics.metric_version DESC
        ) AS place
    FROM period_as_of
    CROSS JOIN metrics
    LEFT JOIN signed_versions AS signed
        ON signed.month = period_as_of.month
        AND signed.metric_id = metrics.metric_id
    LEFT JOIN yearly ON yearly.metric_id = metrics.metric_id AND yearly.metric_version = metrics.metric_version
    LEFT JOIN limited ON limited.metric_id = metrics.metric_id AND limited.metric_version = metrics.metric_version
    WHERE metrics.is_enabled
        AND metrics.metric_kind = 'ratio'
        AND (
            metrics.metric_version = signed.metric_version
            OR (
                signed.metric_version IS NULL
                AND (metrics.valid_from IS NULL OR metrics.valid_from <= period_as_of.period_from)
                AND (metrics.valid_to IS NULL OR metrics.valid_to >= period_as_of.period_from)
            )
        )
)

SELECT month, metric_id, metric_version, direction, min_denominator, step, is_yearly, is_of_groups
FROM valid
WHERE place = 1

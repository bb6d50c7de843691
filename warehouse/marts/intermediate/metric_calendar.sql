/*
description = """
Each day of the period on which a contract of the metric was due (`expected` = 1) or a delivery gave it (`counted` = 1),
per unit of the metric, also the days after `as_of` (`is_due_yet` = 0). Not of yearly metrics."""
reads       = ["expected_days", "metric_days", "metric_rules", "metric_units", "period_as_of"]
*/
WITH days AS (
    SELECT
        units.month,
        units.metric_id,
        expected_days.unit_id,
        expected_days.business_date,
        1 AS expected,
        0 AS counted
    FROM metric_units AS units
    JOIN metric_rules AS rules
        ON rules.metric_id = units.metric_id
        AND rules.metric_version = units.metric_version
    JOIN expected_days
        ON expected_days.contract = rules.contract
        AND expected_days.unit_id = units.unit_id
        AND expected_days.business_date BETWEEN units.valid_from AND units.valid_until
    UNION ALL
    SELECT month, metric_id, unit_id, business_date, 0 AS expected, 1 AS counted FROM metric_days
),

merged AS (
    SELECT month, metric_id, unit_id, business_date, MAX(expected) AS expected, MAX(counted) AS counted
    FROM days
    GROUP BY month, metric_id, unit_id, business_date
)

SELECT
    merged.*,
    CASE WHEN merged.business_date <= period_as_of.as_of THEN 1 ELSE 0 END AS is_due_yet
FROM merged
JOIN period_as_of ON period_as_of.month = merged.month

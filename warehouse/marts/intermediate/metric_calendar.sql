/*
description = """
Each day of the period on which a contract of the metric was due (`expected` = 1) or a delivery gave it (`counted` = 1),
per valid unit, also the days after `as_of` (`is_due_yet` = 0). Not of yearly metrics."""
reads       = ["expected_days", "metric_days", "metric_rules", "metric_versions", "period_as_of", "valid_units"]
*/
WITH days AS (
    SELECT
        versions.month,
        versions.metric_id,
        expected_days.unit_id,
        expected_days.business_date,
        1 AS expected,
        0 AS counted
    FROM metric_versions AS versions
    JOIN metric_rules AS rules
        ON rules.metric_id = versions.metric_id
        AND rules.metric_version = versions.metric_version
    JOIN expected_days ON expected_days.contract = rules.contract
    JOIN valid_units
        ON valid_units.month = versions.month
        AND valid_units.unit_id = expected_days.unit_id
        AND expected_days.business_date BETWEEN valid_units.valid_from AND valid_units.valid_until
    WHERE versions.is_yearly = 0
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

/*
description = """
The last published points of each member and component in a month, with the overrides of their delivery, and the days on
which the unit should have sent its points (none where nobody expects them). `days_due`: also those after `as_of`."""
reads       = ["delivery_overrides", "expected_days", "period_as_of", "score_days"]
*/
WITH ranked AS (
    SELECT
        score_days.*,
        ROW_NUMBER() OVER (PARTITION BY month, metric_id, scope, member ORDER BY business_date DESC) AS place
    FROM score_days
),

sent AS (
    SELECT DISTINCT month, unit_id, business_date FROM score_days
),

days AS (
    SELECT
        period_as_of.month,
        expected_days.unit_id,
        COUNT(*) AS days_due,
        SUM(CASE WHEN expected_days.business_date <= period_as_of.as_of THEN 1 ELSE 0 END) AS days_expected,
        SUM(
            CASE WHEN expected_days.business_date <= period_as_of.as_of AND sent.unit_id IS NOT NULL THEN 1 ELSE 0 END
        ) AS days_accepted
    FROM period_as_of
    JOIN expected_days ON expected_days.business_date BETWEEN period_as_of.period_from AND period_as_of.period_to
    LEFT JOIN sent
        ON sent.month = period_as_of.month
        AND sent.unit_id = expected_days.unit_id
        AND sent.business_date = expected_days.business_date
    WHERE expected_days.contract = 'scores'
    GROUP BY period_as_of.month, expected_days.unit_id
),

overridden AS (
    SELECT delivery_id, STRING_AGG(override_id, ',' ORDER BY override_id) AS override_ids
    FROM delivery_overrides
    WHERE contract = 'scores'
    GROUP BY delivery_id
)

SELECT
    ranked.month,
    ranked.unit_id,
    ranked.business_date,
    ranked.delivery_id,
    ranked.metric_id,
    ranked.metric_version,
    ranked.scope,
    ranked.member,
    ranked.unit_group,
    ranked.points_hundredths,
    ranked.maximum_hundredths,
    ranked.hundredths,
    COALESCE(days.days_due, 0) AS days_due,
    COALESCE(days.days_expected, 0) AS days_expected,
    COALESCE(days.days_accepted, 0) AS days_accepted,
    overridden.override_ids
FROM ranked
LEFT JOIN days ON days.month = ranked.month AND days.unit_id = ranked.unit_id
LEFT JOIN overridden ON overridden.delivery_id = ranked.delivery_id
WHERE ranked.place = 1

/*
description = """
The last accepted delivery of each unit with contract `processing` in a month, which is cumulative since the year began,
and, `delivery_before`, that of the end of the month before (in January none; its figures are then 0). `grows`: both are
known, and no figure is smaller than before: then their difference is the month's. `days_due`: the expected days of the
whole period, also those after `as_of`."""
reads       = ["daily_counts", "deciding_deliveries", "expected_days", "period_as_of", "units"]
*/
WITH stated AS (
    SELECT
        deciding.month,
        deciding.unit_id,
        deciding.business_date,
        deciding.delivery_id,
        SUM(counts.received) AS received,
        SUM(counts.settled) AS settled,
        SUM(counts.settled_on_time) AS settled_on_time
    FROM deciding_deliveries AS deciding
    JOIN daily_counts AS counts
        ON counts.delivery_id = deciding.delivery_id
        AND counts.business_date = deciding.business_date
    JOIN units
        ON units.unit_id = deciding.unit_id
        AND units.valid_from <= deciding.business_date
        AND (units.valid_to IS NULL OR units.valid_to >= deciding.business_date)
    WHERE deciding.is_accepted = 1 AND deciding.contract = 'processing'
    GROUP BY deciding.month, deciding.unit_id, deciding.business_date, deciding.delivery_id
),

ranked AS (
    SELECT
        stated.*,
        ROW_NUMBER() OVER (PARTITION BY month, unit_id ORDER BY business_date DESC) AS place
    FROM stated
),

latest AS (
    SELECT * FROM ranked WHERE place = 1
),

due AS (
    SELECT
        period_as_of.month,
        expected_days.unit_id,
        MAX(expected_days.business_date) AS last_due,
        COUNT(*) AS days_due,
        SUM(CASE WHEN expected_days.business_date <= period_as_of.as_of THEN 1 ELSE 0 END) AS days_expected,
        SUM(
            CASE WHEN expected_days.business_date <= period_as_of.as_of AND stated.unit_id IS NOT NULL THEN 1 ELSE 0 END
        ) AS days_accepted
    FROM period_as_of
    JOIN expected_days ON expected_days.business_date BETWEEN period_as_of.period_from AND period_as_of.period_to
    JOIN units
        ON units.unit_id = expected_days.unit_id
        AND units.valid_from <= expected_days.business_date
        AND (units.valid_to IS NULL OR units.valid_to >= expected_days.business_date)
    LEFT JOIN stated
        ON stated.month = period_as_of.month
        AND stated.unit_id = expected_days.unit_id
        AND stated.business_date = expected_days.business_date
    WHERE expected_days.contract = 'processing'
    GROUP BY period_as_of.month, expected_days.unit_id
),

unit_months AS (
    SELECT month, unit_id FROM latest
    UNION
    SELECT month, unit_id FROM due WHERE days_expected > 0
),

ends AS (
    SELECT latest.*
    FROM latest
    JOIN period_as_of ON period_as_of.month = latest.month
    LEFT JOIN due ON due.month = latest.month AND due.unit_id = latest.unit_id
    WHERE latest.business_date >= COALESCE(due.last_due, period_as_of.period_to)
),

compared AS (
    SELECT
        unit_months.month,
        unit_months.unit_id,
        units.name AS unit_name,
        period_as_of.period_from,
        period_as_of.period_to,
        period_as_of.as_of,
        latest.delivery_id,
        latest.received AS received_ytd,
        latest.settled AS settled_ytd,
        latest.settled_on_time AS settled_on_time_ytd,
        CASE WHEN unit_months.month NOT LIKE '%-01' THEN ends.delivery_id END AS delivery_before,
        CASE WHEN unit_months.month LIKE '%-01' THEN 0 ELSE ends.received END AS received_before,
        CASE WHEN unit_months.month LIKE '%-01' THEN 0 ELSE ends.settled END AS settled_before,
        CASE WHEN unit_months.month LIKE '%-01' THEN 0 ELSE ends.settled_on_time END AS settled_on_time_before,
        COALESCE(due.days_due, 0) AS days_due,
        COALESCE(due.days_expected, 0) AS days_expected,
        COALESCE(due.days_accepted, 0) AS days_accepted
    FROM unit_months
    JOIN period_as_of ON period_as_of.month = unit_months.month
    JOIN units
        ON units.unit_id = unit_months.unit_id
        AND units.valid_from <= period_as_of.period_to
        AND (units.valid_to IS NULL OR units.valid_to >= period_as_of.period_from)
    LEFT JOIN latest ON latest.month = unit_months.month AND latest.unit_id = unit_months.unit_id
    LEFT JOIN due ON due.month = unit_months.month AND due.unit_id = unit_months.unit_id
    LEFT JOIN ends ON ends.month = period_as_of.previous_month AND ends.unit_id = unit_months.unit_id
)

SELECT
    compared.*,
    received_ytd >= received_before
        AND settled_ytd >= settled_before
        AND settled_on_time_ytd >= settled_on_time_before AS grows
FROM compared

/*
description = """
Cases per unit and counted day as the unit stated them, zeros included. A month-to-date delivery replaces all days
before it: `restarts_on` is the last such day so far, `in_month` marks the days that make up the month's figure."""
reads       = ["counted_deliveries", "delivery_figures"]
*/
WITH days AS (
    SELECT
        counted.*,
        COALESCE(figures.online, 0) AS online,
        COALESCE(figures.in_person, 0) AS in_person,
        COALESCE(figures.total, 0) AS total
    FROM counted_deliveries AS counted
    LEFT JOIN delivery_figures AS figures ON figures.delivery_id = counted.delivery_id
),

cumulative AS (
    SELECT DISTINCT month, unit_id
    FROM days
    WHERE basis = 'month_to_date'
),

-- Only of units that send month to date: to order the days of all takes longer than to read them.
restarts AS (
    SELECT
        days.*,
        MAX(CASE WHEN days.basis = 'month_to_date' THEN days.business_date END) OVER (
            PARTITION BY days.month, days.unit_id
            ORDER BY days.business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS restarts_on,
        MAX(CASE WHEN days.basis = 'month_to_date' THEN days.business_date END) OVER (
            PARTITION BY days.month, days.unit_id
        ) AS last_restart
    FROM days
    JOIN cumulative ON cumulative.month = days.month AND cumulative.unit_id = days.unit_id
)

SELECT
    month,
    unit_id,
    business_date,
    delivery_id,
    basis,
    counted_for,
    decided_at,
    online,
    in_person,
    total,
    restarts_on,
    restarts_on IS NOT DISTINCT FROM last_restart AS in_month
FROM restarts
UNION ALL
SELECT
    days.month,
    days.unit_id,
    days.business_date,
    days.delivery_id,
    days.basis,
    days.counted_for,
    days.decided_at,
    days.online,
    days.in_person,
    days.total,
    CAST(NULL AS DATE) AS restarts_on,
    TRUE AS in_month
FROM days
LEFT JOIN cumulative ON cumulative.month = days.month AND cumulative.unit_id = days.unit_id
WHERE cumulative.unit_id IS NULL

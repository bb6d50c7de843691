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

restarts AS (
    SELECT
        days.*,
        MAX(CASE WHEN basis = 'month_to_date' THEN business_date END) OVER (
            PARTITION BY month, unit_id ORDER BY business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS restarts_on,
        MAX(CASE WHEN basis = 'month_to_date' THEN business_date END) OVER (
            PARTITION BY month, unit_id
        ) AS last_restart
    FROM days
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

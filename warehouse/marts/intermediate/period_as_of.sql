/*
description = """
The last business date with an outcome or a delivery, per period: its figures go up to that day. A period without such
a day has no row. Points of a scoreboard come on days of their own: they count only where nothing else came.
`is_asked`: false of a month that others are only compared with."""
reads       = ["known_deliveries", "known_outcomes", "periods"]
*/
WITH days AS (
    SELECT month, business_date, contract FROM known_deliveries
    UNION
    SELECT month, business_date, contract FROM known_outcomes
)

SELECT
    periods.month,
    periods.previous_month,
    periods.baseline_month,
    periods.period_from,
    periods.period_to,
    periods.is_asked,
    COALESCE(
        MAX(CASE WHEN days.contract <> 'scores' THEN days.business_date END), MAX(days.business_date)
    ) AS as_of
FROM periods
JOIN days ON days.month = periods.month
GROUP BY
    periods.month, periods.previous_month, periods.baseline_month, periods.period_from, periods.period_to,
    periods.is_asked

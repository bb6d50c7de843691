/*
description = "Tỷ lệ trực tuyến theo tháng của từng đơn vị và lĩnh vực"
grain       = ["month", "unit_id", "field"]
references  = ["units"]
reads       = ["daily_counts", "period_as_of", "unit_days"]

[columns]
month           = "required"
unit_id         = "required"
field           = "required"
period_from     = "required"
period_to       = "required"
as_of           = "required"
online          = "required"
in_person       = "required"
total           = "required"
online_rate_pct = "nullable"
*/
-- The days that make up the month's figure; in scope are the same cases as in delivery_figures.
WITH figures AS (
    SELECT
        days.month,
        days.unit_id,
        counts.field,
        SUM(counts.online) AS online,
        SUM(counts.in_person + COALESCE(counts.postal, 0)) AS in_person,
        SUM(counts.total) AS total
    FROM unit_days AS days
    JOIN daily_counts AS counts
        ON counts.delivery_id = days.delivery_id
        AND counts.business_date = days.business_date
    WHERE days.in_month AND counts.service_level = 4
    GROUP BY days.month, days.unit_id, counts.field
)

SELECT
    figures.month,
    figures.unit_id,
    figures.field,
    period_as_of.period_from,
    period_as_of.period_to,
    period_as_of.as_of,
    figures.online,
    figures.in_person,
    figures.total,
    CAST(rate_hundredths(figures.online, figures.total) * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct
FROM figures
JOIN period_as_of ON period_as_of.month = figures.month

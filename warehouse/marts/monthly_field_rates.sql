/*
description = "Tỷ lệ trực tuyến theo tháng của từng đơn vị và lĩnh vực"
grain       = ["month", "unit_id", "field"]
references  = ["units", "fields"]
reads       = ["daily_counts", "field_names", "month_overrides", "period_as_of", "unit_days"]

[columns]
month           = "required"
unit_id         = "required"
field           = "required"
field_id        = "nullable"
period_from     = "required"
period_to       = "required"
as_of           = "required"
online          = "required"
in_person       = "required"
total           = "required"
online_rate_pct = "nullable"
has_override    = { meaning = "của số liệu tháng của đơn vị, không phân theo lĩnh vực" }
override_ids    = "nullable"
month_start     = "required"
*/
-- The days that make up the month's figure; in scope are the same cases as in delivery_figures.
WITH stated AS (
    SELECT
        days.month,
        days.unit_id,
        counts.field,
        MAX(counts.business_date) AS last_stated,
        SUM(counts.online) AS online,
        SUM(counts.in_person + COALESCE(counts.postal, 0)) AS in_person,
        SUM(counts.total) AS total
    FROM unit_days AS days
    JOIN daily_counts AS counts
        ON counts.delivery_id = days.delivery_id
        AND counts.business_date = days.business_date
    WHERE days.in_month AND counts.service_level = 4
    GROUP BY days.month, days.unit_id, counts.field
),

named AS (
    SELECT
        stated.*,
        names.field_id,
        names.field_key,
        COALESCE(names.name, stated.field) AS shown,
        ROW_NUMBER() OVER (
            PARTITION BY stated.month, stated.unit_id, names.field_key ORDER BY stated.last_stated DESC, stated.field
        ) AS place
    FROM stated
    JOIN field_names AS names
        ON names.field = stated.field
        AND stated.last_stated BETWEEN names.valid_from AND names.valid_to
),

-- A field has one row, however it is spelled: under its name in reference/fields.csv, else as it was spelled last.
figures AS (
    SELECT
        month,
        unit_id,
        MAX(CASE WHEN place = 1 THEN shown END) AS field,
        MAX(CASE WHEN place = 1 THEN field_id END) AS field_id,
        SUM(online) AS online,
        SUM(in_person) AS in_person,
        SUM(total) AS total
    FROM named
    GROUP BY month, unit_id, field_key
)

SELECT
    figures.month,
    figures.unit_id,
    figures.field,
    figures.field_id,
    CAST(figures.month || '-01' AS DATE) AS month_start,
    period_as_of.period_from,
    period_as_of.period_to,
    period_as_of.as_of,
    figures.online,
    figures.in_person,
    figures.total,
    CAST(rate_hundredths(figures.online, figures.total) * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct,
    overrides.override_ids IS NOT NULL AS has_override,
    overrides.override_ids
FROM figures
JOIN period_as_of ON period_as_of.month = figures.month
LEFT JOIN month_overrides AS overrides
    ON overrides.month = figures.month
    AND overrides.scope = 'unit'
    AND overrides.member = figures.unit_id

/*
description = "Tỷ lệ trực tuyến theo tháng của từng đơn vị và lĩnh vực"
grain       = ["month", "unit_id", "field"]
references  = ["units", "fields"]
reads       = ["field_months", "field_names", "month_overrides", "period_as_of"]

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
WITH named AS (
    SELECT
        stated.*,
        names.field_id,
        names.field_key,
        COALESCE(names.name, stated.field) AS shown
    FROM field_months AS stated
    JOIN field_names AS names
        ON names.field = stated.field
        AND stated.last_stated BETWEEN names.valid_from AND names.valid_to
),

-- A field has one row, however it is spelled: under its name in reference/fields.csv, else as it was spelled last. Only
-- rows of fields with several spellings are grouped: nearly all rows are of others.
spelled_in_several_ways AS (
    SELECT field_key
    FROM field_names
    GROUP BY field_key
    HAVING COUNT(DISTINCT field) > 1
),

ordered AS (
    SELECT
        named.*,
        ROW_NUMBER() OVER (
            PARTITION BY named.month, named.unit_id, named.field_key ORDER BY named.last_stated DESC, named.field
        ) AS place
    FROM named
    JOIN spelled_in_several_ways AS several ON several.field_key = named.field_key
),

figures AS (
    SELECT
        month,
        unit_id,
        MAX(CASE WHEN place = 1 THEN shown END) AS field,
        MAX(CASE WHEN place = 1 THEN field_id END) AS field_id,
        SUM(online) AS online,
        SUM(in_person) AS in_person,
        SUM(total) AS total
    FROM ordered
    GROUP BY month, unit_id, field_key
    UNION ALL
    SELECT
        named.month,
        named.unit_id,
        named.shown AS field,
        named.field_id,
        named.online,
        named.in_person,
        named.total
    FROM named
    LEFT JOIN spelled_in_several_ways AS several ON several.field_key = named.field_key
    WHERE several.field_key IS NULL
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

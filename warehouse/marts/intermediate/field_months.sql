/*
description = """
Cases by field as the unit wrote it, of the days that make up a unit's month, in months that are asked for; in scope are the same cases as in
delivery_figures. What was summed before is kept with its deliveries (warehouse/marts/kept.py): of a unit whose kept
deliveries all still make up the month, only the others are added."""
reads       = ["daily_counts", "kept_field_deliveries", "kept_field_months", "period_as_of", "unit_days"]
*/
WITH making AS (
    SELECT days.month, days.unit_id, days.business_date, days.delivery_id, days.decided_at
    FROM unit_days AS days
    JOIN period_as_of ON period_as_of.month = days.month AND period_as_of.is_asked
    WHERE days.in_month
),

broken AS (
    SELECT DISTINCT kept.month, kept.unit_id
    FROM kept_field_deliveries AS kept
    LEFT JOIN making
        ON making.delivery_id = kept.delivery_id
        AND making.month = kept.month
        AND making.decided_at = kept.decided_at
    WHERE making.delivery_id IS NULL
),

added AS (
    SELECT making.month, making.unit_id, making.business_date, making.delivery_id
    FROM making
    LEFT JOIN kept_field_deliveries AS kept ON kept.delivery_id = making.delivery_id AND kept.month = making.month
    LEFT JOIN broken ON broken.month = making.month AND broken.unit_id = making.unit_id
    WHERE kept.delivery_id IS NULL OR broken.unit_id IS NOT NULL
),

parts AS (
    SELECT
        kept.month,
        kept.unit_id,
        kept.field,
        kept.last_stated,
        kept.online,
        kept.in_person,
        kept.total
    FROM kept_field_months AS kept
    LEFT JOIN broken ON broken.month = kept.month AND broken.unit_id = kept.unit_id
    WHERE broken.unit_id IS NULL
    UNION ALL
    SELECT
        added.month,
        added.unit_id,
        counts.field,
        counts.business_date AS last_stated,
        counts.online,
        counts.in_person + COALESCE(counts.postal, 0) AS in_person,
        counts.total
    FROM added
    JOIN daily_counts AS counts
        ON counts.delivery_id = added.delivery_id
        AND counts.business_date = added.business_date
    WHERE counts.service_level = 4
)

SELECT
    month,
    unit_id,
    field,
    MAX(last_stated) AS last_stated,
    SUM(online) AS online,
    SUM(in_person) AS in_person,
    SUM(total) AS total
FROM parts
GROUP BY month, unit_id, field

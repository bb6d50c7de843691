-- Counts per month, unit and field.
SELECT
    field_days.month,
    field_days.unit_id,
    field_days.field,
    SUM(field_days.online) AS online,
    SUM(field_days.in_person) AS in_person,
    SUM(field_days.total) AS total
FROM field_days
JOIN unit_days
    ON unit_days.unit_id = field_days.unit_id
    AND unit_days.business_date = field_days.business_date
WHERE unit_days.in_month
GROUP BY field_days.month, field_days.unit_id, field_days.field

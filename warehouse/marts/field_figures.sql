-- Counts per month, unit and field, of the days that make the month's figure; scope as in delivery_figures.
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

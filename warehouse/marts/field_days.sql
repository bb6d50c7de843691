-- Counts per counted delivery and field. Scope of the metric: procedures handled fully online (level 4).
-- Cases sent by post count as handed in in person, so that (1) + (2) = (3).
SELECT
    counted.month,
    counted.unit_id,
    counted.business_date,
    counts.field,
    counts.online,
    counts.in_person + COALESCE(counts.postal, 0) AS in_person,
    counts.total
FROM counted_deliveries AS counted
JOIN daily_counts AS counts
    ON counts.delivery_id = counted.delivery_id
    AND counts.business_date = counted.business_date
WHERE counts.service_level = 4

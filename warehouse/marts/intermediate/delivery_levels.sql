/*
description = """
Sums of each delivery's counts per level of service; by field where a metric is of certain ones. A count that some row does
not state is null; `postal_stated`: the sum of what rows state by post, null where none does. `is_kept` = 1: of a day
that has not changed since it was summed (warehouse/marts/kept.py); `unsummed_counts` are the counts of the other days."""
reads       = ["field_names", "kept_levels", "metric_terms", "unsummed_counts"]
*/
WITH filtered AS (
    SELECT DISTINCT names.field, names.field_id, names.valid_from, names.valid_to
    FROM field_names AS names
    JOIN metric_terms AS terms ON terms.field_id = names.field_id
)

-- Few rows a delivery: fields apart only where a metric is of certain ones.
SELECT
    0 AS is_kept,
    counts.delivery_id,
    counts.business_date,
    counts.service_level,
    filtered.field_id,
    MAX(CASE WHEN counts.field = 'Không ghi lĩnh vực' THEN 1 ELSE 0 END) AS is_without_field,
    SUM(counts.online) AS online,
    SUM(counts.in_person) AS in_person,
    SUM(counts.total) AS total,
    SUM(counts.postal) AS postal_stated,
    CASE WHEN COUNT(counts.postal) = COUNT(*) THEN SUM(counts.postal) END AS postal,
    CASE WHEN COUNT(counts.received) = COUNT(*) THEN SUM(counts.received) END AS received,
    CASE WHEN COUNT(counts.settled) = COUNT(*) THEN SUM(counts.settled) END AS settled,
    CASE WHEN COUNT(counts.settled_on_time) = COUNT(*) THEN SUM(counts.settled_on_time) END AS settled_on_time,
    CASE WHEN COUNT(counts.to_pay) = COUNT(*) THEN SUM(counts.to_pay) END AS to_pay,
    CASE WHEN COUNT(counts.paid_online) = COUNT(*) THEN SUM(counts.paid_online) END AS paid_online,
    CASE WHEN COUNT(counts.digitised_files) = COUNT(*) THEN SUM(counts.digitised_files) END AS digitised_files,
    CASE WHEN COUNT(counts.digitised_results) = COUNT(*) THEN SUM(counts.digitised_results) END AS digitised_results,
    CASE WHEN COUNT(counts.electronic_results) = COUNT(*) THEN SUM(counts.electronic_results) END AS electronic_results,
    CASE WHEN COUNT(counts.resubmitted) = COUNT(*) THEN SUM(counts.resubmitted) END AS resubmitted,
    CASE WHEN COUNT(counts.overdue) = COUNT(*) THEN SUM(counts.overdue) END AS overdue
FROM unsummed_counts AS counts
LEFT JOIN filtered
    ON filtered.field = counts.field
    AND counts.business_date BETWEEN filtered.valid_from AND filtered.valid_to
GROUP BY counts.delivery_id, counts.business_date, counts.service_level, filtered.field_id
UNION ALL
SELECT
    1 AS is_kept,
    delivery_id,
    business_date,
    service_level,
    field_id,
    is_without_field,
    online,
    in_person,
    total,
    postal_stated,
    postal,
    received,
    settled,
    settled_on_time,
    to_pay,
    paid_online,
    digitised_files,
    digitised_results,
    electronic_results,
    resubmitted,
    overdue
FROM kept_levels

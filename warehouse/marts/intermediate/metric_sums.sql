/*
description = """
Counts per delivery and level; by field where a metric is of certain ones. With `procedure_list`: further rows, of the
procedures on that list, where a metric is of one; these are in the rows without, too. `has_procedures` = 1: the delivery
names codes of procedures."""
reads       = ["daily_counts", "field_names", "metric_terms", "procedure_counts", "procedures"]
*/
WITH filtered AS (
    SELECT DISTINCT names.field, names.field_id, names.valid_from, names.valid_to
    FROM field_names AS names
    JOIN metric_terms AS terms ON terms.field_id = names.field_id
),

listed AS (
    SELECT DISTINCT
        procedures.procedure,
        procedures.procedure_list,
        procedures.valid_from,
        procedures.valid_to
    FROM procedures
    JOIN metric_terms AS terms ON terms.procedure_list = procedures.procedure_list
),

coded AS (
    SELECT DISTINCT counts.delivery_id, 1 AS has_procedures
    FROM procedure_counts AS counts
    CROSS JOIN (SELECT MIN(procedure_list) AS any_list FROM listed) AS asked
    WHERE asked.any_list IS NOT NULL
)

-- Few rows a delivery: fields apart only where a metric is of certain ones.
SELECT
    counts.delivery_id,
    counts.service_level,
    filtered.field_id,
    CAST(NULL AS STRING) AS procedure_list,
    COALESCE(MAX(coded.has_procedures), 0) AS has_procedures,
    MAX(CASE WHEN counts.field = 'Không ghi lĩnh vực' THEN 1 ELSE 0 END) AS is_without_field,
    SUM(counts.online) AS online,
    SUM(counts.in_person) AS in_person,
    SUM(counts.total) AS total,
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
FROM daily_counts AS counts
LEFT JOIN filtered
    ON filtered.field = counts.field
    AND counts.business_date BETWEEN filtered.valid_from AND filtered.valid_to
LEFT JOIN coded ON coded.delivery_id = counts.delivery_id
GROUP BY counts.delivery_id, counts.service_level, filtered.field_id
UNION ALL
SELECT
    counts.delivery_id,
    counts.service_level,
    CAST(NULL AS STRING) AS field_id,
    listed.procedure_list,
    1 AS has_procedures,
    0 AS is_without_field,
    SUM(counts.online) AS online,
    SUM(counts.in_person) AS in_person,
    SUM(counts.total) AS total,
    SUM(counts.postal) AS postal,
    NULL AS received,
    SUM(counts.settled) AS settled,
    CASE WHEN COUNT(counts.settled_on_time) = COUNT(*) THEN SUM(counts.settled_on_time) END AS settled_on_time,
    NULL AS to_pay,
    NULL AS paid_online,
    NULL AS digitised_files,
    NULL AS digitised_results,
    NULL AS electronic_results,
    NULL AS resubmitted,
    NULL AS overdue
FROM procedure_counts AS counts
JOIN listed
    ON listed.procedure = counts.procedure
    AND counts.business_date >= listed.valid_from
    AND (listed.valid_to IS NULL OR counts.business_date <= listed.valid_to)
GROUP BY counts.delivery_id, counts.service_level, listed.procedure_list

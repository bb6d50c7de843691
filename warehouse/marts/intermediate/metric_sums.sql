/*
description = """
Counts per delivery and level; by field where a metric is of certain ones. With `procedure_list`: further rows, of the
procedures on that list, where a metric is of one; these are in the rows without, too. `has_procedures` = 1: the delivery
names codes of procedures. Only of deliveries whose figures are not kept (warehouse/marts/kept.py)."""
reads       = ["delivery_levels", "metric_terms", "procedure_counts", "procedures", "unsummed_procedures"]
*/
WITH listed AS (
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

SELECT
    levels.delivery_id,
    levels.service_level,
    levels.field_id,
    CAST(NULL AS STRING) AS procedure_list,
    COALESCE(coded.has_procedures, 0) AS has_procedures,
    levels.is_without_field,
    levels.online,
    levels.in_person,
    levels.total,
    levels.postal,
    levels.received,
    levels.settled,
    levels.settled_on_time,
    levels.to_pay,
    levels.paid_online,
    levels.digitised_files,
    levels.digitised_results,
    levels.electronic_results,
    levels.resubmitted,
    levels.overdue
FROM delivery_levels AS levels
LEFT JOIN coded ON coded.delivery_id = levels.delivery_id
WHERE levels.is_kept = 0
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
FROM unsummed_procedures AS counts
JOIN listed
    ON listed.procedure = counts.procedure
    AND counts.business_date >= listed.valid_from
    AND (listed.valid_to IS NULL OR counts.business_date <= listed.valid_to)
GROUP BY counts.delivery_id, counts.service_level, listed.procedure_list

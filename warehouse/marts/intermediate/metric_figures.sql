/*
description = """
Numerator and denominator of every metric per delivery that has rows and is of one of its contracts. `is_stated` = 1: the
delivery gives the metric: it states every count of it, and distinguishes levels, fields and procedures where the metric is
of certain ones. A count is not stated where it is null in a row that the term takes, or, where the term takes none, in any
row."""
reads       = ["deliveries", "kept_metric_figures", "metric_rules", "metric_sums", "metric_terms"]
*/
WITH asked AS (
    SELECT rules.contract, terms.*
    FROM metric_terms AS terms
    JOIN metric_rules AS rules
        ON rules.metric_id = terms.metric_id
        AND rules.metric_version = terms.metric_version
),

amounts AS (
    SELECT
        summed.delivery_id,
        summed.service_level,
        summed.is_without_field,
        summed.has_procedures,
        terms.metric_id,
        terms.metric_version,
        terms.part,
        terms.term,
        CASE WHEN
            (terms.service_level IS NULL OR terms.service_level = summed.service_level)
            AND (terms.field_id IS NULL OR terms.field_id IS NOT DISTINCT FROM summed.field_id)
            AND terms.procedure_list IS NOT DISTINCT FROM summed.procedure_list
            THEN 1 ELSE 0
        END AS is_taken,
        CASE terms.count_id
            WHEN 'online' THEN summed.online
            WHEN 'in_person' THEN summed.in_person
            WHEN 'postal' THEN summed.postal
            WHEN 'total' THEN summed.total
            WHEN 'received' THEN summed.received
            WHEN 'settled' THEN summed.settled
            WHEN 'settled_on_time' THEN summed.settled_on_time
            WHEN 'to_pay' THEN summed.to_pay
            WHEN 'paid_online' THEN summed.paid_online
            WHEN 'digitised_files' THEN summed.digitised_files
            WHEN 'digitised_results' THEN summed.digitised_results
            WHEN 'electronic_results' THEN summed.electronic_results
            WHEN 'resubmitted' THEN summed.resubmitted
            WHEN 'overdue' THEN summed.overdue
        END AS amount
    FROM metric_sums AS summed
    JOIN deliveries ON deliveries.delivery_id = summed.delivery_id
    JOIN asked AS terms
        ON terms.contract = deliveries.contract
        AND (summed.procedure_list IS NULL OR summed.procedure_list = terms.procedure_list)
),

by_term AS (
    SELECT
        delivery_id,
        metric_id,
        metric_version,
        part,
        MIN(service_level) AS lowest_level,
        MAX(is_without_field) AS is_without_field,
        MAX(has_procedures) AS has_procedures,
        SUM(is_taken * COALESCE(amount, 0)) AS amount,
        CASE
            WHEN MAX(is_taken) = 1 THEN MIN(CASE WHEN is_taken = 1 AND amount IS NULL THEN 0 ELSE 1 END)
            ELSE MIN(CASE WHEN amount IS NULL THEN 0 ELSE 1 END)
        END AS is_stated
    FROM amounts
    GROUP BY delivery_id, metric_id, metric_version, part, term
),

filters AS (
    SELECT
        metric_id,
        metric_version,
        MAX(by_level) AS by_level,
        MAX(by_field) AS by_field,
        MAX(by_procedure) AS by_procedure
    FROM metric_rules
    GROUP BY metric_id, metric_version
)

SELECT
    by_term.delivery_id,
    by_term.metric_id,
    by_term.metric_version,
    SUM(CASE WHEN by_term.part = 'numerator' THEN by_term.amount ELSE 0 END) AS numerator,
    SUM(CASE WHEN by_term.part = 'denominator' THEN by_term.amount ELSE 0 END) AS denominator,
    CASE WHEN
        MIN(by_term.is_stated) = 1
        AND (MAX(filters.by_level) = 0 OR MIN(by_term.lowest_level) > 0)
        AND (MAX(filters.by_field) = 0 OR MAX(by_term.is_without_field) = 0)
        AND (MAX(filters.by_procedure) = 0 OR MAX(by_term.has_procedures) = 1)
        THEN 1 ELSE 0
    END AS is_stated
FROM by_term
JOIN filters ON filters.metric_id = by_term.metric_id AND filters.metric_version = by_term.metric_version
GROUP BY by_term.delivery_id, by_term.metric_id, by_term.metric_version
UNION ALL
SELECT
    delivery_id,
    metric_id,
    metric_version,
    numerator,
    denominator,
    is_stated
FROM kept_metric_figures

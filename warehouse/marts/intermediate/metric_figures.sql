/*
description = """
Numerator and denominator of every metric per delivery that has rows. `is_stated` = 1: the delivery gives the metric: it
states every count of it, and distinguishes levels and fields where the metric is of certain ones. A count is not stated
where it is null in a row that the term takes, or, where the term takes none, in any row."""
reads       = ["daily_counts", "field_names", "metric_rules", "metric_terms"]
*/
WITH filtered AS (
    SELECT DISTINCT names.field, names.field_id, names.valid_from, names.valid_to
    FROM field_names AS names
    JOIN metric_terms AS terms ON terms.field_id = names.field_id
),

-- Few rows a delivery: fields apart only where a metric is of certain ones.
summed AS (
    SELECT
        counts.delivery_id,
        counts.service_level,
        filtered.field_id,
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
    GROUP BY counts.delivery_id, counts.service_level, filtered.field_id
),

amounts AS (
    SELECT
        summed.delivery_id,
        summed.service_level,
        summed.is_without_field,
        terms.metric_id,
        terms.metric_version,
        terms.part,
        terms.term,
        CASE WHEN
            (terms.service_level IS NULL OR terms.service_level = summed.service_level)
            AND (terms.field_id IS NULL OR terms.field_id IS NOT DISTINCT FROM summed.field_id)
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
    FROM summed
    CROSS JOIN metric_terms AS terms
),

by_term AS (
    SELECT
        delivery_id,
        metric_id,
        metric_version,
        part,
        MIN(service_level) AS lowest_level,
        MAX(is_without_field) AS is_without_field,
        SUM(is_taken * COALESCE(amount, 0)) AS amount,
        CASE
            WHEN MAX(is_taken) = 1 THEN MIN(CASE WHEN is_taken = 1 AND amount IS NULL THEN 0 ELSE 1 END)
            ELSE MIN(CASE WHEN amount IS NULL THEN 0 ELSE 1 END)
        END AS is_stated
    FROM amounts
    GROUP BY delivery_id, metric_id, metric_version, part, term
),

filters AS (
    SELECT metric_id, metric_version, MAX(by_level) AS by_level, MAX(by_field) AS by_field
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
        THEN 1 ELSE 0
    END AS is_stated
FROM by_term
JOIN filters ON filters.metric_id = by_term.metric_id AND filters.metric_version = by_term.metric_version
GROUP BY by_term.delivery_id, by_term.metric_id, by_term.metric_version

/*
description = """
Numerator and denominator of each metric per unit and counted day, as stated. Of several contracts the first in the
metric's order whose accepted delivery gives the metric. Not of yearly metrics. `restarts_on`, `in_month`: as in unit_days."""
reads       = ["deciding_deliveries", "metric_figures", "metric_rules", "metric_units"]
*/
WITH ranked AS (
    SELECT
        deciding.month,
        rules.metric_id,
        rules.metric_version,
        deciding.unit_id,
        deciding.business_date,
        deciding.delivery_id,
        deciding.basis,
        deciding.counted_for,
        COALESCE(figures.numerator, 0) AS numerator,
        COALESCE(figures.denominator, 0) AS denominator,
        ROW_NUMBER() OVER (
            PARTITION BY deciding.month, rules.metric_id, deciding.unit_id, deciding.business_date
            ORDER BY rules.contract_rank
        ) AS place
    FROM deciding_deliveries AS deciding
    JOIN metric_units AS units
        ON units.month = deciding.month
        AND units.unit_id = deciding.unit_id
        AND deciding.business_date BETWEEN units.valid_from AND units.valid_until
    JOIN metric_rules AS rules
        ON rules.metric_id = units.metric_id
        AND rules.metric_version = units.metric_version
        AND rules.contract = deciding.contract
    LEFT JOIN metric_figures AS figures
        ON figures.delivery_id = deciding.delivery_id
        AND figures.metric_id = rules.metric_id
        AND figures.metric_version = rules.metric_version
    WHERE deciding.is_accepted = 1
        AND COALESCE(figures.is_stated, rules.empty_is_zero) = 1
),

days AS (
    SELECT * FROM ranked WHERE place = 1
),

cumulative AS (
    SELECT DISTINCT month, metric_id, unit_id
    FROM days
    WHERE basis = 'month_to_date'
),

restarts AS (
    SELECT
        days.*,
        MAX(CASE WHEN days.basis = 'month_to_date' THEN days.business_date END) OVER (
            PARTITION BY days.month, days.metric_id, days.unit_id
            ORDER BY days.business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS restarts_on,
        MAX(CASE WHEN days.basis = 'month_to_date' THEN days.business_date END) OVER (
            PARTITION BY days.month, days.metric_id, days.unit_id
        ) AS last_restart
    FROM days
    JOIN cumulative
        ON cumulative.month = days.month
        AND cumulative.metric_id = days.metric_id
        AND cumulative.unit_id = days.unit_id
)

SELECT
    month,
    metric_id,
    metric_version,
    unit_id,
    business_date,
    delivery_id,
    basis,
    counted_for,
    numerator,
    denominator,
    restarts_on,
    restarts_on IS NOT DISTINCT FROM last_restart AS in_month
FROM restarts
UNION ALL
SELECT
    days.month,
    days.metric_id,
    days.metric_version,
    days.unit_id,
    days.business_date,
    days.delivery_id,
    days.basis,
    days.counted_for,
    days.numerator,
    days.denominator,
    CAST(NULL AS DATE) AS restarts_on,
    TRUE AS in_month
FROM days
LEFT JOIN cumulative
    ON cumulative.month = days.month
    AND cumulative.metric_id = days.metric_id
    AND cumulative.unit_id = days.unit_id
WHERE cumulative.unit_id IS NULL

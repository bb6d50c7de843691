/*
description = """
The state of every unit, day and contract with a delivery or an outcome; `missing` if there is no delivery, or if what
counted was withdrawn."""
reads       = ["deciding_deliveries", "failed_checks", "known_decisions", "known_outcomes"]
*/
WITH days AS (
    SELECT month, unit_id, business_date, contract FROM deciding_deliveries
    UNION
    SELECT month, unit_id, business_date, contract FROM known_outcomes
),

late AS (
    SELECT DISTINCT unit_id, business_date, contract
    FROM known_outcomes
    WHERE step = 'pull' AND outcome = 'late'
),

broken AS (
    SELECT delivery_id, STRING_AGG(rule, ',' ORDER BY rule) AS rules_broken
    FROM failed_checks
    GROUP BY delivery_id
)

SELECT
    days.month,
    days.unit_id,
    days.business_date,
    days.contract,
    COALESCE(deciding.status, 'missing') AS outcome,
    deciding.version,
    deciding.delivery_id,
    deciding.received_at,
    late.unit_id IS NOT NULL AS is_late,
    broken.rules_broken,
    deciding.reason,
    decided.decision
FROM days
LEFT JOIN deciding_deliveries AS deciding
    ON deciding.unit_id = days.unit_id
    AND deciding.business_date = days.business_date
    AND deciding.contract = days.contract
    AND deciding.is_withdrawn = 0
LEFT JOIN deciding_deliveries AS withdrawn
    ON withdrawn.unit_id = days.unit_id
    AND withdrawn.business_date = days.business_date
    AND withdrawn.contract = days.contract
    AND withdrawn.is_withdrawn = 1
LEFT JOIN late
    ON late.unit_id = days.unit_id
    AND late.business_date = days.business_date
    AND late.contract = days.contract
LEFT JOIN broken ON broken.delivery_id = deciding.delivery_id
LEFT JOIN known_decisions AS decided
    ON decided.month = days.month
    AND decided.decided_id = COALESCE(deciding.delivery_id, withdrawn.delivery_id)
    AND decided.is_last = 1

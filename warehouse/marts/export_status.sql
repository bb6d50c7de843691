/*
description = "Tình trạng hiện tại của từng đơn vị, ngày và loại dữ liệu"
grain       = ["unit_id", "business_date", "contract"]
references  = ["units"]
reads       = [
    "deciding_deliveries", "delivery_overrides", "expected_days", "known_outcomes", "period_as_of", "states", "units",
]

[columns]
unit_id       = "required"
business_date = "required"
contract      = "required"
month         = "required"
outcome       = "required"
is_late       = { type = "BOOLEAN", label = "Gửi muộn", meaning = "lần gửi đầu của ngày đến sau giờ chốt của đơn vị" }
version       = "nullable"
received_at   = "nullable"
rules_broken  = "nullable"
has_override  = { meaning = "của lần gửi được tính" }
override_ids  = "nullable"
received_at_utc = "nullable"
*/
-- Every expected day up to the last one that the unit was asked for, and every day with a delivery. A run of some units
-- says nothing about the others. Of the days on which a unit is not valid only those whose delivery is held back: an
-- accepted one does not count, and nothing is missing there.
WITH asked AS (
    SELECT month, unit_id, MAX(business_date) AS asked_until
    FROM (
        SELECT month, unit_id, business_date FROM known_outcomes
        UNION ALL
        SELECT month, unit_id, business_date FROM deciding_deliveries
    ) AS recorded
    GROUP BY month, unit_id
),

days AS (
    SELECT period_as_of.month, expected_days.unit_id, expected_days.business_date, expected_days.contract
    FROM expected_days
    JOIN period_as_of
        ON expected_days.business_date BETWEEN period_as_of.period_from AND period_as_of.as_of
        AND period_as_of.is_asked
    JOIN asked
        ON asked.month = period_as_of.month
        AND asked.unit_id = expected_days.unit_id
        AND expected_days.business_date <= asked.asked_until
    UNION
    SELECT deciding.month, deciding.unit_id, deciding.business_date, deciding.contract
    FROM deciding_deliveries AS deciding
    JOIN period_as_of ON period_as_of.month = deciding.month AND period_as_of.is_asked
),

overridden AS (
    SELECT delivery_id, STRING_AGG(override_id, ',' ORDER BY override_id) AS override_ids
    FROM delivery_overrides
    GROUP BY delivery_id
)

SELECT
    days.unit_id,
    days.business_date,
    days.contract,
    days.month,
    COALESCE(states.outcome, 'missing') AS outcome,
    COALESCE(states.is_late, FALSE) AS is_late,
    states.version,
    states.received_at,
    states.received_at AS received_at_utc,
    states.rules_broken,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM days
JOIN units ON units.unit_id = days.unit_id
LEFT JOIN states
    ON states.unit_id = days.unit_id
    AND states.business_date = days.business_date
    AND states.contract = days.contract
LEFT JOIN overridden ON overridden.delivery_id = states.delivery_id
WHERE (
    days.business_date >= units.valid_from
    AND (units.valid_to IS NULL OR days.business_date <= units.valid_to)
)
OR states.outcome = 'quarantined'

/*
description = "Tình trạng hiện tại của từng đơn vị, ngày và loại dữ liệu"
grain       = ["unit_id", "business_date", "contract"]
references  = ["units"]
reads       = ["deciding_deliveries", "expected_days", "period_as_of", "states", "units"]

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
*/
-- Every expected day up to `as_of`, and every day with a delivery.
WITH days AS (
    SELECT period_as_of.month, expected_days.unit_id, expected_days.business_date, expected_days.contract
    FROM expected_days
    JOIN period_as_of ON expected_days.business_date BETWEEN period_as_of.period_from AND period_as_of.as_of
    UNION
    SELECT month, unit_id, business_date, contract FROM deciding_deliveries
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
    states.rules_broken
FROM days
JOIN units ON units.unit_id = days.unit_id
LEFT JOIN states
    ON states.unit_id = days.unit_id
    AND states.business_date = days.business_date
    AND states.contract = days.contract

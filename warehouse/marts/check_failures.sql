/*
description = "Các quy tắc bị vi phạm, theo từng lần gửi"
grain       = ["delivery_id", "rule"]
references  = ["units", "contracts"]
reads       = ["failed_checks", "known_deliveries", "units"]

[columns]
delivery_id   = "required"
rule          = "required"
unit_id       = "required"
business_date = "required"
contract      = "required"
version       = "required"
month         = "required"
severity      = "required"
outcome       = "required"
failing       = "required"
sample        = "nullable"
*/
-- Every rule that did not hold, for every version of every delivery.
SELECT
    deliveries.delivery_id,
    failed.rule,
    deliveries.unit_id,
    deliveries.business_date,
    deliveries.contract,
    deliveries.version,
    deliveries.month,
    failed.severity,
    failed.outcome,
    failed.failing,
    failed.sample
FROM failed_checks AS failed
JOIN known_deliveries AS deliveries ON deliveries.delivery_id = failed.delivery_id
JOIN units ON units.unit_id = deliveries.unit_id

-- Every rule that did not hold, in every version of every delivery.
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

/*
description = """
The deliveries of the periods, if decided by `known_at` and not after `as_of`. `counted_for`: for which of its two units
a case counts; before that could be set, for the one that handles it."""
reads       = ["deliveries", "periods"]
*/
SELECT
    periods.month,
    deliveries.delivery_id,
    deliveries.unit_id,
    deliveries.business_date,
    deliveries.contract,
    deliveries.version,
    deliveries.basis,
    COALESCE(deliveries.counted_for, CASE WHEN deliveries.contract = 'cases' THEN 'handling' END) AS counted_for,
    deliveries.status,
    deliveries.reason,
    deliveries.received_at,
    deliveries.decided_at
FROM deliveries
JOIN periods ON deliveries.business_date BETWEEN periods.period_from AND periods.period_to
WHERE (periods.as_of IS NULL OR deliveries.business_date <= periods.as_of)
    AND (periods.known_at IS NULL OR deliveries.decided_at <= periods.known_at)

/*
description = """
Each day up to `as_of` on which counts were expected or counted, per valid unit."""
reads       = ["counted_deliveries", "expected_days", "period_as_of", "valid_units"]
*/
WITH days AS (
    SELECT valid_units.month, valid_units.unit_id, expected_days.business_date, 1 AS expected, 0 AS counted
    FROM expected_days
    JOIN period_as_of ON expected_days.business_date BETWEEN period_as_of.period_from AND period_as_of.as_of
    JOIN valid_units
        ON valid_units.month = period_as_of.month
        AND valid_units.unit_id = expected_days.unit_id
        AND expected_days.business_date BETWEEN valid_units.valid_from AND valid_units.valid_until
    WHERE rate_rank(expected_days.contract) IS NOT NULL
    UNION ALL
    SELECT month, unit_id, business_date, 0 AS expected, 1 AS counted FROM counted_deliveries
)

SELECT month, unit_id, business_date, MAX(expected) AS expected, MAX(counted) AS counted
FROM days
GROUP BY month, unit_id, business_date

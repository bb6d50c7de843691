/*
description = """
The delivery that the rates are computed from, per unit and day on which it is valid. Only accepted deliveries that
distinguish levels of service (level 0 = all together, outside the metric's scope); of several contracts the one of the lowest rank."""
reads       = ["deciding_deliveries", "delivery_figures", "valid_units"]
*/
WITH ranked AS (
    SELECT
        deciding.month,
        deciding.unit_id,
        deciding.business_date,
        deciding.delivery_id,
        deciding.basis,
        deciding.counted_for,
        deciding.decided_at,
        ROW_NUMBER() OVER (
            PARTITION BY deciding.month, deciding.unit_id, deciding.business_date
            ORDER BY rate_rank(deciding.contract)
        ) AS place
    FROM deciding_deliveries AS deciding
    JOIN valid_units
        ON valid_units.month = deciding.month
        AND valid_units.unit_id = deciding.unit_id
        AND deciding.business_date BETWEEN valid_units.valid_from AND valid_units.valid_until
    LEFT JOIN delivery_figures AS figures ON figures.delivery_id = deciding.delivery_id
    WHERE deciding.is_accepted = 1
        AND rate_rank(deciding.contract) IS NOT NULL
        AND COALESCE(figures.lowest_level, 4) > 0
)

SELECT month, unit_id, business_date, delivery_id, basis, counted_for, decided_at
FROM ranked
WHERE place = 1

-- The deliveries the rates are computed from: per valid unit and day the accepted `summary` that counts.
SELECT
    deciding.month,
    deciding.unit_id,
    deciding.business_date,
    deciding.delivery_id,
    deciding.basis
FROM deciding_deliveries AS deciding
JOIN valid_units
    ON valid_units.month = deciding.month
    AND valid_units.unit_id = deciding.unit_id
WHERE deciding.is_accepted = 1 AND deciding.contract = 'summary'

-- The month of every valid unit.
SELECT
    month_rates.*,
    valid_units.unit_id,
    valid_units.unit_name,
    valid_units.report_order
FROM month_rates
JOIN valid_units ON valid_units.month = month_rates.month AND valid_units.unit_id = month_rates.member
WHERE month_rates.scope = 'unit'

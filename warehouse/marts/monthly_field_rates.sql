-- The month of every unit and field.
SELECT
    figures.month,
    figures.unit_id,
    figures.field,
    period_as_of.period_from,
    period_as_of.period_to,
    period_as_of.as_of,
    figures.online,
    figures.in_person,
    figures.total,
    CAST(rates.hundredths * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct
FROM field_figures AS figures
JOIN period_as_of ON period_as_of.month = figures.month
LEFT JOIN rates ON rates.online = figures.online AND rates.total = figures.total

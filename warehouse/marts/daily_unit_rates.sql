-- Every counted day of every unit beside its month to date.
SELECT
    figures.*,
    CAST(day_rates.hundredths * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct,
    CAST(month_rates.hundredths * 0.01 AS DECIMAL(5, 2)) AS month_rate_pct
FROM day_figures AS figures
LEFT JOIN rates AS day_rates ON day_rates.online = figures.online AND day_rates.total = figures.total
LEFT JOIN rates AS month_rates
    ON month_rates.online = figures.month_online
    AND month_rates.total = figures.month_total

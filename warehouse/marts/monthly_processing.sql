-- The month and the year so far of every unit that reports what it received and settled of all procedures.
SELECT
    figures.*,
    CAST(month_rates.hundredths * 0.01 AS DECIMAL(5, 2)) AS on_time_pct,
    CAST(year_rates.hundredths * 0.01 AS DECIMAL(5, 2)) AS on_time_ytd_pct,
    figures.days_accepted = figures.days_expected AS is_complete
FROM processing_figures AS figures
LEFT JOIN rates AS month_rates
    ON month_rates.online = figures.settled_on_time
    AND month_rates.total = figures.settled
LEFT JOIN rates AS year_rates
    ON year_rates.online = figures.settled_on_time_ytd
    AND year_rates.total = figures.settled_ytd

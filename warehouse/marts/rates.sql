-- THE formula, once, for every pair of counts in the marts: part (`online`, or what was settled on time) / whole (`total`,
-- or what was settled) in hundredths of a percent, half up, in integers. No rate where the whole is 0, or where a
-- difference makes the part negative or larger than the whole.
WITH pairs AS (
    SELECT online, total FROM month_figures
    UNION
    SELECT online, total FROM field_figures
    UNION
    SELECT online, total FROM day_figures
    UNION
    SELECT month_online, month_total FROM day_figures
    UNION
    SELECT settled_on_time, settled FROM processing_figures
    UNION
    SELECT settled_on_time_ytd, settled_ytd FROM processing_figures
),

scaled AS (
    SELECT
        online,
        total,
        CAST(online AS DECIMAL(20, 0)) * 20000 + total AS numerator,
        CAST(total AS DECIMAL(20, 0)) * 2 AS denominator
    FROM pairs
    WHERE total > 0 AND online BETWEEN 0 AND total
)

SELECT
    online,
    total,
    CAST((numerator - MOD(numerator, denominator)) / denominator AS BIGINT) AS hundredths
FROM scaled

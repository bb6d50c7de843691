-- THE formula, once, for every pair of counts in the marts: online / total in hundredths of a percent, half up, in
-- integers. No rate where the total is 0, or where a day's difference makes (1) negative or larger than (3).
WITH pairs AS (
    SELECT online, total FROM month_figures
    UNION
    SELECT online, total FROM field_figures
    UNION
    SELECT online, total FROM day_figures
    UNION
    SELECT month_online, month_total FROM day_figures
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

/*
description = "Mọi chỉ số theo ngày của từng đơn vị, bên cạnh lũy kế tháng: một dòng một chỉ số"
grain       = ["business_date", "unit_id", "metric_id"]
references  = ["metrics", "units"]
reads       = ["delivery_overrides", "metric_calendar", "metric_days", "metric_versions", "period_as_of"]

[columns]
business_date     = "required"
unit_id           = "required"
metric_id         = "required"
metric_version    = "required"
month             = "required"
delivery_id       = { meaning = "lần gửi được tính cho chỉ số của ngày này" }
basis             = "required"
numerator         = { nullable = true, meaning = "của ngày; trống khi không suy ra được từ hai lần gửi lũy kế" }
denominator       = { nullable = true, meaning = "của ngày; trống khi không suy ra được từ hai lần gửi lũy kế" }
rate              = "nullable"
month_numerator   = { type = "BIGINT", label = "Tử số lũy kế tháng", measure = "hồ sơ" }
month_denominator = { type = "BIGINT", label = "Mẫu số lũy kế tháng", measure = "hồ sơ" }
month_rate        = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ của chỉ số lũy kế tháng", measure = "%" }
has_override      = { meaning = """
    của lần gửi của ngày, và của lần gửi ngay trước khi số liệu ngày là hiệu của hai lũy kế; không của những ngày trước trong
    lũy kế tháng""" }
override_ids      = "nullable"
counted_for       = "nullable"
*/
-- As daily_unit_rates: a month-to-date day is the difference to the delivery before. It is unknown (null) when an expected
-- day in between has no figure, or where numerator, denominator or the rest between them would be negative.
WITH asked_days AS (
    SELECT metric_days.*
    FROM metric_days
    JOIN period_as_of ON period_as_of.month = metric_days.month AND period_as_of.is_asked
),

cumulative AS (
    SELECT DISTINCT month, metric_id, unit_id
    FROM asked_days
    WHERE restarts_on IS NOT NULL
),

numbered AS (
    SELECT
        calendar.month,
        calendar.metric_id,
        calendar.unit_id,
        calendar.business_date,
        calendar.expected,
        SUM(calendar.expected) OVER (
            PARTITION BY calendar.month, calendar.metric_id, calendar.unit_id
            ORDER BY calendar.business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS expected_so_far
    FROM metric_calendar AS calendar
    JOIN cumulative
        ON cumulative.month = calendar.month
        AND cumulative.metric_id = calendar.metric_id
        AND cumulative.unit_id = calendar.unit_id
),

sequenced AS (
    SELECT
        days.*,
        numbered.expected_so_far - numbered.expected
            - COALESCE(LAG(numbered.expected_so_far) OVER unit_month, 0) AS days_missed,
        LAG(days.basis) OVER unit_month AS basis_before,
        LAG(days.delivery_id) OVER unit_month AS delivery_before,
        LAG(days.numerator) OVER unit_month AS numerator_before,
        LAG(days.denominator) OVER unit_month AS denominator_before
    FROM asked_days AS days
    JOIN numbered
        ON numbered.month = days.month
        AND numbered.metric_id = days.metric_id
        AND numbered.unit_id = days.unit_id
        AND numbered.business_date = days.business_date
    WINDOW unit_month AS (PARTITION BY days.month, days.metric_id, days.unit_id ORDER BY days.business_date)
),

explained AS (
    SELECT
        sequenced.*,
        CASE
            WHEN basis = 'day' OR (days_missed = 0 AND basis_before IS NULL) THEN 'itself'
            WHEN days_missed = 0 AND basis_before = 'month_to_date'
                AND numerator >= numerator_before AND denominator >= denominator_before
                AND denominator - numerator >= denominator_before - numerator_before
                THEN 'difference'
            ELSE 'unknown'
        END AS day_is
    FROM sequenced
    UNION ALL
    SELECT
        days.*,
        CAST(NULL AS BIGINT) AS days_missed,
        CAST(NULL AS STRING) AS basis_before,
        CAST(NULL AS STRING) AS delivery_before,
        CAST(NULL AS BIGINT) AS numerator_before,
        CAST(NULL AS BIGINT) AS denominator_before,
        'itself' AS day_is
    FROM asked_days AS days
    LEFT JOIN cumulative
        ON cumulative.month = days.month
        AND cumulative.metric_id = days.metric_id
        AND cumulative.unit_id = days.unit_id
    WHERE cumulative.unit_id IS NULL
),

figures AS (
    SELECT
        business_date,
        unit_id,
        metric_id,
        metric_version,
        month,
        delivery_id,
        basis,
        counted_for,
        CASE day_is
            WHEN 'itself' THEN numerator WHEN 'difference' THEN numerator - numerator_before
        END AS numerator,
        CASE day_is
            WHEN 'itself' THEN denominator WHEN 'difference' THEN denominator - denominator_before
        END AS denominator,
        SUM(numerator) OVER to_date AS month_numerator,
        SUM(denominator) OVER to_date AS month_denominator
    FROM explained
    WINDOW to_date AS (
        PARTITION BY month, metric_id, unit_id, restarts_on
        ORDER BY business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),

making AS (
    SELECT business_date, unit_id, metric_id, delivery_id FROM explained
    UNION ALL
    SELECT business_date, unit_id, metric_id, delivery_before AS delivery_id
    FROM explained
    WHERE day_is = 'difference'
),

overridden AS (
    SELECT
        making.business_date,
        making.unit_id,
        making.metric_id,
        STRING_AGG(overrides.override_id, ',' ORDER BY overrides.override_id) AS override_ids
    FROM making
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = making.delivery_id
    GROUP BY making.business_date, making.unit_id, making.metric_id
)

SELECT
    figures.*,
    CAST(rate_rounded(figures.numerator, figures.denominator, versions.step) * 0.01 AS DECIMAL(5, 2)) AS rate,
    CAST(rate_rounded(month_numerator, month_denominator, versions.step) * 0.01 AS DECIMAL(5, 2)) AS month_rate,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM figures
JOIN metric_versions AS versions
    ON versions.month = figures.month
    AND versions.metric_id = figures.metric_id
LEFT JOIN overridden
    ON overridden.business_date = figures.business_date
    AND overridden.unit_id = figures.unit_id
    AND overridden.metric_id = figures.metric_id

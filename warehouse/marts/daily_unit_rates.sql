/*
description = "Số liệu ngày của từng đơn vị, bên cạnh lũy kế tháng"
grain       = ["business_date", "unit_id"]
references  = ["units"]
reads       = ["delivery_overrides", "period_as_of", "unit_calendar", "unit_days"]

[columns]
business_date   = "required"
unit_id         = "required"
month           = "required"
delivery_id     = { meaning = "lần gửi được tính cho ngày này" }
basis           = "required"
online          = "nullable"
in_person       = "nullable"
total           = "nullable"
online_rate_pct = "nullable"
month_online    = { type = "BIGINT", nullable = true, label = "Trực tuyến lũy kế tháng", measure = "hồ sơ" }
month_in_person = { type = "BIGINT", nullable = true, label = "Trực tiếp lũy kế tháng", measure = "hồ sơ" }
month_total     = { type = "BIGINT", nullable = true, label = "Tổng số lũy kế tháng", measure = "hồ sơ" }
month_rate_pct  = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ lũy kế tháng", measure = "%", metric = "online_rate v1" }
has_override    = { meaning = """
    của lần gửi của ngày, và của lần gửi ngay trước khi số liệu ngày là hiệu của hai lũy kế; không của những ngày trước trong
    lũy kế tháng""" }
override_ids    = "nullable"
counted_for     = "nullable"
*/
-- A month-to-date unit's figures of a day are the difference to its delivery before; they are unknown (null) when an
-- expected day in between was not counted, or where one of them would be negative: the two deliveries contradict each other.
WITH days AS (
    SELECT unit_days.*
    FROM unit_days
    JOIN period_as_of ON period_as_of.month = unit_days.month AND period_as_of.is_asked
),

cumulative AS (
    SELECT DISTINCT month, unit_id
    FROM days
    WHERE restarts_on IS NOT NULL
),

numbered AS (
    SELECT
        calendar.month,
        calendar.unit_id,
        calendar.business_date,
        calendar.expected,
        SUM(calendar.expected) OVER (
            PARTITION BY calendar.month, calendar.unit_id
            ORDER BY calendar.business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS expected_so_far
    FROM unit_calendar AS calendar
    JOIN cumulative ON cumulative.month = calendar.month AND cumulative.unit_id = calendar.unit_id
),

sequenced AS (
    SELECT
        days.*,
        numbered.expected_so_far - numbered.expected
            - COALESCE(LAG(numbered.expected_so_far) OVER unit_month, 0) AS days_missed,
        LAG(days.basis) OVER unit_month AS basis_before,
        LAG(days.delivery_id) OVER unit_month AS delivery_before,
        LAG(days.online) OVER unit_month AS online_before,
        LAG(days.in_person) OVER unit_month AS in_person_before,
        LAG(days.total) OVER unit_month AS total_before
    FROM days
    JOIN numbered
        ON numbered.month = days.month
        AND numbered.unit_id = days.unit_id
        AND numbered.business_date = days.business_date
    WINDOW unit_month AS (PARTITION BY days.month, days.unit_id ORDER BY days.business_date)
),

explained AS (
    SELECT
        sequenced.*,
        CASE
            WHEN basis = 'day' OR (days_missed = 0 AND basis_before IS NULL) THEN 'itself'
            WHEN days_missed = 0 AND basis_before = 'month_to_date'
                AND online >= online_before AND in_person >= in_person_before AND total >= total_before
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
        CAST(NULL AS BIGINT) AS online_before,
        CAST(NULL AS BIGINT) AS in_person_before,
        CAST(NULL AS BIGINT) AS total_before,
        'itself' AS day_is
    FROM days
    LEFT JOIN cumulative ON cumulative.month = days.month AND cumulative.unit_id = days.unit_id
    WHERE cumulative.unit_id IS NULL
),

figures AS (
    SELECT
        business_date,
        unit_id,
        month,
        delivery_id,
        basis,
        counted_for,
        CASE day_is WHEN 'itself' THEN online WHEN 'difference' THEN online - online_before END AS online,
        CASE day_is WHEN 'itself' THEN in_person WHEN 'difference' THEN in_person - in_person_before END AS in_person,
        CASE day_is WHEN 'itself' THEN total WHEN 'difference' THEN total - total_before END AS total,
        SUM(online) OVER to_date AS month_online,
        SUM(in_person) OVER to_date AS month_in_person,
        SUM(total) OVER to_date AS month_total
    FROM explained
    WINDOW to_date AS (
        PARTITION BY month, unit_id, restarts_on
        ORDER BY business_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),

making AS (
    SELECT business_date, unit_id, delivery_id FROM explained
    UNION ALL
    SELECT business_date, unit_id, delivery_before AS delivery_id FROM explained WHERE day_is = 'difference'
),

overridden AS (
    SELECT
        making.business_date,
        making.unit_id,
        STRING_AGG(overrides.override_id, ',' ORDER BY overrides.override_id) AS override_ids
    FROM making
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = making.delivery_id
    GROUP BY making.business_date, making.unit_id
)

SELECT
    figures.*,
    CAST(rate_hundredths(online, total) * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct,
    CAST(rate_hundredths(month_online, month_total) * 0.01 AS DECIMAL(5, 2)) AS month_rate_pct,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM figures
LEFT JOIN overridden
    ON overridden.business_date = figures.business_date
    AND overridden.unit_id = figures.unit_id

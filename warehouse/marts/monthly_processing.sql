/*
description = """
Hồ sơ mọi thủ tục tiếp nhận, giải quyết, đúng hạn theo tháng và từ đầu năm; không thuộc phạm vi của tỷ lệ trực tuyến"""
grain       = ["month", "unit_id"]
references  = ["units"]
reads       = ["daily_counts", "deciding_deliveries", "delivery_overrides", "expected_days", "period_as_of", "units"]

[columns]
month               = "required"
unit_id             = "required"
unit_name           = "required"
period_from         = "required"
period_to           = "required"
as_of               = "required"
received            = { nullable = true, meaning = """
    trong tháng: lũy kế trừ lũy kế cuối tháng trước; trống khi chưa biết số cuối tháng trước, hoặc khi một lũy kế đã
    giảm""" }
settled             = { nullable = true, meaning = """
    trong tháng: lũy kế trừ lũy kế cuối tháng trước; trống khi chưa biết số cuối tháng trước, hoặc khi một lũy kế đã
    giảm""" }
settled_on_time     = { nullable = true, meaning = """
    trong tháng: lũy kế trừ lũy kế cuối tháng trước; trống khi chưa biết số cuối tháng trước, hoặc khi một lũy kế đã
    giảm""" }
on_time_pct         = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ giải quyết đúng hạn", measure = "%", metric = "on_time_rate v1", meaning = """
    trong tháng; làm tròn nửa lên; trống khi chưa giải quyết hồ sơ nào""" }
received_ytd        = { type = "BIGINT", nullable = true, label = "Tiếp nhận từ đầu năm", measure = "hồ sơ", meaning = """
    theo lần gửi hợp lệ cuối cùng của kỳ""" }
settled_ytd         = { type = "BIGINT", nullable = true, label = "Đã giải quyết từ đầu năm", measure = "hồ sơ" }
settled_on_time_ytd = { type = "BIGINT", nullable = true, label = "Giải quyết đúng hạn từ đầu năm", measure = "hồ sơ" }
on_time_ytd_pct     = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ giải quyết đúng hạn từ đầu năm", measure = "%", metric = "on_time_rate v1", meaning = """
    làm tròn nửa lên; trống khi chưa giải quyết hồ sơ nào""" }
days_expected       = "required"
days_accepted       = "required"
is_complete         = "required"
has_override        = { meaning = """
    của lần gửi cuối cùng của kỳ, và của lần gửi cuối tháng trước khi số trong tháng là hiệu của hai lũy kế""" }
override_ids        = "nullable"
*/
-- Cases of all procedures that a unit with contract `processing` received and settled. The year's figures are those of its
-- last accepted delivery of the period, which is cumulative since the year began. The month's are the difference to the
-- end of the month before; in January both are the same. They are unknown (null) unless the month before has a delivery
-- of the last day on which one was due, and where one of the three is smaller than at that end: the two deliveries
-- contradict each other. A delivery for a day on which its unit is not valid does not count.
WITH stated AS (
    SELECT
        deciding.month,
        deciding.unit_id,
        deciding.business_date,
        deciding.delivery_id,
        SUM(counts.received) AS received,
        SUM(counts.settled) AS settled,
        SUM(counts.settled_on_time) AS settled_on_time
    FROM deciding_deliveries AS deciding
    JOIN daily_counts AS counts
        ON counts.delivery_id = deciding.delivery_id
        AND counts.business_date = deciding.business_date
    JOIN units
        ON units.unit_id = deciding.unit_id
        AND units.valid_from <= deciding.business_date
        AND (units.valid_to IS NULL OR units.valid_to >= deciding.business_date)
    WHERE deciding.is_accepted = 1 AND deciding.contract = 'processing'
    GROUP BY deciding.month, deciding.unit_id, deciding.business_date, deciding.delivery_id
),

ranked AS (
    SELECT
        stated.*,
        ROW_NUMBER() OVER (PARTITION BY month, unit_id ORDER BY business_date DESC) AS place
    FROM stated
),

latest AS (
    SELECT * FROM ranked WHERE place = 1
),

due AS (
    SELECT
        period_as_of.month,
        expected_days.unit_id,
        MAX(expected_days.business_date) AS last_due,
        SUM(CASE WHEN expected_days.business_date <= period_as_of.as_of THEN 1 ELSE 0 END) AS days_expected,
        SUM(
            CASE WHEN expected_days.business_date <= period_as_of.as_of AND stated.unit_id IS NOT NULL THEN 1 ELSE 0 END
        ) AS days_accepted
    FROM period_as_of
    JOIN expected_days ON expected_days.business_date BETWEEN period_as_of.period_from AND period_as_of.period_to
    JOIN units
        ON units.unit_id = expected_days.unit_id
        AND units.valid_from <= expected_days.business_date
        AND (units.valid_to IS NULL OR units.valid_to >= expected_days.business_date)
    LEFT JOIN stated
        ON stated.month = period_as_of.month
        AND stated.unit_id = expected_days.unit_id
        AND stated.business_date = expected_days.business_date
    WHERE expected_days.contract = 'processing'
    GROUP BY period_as_of.month, expected_days.unit_id
),

unit_months AS (
    SELECT month, unit_id FROM latest
    UNION
    SELECT month, unit_id FROM due WHERE days_expected > 0
),

ends AS (
    SELECT latest.*
    FROM latest
    JOIN period_as_of ON period_as_of.month = latest.month
    LEFT JOIN due ON due.month = latest.month AND due.unit_id = latest.unit_id
    WHERE latest.business_date >= COALESCE(due.last_due, period_as_of.period_to)
),

compared AS (
    SELECT
        unit_months.month,
        unit_months.unit_id,
        units.name AS unit_name,
        period_as_of.period_from,
        period_as_of.period_to,
        period_as_of.as_of,
        latest.delivery_id,
        latest.received AS received_ytd,
        latest.settled AS settled_ytd,
        latest.settled_on_time AS settled_on_time_ytd,
        CASE WHEN unit_months.month NOT LIKE '%-01' THEN ends.delivery_id END AS delivery_before,
        CASE WHEN unit_months.month LIKE '%-01' THEN 0 ELSE ends.received END AS received_before,
        CASE WHEN unit_months.month LIKE '%-01' THEN 0 ELSE ends.settled END AS settled_before,
        CASE WHEN unit_months.month LIKE '%-01' THEN 0 ELSE ends.settled_on_time END AS settled_on_time_before,
        COALESCE(due.days_expected, 0) AS days_expected,
        COALESCE(due.days_accepted, 0) AS days_accepted
    FROM unit_months
    JOIN period_as_of ON period_as_of.month = unit_months.month
    JOIN units
        ON units.unit_id = unit_months.unit_id
        AND units.valid_from <= period_as_of.period_to
        AND (units.valid_to IS NULL OR units.valid_to >= period_as_of.period_from)
    LEFT JOIN latest ON latest.month = unit_months.month AND latest.unit_id = unit_months.unit_id
    LEFT JOIN due ON due.month = unit_months.month AND due.unit_id = unit_months.unit_id
    LEFT JOIN ends ON ends.month = period_as_of.previous_month AND ends.unit_id = unit_months.unit_id
),

judged AS (
    SELECT
        compared.*,
        received_ytd >= received_before
            AND settled_ytd >= settled_before
            AND settled_on_time_ytd >= settled_on_time_before AS grows
    FROM compared
),

figures AS (
    SELECT
        judged.*,
        CASE WHEN grows THEN received_ytd - received_before END AS received,
        CASE WHEN grows THEN settled_ytd - settled_before END AS settled,
        CASE WHEN grows THEN settled_on_time_ytd - settled_on_time_before END AS settled_on_time
    FROM judged
),

making AS (
    SELECT month, unit_id, delivery_id FROM figures
    UNION ALL
    SELECT month, unit_id, delivery_before AS delivery_id FROM figures WHERE grows
),

overridden AS (
    SELECT
        making.month,
        making.unit_id,
        STRING_AGG(overrides.override_id, ',' ORDER BY overrides.override_id) AS override_ids
    FROM making
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = making.delivery_id
    GROUP BY making.month, making.unit_id
)

SELECT
    figures.*,
    CAST(rate_hundredths(settled_on_time, settled) * 0.01 AS DECIMAL(5, 2)) AS on_time_pct,
    CAST(rate_hundredths(settled_on_time_ytd, settled_ytd) * 0.01 AS DECIMAL(5, 2)) AS on_time_ytd_pct,
    days_accepted = days_expected AS is_complete,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM figures
LEFT JOIN overridden ON overridden.month = figures.month AND overridden.unit_id = figures.unit_id

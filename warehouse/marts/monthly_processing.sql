/*
description = """
Hồ sơ mọi thủ tục tiếp nhận, giải quyết, đúng hạn theo tháng và từ đầu năm; không thuộc phạm vi của tỷ lệ trực tuyến"""
grain       = ["month", "unit_id"]
references  = ["units"]
reads       = ["delivery_overrides", "processing_ends"]

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
on_time_pct         = { nullable = true, metric = "on_time_rate v1", meaning = """
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
month_start         = "required"
days_accepted_pct   = "nullable"
*/
-- Cases of all procedures that a unit with contract `processing` received and settled. The year's figures are those of its
-- last accepted delivery of the period, which is cumulative since the year began. The month's are the difference to the
-- end of the month before; in January both are the same. They are unknown (null) unless the month before has a delivery
-- of the last day on which one was due, and where one of the three is smaller than at that end: the two deliveries
-- contradict each other. A delivery for a day on which its unit is not valid does not count.
WITH figures AS (
    SELECT
        ends.*,
        CASE WHEN grows THEN received_ytd - received_before END AS received,
        CASE WHEN grows THEN settled_ytd - settled_before END AS settled,
        CASE WHEN grows THEN settled_on_time_ytd - settled_on_time_before END AS settled_on_time
    FROM processing_ends AS ends
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
    CAST(rate_hundredths(days_accepted, days_expected) * 0.01 AS DECIMAL(5, 2)) AS days_accepted_pct,
    CAST(figures.month || '-01' AS DATE) AS month_start,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM figures
LEFT JOIN overridden ON overridden.month = figures.month AND overridden.unit_id = figures.unit_id

/*
description = """
Điểm được công bố theo tháng của từng đơn vị và toàn bộ, bên cạnh chỉ số tự tính mà reference/metrics.toml đặt cạnh (beside)"""
grain       = ["month", "metric_id", "scope", "member"]
references  = ["metrics"]
reads       = ["metrics", "monthly_rates", "score_months"]

[columns]
month             = "required"
metric_id         = "required"
metric_version    = "required"
scope             = { meaning = "unit = đơn vị; all = tất cả đơn vị, theo điểm của đơn vị đại diện ([whole] unit)" }
member            = "required"
unit_group        = "required"
scored_on         = "required"
delivery_id       = "required"
points            = "required"
points_maximum    = "required"
points_lost       = "required"
rate              = { nullable = true, meaning = "điểm chia cho điểm tối đa" }
beside_metric_id  = { nullable = true, meaning = "trống khi thành phần không đặt cạnh chỉ số nào" }
own_rate          = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ tự tính", measure = "%", meaning = """
    của chỉ số đặt cạnh, cùng tháng, cùng đơn vị; trống khi chưa có""" }
difference        = { type = "DECIMAL(6,2)", nullable = true, label = "Chênh lệch", measure = "điểm phần trăm", meaning = """
    tỷ lệ điểm trừ tỷ lệ tự tính""" }
tolerance         = "nullable"
agrees            = { type = "BOOLEAN", nullable = true, label = "Khớp", meaning = """
    chênh lệch không quá mức cho phép; trống khi không đối chiếu hoặc thiếu một trong hai""" }
month_start       = "required"
*/
WITH beside AS (
    SELECT
        rates.*,
        scores.delivery_id,
        metrics.beside_metric_id,
        metrics.tolerance,
        own.rate AS own_rate,
        CAST(rates.rate - own.rate AS DECIMAL(6, 2)) AS difference
    FROM monthly_rates AS rates
    JOIN score_months AS scores
        ON scores.month = rates.month
        AND scores.metric_id = rates.metric_id
        AND scores.scope = rates.scope
        AND scores.member = rates.member
    JOIN metrics
        ON metrics.metric_id = rates.metric_id
        AND metrics.metric_version = rates.metric_version
    LEFT JOIN monthly_rates AS own
        ON own.month = rates.month
        AND own.metric_id = metrics.beside_metric_id
        AND own.scope = rates.scope
        AND own.member = rates.member
)

SELECT
    month,
    metric_id,
    metric_version,
    scope,
    member,
    unit_group,
    scored_on,
    delivery_id,
    points,
    points_maximum,
    points_lost,
    rate,
    beside_metric_id,
    own_rate,
    difference,
    tolerance,
    ABS(difference) <= tolerance AS agrees,
    month_start
FROM beside

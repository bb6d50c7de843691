/*
description = """
Xếp hạng các đơn vị của từng khối theo từng chỉ số và tháng, từ bảng monthly_rates: hạng 1 là tốt nhất theo chiều của chỉ số; \
đơn vị có mẫu số nhỏ, rồi đơn vị chưa có tỷ lệ, đứng sau và không có hạng"""
grain       = ["month", "metric_id", "unit_group", "member"]
order       = ["month", "metric_id", "unit_group", "list_order"]
references  = ["metrics"]
reads       = ["metrics", "monthly_rates", "period_as_of", "units"]

[columns]
month                = "required"
metric_id            = "required"
metric_version       = "required"
unit_group           = { meaning = "khối trong đó đơn vị được xếp hạng, mã theo reference/organisation.toml" }
member               = { meaning = "mã đơn vị" }
list_order           = { type = "INTEGER", label = "Thứ tự trong danh sách", meaning = """
    có hạng, rồi mẫu số nhỏ, rồi chưa có tỷ lệ; cùng tỷ lệ thì theo thứ tự trong báo cáo""" }
rate                 = "nullable"
rank                 = { type = "INTEGER", nullable = true, label = "Hạng", meaning = """
    1 = tốt nhất; cùng tỷ lệ thì cùng hạng, hạng sau bỏ cách (1, 1, 3); trống khi mẫu số nhỏ hoặc chưa có tỷ lệ""" }
ties                 = { type = "INTEGER", nullable = true, label = "Số đơn vị cùng hạng", measure = "đơn vị", meaning = """
    kể cả đơn vị này; 1 = không đồng hạng""" }
ranked_of            = { type = "INTEGER", label = "Số đơn vị có hạng", measure = "đơn vị", meaning = "của khối" }
is_small             = { nullable = true, meaning = """
    mẫu số nhỏ hơn mẫu số tối thiểu của chỉ số: không xếp hạng; trống khi chưa có số liệu""" }
previous_rank        = { type = "INTEGER", nullable = true, label = "Hạng tháng trước", meaning = """
    trong cùng khối; trống khi tháng trước đơn vị không có hạng, tính theo phiên bản khác của chỉ số, và của chỉ số lũy kế \
    năm; có cả khi tháng trước chưa đủ số liệu: xem previous_is_complete""" }
rank_change          = { type = "INTEGER", nullable = true, label = "Thay đổi hạng", measure = "hạng", meaning = """
    hạng tháng trước trừ hạng tháng này: số dương là lên hạng""" }
previous_is_complete = { nullable = true, meaning = """
    các đơn vị của khối có đủ số liệu cả tháng trước; nếu không thì thay đổi hạng chưa nói lên điều gì; trống khi không có \
    hạng tháng trước""" }
is_complete          = { meaning = "của đơn vị: mọi ngày phải gửi đều đã nhận hợp lệ" }
has_override         = "required"
override_ids         = "nullable"
month_start          = "required"
*/
-- RANK leaves gaps after ties: 1, 1, 3. Rates are compared as published, rounded: what reads alike shares a rank.
WITH placed AS (
    SELECT
        rates.month,
        rates.metric_id,
        rates.metric_version,
        rates.unit_group,
        rates.member,
        rates.rate,
        CASE metrics.direction WHEN 'down' THEN rates.rate ELSE -rates.rate END AS worse,
        CASE WHEN rates.rate IS NULL THEN 3 WHEN rates.is_small THEN 2 ELSE 1 END AS part,
        COALESCE(metrics.contracts = 'processing', FALSE) AS is_yearly,
        units.report_order,
        rates.is_small,
        rates.previous_is_complete,
        rates.is_complete,
        rates.has_override,
        rates.override_ids
    FROM monthly_rates AS rates
    JOIN metrics
        ON metrics.metric_id = rates.metric_id
        AND metrics.metric_version = rates.metric_version
    JOIN units ON units.unit_id = rates.member
    WHERE rates.scope = 'unit'
),

ranked AS (
    SELECT
        placed.*,
        ROW_NUMBER() OVER (
            PARTITION BY month, metric_id, unit_group ORDER BY part, worse, report_order, member
        ) AS list_order,
        CASE WHEN part = 1 THEN RANK() OVER (PARTITION BY month, metric_id, unit_group, part ORDER BY worse) END AS rank,
        CASE WHEN part = 1 THEN COUNT(*) OVER (PARTITION BY month, metric_id, unit_group, part, worse) END AS ties,
        SUM(CASE WHEN part = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY month, metric_id, unit_group) AS ranked_of,
        MIN(CASE WHEN previous_is_complete THEN 1 WHEN NOT previous_is_complete THEN 0 END)
            OVER (PARTITION BY month, metric_id, unit_group) AS all_complete_before
    FROM placed
)

SELECT
    this.month,
    this.metric_id,
    this.metric_version,
    this.unit_group,
    this.member,
    this.list_order,
    this.rate,
    this.rank,
    this.ties,
    this.ranked_of,
    this.is_small,
    before.rank AS previous_rank,
    before.rank - this.rank AS rank_change,
    CASE WHEN before.rank IS NOT NULL THEN this.all_complete_before = 1 END AS previous_is_complete,
    this.is_complete,
    this.has_override,
    this.override_ids,
    CAST(this.month || '-01' AS DATE) AS month_start
FROM ranked AS this
JOIN period_as_of ON period_as_of.month = this.month
LEFT JOIN ranked AS before
    ON NOT before.is_yearly
    AND before.month = period_as_of.previous_month
    AND before.metric_id = this.metric_id
    AND before.metric_version = this.metric_version
    AND before.unit_group = this.unit_group
    AND before.member = this.member

/*
description = "Mọi chỉ số theo tháng của từng đơn vị, từng khối và tất cả đơn vị: một dòng một chỉ số"
grain       = ["month", "metric_id", "scope", "member"]
references  = ["metrics"]
reads       = [
    "baselines", "metric_months", "metric_overrides", "metric_versions", "month_targets", "period_as_of",
    "score_months",
]

[columns]
month                = "required"
metric_id            = "required"
metric_version       = "required"
scope                = { meaning = "unit = đơn vị; group = khối; all = tất cả đơn vị" }
member               = "required"
unit_group           = "required"
period_from          = "required"
period_to            = "required"
as_of                = "required"
numerator            = { nullable = true, meaning = "theo định nghĩa của chỉ số; trống khi không có số liệu, và của điểm được công bố" }
denominator          = { nullable = true, meaning = "theo định nghĩa của chỉ số; trống khi không có số liệu, và của điểm được công bố" }
rate                 = "nullable"
target               = { type = "DECIMAL(5,2)", nullable = true, label = "Chỉ tiêu của chỉ số", measure = "%" }
meets_target         = { nullable = true, meaning = """
    tỷ lệ đã làm tròn so với chỉ tiêu, theo chiều tốt của chỉ số; trống khi không có tỷ lệ hoặc chỉ tiêu""" }
needed               = { type = "BIGINT", nullable = true, label = "Số hồ sơ còn thiếu", measure = "hồ sơ", meaning = """
    tử số ít nhất phải thêm (chiều tốt down: bớt) để đạt chỉ tiêu khi mẫu số không đổi""" }
is_small             = "nullable"
previous_rate        = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ tháng trước", measure = "%", meaning = """
    trống khi tháng trước tính theo phiên bản khác của chỉ số, và của chỉ số lũy kế năm""" }
change               = { type = "DECIMAL(6,2)", nullable = true, label = "Tăng/giảm so với tháng trước", measure = "điểm phần trăm" }
previous_is_complete = "nullable"
baseline_month       = "nullable"
baseline_rate        = { type = "DECIMAL(5,2)", nullable = true, label = "Tỷ lệ tháng gốc", measure = "%", meaning = """
    như baseline_rate_pct; bảng baselines chỉ có tỷ lệ trực tuyến; trống khi tháng gốc tính theo phiên bản khác, và của chỉ số lũy kế năm""" }
baseline_change      = { type = "DECIMAL(6,2)", nullable = true, label = "Tăng/giảm so với tháng gốc", measure = "điểm phần trăm" }
baseline_is_complete = "nullable"
units_expected       = "required"
units_counted        = "required"
days_expected        = "required"
days_accepted        = "required"
is_complete          = "required"
has_override         = "required"
override_ids         = "nullable"
counted_for          = "nullable"
month_start          = "required"
days_accepted_pct    = "nullable"
points               = { nullable = true, meaning = """
    của chỉ số given (điểm được công bố), lần gần nhất trong tháng; tỷ lệ là điểm chia cho điểm tối đa; trống với chỉ số tự tính""" }
points_maximum       = "nullable"
points_lost          = "nullable"
scored_on            = "nullable"
*/
-- As month_rates, for every metric. A yearly metric is compared with no other month: its figure there would need the month
-- before that one, too. `needed`: with T the target in steps of rounding (up: the least not below it, down: the
-- most not above it), `up`: least n with 20000 * (numerator + n) >= denominator * step * (2 * T - 1); `down`: least n with
-- 20000 * (numerator - n) < denominator * step * (2 * T + 1).
-- Published points have a rate, but no counts; they are compared with other months like every other metric.
WITH figures AS (
    SELECT
        months.month,
        months.metric_id,
        months.metric_version,
        months.scope,
        months.member,
        months.unit_group,
        months.numerator,
        months.denominator,
        months.counted_for,
        months.units_expected,
        months.units_counted,
        months.days_due,
        months.days_expected,
        months.days_accepted,
        versions.direction,
        versions.min_denominator,
        versions.step,
        versions.is_yearly,
        rate_rounded(months.numerator, months.denominator, versions.step) AS hundredths,
        CAST(NULL AS BIGINT) AS points_hundredths,
        CAST(NULL AS BIGINT) AS maximum_hundredths,
        CAST(NULL AS DATE) AS scored_on,
        overrides.override_ids
    FROM metric_months AS months
    JOIN metric_versions AS versions
        ON versions.month = months.month
        AND versions.metric_id = months.metric_id
    LEFT JOIN metric_overrides AS overrides
        ON overrides.month = months.month
        AND overrides.metric_id = months.metric_id
        AND overrides.scope = months.scope
        AND overrides.member = months.member
    UNION ALL
    SELECT
        month,
        metric_id,
        metric_version,
        scope,
        member,
        unit_group,
        CAST(NULL AS BIGINT) AS numerator,
        CAST(NULL AS BIGINT) AS denominator,
        CAST(NULL AS STRING) AS counted_for,
        1 AS units_expected,
        1 AS units_counted,
        days_due,
        days_expected,
        days_accepted,
        'up' AS direction,
        CAST(NULL AS BIGINT) AS min_denominator,
        1 AS step,
        0 AS is_yearly,
        hundredths,
        points_hundredths,
        maximum_hundredths,
        business_date AS scored_on,
        override_ids
    FROM score_months
),

targeted AS (
    SELECT
        figures.*,
        period_as_of.previous_month,
        period_as_of.baseline_month,
        period_as_of.period_from,
        period_as_of.period_to,
        period_as_of.as_of,
        COALESCE(own.target_pct, of_group.target_pct) AS target,
        COALESCE(own.target_hundredths, of_group.target_hundredths) AS target_hundredths
    FROM figures
    JOIN period_as_of ON period_as_of.month = figures.month
    LEFT JOIN month_targets AS own
        ON figures.scope = 'unit'
        AND own.month = figures.month
        AND own.metric_id = figures.metric_id
        AND own.unit_id = figures.member
    LEFT JOIN month_targets AS of_group
        ON of_group.unit_id IS NULL
        AND of_group.month = figures.month
        AND of_group.metric_id = figures.metric_id
        AND of_group.unit_group = figures.unit_group
),

-- 20000 times the numerator: the least that reaches the target, and the least that misses it where less is better.
bounded AS (
    SELECT
        targeted.*,
        CASE WHEN denominator > 0 THEN
            CASE direction
                WHEN 'up' THEN CAST(denominator AS DECIMAL(20, 0))
                    * (2 * (target_hundredths + step - 1 - MOD(target_hundredths + step - 1, step)) - step)
                ELSE CAST(denominator AS DECIMAL(20, 0))
                    * (2 * (target_hundredths - MOD(target_hundredths, step)) + step)
            END + 19999
        END AS threshold
    FROM targeted
),

needed AS (
    SELECT
        bounded.*,
        CAST((threshold - MOD(threshold, 20000)) / 20000 AS BIGINT) AS limit_numerator
    FROM bounded
),

based AS (
    SELECT
        needed.*,
        COALESCE(
            CASE WHEN base.days_accepted = base.days_due THEN base.hundredths END,
            CAST(baselines.rate_pct * 100 AS BIGINT),
            base.hundredths
        ) AS baseline_hundredths,
        CASE WHEN baselines.rate_pct IS NOT NULL OR base.hundredths IS NOT NULL THEN
            base.days_accepted = base.days_due OR baselines.rate_pct IS NOT NULL
        END AS baseline_is_complete
    FROM needed
    LEFT JOIN targeted AS base
        ON base.is_yearly = 0
        AND base.month = needed.baseline_month
        AND base.metric_id = needed.metric_id
        AND base.metric_version = needed.metric_version
        AND base.scope = needed.scope
        AND base.member = needed.member
    LEFT JOIN baselines
        ON needed.metric_id = 'online_rate'
        AND needed.metric_version = 1
        AND baselines.month = needed.baseline_month
        AND baselines.scope = needed.member
)

SELECT
    this.month,
    this.metric_id,
    this.metric_version,
    this.scope,
    this.member,
    this.unit_group,
    this.period_from,
    this.period_to,
    this.as_of,
    this.numerator,
    this.denominator,
    CAST(this.hundredths * 0.01 AS DECIMAL(5, 2)) AS rate,
    this.target,
    CASE this.direction
        WHEN 'up' THEN this.hundredths >= this.target_hundredths
        ELSE this.hundredths <= this.target_hundredths
    END AS meets_target,
    CASE WHEN this.limit_numerator IS NOT NULL THEN
        GREATEST(
            0,
            CASE this.direction
                WHEN 'up' THEN this.limit_numerator - this.numerator
                ELSE this.numerator - (this.limit_numerator - 1)
            END
        )
    END AS needed,
    CASE WHEN this.denominator IS NOT NULL OR this.points_hundredths IS NOT NULL THEN
        COALESCE(this.denominator < this.min_denominator, FALSE)
    END AS is_small,
    CAST(before.hundredths * 0.01 AS DECIMAL(5, 2)) AS previous_rate,
    CAST((this.hundredths - before.hundredths) * 0.01 AS DECIMAL(6, 2)) AS change,
    before.days_accepted = before.days_due AS previous_is_complete,
    this.baseline_month,
    CAST(this.baseline_hundredths * 0.01 AS DECIMAL(5, 2)) AS baseline_rate,
    CAST((this.hundredths - this.baseline_hundredths) * 0.01 AS DECIMAL(6, 2)) AS baseline_change,
    this.baseline_is_complete,
    this.units_expected,
    this.units_counted,
    this.days_expected,
    this.days_accepted,
    this.days_accepted = this.days_expected AS is_complete,
    this.override_ids IS NOT NULL AS has_override,
    this.override_ids,
    this.counted_for,
    CAST(this.month || '-01' AS DATE) AS month_start,
    CAST(rate_hundredths(this.days_accepted, this.days_expected) * 0.01 AS DECIMAL(5, 2)) AS days_accepted_pct,
    CAST(this.points_hundredths * 0.01 AS DECIMAL(6, 2)) AS points,
    CAST(this.maximum_hundredths * 0.01 AS DECIMAL(6, 2)) AS points_maximum,
    CAST((this.maximum_hundredths - this.points_hundredths) * 0.01 AS DECIMAL(6, 2)) AS points_lost,
    this.scored_on
FROM based AS this
LEFT JOIN targeted AS before
    ON before.is_yearly = 0
    AND before.month = this.previous_month
    AND before.metric_id = this.metric_id
    AND before.metric_version = this.metric_version
    AND before.scope = this.scope
    AND before.member = this.member

/*
description = "Mọi chỉ số theo tháng của từng đơn vị, từng khối và tất cả đơn vị: một dòng một chỉ số"
grain       = ["month", "metric_id", "scope", "member"]
references  = ["metrics"]
reads       = [
    "baselines", "metric_months", "metric_overrides", "metric_versions", "period_as_of", "score_months", "targets",
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
WITH targeted AS (
    SELECT
        figures.*,
        versions.direction,
        versions.min_denominator,
        versions.step,
        versions.is_yearly,
        period_as_of.previous_month,
        period_as_of.baseline_month,
        period_as_of.period_from,
        period_as_of.period_to,
        period_as_of.as_of,
        rate_rounded(figures.numerator, figures.denominator, versions.step) AS hundredths,
        COALESCE(own.target_pct, targets.target_pct) AS target,
        CAST(COALESCE(own.target_pct, targets.target_pct) * 100 AS BIGINT) AS target_hundredths
    FROM metric_months AS figures
    JOIN metric_versions AS versions
        ON versions.month = figures.month
        AND versions.metric_id = figures.metric_id
    JOIN period_as_of ON period_as_of.month = figures.month
    LEFT JOIN targets AS own
        ON figures.scope = 'unit'
        AND own.metric_id = figures.metric_id
        AND own.unit_id = figures.member
        AND own.valid_from <= period_as_of.as_of
        AND (own.valid_to IS NULL OR own.valid_to >= period_as_of.as_of)
    LEFT JOIN targets
        ON targets.unit_id IS NULL
        AND targets.metric_id = figures.metric_id
        AND targets.unit_group = figures.unit_group
        AND targets.valid_from <= period_as_of.as_of
        AND (targets.valid_to IS NULL OR targets.valid_to >= period_as_of.as_of)
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
),

-- Published points are compared with those of the month before and of the baseline month, if these are of the same version.
scored AS (
    SELECT
        figures.*,
        period_as_of.previous_month,
        period_as_of.baseline_month,
        period_as_of.period_from,
        period_as_of.period_to,
        period_as_of.as_of,
        COALESCE(own.target_pct, targets.target_pct) AS target,
        CAST(COALESCE(own.target_pct, targets.target_pct) * 100 AS BIGINT) AS target_hundredths
    FROM score_months AS figures
    JOIN period_as_of ON period_as_of.month = figures.month
    LEFT JOIN targets AS own
        ON figures.scope = 'unit'
        AND own.metric_id = figures.metric_id
        AND own.unit_id = figures.member
        AND own.valid_from <= period_as_of.as_of
        AND (own.valid_to IS NULL OR own.valid_to >= period_as_of.as_of)
    LEFT JOIN targets
        ON targets.unit_id IS NULL
        AND targets.metric_id = figures.metric_id
        AND targets.unit_group = figures.unit_group
        AND targets.valid_from <= period_as_of.as_of
        AND (targets.valid_to IS NULL OR targets.valid_to >= period_as_of.as_of)
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
    CASE WHEN this.denominator IS NOT NULL THEN
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
    overrides.override_ids IS NOT NULL AS has_override,
    overrides.override_ids,
    this.counted_for,
    CAST(this.month || '-01' AS DATE) AS month_start,
    CAST(rate_hundredths(this.days_accepted, this.days_expected) * 0.01 AS DECIMAL(5, 2)) AS days_accepted_pct,
    CAST(NULL AS DECIMAL(6, 2)) AS points,
    CAST(NULL AS DECIMAL(6, 2)) AS points_maximum,
    CAST(NULL AS DECIMAL(6, 2)) AS points_lost,
    CAST(NULL AS DATE) AS scored_on
FROM based AS this
LEFT JOIN targeted AS before
    ON before.is_yearly = 0
    AND before.month = this.previous_month
    AND before.metric_id = this.metric_id
    AND before.metric_version = this.metric_version
    AND before.scope = this.scope
    AND before.member = this.member
LEFT JOIN metric_overrides AS overrides
    ON overrides.month = this.month
    AND overrides.metric_id = this.metric_id
    AND overrides.scope = this.scope
    AND overrides.member = this.member

UNION ALL

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
    CAST(NULL AS BIGINT) AS numerator,
    CAST(NULL AS BIGINT) AS denominator,
    CAST(this.hundredths * 0.01 AS DECIMAL(5, 2)) AS rate,
    this.target,
    this.hundredths >= this.target_hundredths AS meets_target,
    CAST(NULL AS BIGINT) AS needed,
    FALSE AS is_small,
    CAST(before.hundredths * 0.01 AS DECIMAL(5, 2)) AS previous_rate,
    CAST((this.hundredths - before.hundredths) * 0.01 AS DECIMAL(6, 2)) AS change,
    before.days_accepted = before.days_due AS previous_is_complete,
    this.baseline_month,
    CAST(base.hundredths * 0.01 AS DECIMAL(5, 2)) AS baseline_rate,
    CAST((this.hundredths - base.hundredths) * 0.01 AS DECIMAL(6, 2)) AS baseline_change,
    CASE WHEN base.hundredths IS NOT NULL THEN base.days_accepted = base.days_due END AS baseline_is_complete,
    1 AS units_expected,
    1 AS units_counted,
    this.days_expected,
    this.days_accepted,
    this.days_accepted = this.days_expected AS is_complete,
    this.override_ids IS NOT NULL AS has_override,
    this.override_ids,
    CAST(NULL AS STRING) AS counted_for,
    CAST(this.month || '-01' AS DATE) AS month_start,
    CAST(rate_hundredths(this.days_accepted, this.days_expected) * 0.01 AS DECIMAL(5, 2)) AS days_accepted_pct,
    CAST(this.points_hundredths * 0.01 AS DECIMAL(6, 2)) AS points,
    CAST(this.maximum_hundredths * 0.01 AS DECIMAL(6, 2)) AS points_maximum,
    CAST((this.maximum_hundredths - this.points_hundredths) * 0.01 AS DECIMAL(6, 2)) AS points_lost,
    this.business_date AS scored_on
FROM scored AS this
LEFT JOIN scored AS before
    ON before.month = this.previous_month
    AND before.metric_id = this.metric_id
    AND before.metric_version = this.metric_version
    AND before.scope = this.scope
    AND before.member = this.member
LEFT JOIN scored AS base
    ON base.month = this.baseline_month
    AND base.metric_id = this.metric_id
    AND base.metric_version = this.metric_version
    AND base.scope = this.scope
    AND base.member = this.member

/*
description = """
Rate, target and changes of every unit and group, from the rounded rates. A unit's own target overrides its group's.
The baseline month's rate is the lake's where the lake has that month complete, else the reviewed one, else the lake's all
the same, with `baseline_is_complete` false. A month that others are compared with is complete once every day that was due
in it is accepted, also those after its `as_of`.
`online_needed`: least n with rate(online + n) >= target, i.e. 20000 * (online + n) >= total * (2 * target - 1),
the target in hundredths of a percent."""
reads       = ["baselines", "month_figures", "month_overrides", "month_targets", "period_as_of"]
*/
WITH targeted AS (
    SELECT
        figures.*,
        period_as_of.previous_month,
        period_as_of.baseline_month,
        period_as_of.period_from,
        period_as_of.period_to,
        period_as_of.as_of,
        rate_hundredths(figures.online, figures.total) AS hundredths,
        COALESCE(own.target_pct, of_group.target_pct) AS target_pct,
        COALESCE(own.target_hundredths, of_group.target_hundredths) AS target_hundredths
    FROM month_figures AS figures
    JOIN period_as_of ON period_as_of.month = figures.month
    LEFT JOIN month_targets AS own
        ON figures.scope = 'unit'
        AND own.month = figures.month
        AND own.metric_id = 'online_rate'
        AND own.unit_id = figures.member
    LEFT JOIN month_targets AS of_group
        ON of_group.unit_id IS NULL
        AND of_group.month = figures.month
        AND of_group.metric_id = 'online_rate'
        AND of_group.unit_group = figures.unit_group
),

needed AS (
    SELECT
        targeted.*,
        CASE WHEN total > 0 THEN CAST(total AS DECIMAL(20, 0)) * (2 * target_hundredths - 1) + 19999 END AS threshold
    FROM targeted
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
        ON base.month = needed.baseline_month
        AND base.scope = needed.scope
        AND base.member = needed.member
    LEFT JOIN baselines ON baselines.month = needed.baseline_month AND baselines.scope = needed.member
)

SELECT
    this.month,
    this.scope,
    this.member,
    this.unit_group,
    this.period_from,
    this.period_to,
    this.as_of,
    this.online,
    this.in_person,
    this.total,
    CAST(this.hundredths * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct,
    this.target_pct,
    this.hundredths >= this.target_hundredths AS meets_target,
    CASE WHEN this.threshold IS NOT NULL THEN
        GREATEST(0, CAST((this.threshold - MOD(this.threshold, 20000)) / 20000 AS BIGINT) - this.online)
    END AS online_needed,
    CAST(before.hundredths * 0.01 AS DECIMAL(5, 2)) AS previous_rate_pct,
    CAST((this.hundredths - before.hundredths) * 0.01 AS DECIMAL(6, 2)) AS change_points,
    before.days_accepted = before.days_due AS previous_is_complete,
    this.baseline_month,
    CAST(this.baseline_hundredths * 0.01 AS DECIMAL(5, 2)) AS baseline_rate_pct,
    CAST((this.hundredths - this.baseline_hundredths) * 0.01 AS DECIMAL(6, 2)) AS baseline_change_points,
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
    CAST(rate_hundredths(this.days_accepted, this.days_expected) * 0.01 AS DECIMAL(5, 2)) AS days_accepted_pct
FROM based AS this
LEFT JOIN targeted AS before
    ON before.month = this.previous_month
    AND before.scope = this.scope
    AND before.member = this.member
LEFT JOIN month_overrides AS overrides
    ON overrides.month = this.month
    AND overrides.scope = this.scope
    AND overrides.member = this.member

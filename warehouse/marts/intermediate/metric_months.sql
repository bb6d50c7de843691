/*
description = """
Numerator, denominator and days per month and metric of every unit that it is of, every group, and all units together. Those of a
unit without a delivery that gives the metric are null; those of a group are the sum over its units that have them
(`units_counted` of `units_expected`). `days_due`: the expected days of the whole period, also those after `as_of`. A yearly
metric has rows of the units that send `processing`: the difference to the end of the month before, where that is known."""
reads       = [
    "group_members", "metric_calendar", "metric_days", "metric_figures", "metric_groups", "metric_units", "metric_versions",
    "processing_ends", "units",
]
*/
WITH figures AS (
    SELECT
        month,
        metric_id,
        unit_id,
        SUM(numerator) AS numerator,
        SUM(denominator) AS denominator,
        MIN(counted_for) AS counted_from,
        MAX(counted_for) AS counted_to
    FROM metric_days
    WHERE in_month
    GROUP BY month, metric_id, unit_id
),

days AS (
    SELECT
        month,
        metric_id,
        unit_id,
        SUM(expected) AS days_due,
        SUM(expected * is_due_yet) AS days_expected,
        SUM(expected * counted) AS days_accepted
    FROM metric_calendar
    GROUP BY month, metric_id, unit_id
),

daily AS (
    SELECT
        units.month,
        units.metric_id,
        units.metric_version,
        units.unit_id,
        units.unit_group,
        figures.numerator,
        figures.denominator,
        figures.counted_from,
        figures.counted_to,
        CASE WHEN figures.unit_id IS NOT NULL OR days.days_expected > 0 THEN 1 ELSE 0 END AS units_expected,
        CASE WHEN figures.unit_id IS NOT NULL THEN 1 ELSE 0 END AS units_counted,
        COALESCE(days.days_due, 0) AS days_due,
        COALESCE(days.days_expected, 0) AS days_expected,
        COALESCE(days.days_accepted, 0) AS days_accepted
    FROM metric_units AS units
    LEFT JOIN figures
        ON figures.month = units.month
        AND figures.metric_id = units.metric_id
        AND figures.unit_id = units.unit_id
    LEFT JOIN days
        ON days.month = units.month
        AND days.metric_id = units.metric_id
        AND days.unit_id = units.unit_id
),

yearly AS (
    SELECT
        versions.month,
        versions.metric_id,
        versions.metric_version,
        ends.unit_id,
        units.unit_group,
        CASE WHEN ends.grows THEN now.numerator - COALESCE(before.numerator, 0) END AS numerator,
        CASE WHEN ends.grows THEN now.denominator - COALESCE(before.denominator, 0) END AS denominator,
        CAST(NULL AS STRING) AS counted_from,
        CAST(NULL AS STRING) AS counted_to,
        1 AS units_expected,
        CASE WHEN ends.grows AND now.delivery_id IS NOT NULL THEN 1 ELSE 0 END AS units_counted,
        ends.days_due,
        ends.days_expected,
        ends.days_accepted
    FROM metric_versions AS versions
    JOIN processing_ends AS ends ON ends.month = versions.month
    JOIN units ON units.unit_id = ends.unit_id
    LEFT JOIN metric_groups AS asked
        ON asked.metric_id = versions.metric_id
        AND asked.metric_version = versions.metric_version
        AND asked.unit_group = units.unit_group
    LEFT JOIN metric_figures AS now
        ON now.delivery_id = ends.delivery_id
        AND now.metric_id = versions.metric_id
        AND now.metric_version = versions.metric_version
        AND now.is_stated = 1
    LEFT JOIN metric_figures AS before
        ON before.delivery_id = ends.delivery_before
        AND before.metric_id = versions.metric_id
        AND before.metric_version = versions.metric_version
    WHERE versions.is_yearly = 1
        AND (versions.is_of_groups = 0 OR asked.unit_group IS NOT NULL)
),

unit_months AS (
    SELECT * FROM daily
    UNION ALL
    SELECT * FROM yearly
),

memberships AS (
    SELECT 'unit' AS scope, unit_id AS member, unit_months.* FROM unit_months
    UNION ALL
    SELECT group_members.scope, group_members.member, unit_months.*
    FROM unit_months
    JOIN group_members ON group_members.unit_group = unit_months.unit_group
)

SELECT
    month,
    metric_id,
    metric_version,
    scope,
    member,
    CASE WHEN scope = 'unit' THEN MAX(unit_group) ELSE member END AS unit_group,
    SUM(numerator) AS numerator,
    SUM(denominator) AS denominator,
    CASE WHEN MIN(counted_from) = MAX(counted_to) THEN MIN(counted_from)
        WHEN MIN(counted_from) IS NOT NULL THEN 'mixed' END AS counted_for,
    SUM(units_expected) AS units_expected,
    SUM(units_counted) AS units_counted,
    SUM(days_due) AS days_due,
    SUM(days_expected) AS days_expected,
    SUM(days_accepted) AS days_accepted
FROM memberships
GROUP BY month, metric_id, metric_version, scope, member

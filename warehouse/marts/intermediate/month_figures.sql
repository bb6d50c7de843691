/*
description = """
Cases and days per month of every valid unit, every group, and all units together. The cases of a unit without a counted
delivery are null; those of a group are the sum over its units that have figures (`units_counted` of `units_expected`).
`days_due`: the expected days of the whole period, also those after `as_of`."""
reads       = ["expected_days", "group_members", "unit_calendar", "unit_days", "valid_units"]
*/
WITH counts AS (
    SELECT
        month,
        unit_id,
        SUM(online) AS online,
        SUM(in_person) AS in_person,
        SUM(total) AS total,
        MIN(counted_for) AS counted_from,
        MAX(counted_for) AS counted_to
    FROM unit_days
    WHERE in_month
    GROUP BY month, unit_id
),

due AS (
    SELECT valid_units.month, valid_units.unit_id, COUNT(DISTINCT expected_days.business_date) AS days_due
    FROM valid_units
    JOIN expected_days
        ON expected_days.unit_id = valid_units.unit_id
        AND expected_days.business_date BETWEEN valid_units.valid_from AND valid_units.valid_until
    WHERE rate_rank(expected_days.contract) IS NOT NULL
    GROUP BY valid_units.month, valid_units.unit_id
),

days AS (
    SELECT month, unit_id, SUM(expected) AS days_expected, SUM(expected * counted) AS days_accepted
    FROM unit_calendar
    GROUP BY month, unit_id
),

unit_months AS (
    SELECT
        valid_units.month,
        valid_units.unit_id,
        valid_units.unit_group,
        counts.online,
        counts.in_person,
        counts.total,
        counts.counted_from,
        counts.counted_to,
        CASE WHEN counts.unit_id IS NOT NULL OR days.days_expected > 0 THEN 1 ELSE 0 END AS units_expected,
        CASE WHEN counts.unit_id IS NOT NULL THEN 1 ELSE 0 END AS units_counted,
        COALESCE(due.days_due, 0) AS days_due,
        COALESCE(days.days_expected, 0) AS days_expected,
        COALESCE(days.days_accepted, 0) AS days_accepted
    FROM valid_units
    LEFT JOIN counts ON counts.month = valid_units.month AND counts.unit_id = valid_units.unit_id
    LEFT JOIN due ON due.month = valid_units.month AND due.unit_id = valid_units.unit_id
    LEFT JOIN days ON days.month = valid_units.month AND days.unit_id = valid_units.unit_id
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
    scope,
    member,
    CASE WHEN scope = 'unit' THEN MAX(unit_group) ELSE member END AS unit_group,
    SUM(online) AS online,
    SUM(in_person) AS in_person,
    SUM(total) AS total,
    CASE WHEN MIN(counted_from) = MAX(counted_to) THEN MIN(counted_from)
        WHEN MIN(counted_from) IS NOT NULL THEN 'mixed' END AS counted_for,
    SUM(units_expected) AS units_expected,
    SUM(units_counted) AS units_counted,
    SUM(days_due) AS days_due,
    SUM(days_expected) AS days_expected,
    SUM(days_accepted) AS days_accepted
FROM memberships
GROUP BY month, scope, member

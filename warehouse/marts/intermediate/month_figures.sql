/*
description = """
Cases and days per month of every valid unit (units with zeros too), every group, and all units together."""
reads       = ["unit_calendar", "unit_days", "valid_units"]
*/
WITH counts AS (
    SELECT month, unit_id, SUM(online) AS online, SUM(in_person) AS in_person, SUM(total) AS total
    FROM unit_days
    WHERE in_month
    GROUP BY month, unit_id
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
        COALESCE(counts.online, 0) AS online,
        COALESCE(counts.in_person, 0) AS in_person,
        COALESCE(counts.total, 0) AS total,
        COALESCE(days.days_expected, 0) AS days_expected,
        COALESCE(days.days_accepted, 0) AS days_accepted
    FROM valid_units
    LEFT JOIN counts ON counts.month = valid_units.month AND counts.unit_id = valid_units.unit_id
    LEFT JOIN days ON days.month = valid_units.month AND days.unit_id = valid_units.unit_id
),

memberships AS (
    SELECT 'unit' AS scope, unit_id AS member, unit_months.* FROM unit_months
    UNION ALL
    SELECT 'group' AS scope, unit_group AS member, unit_months.* FROM unit_months
    UNION ALL
    SELECT 'all' AS scope, 'all' AS member, unit_months.* FROM unit_months
)

SELECT
    month,
    scope,
    member,
    CASE WHEN scope = 'all' THEN 'all' ELSE MAX(unit_group) END AS unit_group,
    SUM(online) AS online,
    SUM(in_person) AS in_person,
    SUM(total) AS total,
    SUM(days_expected) AS days_expected,
    SUM(days_accepted) AS days_accepted
FROM memberships
GROUP BY month, scope, member

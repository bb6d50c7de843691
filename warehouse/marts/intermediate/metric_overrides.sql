/*
description = """
The overrides of the deliveries that make up the month's figure of each metric, per unit, group, and all units together;
only members that have any."""
reads       = ["delivery_overrides", "group_members", "metric_days", "valid_units"]
*/
WITH own AS (
    SELECT days.month, days.metric_id, days.unit_id, valid_units.unit_group, overrides.override_id
    FROM metric_days AS days
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = days.delivery_id
    JOIN valid_units ON valid_units.month = days.month AND valid_units.unit_id = days.unit_id
    WHERE days.in_month
),

memberships AS (
    SELECT month, metric_id, 'unit' AS scope, unit_id AS member, override_id FROM own
    UNION ALL
    SELECT own.month, own.metric_id, group_members.scope, group_members.member, own.override_id
    FROM own
    JOIN group_members ON group_members.unit_group = own.unit_group
)

SELECT month, metric_id, scope, member, STRING_AGG(override_id, ',' ORDER BY override_id) AS override_ids
FROM memberships
GROUP BY month, metric_id, scope, member

/*
description = """
The overrides of the deliveries that make up the month's figure of each metric, per unit, group, and all units together;
only members that have any."""
reads       = [
    "delivery_overrides", "group_members", "metric_days", "metric_versions", "processing_ends", "units", "valid_units",
]
*/
WITH making AS (
    SELECT month, unit_id, delivery_id FROM processing_ends
    UNION ALL
    SELECT month, unit_id, delivery_before AS delivery_id FROM processing_ends WHERE grows
),

own AS (
    SELECT days.month, days.metric_id, days.unit_id, valid_units.unit_group, overrides.override_id
    FROM metric_days AS days
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = days.delivery_id
    JOIN valid_units ON valid_units.month = days.month AND valid_units.unit_id = days.unit_id
    WHERE days.in_month
    UNION ALL
    SELECT making.month, versions.metric_id, making.unit_id, units.unit_group, overrides.override_id
    FROM making
    JOIN metric_versions AS versions ON versions.month = making.month AND versions.is_yearly = 1
    JOIN units ON units.unit_id = making.unit_id
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = making.delivery_id
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

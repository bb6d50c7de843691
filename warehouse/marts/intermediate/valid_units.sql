/*
description = """
Every unit that is valid on some day of a period and is in a group that has a rate. `valid_from`,
`valid_until`: its days in the period."""
reads       = ["group_members", "period_as_of", "units"]
*/
SELECT
    period_as_of.month,
    units.unit_id,
    units.name AS unit_name,
    units.unit_group,
    units.report_order,
    GREATEST(units.valid_from, period_as_of.period_from) AS valid_from,
    LEAST(COALESCE(units.valid_to, period_as_of.period_to), period_as_of.period_to) AS valid_until
FROM period_as_of
JOIN units
    ON units.valid_from <= period_as_of.period_to
    AND (units.valid_to IS NULL OR units.valid_to >= period_as_of.period_from)
WHERE units.unit_group IN (SELECT unit_group FROM group_members)

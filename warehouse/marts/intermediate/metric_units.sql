/*
description = """
The units that a metric is of, per month: the valid units, of the metric's groups where it names any. `valid_from`,
`valid_until`: their days in the period. Not of yearly metrics."""
reads       = ["metric_groups", "metric_versions", "valid_units"]
*/
SELECT
    versions.month,
    versions.metric_id,
    versions.metric_version,
    valid_units.unit_id,
    valid_units.unit_group,
    valid_units.valid_from,
    valid_units.valid_until
FROM metric_versions AS versions
JOIN valid_units ON valid_units.month = versions.month
LEFT JOIN metric_groups AS asked
    ON asked.metric_id = versions.metric_id
    AND asked.metric_version = versions.metric_version
    AND asked.unit_group = valid_units.unit_group
WHERE versions.is_yearly = 0
    AND (versions.is_of_groups = 0 OR asked.unit_group IS NOT NULL)

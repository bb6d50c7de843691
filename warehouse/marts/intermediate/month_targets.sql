/*
description = """
The targets in force on the last day of each month's figures: of a group (`unit_id` null) or of one unit."""
reads       = ["period_as_of", "targets"]
*/
SELECT
    period_as_of.month,
    targets.metric_id,
    targets.unit_group,
    targets.unit_id,
    targets.target_pct,
    CAST(targets.target_pct * 100 AS BIGINT) AS target_hundredths
FROM targets
JOIN period_as_of
    ON targets.valid_from <= period_as_of.as_of
    AND (targets.valid_to IS NULL OR targets.valid_to >= period_as_of.as_of)

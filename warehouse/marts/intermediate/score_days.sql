/*
description = """
The published points of each unit, day and component (contract `scores`) from the deliveries that count, on days on which the
unit is valid; in hundredths. Only components of enabled metrics; the version is the one that the points were checked with.
`scope`, `member`: whose figure it is; the unit that stands for all units together has theirs."""
reads       = ["deciding_deliveries", "metrics", "score_members", "scores", "units"]
*/
SELECT
    deciding.month,
    deciding.unit_id,
    deciding.business_date,
    deciding.delivery_id,
    scores.metric_id,
    scores.metric_version,
    members.scope,
    members.member,
    CASE members.scope WHEN 'unit' THEN units.unit_group ELSE members.member END AS unit_group,
    scores.points_hundredths,
    scores.maximum_hundredths,
    rate_rounded(
        scores.points_hundredths,
        scores.maximum_hundredths,
        CASE metrics.decimals WHEN 0 THEN 100 WHEN 1 THEN 10 ELSE 1 END
    ) AS hundredths
FROM deciding_deliveries AS deciding
JOIN scores
    ON scores.delivery_id = deciding.delivery_id
    AND scores.business_date = deciding.business_date
JOIN metrics
    ON metrics.metric_id = scores.metric_id
    AND metrics.metric_version = scores.metric_version
    AND metrics.is_enabled
JOIN units
    ON units.unit_id = deciding.unit_id
    AND units.valid_from <= deciding.business_date
    AND (units.valid_to IS NULL OR units.valid_to >= deciding.business_date)
JOIN score_members AS members ON members.unit_id = deciding.unit_id
WHERE deciding.is_accepted = 1 AND deciding.contract = 'scores'

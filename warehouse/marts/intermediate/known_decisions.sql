/*
description = """
What persons decided about deliveries of the periods, if decided by `known_at` and not after `as_of`. `decided_id`: the
delivery that the decision is about now; for a release, the new version."""
reads       = ["decisions", "periods"]
*/
SELECT
    periods.month,
    decisions.*,
    COALESCE(decisions.released_as, decisions.delivery_id) AS decided_id
FROM decisions
JOIN periods ON decisions.business_date BETWEEN periods.period_from AND periods.period_to
WHERE (periods.as_of IS NULL OR decisions.business_date <= periods.as_of)
    AND (periods.known_at IS NULL OR decisions."at" <= periods.known_at)

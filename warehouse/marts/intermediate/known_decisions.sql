/*
description = """
What persons decided about deliveries of the periods, if decided by `known_at` and not after `as_of`. `decided_id`: the
delivery that the decision is about now; for a release or a correction, the new version. `is_last` = 1: no later
decision is about that delivery."""
reads       = ["decisions", "periods"]
*/
WITH known AS (
    SELECT
        periods.month,
        decisions.*,
        COALESCE(decisions.released_as, decisions.delivery_id) AS decided_id
    FROM decisions
    JOIN periods ON decisions.business_date BETWEEN periods.period_from AND periods.period_to
    WHERE (periods.as_of IS NULL OR decisions.business_date <= periods.as_of)
        AND (periods.known_at IS NULL OR decisions."at" <= periods.known_at)
)

SELECT
    known.*,
    CASE WHEN ROW_NUMBER() OVER (PARTITION BY month, decided_id ORDER BY "at" DESC) = 1 THEN 1 ELSE 0 END AS is_last
FROM known

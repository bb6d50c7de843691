/*
description = """
The one delivery that counts for a unit, day and contract: the latest accepted version, else the latest version."""
reads       = ["known_deliveries"]
*/
WITH judged AS (
    SELECT
        known_deliveries.*,
        CASE WHEN status IN ('accepted', 'accepted_with_warnings') THEN 1 ELSE 0 END AS is_accepted
    FROM known_deliveries
    WHERE status <> 'duplicate'
),

ranked AS (
    SELECT
        judged.*,
        ROW_NUMBER() OVER (
            PARTITION BY unit_id, business_date, contract ORDER BY is_accepted DESC, version DESC
        ) AS place
    FROM judged
)

SELECT *
FROM ranked
WHERE place = 1

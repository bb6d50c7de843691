/*
description = """
The one delivery that speaks for a unit, day and contract: the latest accepted version that was not withdrawn, else the
latest version. `is_accepted` = 1: it counts; `is_withdrawn` = 1: it counted until a person withdrew it."""
reads       = ["known_decisions", "known_deliveries"]
*/
WITH judged AS (
    SELECT
        deliveries.*,
        CASE
            WHEN deliveries.status IN ('accepted', 'accepted_with_warnings') AND withdrawn.delivery_id IS NULL THEN 1
            ELSE 0
        END AS is_accepted,
        CASE WHEN withdrawn.delivery_id IS NULL THEN 0 ELSE 1 END AS is_withdrawn,
        CASE WHEN rejected.delivery_id IS NULL THEN 0 ELSE 1 END AS is_rejected
    FROM known_deliveries AS deliveries
    LEFT JOIN known_decisions AS withdrawn
        ON withdrawn.month = deliveries.month
        AND withdrawn.delivery_id = deliveries.delivery_id
        AND withdrawn.decision = 'withdrawn'
    LEFT JOIN known_decisions AS rejected
        ON rejected.month = deliveries.month
        AND rejected.delivery_id = deliveries.delivery_id
        AND rejected.decision = 'rejected'
    WHERE deliveries.status <> 'duplicate'
),

-- Nearly every day has one version: only the others are ordered.
several AS (
    SELECT DISTINCT unit_id, business_date, contract
    FROM judged
    WHERE version > 1
),

-- A rejected version says nothing about a day whose accepted version was withdrawn.
spoken AS (
    SELECT
        judged.*,
        judged.is_rejected * MAX(judged.is_withdrawn) OVER (
            PARTITION BY judged.unit_id, judged.business_date, judged.contract
        ) AS is_silent
    FROM judged
    JOIN several
        ON several.unit_id = judged.unit_id
        AND several.business_date = judged.business_date
        AND several.contract = judged.contract
),

ranked AS (
    SELECT
        spoken.*,
        ROW_NUMBER() OVER (
            PARTITION BY unit_id, business_date, contract ORDER BY is_accepted DESC, is_silent, version DESC
        ) AS place
    FROM spoken
)

SELECT
    month,
    delivery_id,
    unit_id,
    business_date,
    contract,
    version,
    basis,
    counted_for,
    status,
    reason,
    received_at,
    decided_at,
    is_accepted,
    is_withdrawn,
    is_rejected
FROM ranked
WHERE place = 1
UNION ALL
SELECT
    judged.month,
    judged.delivery_id,
    judged.unit_id,
    judged.business_date,
    judged.contract,
    judged.version,
    judged.basis,
    judged.counted_for,
    judged.status,
    judged.reason,
    judged.received_at,
    judged.decided_at,
    judged.is_accepted,
    judged.is_withdrawn,
    judged.is_rejected
FROM judged
LEFT JOIN several
    ON several.unit_id = judged.unit_id
    AND several.business_date = judged.business_date
    AND several.contract = judged.contract
WHERE several.unit_id IS NULL

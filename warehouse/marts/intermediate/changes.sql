/*
description = """
What an accepted version or a withdrawal changed in its unit's day and contract, and which deliveries stood and stand there:
`delivery_before` as it counted or was held back at that moment, `delivery_after` what counts now. `shown_in`: the last
publication before, if it had the day. A first version is only here if the day had been published as missing, or a
correction changed it."""
reads       = [
    "deliveries", "failed_checks", "known_decisions", "known_deliveries", "outcomes", "periods", "publications", "units",
]
*/
WITH withdrawals AS (
    SELECT month, delivery_id, "at" AS withdrawn_at, person, reason
    FROM known_decisions
    WHERE decision = 'withdrawn'
),

versions AS (
    SELECT
        deliveries.*,
        CASE WHEN deliveries.status IN ('accepted', 'accepted_with_warnings') THEN 1 ELSE 0 END AS is_accepted,
        withdrawals.withdrawn_at,
        withdrawals.person,
        withdrawals.reason AS withdrawn_because
    FROM known_deliveries AS deliveries
    JOIN units ON units.unit_id = deliveries.unit_id
    LEFT JOIN withdrawals
        ON withdrawals.month = deliveries.month
        AND withdrawals.delivery_id = deliveries.delivery_id
    WHERE deliveries.status <> 'duplicate'
),

-- One withdrawal may take several versions of a day back: the latest of them is the one that counted.
taken_back AS (
    SELECT
        versions.*,
        ROW_NUMBER() OVER (
            PARTITION BY month, unit_id, business_date, contract, withdrawn_at ORDER BY version DESC
        ) AS place
    FROM versions
    WHERE withdrawn_at IS NOT NULL
),

changing AS (
    SELECT
        month, unit_id, business_date, contract, delivery_id, version, basis, reason, decided_at, 0 AS is_withdrawal
    FROM versions
    WHERE is_accepted = 1
    UNION ALL
    SELECT
        month,
        unit_id,
        business_date,
        contract,
        delivery_id,
        version,
        basis,
        'Thu hồi theo quyết định của ' || person || ': ' || withdrawn_because AS reason,
        withdrawn_at AS decided_at,
        1 AS is_withdrawal
    FROM taken_back
    WHERE place = 1
),

-- Of the versions before it: the one that counted at that moment, and the latest.
earlier AS (
    SELECT
        changing.month,
        changing.delivery_id,
        changing.is_withdrawal,
        MAX(
            CASE
                WHEN versions.is_accepted = 1
                    AND (versions.withdrawn_at IS NULL OR versions.withdrawn_at > changing.decided_at)
                    THEN versions.version
            END
        ) AS version_counting,
        MAX(versions.version) AS version_latest
    FROM changing
    JOIN versions
        ON versions.month = changing.month
        AND versions.unit_id = changing.unit_id
        AND versions.business_date = changing.business_date
        AND versions.contract = changing.contract
        AND versions.version < changing.version
    WHERE changing.version > 1  -- nearly all are the first
    GROUP BY changing.month, changing.delivery_id, changing.is_withdrawal
),

-- For each day, the moment since which the month's figures include it, whatever `as_of` is asked for.
facts AS (
    SELECT periods.month, deliveries.business_date, deliveries.decided_at AS moment
    FROM deliveries
    JOIN periods ON deliveries.business_date BETWEEN periods.period_from AND periods.period_to
    UNION ALL
    SELECT periods.month, outcomes.business_date, outcomes."at" AS moment
    FROM outcomes
    JOIN periods ON outcomes.business_date BETWEEN periods.period_from AND periods.period_to
),

first_facts AS (
    SELECT month, business_date, MIN(moment) AS moment
    FROM facts
    GROUP BY month, business_date
),

reached AS (
    SELECT
        month,
        business_date,
        MIN(moment) OVER (
            PARTITION BY month ORDER BY business_date DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS since
    FROM first_facts
),

successive AS (
    SELECT
        publication_id,
        known_at,
        LEAD(known_at) OVER (ORDER BY known_at, built_at, publication_id) AS next_known_at
    FROM publications
),

moments AS (
    SELECT DISTINCT decided_at
    FROM changing
),

published_before AS (
    SELECT moments.decided_at, successive.publication_id, successive.known_at
    FROM moments
    JOIN successive
        ON successive.known_at < moments.decided_at
        AND (successive.next_known_at IS NULL OR successive.next_known_at >= moments.decided_at)
),

amendments AS (
    SELECT delivery_id, sample
    FROM failed_checks
    WHERE rule = 'corrected'
),

events AS (
    SELECT
        changing.*,
        earlier.version_latest IS NOT NULL AS has_earlier,
        earlier.version_counting,
        CASE
            WHEN changing.is_withdrawal = 1 THEN changing.version
            ELSE COALESCE(earlier.version_counting, earlier.version_latest)
        END AS version_before,
        published_before.publication_id AS shown_in,
        amendments.delivery_id IS NOT NULL AS is_amended,
        amendments.sample
    FROM changing
    LEFT JOIN earlier
        ON earlier.month = changing.month
        AND earlier.delivery_id = changing.delivery_id
        AND earlier.is_withdrawal = changing.is_withdrawal
    LEFT JOIN reached ON reached.month = changing.month AND reached.business_date = changing.business_date
    LEFT JOIN published_before
        ON published_before.decided_at = changing.decided_at
        AND published_before.known_at >= reached.since
    LEFT JOIN amendments ON amendments.delivery_id = changing.delivery_id
    WHERE changing.is_withdrawal = 1
        OR earlier.version_latest IS NOT NULL
        OR published_before.publication_id IS NOT NULL
        OR amendments.delivery_id IS NOT NULL
)

SELECT
    events.*,
    before.version AS version_shown,
    before.delivery_id AS delivery_before,
    before.status AS status_before,
    CASE WHEN events.is_withdrawal = 0 THEN events.delivery_id ELSE remaining.delivery_id END AS delivery_after,
    decided.decision
FROM events
LEFT JOIN versions AS before
    ON before.month = events.month
    AND before.unit_id = events.unit_id
    AND before.business_date = events.business_date
    AND before.contract = events.contract
    AND before.version = events.version_before
    AND (
        events.is_withdrawal = 1
        OR before.withdrawn_at IS NULL
        OR before.withdrawn_at > events.decided_at
    )
LEFT JOIN versions AS remaining
    ON remaining.month = events.month
    AND remaining.unit_id = events.unit_id
    AND remaining.business_date = events.business_date
    AND remaining.contract = events.contract
    AND remaining.version = events.version_counting
LEFT JOIN known_decisions AS decided
    ON decided.month = events.month
    AND decided.released_as = events.delivery_id
    AND events.is_withdrawal = 0

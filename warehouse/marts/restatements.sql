/*
description = "Những gì một lần gửi sau đã thay đổi, ngoài số liệu mới của ngày mới"
grain       = ["delivery_id"]
references  = ["units"]
reads       = [
    "deliveries", "delivery_figures", "failed_checks", "known_decisions", "known_deliveries", "outcomes", "periods",
    "publications", "units",
]

[columns]
delivery_id       = "required"
month             = "required"
unit_id           = "required"
business_date     = "required"
contract          = "required"
basis             = "required"
kind              = { type = "VARCHAR", label = "Loại thay đổi", meaning = """
    correction = đơn vị gửi lại; release = cho qua theo quyết định; late_first = lần gửi đầu tiên, đến sau khi đã
    công bố là chưa có; amendment = lần gửi đầu tiên, đã sửa theo reference/corrections.toml""" }
decided_at        = "required"
outcome_before    = { type = "VARCHAR", label = "Tình trạng trước đó", meaning = """
    missing = chưa gửi; quarantined = bị giữ lại""" }
version           = "required"
is_amended        = { type = "BOOLEAN", label = "Đã sửa số liệu", meaning = "theo reference/corrections.toml" }
affects_published = { type = "BOOLEAN", label = "Khác số đã công bố", meaning = """
    một lần công bố trước đó đã tính ngày này""" }
shown_in          = { type = "VARCHAR", nullable = true, label = "Lần công bố trước thay đổi", meaning = """
    trống khi chưa lần nào tính ngày này""" }
version_before    = { type = "INTEGER", nullable = true, label = "Phiên bản trước đó", meaning = """
    trống khi trước đó chưa gửi""" }
delivery_before   = { type = "VARCHAR", nullable = true, label = "Lần gửi trước đó" }
online_before     = { type = "BIGINT", nullable = true, label = "Trực tuyến trước đó", measure = "hồ sơ", meaning = """
    trống khi trước đó không được tính""" }
in_person_before  = { type = "BIGINT", nullable = true, label = "Trực tiếp trước đó", measure = "hồ sơ", meaning = """
    gồm cả bưu chính""" }
total_before      = { type = "BIGINT", nullable = true, label = "Tổng số trước đó", measure = "hồ sơ" }
online            = "nullable"
in_person         = "nullable"
total             = "nullable"
reason            = "nullable"
*/
-- What an accepted version changed in its unit's day and contract: the figures before and after, as the metric counts
-- them (level 4, post as in person; null where the delivery does not distinguish levels). A first version is only here
-- if the day had been published as missing, or a reviewed correction changed it.
WITH versions AS (
    SELECT
        deliveries.*,
        CASE WHEN deliveries.status IN ('accepted', 'accepted_with_warnings') THEN 1 ELSE 0 END AS is_accepted,
        -- the one that counted before: the latest accepted version, else the latest
        COALESCE(
            MAX(CASE WHEN deliveries.status IN ('accepted', 'accepted_with_warnings') THEN deliveries.version END)
                OVER earlier,
            MAX(deliveries.version) OVER earlier
        ) AS version_before
    FROM known_deliveries AS deliveries
    JOIN units ON units.unit_id = deliveries.unit_id
    WHERE deliveries.status <> 'duplicate'
    WINDOW earlier AS (
        PARTITION BY deliveries.month, deliveries.unit_id, deliveries.business_date, deliveries.contract
        ORDER BY deliveries.version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
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
    FROM versions
    WHERE is_accepted = 1
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
        versions.*,
        published_before.publication_id AS shown_in,
        amendments.delivery_id IS NOT NULL AS is_amended,
        amendments.sample
    FROM versions
    LEFT JOIN reached ON reached.month = versions.month AND reached.business_date = versions.business_date
    LEFT JOIN published_before
        ON published_before.decided_at = versions.decided_at
        AND published_before.known_at >= reached.since
    LEFT JOIN amendments ON amendments.delivery_id = versions.delivery_id
    WHERE versions.is_accepted = 1
        AND (
            versions.version_before IS NOT NULL
            OR published_before.publication_id IS NOT NULL
            OR amendments.delivery_id IS NOT NULL
        )
),

compared AS (
    SELECT
        events.*,
        earlier.delivery_id AS delivery_before,
        earlier.status AS status_before,
        released.decided_id IS NOT NULL AS is_release
    FROM events
    LEFT JOIN versions AS earlier
        ON earlier.month = events.month
        AND earlier.unit_id = events.unit_id
        AND earlier.business_date = events.business_date
        AND earlier.contract = events.contract
        AND earlier.version = events.version_before
    LEFT JOIN known_decisions AS released
        ON released.month = events.month
        AND released.released_as = events.delivery_id
),

shown AS (
    SELECT delivery_id FROM compared
    UNION
    SELECT delivery_before FROM compared
),

stated AS (
    SELECT
        versions.delivery_id,
        CASE WHEN COALESCE(figures.lowest_level, 4) > 0 THEN COALESCE(figures.online, 0) END AS online,
        CASE WHEN COALESCE(figures.lowest_level, 4) > 0 THEN COALESCE(figures.in_person, 0) END AS in_person,
        CASE WHEN COALESCE(figures.lowest_level, 4) > 0 THEN COALESCE(figures.total, 0) END AS total
    FROM shown
    JOIN versions ON versions.delivery_id = shown.delivery_id
    LEFT JOIN delivery_figures AS figures ON figures.delivery_id = shown.delivery_id
    WHERE versions.is_accepted = 1
)

SELECT
    compared.delivery_id,
    compared.month,
    compared.unit_id,
    compared.business_date,
    compared.contract,
    compared.basis,
    CASE
        WHEN compared.is_release THEN 'release'
        WHEN compared.version_before IS NOT NULL THEN 'correction'
        WHEN compared.shown_in IS NOT NULL THEN 'late_first'
        ELSE 'amendment'
    END AS kind,
    compared.decided_at,
    COALESCE(compared.status_before, 'missing') AS outcome_before,
    compared.version,
    compared.is_amended,
    compared.shown_in IS NOT NULL AS affects_published,
    compared.shown_in,
    compared.version_before,
    compared.delivery_before,
    before.online AS online_before,
    before.in_person AS in_person_before,
    before.total AS total_before,
    after.online,
    after.in_person,
    after.total,
    CASE
        WHEN compared.is_release AND compared.is_amended THEN compared.reason || ' | ' || compared.sample
        WHEN compared.is_release THEN compared.reason
        ELSE compared.sample
    END AS reason
FROM compared
JOIN stated AS after ON after.delivery_id = compared.delivery_id
LEFT JOIN stated AS before ON before.delivery_id = compared.delivery_before

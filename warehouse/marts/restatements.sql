/*
description = "Những gì một lần gửi sau, hay một quyết định, đã thay đổi, ngoài số liệu mới của ngày mới"
grain       = ["delivery_id", "kind"]
references  = ["units", "contracts"]
reads       = [
    "daily_counts", "deliveries", "delivery_figures", "failed_checks", "known_decisions", "known_deliveries", "outcomes", "periods",
    "publications", "scores", "units",
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
    công bố là chưa có; amendment = đã sửa số liệu (reference/corrections.toml, tyle correct); withdrawal = đã thu hồi:
    số liệu sau đó trống, hoặc là của phiên bản trước""" }
decided_at        = "required"
outcome_before    = { type = "VARCHAR", label = "Tình trạng trước đó", meaning = """
    missing = chưa gửi hoặc đã thu hồi; quarantined = bị giữ lại""" }
version           = "required"
is_amended        = { type = "BOOLEAN", label = "Đã sửa số liệu", meaning = """
    theo reference/corrections.toml hoặc tyle correct""" }
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
other_changes     = { type = "VARCHAR", nullable = true, label = "Số liệu khác đã đổi", meaning = """
    mọi lĩnh vực và mức độ: tên cột của daily_counts, hoặc chỉ số được chấm điểm, số trước và số nay, cách nhau bằng dấu chấm phẩy;
    trống khi không đổi, hoặc khi trước hay sau đó không được tính""" }
reason            = "nullable"
decided_at_utc    = "required"
*/
-- What an accepted version or a withdrawal changed in its unit's day and contract: the figures before and after, as the
-- metric counts them (level 4, post as in person; null where nothing counts, or the delivery does not distinguish
-- levels). A first version is only here if the day had been published as missing, or a reviewed correction changed it.
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
        'Thu hồi theo quyết định của ' || withdrawals.person || ': ' || withdrawals.reason AS withdrawn_because,
        ROW_NUMBER() OVER (
            PARTITION BY
                deliveries.month,
                deliveries.unit_id,
                deliveries.business_date,
                deliveries.contract,
                withdrawals.withdrawn_at
            ORDER BY deliveries.version DESC
        ) AS place_of_withdrawal
    FROM known_deliveries AS deliveries
    JOIN units ON units.unit_id = deliveries.unit_id
    LEFT JOIN withdrawals
        ON withdrawals.month = deliveries.month
        AND withdrawals.delivery_id = deliveries.delivery_id
    WHERE deliveries.status <> 'duplicate'
),

-- One withdrawal may take several versions of a day back: the latest of them is the one that counted.
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
        withdrawn_because AS reason,
        withdrawn_at AS decided_at,
        1 AS is_withdrawal
    FROM versions
    WHERE withdrawn_at IS NOT NULL AND place_of_withdrawal = 1
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
),

compared AS (
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
),

shown AS (
    SELECT delivery_after AS delivery_id FROM compared
    UNION
    SELECT delivery_before FROM compared
),

stated AS (
    SELECT
        versions.delivery_id,
        CASE WHEN COALESCE(figures.lowest_level, CASE versions.contract WHEN 'scores' THEN 0 ELSE 4 END) > 0 THEN COALESCE(figures.online, 0) END AS online,
        CASE WHEN COALESCE(figures.lowest_level, CASE versions.contract WHEN 'scores' THEN 0 ELSE 4 END) > 0 THEN COALESCE(figures.in_person, 0) END AS in_person,
        CASE WHEN COALESCE(figures.lowest_level, CASE versions.contract WHEN 'scores' THEN 0 ELSE 4 END) > 0 THEN COALESCE(figures.total, 0) END AS total
    FROM shown
    JOIN versions ON versions.delivery_id = shown.delivery_id
    LEFT JOIN delivery_figures AS figures ON figures.delivery_id = shown.delivery_id
    WHERE versions.is_accepted = 1
),

others AS (
    SELECT
        counts.delivery_id,
        SUM(counts.received) AS received,
        SUM(counts.settled) AS settled,
        SUM(counts.settled_on_time) AS settled_on_time,
        SUM(counts.to_pay) AS to_pay,
        SUM(counts.paid_online) AS paid_online,
        SUM(counts.digitised_files) AS digitised_files,
        SUM(counts.digitised_results) AS digitised_results,
        SUM(counts.electronic_results) AS electronic_results,
        SUM(counts.resubmitted) AS resubmitted,
        SUM(counts.overdue) AS overdue
    FROM shown
    JOIN versions ON versions.delivery_id = shown.delivery_id
    JOIN daily_counts AS counts ON counts.delivery_id = shown.delivery_id
    WHERE versions.is_accepted = 1
    GROUP BY counts.delivery_id
),

points AS (
    SELECT
        compared.delivery_id,
        compared.is_withdrawal,
        scores.metric_id,
        scores.points_hundredths AS was,
        CAST(NULL AS BIGINT) AS is_now
    FROM compared
    JOIN scores ON scores.delivery_id = compared.delivery_before
    UNION ALL
    SELECT
        compared.delivery_id,
        compared.is_withdrawal,
        scores.metric_id,
        CAST(NULL AS BIGINT) AS was,
        scores.points_hundredths AS is_now
    FROM compared
    JOIN scores ON scores.delivery_id = compared.delivery_after
),

components AS (
    SELECT delivery_id, is_withdrawal, metric_id, MAX(was) AS was, MAX(is_now) AS is_now
    FROM points
    GROUP BY delivery_id, is_withdrawal, metric_id
),

worded AS (
    SELECT
        delivery_id,
        is_withdrawal,
        metric_id,
        metric_id || ': ' || COALESCE(CAST(CAST(was * 0.01 AS DECIMAL(6, 2)) AS STRING), '–') || ' → '
            || COALESCE(CAST(CAST(is_now * 0.01 AS DECIMAL(6, 2)) AS STRING), '–') AS change
    FROM components
    WHERE was IS DISTINCT FROM is_now
),

rescored AS (
    SELECT delivery_id, is_withdrawal, STRING_AGG(change, '; ' ORDER BY metric_id) AS other_changes
    FROM worded
    GROUP BY delivery_id, is_withdrawal
),

-- Of both deliveries there must be points: one that did not count states none.
scored_twice AS (
    SELECT delivery_id, is_withdrawal
    FROM components
    GROUP BY delivery_id, is_withdrawal
    HAVING COUNT(was) > 0 AND COUNT(is_now) > 0
),

changed AS (
    SELECT
        compared.delivery_id,
        compared.is_withdrawal,
        CONCAT_WS(
            '; ',
            figure_change('received', was.received, is_now.received),
            figure_change('settled', was.settled, is_now.settled),
            figure_change('settled_on_time', was.settled_on_time, is_now.settled_on_time),
            figure_change('to_pay', was.to_pay, is_now.to_pay),
            figure_change('paid_online', was.paid_online, is_now.paid_online),
            figure_change('digitised_files', was.digitised_files, is_now.digitised_files),
            figure_change('digitised_results', was.digitised_results, is_now.digitised_results),
            figure_change('electronic_results', was.electronic_results, is_now.electronic_results),
            figure_change('resubmitted', was.resubmitted, is_now.resubmitted),
            figure_change('overdue', was.overdue, is_now.overdue)
        ) AS other_changes
    FROM compared
    JOIN others AS was ON was.delivery_id = compared.delivery_before
    JOIN others AS is_now ON is_now.delivery_id = compared.delivery_after
)

SELECT
    compared.delivery_id,
    compared.month,
    compared.unit_id,
    compared.business_date,
    compared.contract,
    compared.basis,
    CASE
        WHEN compared.is_withdrawal = 1 THEN 'withdrawal'
        WHEN compared.decision = 'released' THEN 'release'
        WHEN compared.decision = 'corrected' THEN 'amendment'
        WHEN compared.has_earlier THEN 'correction'
        WHEN compared.shown_in IS NOT NULL THEN 'late_first'
        ELSE 'amendment'
    END AS kind,
    compared.decided_at,
    compared.decided_at AS decided_at_utc,
    COALESCE(compared.status_before, 'missing') AS outcome_before,
    compared.version,
    compared.is_amended,
    compared.shown_in IS NOT NULL AS affects_published,
    compared.shown_in,
    compared.version_shown AS version_before,
    compared.delivery_before,
    before.online AS online_before,
    before.in_person AS in_person_before,
    before.total AS total_before,
    after.online,
    after.in_person,
    after.total,
    COALESCE(NULLIF(changed.other_changes, ''), rescored.other_changes) AS other_changes,
    CASE
        WHEN compared.is_withdrawal = 1 THEN compared.reason
        WHEN compared.decision IS NOT NULL AND compared.is_amended THEN compared.reason || ' | ' || compared.sample
        WHEN compared.decision IS NOT NULL THEN compared.reason
        ELSE compared.sample
    END AS reason
FROM compared
LEFT JOIN stated AS after ON after.delivery_id = compared.delivery_after
LEFT JOIN stated AS before ON before.delivery_id = compared.delivery_before
LEFT JOIN changed
    ON changed.delivery_id = compared.delivery_id
    AND changed.is_withdrawal = compared.is_withdrawal
LEFT JOIN scored_twice
    ON scored_twice.delivery_id = compared.delivery_id
    AND scored_twice.is_withdrawal = compared.is_withdrawal
LEFT JOIN rescored
    ON rescored.delivery_id = scored_twice.delivery_id
    AND rescored.is_withdrawal = scored_twice.is_withdrawal

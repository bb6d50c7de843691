/*
description = "Những gì một lần gửi sau, hay một quyết định, đã thay đổi, ngoài số liệu mới của ngày mới"
grain       = ["delivery_id", "kind"]
references  = ["units", "contracts"]
reads       = ["changes", "count_changes", "delivery_figures", "known_deliveries", "score_changes"]

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
-- The figures before and after, as the metric counts them (level 4, post as in person; null where nothing counts, or the
-- delivery does not distinguish levels).
WITH shown AS (
    SELECT delivery_after AS delivery_id FROM changes
    UNION
    SELECT delivery_before FROM changes
),

accepted AS (
    SELECT
        deliveries.delivery_id,
        -- without rows an export says 0 of level 4; one of points says nothing of cases
        COALESCE(figures.lowest_level, CASE deliveries.contract WHEN 'scores' THEN 0 ELSE 4 END) AS lowest_level,
        COALESCE(figures.online, 0) AS online,
        COALESCE(figures.in_person, 0) AS in_person,
        COALESCE(figures.total, 0) AS total
    FROM shown
    JOIN known_deliveries AS deliveries ON deliveries.delivery_id = shown.delivery_id
    LEFT JOIN delivery_figures AS figures ON figures.delivery_id = shown.delivery_id
    WHERE deliveries.status IN ('accepted', 'accepted_with_warnings')
),

stated AS (
    SELECT
        delivery_id,
        CASE WHEN lowest_level > 0 THEN online END AS online,
        CASE WHEN lowest_level > 0 THEN in_person END AS in_person,
        CASE WHEN lowest_level > 0 THEN total END AS total
    FROM accepted
)

SELECT
    changes.delivery_id,
    changes.month,
    changes.unit_id,
    changes.business_date,
    changes.contract,
    changes.basis,
    CASE
        WHEN changes.is_withdrawal = 1 THEN 'withdrawal'
        WHEN changes.decision = 'released' THEN 'release'
        WHEN changes.decision = 'corrected' THEN 'amendment'
        WHEN changes.has_earlier THEN 'correction'
        WHEN changes.shown_in IS NOT NULL THEN 'late_first'
        ELSE 'amendment'
    END AS kind,
    changes.decided_at,
    changes.decided_at AS decided_at_utc,
    COALESCE(changes.status_before, 'missing') AS outcome_before,
    changes.version,
    changes.is_amended,
    changes.shown_in IS NOT NULL AS affects_published,
    changes.shown_in,
    changes.version_shown AS version_before,
    changes.delivery_before,
    before.online AS online_before,
    before.in_person AS in_person_before,
    before.total AS total_before,
    after.online,
    after.in_person,
    after.total,
    COALESCE(NULLIF(counts.other_changes, ''), points.other_changes) AS other_changes,
    CASE
        WHEN changes.is_withdrawal = 1 THEN changes.reason
        WHEN changes.decision IS NOT NULL AND changes.is_amended THEN changes.reason || ' | ' || changes.sample
        WHEN changes.decision IS NOT NULL THEN changes.reason
        ELSE changes.sample
    END AS reason
FROM changes
LEFT JOIN stated AS after ON after.delivery_id = changes.delivery_after
LEFT JOIN stated AS before ON before.delivery_id = changes.delivery_before
LEFT JOIN count_changes AS counts
    ON counts.delivery_id = changes.delivery_id
    AND counts.is_withdrawal = changes.is_withdrawal
LEFT JOIN score_changes AS points
    ON points.delivery_id = changes.delivery_id
    AND points.is_withdrawal = changes.is_withdrawal

/*
description = """
Số hồ sơ theo tháng, kênh nộp và mức độ của từng đơn vị, từng khối và tất cả đơn vị, từ cùng những lần gửi với tỷ lệ trực tuyến"""
grain       = ["month", "scope", "member", "channel_id", "service_level"]
references  = ["channels", "groups"]
reads       = ["delivery_levels", "group_members", "month_overrides", "period_as_of", "unit_days", "valid_units"]

[columns]
month         = "required"
scope         = { meaning = "unit = đơn vị; group = khối; all = tất cả đơn vị" }
member        = "required"
channel_id    = "required"
service_level = { meaning = "theo bảng levels" }
unit_group    = "required"
period_from   = "required"
period_to     = "required"
as_of         = "required"
cases         = { type = "BIGINT", nullable = true, label = "Số hồ sơ", measure = "hồ sơ", meaning = """
    của các đơn vị có ghi; trống khi không đơn vị nào ghi""" }
includes_post = { type = "BOOLEAN", label = "Gồm cả bưu chính", meaning = """
    của dòng in_person: có đơn vị không tách bưu chính khỏi trực tiếp""" }
units_counted = { meaning = "có ghi số của kênh này" }
has_override  = { meaning = "của số liệu tháng, không phân theo kênh" }
override_ids  = "nullable"
month_start   = "required"
*/
-- Of a unit and level post stands apart only where each row of its month states it; else it is among those in person, as in (2).
-- A unit that counts has rows of level 4, also where it reported no case.
WITH stated AS (
    SELECT
        days.month,
        days.unit_id,
        counts.service_level,
        counts.online,
        counts.in_person,
        counts.postal_stated AS postal,
        CASE WHEN counts.postal IS NULL THEN 0 ELSE 1 END AS is_apart
    FROM unit_days AS days
    JOIN delivery_levels AS counts
        ON counts.delivery_id = days.delivery_id
        AND counts.business_date = days.business_date
    JOIN period_as_of ON period_as_of.month = days.month AND period_as_of.is_asked
    WHERE days.in_month
    UNION ALL
    SELECT DISTINCT
        days.month,
        days.unit_id,
        CAST(4 AS TINYINT) AS service_level,
        CAST(0 AS BIGINT) AS online,
        CAST(0 AS BIGINT) AS in_person,
        CAST(0 AS BIGINT) AS postal,
        1 AS is_apart
    FROM unit_days AS days
    JOIN period_as_of ON period_as_of.month = days.month AND period_as_of.is_asked
    WHERE days.in_month
),

unit_months AS (
    SELECT
        stated.month,
        stated.unit_id,
        valid_units.unit_group,
        stated.service_level,
        SUM(stated.online) AS online,
        SUM(stated.in_person) AS in_person,
        SUM(stated.postal) AS postal,
        MIN(stated.is_apart) AS is_apart
    FROM stated
    JOIN valid_units ON valid_units.month = stated.month AND valid_units.unit_id = stated.unit_id
    GROUP BY stated.month, stated.unit_id, valid_units.unit_group, stated.service_level
),

by_channel AS (
    SELECT month, unit_id, unit_group, service_level, 'online' AS channel_id, online AS cases, 0 AS with_post
    FROM unit_months
    UNION ALL
    SELECT
        month,
        unit_id,
        unit_group,
        service_level,
        'in_person' AS channel_id,
        CASE WHEN is_apart = 1 THEN in_person ELSE in_person + COALESCE(postal, 0) END AS cases,
        1 - is_apart AS with_post
    FROM unit_months
    UNION ALL
    SELECT
        month,
        unit_id,
        unit_group,
        service_level,
        'postal' AS channel_id,
        CASE WHEN is_apart = 1 THEN postal END AS cases,
        0 AS with_post
    FROM unit_months
),

memberships AS (
    SELECT 'unit' AS scope, unit_id AS member, by_channel.* FROM by_channel
    UNION ALL
    SELECT group_members.scope, group_members.member, by_channel.*
    FROM by_channel
    JOIN group_members ON group_members.unit_group = by_channel.unit_group
),

figures AS (
    SELECT
        month,
        scope,
        member,
        channel_id,
        service_level,
        CASE WHEN scope = 'unit' THEN MAX(unit_group) ELSE member END AS unit_group,
        SUM(cases) AS cases,
        MAX(with_post) = 1 AS includes_post,
        COUNT(cases) AS units_counted
    FROM memberships
    GROUP BY month, scope, member, channel_id, service_level
)

SELECT
    figures.*,
    CAST(figures.month || '-01' AS DATE) AS month_start,
    period_as_of.period_from,
    period_as_of.period_to,
    period_as_of.as_of,
    overrides.override_ids IS NOT NULL AS has_override,
    overrides.override_ids
FROM figures
JOIN period_as_of ON period_as_of.month = figures.month
LEFT JOIN month_overrides AS overrides
    ON overrides.month = figures.month
    AND overrides.scope = figures.scope
    AND overrides.member = figures.member

/*
description = """
Tỷ lệ trực tuyến và đúng hạn theo tháng của từng đơn vị và mã thủ tục hành chính, từ số liệu từng hồ sơ (cases); cùng phạm vi với
tỷ lệ trực tuyến (mức độ 4); hồ sơ không ghi mã không có ở đây"""
grain       = ["month", "unit_id", "procedure"]
references  = ["units"]
reads       = ["deciding_deliveries", "delivery_overrides", "period_as_of", "procedure_counts", "procedures", "valid_units"]

[columns]
month           = "required"
unit_id         = "required"
procedure       = { meaning = "chỉ mã, không phải tên như tệp ghi" }
procedure_name  = { type = "VARCHAR", nullable = true, label = "Tên thủ tục", meaning = """
    theo reference/procedures.csv; trống khi ở đó không có""" }
procedure_lists = { type = "VARCHAR", nullable = true, label = "Các danh mục", meaning = """
    theo bảng procedures, có hiệu lực ở ngày as_of, cách nhau bằng dấu phẩy; trống khi không thuộc danh mục nào""" }
period_from     = "required"
period_to       = "required"
as_of           = "required"
online          = "required"
in_person       = { meaning = "gồm cả bưu chính" }
total           = "required"
online_rate_pct = "nullable"
settled         = "required"
settled_on_time = { nullable = true, meaning = "trống khi một hồ sơ đã giải quyết không ghi ngày hẹn trả" }
on_time_pct     = { nullable = true, metric = "procedure_on_time_rate v1", meaning = """
    giải quyết đúng hạn / đã giải quyết, làm tròn nửa lên; trống khi chưa giải quyết hồ sơ nào hoặc không rõ đúng hạn""" }
has_override    = { meaning = "của số liệu từng hồ sơ trong tháng của đơn vị, không phân theo thủ tục" }
override_ids    = "nullable"
month_start     = "required"
*/
-- Lists of cases count here also where the unit's rate comes from another kind of data.
WITH counting AS (
    SELECT deciding.month, deciding.unit_id, deciding.business_date, deciding.delivery_id
    FROM deciding_deliveries AS deciding
    JOIN valid_units
        ON valid_units.month = deciding.month
        AND valid_units.unit_id = deciding.unit_id
        AND deciding.business_date BETWEEN valid_units.valid_from AND valid_units.valid_until
    JOIN period_as_of ON period_as_of.month = deciding.month AND period_as_of.is_asked
    WHERE deciding.is_accepted = 1 AND deciding.contract = 'cases'
),

figures AS (
    SELECT
        counting.month,
        counting.unit_id,
        counts.procedure,
        SUM(counts.online) AS online,
        SUM(counts.in_person + counts.postal) AS in_person,
        SUM(counts.total) AS total,
        SUM(counts.settled) AS settled,
        CASE WHEN COUNT(*) = COUNT(counts.settled_on_time) THEN SUM(counts.settled_on_time) END AS settled_on_time
    FROM counting
    JOIN procedure_counts AS counts
        ON counts.delivery_id = counting.delivery_id
        AND counts.business_date = counting.business_date
    WHERE counts.service_level = 4
    GROUP BY counting.month, counting.unit_id, counts.procedure
),

-- A code has one name; the lists are those it is on at the end of what is counted.
names AS (
    SELECT procedure, MAX(name) AS procedure_name
    FROM procedures
    GROUP BY procedure
),

lists AS (
    SELECT
        period_as_of.month,
        procedures.procedure,
        STRING_AGG(procedures.procedure_list, ',' ORDER BY procedures.procedure_list) AS procedure_lists
    FROM period_as_of
    JOIN procedures
        ON procedures.valid_from <= period_as_of.as_of
        AND (procedures.valid_to IS NULL OR procedures.valid_to >= period_as_of.as_of)
    GROUP BY period_as_of.month, procedures.procedure
),

overridden AS (
    SELECT
        counting.month,
        counting.unit_id,
        STRING_AGG(overrides.override_id, ',' ORDER BY overrides.override_id) AS override_ids
    FROM counting
    JOIN delivery_overrides AS overrides ON overrides.delivery_id = counting.delivery_id
    GROUP BY counting.month, counting.unit_id
)

SELECT
    figures.*,
    names.procedure_name,
    lists.procedure_lists,
    CAST(figures.month || '-01' AS DATE) AS month_start,
    period_as_of.period_from,
    period_as_of.period_to,
    period_as_of.as_of,
    CAST(rate_hundredths(figures.online, figures.total) * 0.01 AS DECIMAL(5, 2)) AS online_rate_pct,
    CAST(rate_hundredths(figures.settled_on_time, figures.settled) * 0.01 AS DECIMAL(5, 2)) AS on_time_pct,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM figures
JOIN period_as_of ON period_as_of.month = figures.month
LEFT JOIN names ON names.procedure = figures.procedure
LEFT JOIN lists ON lists.month = figures.month AND lists.procedure = figures.procedure
LEFT JOIN overridden ON overridden.month = figures.month AND overridden.unit_id = figures.unit_id

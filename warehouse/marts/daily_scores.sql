/*
description = "Điểm được công bố của từng đơn vị theo ngày: một dòng một thành phần"
grain       = ["business_date", "unit_id", "metric_id"]
references  = ["metrics", "units"]
reads       = ["delivery_overrides", "score_days"]

[columns]
business_date  = { meaning = "ngày của bảng điểm" }
unit_id        = "required"
metric_id      = "required"
metric_version = "required"
month          = "required"
delivery_id    = "required"
points         = "required"
points_maximum = "required"
points_lost    = "required"
rate           = { nullable = true, meaning = "điểm chia cho điểm tối đa; trống khi điểm vượt điểm tối đa mà vẫn được cho qua" }
has_override   = "required"
override_ids   = "nullable"
*/
WITH overridden AS (
    SELECT delivery_id, STRING_AGG(override_id, ',' ORDER BY override_id) AS override_ids
    FROM delivery_overrides
    WHERE contract = 'scores'
    GROUP BY delivery_id
)

SELECT
    days.business_date,
    days.unit_id,
    days.metric_id,
    days.metric_version,
    days.month,
    days.delivery_id,
    CAST(days.points_hundredths * 0.01 AS DECIMAL(6, 2)) AS points,
    CAST(days.maximum_hundredths * 0.01 AS DECIMAL(6, 2)) AS points_maximum,
    CAST((days.maximum_hundredths - days.points_hundredths) * 0.01 AS DECIMAL(6, 2)) AS points_lost,
    CAST(days.hundredths * 0.01 AS DECIMAL(5, 2)) AS rate,
    overridden.override_ids IS NOT NULL AS has_override,
    overridden.override_ids
FROM score_days AS days
LEFT JOIN overridden ON overridden.delivery_id = days.delivery_id

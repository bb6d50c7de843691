/*
description = "Tỷ lệ trực tuyến theo tháng của từng khối và tất cả đơn vị, có trọng số"
grain       = ["month", "unit_group"]
references  = ["groups"]
reads       = ["month_rates"]

[columns]
month                  = "required"
unit_group             = "required"
period_from            = "required"
period_to              = "required"
as_of                  = "required"
online                 = { nullable = true, meaning = "tổng của các đơn vị có số liệu; trống khi chưa đơn vị nào có" }
in_person              = { nullable = true, meaning = "gồm cả bưu chính; tổng của các đơn vị có số liệu; trống khi chưa đơn vị nào có" }
total                  = { nullable = true, meaning = "(3) = (1) + (2); tổng của các đơn vị có số liệu; trống khi chưa đơn vị nào có" }
online_rate_pct        = "nullable"
target_pct             = "nullable"
meets_target           = "nullable"
online_needed          = "nullable"
previous_rate_pct      = "nullable"
change_points          = "nullable"
previous_is_complete   = "nullable"
baseline_month         = "nullable"
baseline_rate_pct      = "nullable"
baseline_change_points = "nullable"
baseline_is_complete   = "nullable"
units_expected         = "required"
units_counted          = "required"
days_expected          = "required"
days_accepted          = "required"
is_complete            = "required"
has_override           = "required"
override_ids           = "nullable"
counted_for            = "nullable"
month_start            = "required"
days_accepted_pct      = "nullable"
*/
SELECT *
FROM month_rates
WHERE scope IN ('group', 'all')

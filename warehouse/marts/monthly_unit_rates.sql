/*
description = "Tỷ lệ trực tuyến theo tháng của từng đơn vị"
grain       = ["month", "unit_id"]
order       = ["month", "unit_group", "report_order", "unit_id"]
references  = ["units"]
reads       = ["month_rates", "valid_units"]

[columns]
month                  = "required"
unit_id                = "required"
period_from            = "required"
period_to              = "required"
as_of                  = "required"
unit_name              = "required"
unit_group             = "required"
report_order           = "required"
online                 = { nullable = true, meaning = "trống khi chưa có lần gửi nào được tính; 0 khi đơn vị báo 0" }
in_person              = { nullable = true, meaning = "gồm cả bưu chính; trống khi chưa có lần gửi nào được tính; 0 khi đơn vị báo 0" }
total                  = { nullable = true, meaning = "(3) = (1) + (2); trống khi chưa có lần gửi nào được tính; 0 khi đơn vị báo 0" }
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
days_expected          = "required"
days_accepted          = "required"
is_complete            = "required"
has_override           = "required"
override_ids           = "nullable"
counted_for            = "nullable"
month_start            = "required"
days_accepted_pct      = "nullable"
*/
SELECT
    month_rates.*,
    valid_units.unit_id,
    valid_units.unit_name,
    valid_units.report_order
FROM month_rates
JOIN valid_units ON valid_units.month = month_rates.month AND valid_units.unit_id = month_rates.member
WHERE month_rates.scope = 'unit'

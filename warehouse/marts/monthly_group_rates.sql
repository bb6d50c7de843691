/*
description = "Tỷ lệ trực tuyến theo tháng của từng khối và toàn tỉnh, có trọng số"
grain       = ["month", "unit_group"]
reads       = ["month_rates"]

[columns]
month                  = "required"
unit_group             = "required"
period_from            = "required"
period_to              = "required"
as_of                  = "required"
online                 = "required"
in_person              = "required"
total                  = "required"
online_rate_pct        = "nullable"
target_pct             = "nullable"
meets_target           = "nullable"
online_needed          = "nullable"
previous_rate_pct      = "nullable"
change_points          = "nullable"
baseline_month         = "nullable"
baseline_rate_pct      = "nullable"
baseline_change_points = "nullable"
days_expected          = "required"
days_accepted          = "required"
is_complete            = "required"
*/
SELECT *
FROM month_rates
WHERE scope IN ('group', 'all')

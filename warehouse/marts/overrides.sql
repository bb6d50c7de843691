/*
description = """
Từng quyết định và từng quy tắc hạ mức đứng sau những lần gửi đang được tính: cho qua dù trái quy tắc nghiêm trọng, sửa số
liệu, hoặc trái quy tắc nghiêm trọng mà tyle.toml đã hạ mức"""
grain       = ["override_id"]
references  = ["units", "contracts"]
reads       = ["delivery_overrides"]

[columns]
override_id   = { type = "VARCHAR", label = "Mã quyết định", meaning = """
    mã lần gửi#quyết định như trong bảng decisions của kho; không có quyết định: mã lần gửi được tính#quy tắc (corrected =
    mục sửa có sẵn trong reference/corrections.toml)""" }
month         = "required"
unit_id       = "required"
business_date = "required"
contract      = "required"
delivery_id   = { meaning = "lần gửi đang được tính nhờ quyết định này" }
override_kind = { type = "VARCHAR", label = "Loại quyết định", meaning = """
    released = cho qua; corrected = đã sửa số liệu; eased = tyle.toml hạ mức hoặc tắt quy tắc""" }
rules_broken  = { nullable = true, meaning = "các quy tắc nghiêm trọng mà lần gửi trái, cách nhau bằng dấu phẩy" }
sample        = { nullable = true, meaning = "một dòng trái quy tắc, hoặc số đã sửa; không có dữ liệu cá nhân" }
person        = { nullable = true, meaning = "trống khi không phải quyết định riêng về lần gửi" }
reason        = "nullable"
decided_at    = "required"
decided_at_utc = "required"
*/
SELECT
    override_id,
    month,
    unit_id,
    business_date,
    contract,
    delivery_id,
    kind AS override_kind,
    rules_broken,
    sample,
    person,
    reason,
    decided_at,
    decided_at AS decided_at_utc
FROM delivery_overrides

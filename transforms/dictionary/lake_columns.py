"""The columns of the lake's tables, of which published tables have many too; those of marts alone: mart_columns.py."""

import polars as pl

from transforms.dictionary.table import TIMESTAMP, Column

LAKE_COLUMNS = (
    # unit, day, contract
    Column("delivery_id", pl.String, "Mã lần gửi", "đơn vị:ngày:hợp đồng:phiên bản"),
    Column("unit_id", pl.String, "Mã đơn vị"),
    Column("unit_name", pl.String, "Tên đơn vị"),
    Column("name", pl.String, "Tên"),
    Column("unit_type", pl.String, "Loại đơn vị", "mã theo reference/organisation.toml"),
    Column("unit_group", pl.String, "Khối", "mã theo reference/organisation.toml; all = tất cả đơn vị"),
    Column("report_order", pl.Int32, "Thứ tự trong báo cáo"),
    Column("code", pl.String, "Mã định danh", "`pending` khi chưa có mã chính thức"),
    Column(
        "calendar",
        pl.String,
        "Lịch gửi",
        "every_day = mọi ngày; working_days = ngày làm việc; weekly, monthly, quarterly, yearly = ngày cuối tuần, "
        "tháng, quý, năm",
    ),
    Column("aliases", pl.String, "Tên gọi khác", "cách nhau bằng dấu |"),
    Column("valid_from", pl.Date, "Có hiệu lực từ"),
    Column("valid_to", pl.Date, "Có hiệu lực đến", "để trống khi còn hiệu lực"),
    Column("business_date", pl.Date, "Ngày số liệu", "theo múi giờ của reference/organisation.toml"),
    Column("contract", pl.String, "Loại dữ liệu", "summary, ii06, cases, processing hoặc scores"),
    Column("version", pl.Int32, "Phiên bản", "tăng mỗi khi đơn vị gửi lại nội dung khác"),
    Column("field", pl.String, "Lĩnh vực"),
    Column("field_id", pl.String, "Mã lĩnh vực", "theo reference/fields.csv; trống khi chưa có ở đó"),
    Column("service_level", pl.Int8, "Mức độ dịch vụ công", "4 = toàn trình, 3 = một phần, 0 = không tách mức độ"),
    Column(
        "basis",
        pl.String,
        "Kỳ của số liệu",
        "day = trong ngày; month_to_date = lũy kế từ đầu tháng; year_to_date = lũy kế từ đầu năm",
    ),
    # the delivery
    Column("supersedes", pl.String, "Thay cho lần gửi"),
    Column("source_uri", pl.String, "Nơi lấy tệp"),
    Column("file_name", pl.String, "Tên tệp"),
    Column("sha256", pl.String, "Mã băm SHA-256 của tệp"),
    Column("size_bytes", pl.Int64, "Kích thước", measure="byte"),
    Column("etag", pl.String, "Dấu phiên bản của nguồn", "ETag của máy chủ HTTP"),
    Column("landing", pl.String, "Nơi giữ bản gốc", "gói zip trong thư mục landing"),
    Column(
        "part", pl.String, "Phần của tệp chung", "tên đơn vị như ghi trong tệp có nhiều đơn vị; trống khi là cả tệp"
    ),
    Column("row_count", pl.Int64, "Số dòng chi tiết", measure="dòng"),
    Column("received_at", TIMESTAMP, "Nhận lúc", measure="UTC"),
    Column("decided_at", TIMESTAMP, "Kết luận lúc", measure="UTC"),
    Column("status", pl.String, "Kết luận", "accepted, accepted_with_warnings, quarantined hoặc duplicate"),
    Column("reason", pl.String, "Lý do"),
    # the counts
    Column("online", pl.Int64, "Trực tuyến (1)", "hồ sơ nộp trực tuyến", "hồ sơ"),
    Column("in_person", pl.Int64, "Trực tiếp (2)", "hồ sơ nộp trực tiếp", "hồ sơ"),
    Column("postal", pl.Int64, "Bưu chính", "hồ sơ nộp qua bưu chính công ích", "hồ sơ"),
    Column("total", pl.Int64, "Tổng số (3)", "(3) = (1) + (2), gồm cả bưu chính", "hồ sơ"),
    Column("received", pl.Int64, "Tiếp nhận", measure="hồ sơ"),
    Column("settled", pl.Int64, "Đã giải quyết", measure="hồ sơ"),
    Column("settled_on_time", pl.Int64, "Giải quyết đúng hạn", measure="hồ sơ"),
    Column("to_pay", pl.Int64, "Phải thanh toán", "hồ sơ phải nộp phí, lệ phí; trống khi không ghi", "hồ sơ"),
    Column("paid_online", pl.Int64, "Thanh toán trực tuyến", "hồ sơ, không phải số tiền; trống khi không ghi", "hồ sơ"),
    Column("digitised_files", pl.Int64, "Số hóa thành phần hồ sơ", "trống khi không ghi", "hồ sơ"),
    Column(
        "digitised_results",
        pl.Int64,
        "Số hóa kết quả",
        "hồ sơ đã giải quyết có kết quả số hóa; trống khi không ghi",
        "hồ sơ",
    ),
    Column(
        "electronic_results",
        pl.Int64,
        "Cấp kết quả điện tử",
        "hồ sơ đã giải quyết có kết quả bản điện tử; trống khi không ghi",
        "hồ sơ",
    ),
    Column("resubmitted", pl.Int64, "Phải bổ sung", "hồ sơ phải bổ sung, hoàn thiện; trống khi không ghi", "hồ sơ"),
    Column(
        "overdue",
        pl.Int64,
        "Giải quyết quá hạn",
        "hồ sơ đã giải quyết sau ngày hẹn, không gồm hồ sơ đang giải quyết; trống khi không ghi",
        "hồ sơ",
    ),
    # points of a scoreboard, in whole hundredths: sums of decimals stay exact
    Column("points_hundredths", pl.Int64, "Điểm", "1650 = 16,50 điểm", "phần trăm điểm"),
    Column("maximum_hundredths", pl.Int64, "Điểm tối đa", "theo reference/metrics.toml", "phần trăm điểm"),
    Column(
        "signature", pl.String, "Dấu của mọi số liệu", "MD5 của các số theo lĩnh vực; giống nhau = số liệu giống nhau"
    ),
    # the cases, by day: kept for a short time, to count each once
    Column("case_id", pl.String, "Mã hồ sơ", "chỉ để loại trùng, xóa sau thời hạn lưu"),
    Column("procedure", pl.String, "Mã thủ tục hành chính", "trống khi không có dạng mã"),
    Column("procedure_list", pl.String, "Danh mục thủ tục", "mã danh mục trong reference/procedures.csv"),
    Column("channel", pl.Int8, "Kênh thực hiện", "1 = trực tiếp, 2 = trực tuyến, 3 = bưu chính công ích"),
    Column("level", pl.Int8, "Mức độ dịch vụ công", "4 = toàn trình, 3 = một phần, 0 = không tách mức độ"),
    Column("case_status", pl.Int8, "Trạng thái hồ sơ", "1 đến 10, theo reference/codes.toml"),
    Column("received_on", pl.Date, "Ngày tiếp nhận"),
    Column("due_on", pl.Date, "Ngày hẹn trả"),
    Column("settled_on", pl.Date, "Ngày giải quyết xong"),
    Column("handling_unit_id", pl.String, "Mã đơn vị xử lý", "trống khi tệp không ghi"),
    Column(
        "receiving_unit_id", pl.String, "Mã đơn vị tiếp nhận", "trống khi tệp không ghi, hoặc không rõ là đơn vị nào"
    ),
    Column(
        "counted_for",
        pl.String,
        "Hồ sơ tính cho",
        "của số liệu từng hồ sơ: handling = đơn vị xử lý; receiving = đơn vị tiếp nhận; mixed = các ngày hoặc đơn vị "
        "khác nhau; trống khi không có số liệu từng hồ sơ",
    ),
    # checks
    Column("rule", pl.String, "Quy tắc"),
    Column(
        "severity",
        pl.String,
        "Mức độ",
        "critical, warning hoặc info; off = quy tắc nghiêm trọng đã tắt trong tyle.toml mà lần gửi vẫn trái",
    ),
    Column("outcome", pl.String, "Kết quả"),
    Column("failing", pl.Int64, "Số dòng sai", measure="dòng"),
    Column("sample", pl.String, "Ví dụ", "một dòng sai đầu tiên, không có dữ liệu cá nhân"),
    Column("row_number", pl.Int64, "Dòng trong tệp"),
    Column("content", pl.String, "Nội dung dòng", "không có dữ liệu cá nhân"),
    Column("message", pl.String, "Diễn giải"),
    Column("step", pl.String, "Bước", "pull = lấy tệp; check = kiểm tra"),
    Column("at", TIMESTAMP, "Lúc", measure="UTC"),
    Column("rules_broken", pl.String, "Quy tắc vi phạm", "cách nhau bằng dấu phẩy"),
    # what a person decided
    Column(
        "decision",
        pl.String,
        "Quyết định",
        "released = cho qua dù trái quy tắc; rejected = loại hẳn; corrected = sửa số liệu; withdrawn = thu hồi; "
        "imported = nhập từ báo cáo cũ",
    ),
    Column("released_as", pl.String, "Thành lần gửi", "phiên bản được tính nhờ quyết định"),
    Column("figures_set", pl.String, "Số liệu đã sửa", "JSON: field, level, column, expect, value của từng số"),
    Column("person", pl.String, "Người quyết định"),
    # what a file's reading rests on
    Column("layout", pl.String, "Mã bố cục", "của đơn vị và loại dữ liệu này; đổi khi tiêu đề, cột hay trang tính đổi"),
    Column("layout_description", pl.String, "Bố cục", "JSON: trang tính, tiêu đề của từng cột, cột không đọc, câu hỏi"),
    Column("layout_question", pl.String, "Câu hỏi về bố cục", "trống khi mọi cột đều rõ nghĩa"),
    # alerts
    Column("opened", TIMESTAMP, "Mở lúc", measure="UTC"),
    Column("last_sent", TIMESTAMP, "Báo lần cuối lúc", "trống khi chưa gửi được cho ai", "UTC"),
    Column("closed", TIMESTAMP, "Đóng lúc", "trống khi còn mở", "UTC"),
    Column("faults", pl.String, "Các ngày lỗi", "ngày:phiên bản, cách nhau bằng dấu phẩy; không phiên bản = chưa gửi"),
    Column("seen_until", pl.Date, "Đã xét đến ngày số liệu", "tệp hợp lệ của ngày sau đó là đã khắc phục"),
    Column("pending", pl.String, "Tin còn phải gửi", "open = mới, repeat = nhắc lại, close = đã khắc phục"),
    Column("pending_to", pl.String, "Còn phải gửi đến", "dấu nhận biết của các kênh, không phải địa chỉ"),
    Column("closed_at", TIMESTAMP, "Chốt lúc", measure="UTC"),
    Column("note", pl.String, "Ghi chú"),
    Column(
        "metric_versions",
        pl.String,
        "Phiên bản các chỉ số khi chốt",
        "mã=phiên bản, cách nhau bằng dấu phẩy; tháng đã chốt giữ các phiên bản này",
    ),
)

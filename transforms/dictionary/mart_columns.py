"""The common columns of published tables that the lake does not have; a single mart's own stand in its SQL file."""

import polars as pl

from transforms.dictionary.table import PERCENT, POINTS, TIMESTAMP, Column

_ONLINE_RATE = "online_rate v1"
_EXPECTED = "có ngày phải gửi, hoặc đã có số liệu được tính, trong kỳ đến ngày as_of"
_KINDS = "ratio = tử số chia mẫu số; given = điểm được công bố; trống = chỉ là định nghĩa bằng lời"
_COUNTED = "có ít nhất một lần gửi được tính; các tổng là của những đơn vị này"

MART_COLUMNS = (
    Column("month", pl.String, "Tháng báo cáo", "YYYY-MM"),
    Column(
        "month_start",
        pl.Date,
        "Ngày đầu của tháng báo cáo",
        "ngày 1 của tháng trong cột month, để vẽ theo thời gian; ngày đầu của kỳ số liệu là period_from",
    ),
    Column("period_from", pl.Date, "Kỳ từ ngày"),
    Column("period_to", pl.Date, "Kỳ đến ngày"),
    Column("as_of", pl.Date, "Số liệu tính đến ngày", "ngày số liệu cuối cùng được tính"),
    Column(
        "online_rate_pct",
        PERCENT,
        "Tỷ lệ trực tuyến (1)/(3)",
        "làm tròn nửa lên; trống khi (3) = 0",
        "%",
        metric=_ONLINE_RATE,
    ),
    Column("on_time_pct", PERCENT, "Tỷ lệ giải quyết đúng hạn", measure="%"),
    Column("target_pct", PERCENT, "Chỉ tiêu", measure="%"),
    Column(
        "meets_target",
        pl.Boolean,
        "Đạt chỉ tiêu",
        "tỷ lệ đã làm tròn so với chỉ tiêu; trống khi (3) = 0",
        metric="meets_target v1",
    ),
    Column(
        "online_needed",
        pl.Int64,
        "Hồ sơ trực tuyến còn thiếu",
        "số hồ sơ trực tuyến cần thêm để đạt chỉ tiêu khi tổng số không đổi",
        "hồ sơ",
        metric="online_needed v1",
    ),
    Column("previous_rate_pct", PERCENT, "Tỷ lệ tháng trước", measure="%", metric=_ONLINE_RATE),
    Column(
        "change_points",
        POINTS,
        "Tăng/giảm so với tháng trước",
        measure="điểm phần trăm",
        metric="change_points v1",
    ),
    Column(
        "previous_is_complete",
        pl.Boolean,
        "Tháng trước đủ số liệu",
        "mọi ngày phải gửi của cả tháng trước đều đã nhận hợp lệ; nếu không thì mức tăng/giảm so với tháng trước chưa "
        "nói lên điều gì; trống khi kho dữ liệu không có tháng trước",
    ),
    Column(
        "baseline_month", pl.String, "Tháng gốc", "tháng để so sánh, YYYY-MM; trống ở tháng gốc và các tháng trước đó"
    ),
    Column(
        "baseline_rate_pct",
        PERCENT,
        "Tỷ lệ tháng gốc",
        "theo kho dữ liệu khi tháng gốc đủ số liệu, nếu không thì theo bảng baselines, không có ở đó thì vẫn theo kho",
        "%",
        metric=_ONLINE_RATE,
    ),
    Column(
        "baseline_change_points",
        POINTS,
        "Tăng/giảm so với tháng gốc",
        measure="điểm phần trăm",
        metric="baseline_change_points v1",
    ),
    Column(
        "baseline_is_complete",
        pl.Boolean,
        "Tháng gốc đủ số liệu",
        "kho dữ liệu có đủ mọi ngày phải gửi của tháng gốc, hoặc tỷ lệ là của bảng baselines; trống khi không có tỷ lệ "
        "tháng gốc",
    ),
    Column("days_expected", pl.Int32, "Số ngày phải gửi", measure="ngày"),
    Column("days_accepted", pl.Int32, "Số ngày đã nhận hợp lệ", measure="ngày"),
    Column("is_complete", pl.Boolean, "Đủ số liệu", "mọi ngày phải gửi đều đã nhận hợp lệ"),
    Column(
        "days_accepted_pct",
        PERCENT,
        "Tỷ lệ ngày đã nhận hợp lệ",
        "days_accepted / days_expected, làm tròn nửa lên; trống khi không phải gửi ngày nào",
        "%",
        metric="days_accepted v1",
    ),
    Column(
        "has_override",
        pl.Boolean,
        "Có số liệu tính theo quyết định",
        "trong những lần gửi làm nên số liệu này có lần được cho qua dù trái quy tắc nghiêm trọng, đã sửa số liệu, "
        "hoặc trái quy tắc nghiêm trọng mà tyle.toml đã hạ mức hay tắt",
    ),
    Column(
        "override_ids",
        pl.String,
        "Mã các quyết định",
        "override_id của bảng overrides, cách nhau bằng dấu phẩy; trống khi không có",
    ),
    Column("scope", pl.String, "Phạm vi", "mã đơn vị, khối, hoặc all = tất cả đơn vị"),
    Column("member", pl.String, "Thành viên", "mã đơn vị, mã khối, hoặc all"),
    Column("rate_pct", PERCENT, "Tỷ lệ trực tuyến (1)/(3)", "theo nguồn đã ghi", "%", metric=_ONLINE_RATE),
    Column("source", pl.String, "Nguồn"),
    Column("legal_basis", pl.String, "Căn cứ"),
    Column("metric_id", pl.String, "Mã chỉ số"),
    Column("metric_version", pl.Int32, "Phiên bản chỉ số"),
    Column("definition", pl.String, "Định nghĩa"),
    Column("name_en", pl.String, "Tên bằng tiếng Anh"),
    Column("definition_en", pl.String, "Định nghĩa bằng tiếng Anh"),
    Column("metric_kind", pl.String, "Cách tính", _KINDS),
    Column("numerator_terms", pl.String, "Tử số gồm", "tổng các số đếm; trong ngoặc vuông: mức độ, lĩnh vực được tính"),
    Column("denominator_terms", pl.String, "Mẫu số gồm", "như tử số"),
    Column("unit_groups", pl.String, "Của các khối", "cách nhau bằng dấu phẩy; trống = mọi khối có tỷ lệ"),
    Column("contracts", pl.String, "Lấy từ loại dữ liệu", "theo thứ tự ưu tiên, cách nhau bằng dấu phẩy"),
    Column("unit_of_measure", pl.String, "Đơn vị tính"),
    Column("direction", pl.String, "Chiều tốt", "up = càng cao càng tốt; down = càng thấp càng tốt"),
    Column("decimals", pl.Int32, "Số chữ số thập phân", "làm tròn nửa lên"),
    Column("min_denominator", pl.Int64, "Mẫu số tối thiểu", "nhỏ hơn thì xếp riêng; trống = không có", "hồ sơ"),
    Column("numerator_words", pl.String, "Tử số bằng lời"),
    Column("numerator_words_en", pl.String, "Tử số bằng tiếng Anh"),
    Column("denominator_words", pl.String, "Mẫu số bằng lời"),
    Column("denominator_words_en", pl.String, "Mẫu số bằng tiếng Anh"),
    Column("checked_on", pl.Date, "Ngày kiểm chứng nguồn"),
    Column("is_verified", pl.Boolean, "Nguồn đã kiểm chứng", "trống khi không ghi"),
    Column("is_enabled", pl.Boolean, "Đang tính", "trống khi chỉ là định nghĩa bằng lời"),
    Column("maximum", POINTS, "Điểm tối đa", "của chỉ số given; trống với chỉ số khác", "điểm"),
    Column("points", POINTS, "Điểm", "theo bảng điểm đã công bố", "điểm"),
    Column("points_maximum", POINTS, "Điểm tối đa của thành phần", measure="điểm"),
    Column("points_lost", POINTS, "Điểm bị mất", "điểm tối đa trừ điểm", "điểm"),
    Column("scored_on", pl.Date, "Ngày của bảng điểm", "trống với chỉ số tự tính"),
    Column(
        "component_names", pl.String, "Tên trong bảng điểm", "các tên được hiểu là thành phần này, cách nhau bằng |"
    ),
    Column("part_ids", pl.String, "Gồm các thành phần", "mã chỉ số, cách nhau bằng dấu phẩy; điểm là tổng của chúng"),
    Column("beside_metric_id", pl.String, "Đặt cạnh chỉ số", "chỉ số tự tính được đặt bên cạnh để so sánh"),
    Column(
        "tolerance", PERCENT, "Chênh lệch cho phép", "so với chỉ số đặt cạnh; trống = không đối chiếu", "điểm phần trăm"
    ),
    # rates in long form: a row per metric
    Column("member", pl.String, "Thành viên", "mã đơn vị, mã khối, hoặc all"),
    Column("numerator", pl.Int64, "Tử số", "theo định nghĩa của chỉ số; trống khi không có số liệu", "hồ sơ"),
    Column("denominator", pl.Int64, "Mẫu số", "theo định nghĩa của chỉ số; trống khi không có số liệu", "hồ sơ"),
    Column(
        "rate",
        PERCENT,
        "Tỷ lệ của chỉ số",
        "làm tròn nửa lên theo số chữ số thập phân của chỉ số; trống khi mẫu số = 0 hoặc không có số liệu",
        "%",
    ),
    Column(
        "is_small", pl.Boolean, "Mẫu số nhỏ", "mẫu số nhỏ hơn mẫu số tối thiểu của chỉ số; trống khi chưa có số liệu"
    ),
    Column("units_expected", pl.Int32, "Số đơn vị phải gửi", _EXPECTED, "đơn vị"),
    Column("units_counted", pl.Int32, "Số đơn vị có số liệu", _COUNTED, "đơn vị"),
    # what names groups, channels, levels and kinds of data
    Column("parts", pl.String, "Gồm các khối", "cách nhau bằng dấu phẩy; trống khi là khối có đơn vị của mình"),
    Column("has_rate", pl.Boolean, "Có tỷ lệ", "khối có tỷ lệ trực tuyến"),
    Column("in_whole", pl.Boolean, "Tính vào tất cả", "hồ sơ của khối tính vào dòng all"),
    Column("channel_id", pl.String, "Mã kênh", "online, in_person hoặc postal"),
    # the publication
    Column("publication_id", pl.String, "Mã lần công bố"),
    Column("built_at", TIMESTAMP, "Công bố lúc", measure="UTC"),
    Column("known_at", TIMESTAMP, "Theo hiểu biết đến lúc", "chỉ tính lần gửi được kết luận đến lúc này", "UTC"),
    Column("code_version", pl.String, "Phiên bản phần mềm"),
    # moments once more, with the zone in the name
    Column("built_at_utc", TIMESTAMP, "Công bố lúc (UTC)", "như built_at", "UTC"),
    Column("known_at_utc", TIMESTAMP, "Theo hiểu biết đến lúc (UTC)", "như known_at", "UTC"),
    Column("received_at_utc", TIMESTAMP, "Nhận lúc (UTC)", "như received_at", "UTC"),
    Column("decided_at_utc", TIMESTAMP, "Kết luận lúc (UTC)", "như decided_at", "UTC"),
)

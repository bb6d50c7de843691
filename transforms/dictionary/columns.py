"""The common dictionary: columns with type, unit of measure, Vietnamese label and meaning, and the tables without SQL.

Each column is defined once; tables pick from it. A column that a single mart has is defined in the header of that mart
(warehouse/marts/*.sql). DDL, comments, structural checks and docs/dictionary.md are made from both. What does not
belong here: rules, SQL, rates.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from transforms.dictionary.contracts import MORE_COUNTS
from transforms.dictionary.mart_columns import MART_COLUMNS
from transforms.dictionary.table import TIMESTAMP, Column, ForeignKey, Table


def _columns(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


COLUMNS = _columns(
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
    Column("contract", pl.String, "Loại dữ liệu", "summary, ii06, cases hoặc processing"),
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
    *MART_COLUMNS,
)


def _pick(required: str, optional: str = "") -> tuple[Column, ...]:
    """Columns by name; those of `required` are not null."""
    return tuple(replace(COLUMNS[name], nullable=False) for name in required.split()) + tuple(
        COLUMNS[name] for name in optional.split()
    )


def _table(
    name: str,
    meaning: str,
    grain: str,
    columns: Sequence[Column],
    references: Sequence[ForeignKey] = (),
    month_column: str = "",
    order: str = "",
) -> Table:
    return Table(
        name, meaning, tuple(grain.split()), tuple(columns), tuple(references), month_column, tuple(order.split())
    )


LAKE = {
    table.name: table
    for table in (
        _table(
            "deliveries",
            "Mỗi tệp đơn vị gửi, đã kết luận",
            "delivery_id",
            _pick("delivery_id unit_id business_date contract version", "supersedes")
            + _pick("source_uri file_name sha256 size_bytes", "etag landing row_count")
            + _pick("received_at decided_at status basis", "reason part counted_for"),
            month_column="business_date",
        ),
        _table(
            "daily_counts",
            "Số hồ sơ theo lĩnh vực của mỗi lần gửi được chấp nhận",
            "delivery_id field service_level",
            _pick("delivery_id unit_id business_date field service_level")
            + _pick("online in_person", "postal")
            + _pick("total", f"received settled settled_on_time {' '.join(MORE_COUNTS)}"),
            month_column="business_date",
        ),
        _table(
            "delivery_sums",
            "Tổng số liệu của mỗi lần gửi được chấp nhận, để so với những lần gửi sau",
            "delivery_id",
            _pick("delivery_id unit_id business_date contract basis version online total")
            + _pick("", "received settled settled_on_time")
            + _pick("signature"),
            month_column="business_date",
        ),
        _table(
            "cases",
            "Các hồ sơ đã tính của mỗi lần gửi theo từng hồ sơ, lưu trong thời gian ngắn",
            "delivery_id case_id",
            _pick("delivery_id unit_id business_date case_id", "procedure")
            + _pick("channel level")
            + (replace(COLUMNS["case_status"], name="status", nullable=False),)
            + _pick("received_on", "due_on settled_on handling_unit_id receiving_unit_id"),
            month_column="business_date",
        ),
        _table(
            "procedure_counts",
            "Số hồ sơ theo mã thủ tục hành chính của mỗi lần gửi theo từng hồ sơ được chấp nhận",
            "delivery_id procedure service_level",
            _pick("delivery_id unit_id business_date procedure service_level online in_person postal total settled")
            + _pick("", "settled_on_time"),
            month_column="business_date",
        ),
        _table(
            "check_results",
            "Kết quả từng quy tắc trên mỗi lần gửi",
            "delivery_id rule",
            _pick("delivery_id business_date rule severity outcome failing", "sample"),
            month_column="business_date",
        ),
        _table(
            "rejected_rows",
            "Từng dòng sai, để tra cứu",
            "delivery_id row_number rule",
            _pick("delivery_id business_date row_number rule content message"),
            month_column="business_date",
        ),
        _table(
            "layouts",
            "Bố cục của tệp trong mỗi lần gửi: việc đọc dựa vào đâu",
            "delivery_id",
            _pick("delivery_id unit_id business_date contract layout layout_description", "layout_question"),
            month_column="business_date",
        ),
        _table(
            "layout_decisions",
            "Bố cục đã được người phụ trách xác nhận là đọc đúng",
            "layout",
            _pick("layout unit_id contract layout_question reason person at"),
            month_column="at",
        ),
        _table(
            "outcomes",
            "Mỗi đơn vị, ngày và loại dữ liệu: điều gì đã xảy ra, theo thứ tự thời gian",
            "unit_id business_date contract step at",
            _pick("unit_id business_date contract step outcome at"),
            month_column="business_date",
        ),
        _table(
            "decisions",
            "Quyết định của người phụ trách về từng lần gửi",
            "delivery_id at",
            _pick(
                "delivery_id unit_id business_date contract decision reason person at",
                "released_as rules_broken figures_set",
            ),
            month_column="business_date",
        ),
        _table(
            "alerts",
            "Cảnh báo của mỗi đơn vị, loại dữ liệu và quy tắc: mở một lần, đóng một lần",
            "unit_id contract rule opened",
            _pick("unit_id contract rule opened severity business_date faults seen_until", "delivery_id failing")
            + _pick("", "last_sent closed pending pending_to"),
            month_column="business_date",
        ),
        _table(
            "publications",
            "Mỗi lần công bố: dựng lúc nào, từ những gì kho biết đến lúc nào",
            "publication_id",
            _pick("publication_id built_at known_at", "as_of") + _pick("code_version"),
            month_column="built_at",
        ),
        _table(
            "closings",
            "Mỗi lần chốt số liệu một tháng: ai chốt, tính đến ngày nào, theo những gì kho biết đến lúc nào",
            "month closed_at",
            _pick("month closed_at as_of known_at person", "note publication_id metric_versions"),
            month_column="closed_at",
        ),
    )
}

# The reviewed data of reference/, published as it is. The tables that SQL derives: warehouse/marts/*.sql.
REFERENCE = {
    table.name: table
    for table in (
        _table(
            "groups",
            "Các khối đơn vị, và all = tất cả đơn vị, theo reference/organisation.toml",
            "unit_group",
            _pick("unit_group name name_en report_order has_rate in_whole", "parts"),
            order="report_order",
        ),
        _table(
            "channels",
            "Các kênh nộp hồ sơ",
            "channel_id",
            _pick("channel_id channel name name_en report_order"),
            order="report_order",
        ),
        _table(
            "levels",
            "Các mức độ dịch vụ công, mỗi tên gọi một dòng với thời gian hiệu lực, theo reference/codes.toml",
            "service_level name",
            _pick("service_level name", "name_en valid_from valid_to"),
            order="service_level name",
        ),
        _table(
            "contracts",
            "Các loại dữ liệu mà đơn vị gửi",
            "contract",
            _pick("contract name name_en report_order"),
            order="report_order",
        ),
        _table(
            "units",
            "Các đơn vị và thời gian hiệu lực",
            "unit_id",
            _pick("unit_id name unit_type unit_group report_order code calendar valid_from", "valid_to"),
            [ForeignKey(("unit_group",), "groups")],
            order="unit_group report_order unit_id",
        ),
        _table(
            "targets",
            "Chỉ tiêu của từng chỉ số cho từng khối, hoặc cho riêng một đơn vị",
            "scope valid_from metric_id",
            _pick("scope unit_group", "unit_id")
            + _pick("target_pct legal_basis valid_from", "valid_to")
            + _pick("metric_id"),
            [ForeignKey(("unit_id",), "units"), ForeignKey(("unit_group",), "groups")],
        ),
        _table(
            "fields",
            "Các lĩnh vực thủ tục hành chính và thời gian hiệu lực",
            "field_id",
            _pick("field_id name", "aliases valid_from valid_to name_en"),
        ),
        _table(
            "procedures",
            "Các danh mục thủ tục hành chính và thời gian hiệu lực, theo reference/procedures.csv",
            "procedure_list procedure valid_from",
            _pick("procedure_list procedure", "name") + _pick("valid_from", "valid_to") + _pick("source"),
        ),
        _table(
            "baselines",
            "Tỷ lệ của những tháng kho dữ liệu không có, để so sánh",
            "month scope",
            _pick("month scope rate_pct source"),
        ),
        _table(
            "metrics",
            "Định nghĩa các chỉ số",
            "metric_id metric_version",
            _pick("metric_id metric_version name definition", "name_en definition_en")
            + _pick("", "metric_kind numerator_terms denominator_terms contracts unit_of_measure direction decimals")
            + _pick("", "min_denominator valid_from valid_to source checked_on is_verified is_enabled")
            + _pick("", "maximum component_names part_ids beside_metric_id tolerance")
            + _pick("", "numerator_words numerator_words_en denominator_words denominator_words_en"),
        ),
    )
}

PUBLICATION = _table(
    "publication",
    "Lần công bố này (một dòng)",
    "publication_id",
    _pick("publication_id built_at", "as_of") + _pick("known_at code_version built_at_utc known_at_utc"),
)

# A pull's deliveries on their way to the lake: one row per file, `file` numbers them within the run.
RECEIVED = pl.Schema(
    {  # type: ignore[arg-type]
        "file": pl.UInt32,
        "unit_id": pl.String,
        "business_date": pl.Date,
        "contract": pl.String,
        "basis": pl.String,
        "source_uri": pl.String,
        "file_name": pl.String,
        "etag": pl.String,
        "modified_at": TIMESTAMP,
        "received_at": TIMESTAMP,
        "content": pl.Binary,
        "sha256": pl.String,
        "size_bytes": pl.Int64,
        "part": pl.String,  # of a shared export: the unit as written; null: the whole file
    }
)

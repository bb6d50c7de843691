"""The common dictionary: columns with type, unit of measure, Vietnamese label and meaning, and the tables without SQL.

Each column is defined once; tables pick from it. A column that a single mart has is defined in the header of that mart
(warehouse/marts/*.sql). DDL, comments, structural checks and docs/dictionary.md are made from both. What does not
belong here: rules, SQL, rates.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from transforms.dictionary.contracts import MORE_COUNTS
from transforms.dictionary.lake_columns import LAKE_COLUMNS
from transforms.dictionary.mart_columns import MART_COLUMNS
from transforms.dictionary.table import TIMESTAMP, Column, ForeignKey, Table


def _columns(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


COLUMNS = _columns(*LAKE_COLUMNS, *MART_COLUMNS)


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
            "scores",
            "Điểm được công bố của từng thành phần trong mỗi lần gửi được chấp nhận",
            "delivery_id metric_id",
            _pick("delivery_id unit_id business_date metric_id metric_version points_hundredths maximum_hundredths"),
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
            + _pick("", "numerator_words numerator_words_en denominator_words denominator_words_en unit_groups"),
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

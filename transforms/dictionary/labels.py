"""What a column of an export is called in messages. Stored tables: transforms/dictionary/columns.py."""

from transforms.dictionary.columns import COLUMNS

_OF_EXPORTS = {
    "ordinal": "STT",
    "stated_rate": "Tỷ lệ trong tệp",
    "unit": "Đơn vị trong tệp",
    "receiving_unit": "Đơn vị tiếp nhận",
    "date": "Ngày trong tệp",
    "carried_over": "Từ kỳ trước",
    "settled_early": "Giải quyết trước hạn",
    "settled_on_due": "Giải quyết đúng hạn",
    "settled_late": "Giải quyết quá hạn",
    "pending": "Đang giải quyết",
    "pending_in_term": "Đang giải quyết, trong hạn",
    "pending_overdue": "Đang giải quyết, quá hạn",
    "field_code": "Mã lĩnh vực",
    "status": "Trạng thái hồ sơ",
    "ended_on": "Ngày kết thúc xử lý",
    "returned_on": "Ngày trả kết quả",
}
# A column that means something else in one contract, in Vietnamese and English.
_OF_CONTRACT = {("scores", "field"): ("Thành phần", "component")}


def label(column: str, lang: str = "vi", contract: str = "") -> str:
    """The Vietnamese name of an export's column, or in English the column's own. Raises KeyError for no such column.

    `contract`: where it is known; a column may have another name in it.
    """
    if own := _OF_CONTRACT.get((contract, column)):
        return own[lang == "en"]
    if lang == "en":
        return column.replace("_", " ")
    return _OF_EXPORTS.get(column) or COLUMNS[column].label

"""The sender that a file names. All figures are ordinary."""

from tests.corpus.recipes.tools import text
from tests.corpus.recipes.usual import CSV, CSV_HEADER, CSV_ROWS

_STATED = {
    "own-name.csv": "Đơn vị báo cáo: Sở Y tế",
    "own-name-upper-case.csv": "ĐƠN VỊ: SỞ Y TẾ",
    "short-name.csv": "Đơn vị: UBND H. Phú Lương",
    "long-name.csv": "Đơn vị: Ủy ban nhân dân huyện Phú Lương",
    "ampersand.csv": "Đơn vị: Sở NN&PTNT",
    "city-abbreviated.csv": "Đơn vị: UBND TP. Thái Nguyên",
    "other-tone-mark-placement.csv": "Đơn vị: UBND huyện Định Hoá",
    "commas-and-case.csv": "Đơn vị: Sở văn hóa, thể thao, du lịch",
    "another-unit.csv": "Đơn vị báo cáo: Sở Nội vụ",
    "unknown-unit.csv": "Đơn vị báo cáo: Sở Y tá",
    "measure-is-no-unit.csv": "Đơn vị tính: hồ sơ",
    "commune-of-2025.csv": "Đơn vị: UBND xã Phú Lương",
    "district-after-its-end.csv": "Đơn vị: UBND huyện Phú Lương",
    "commune-before-its-time.csv": "Đơn vị: UBND xã Phú Lương",
}


def files() -> dict[str, bytes]:
    """Name → bytes."""
    titled = {name: text(f"{line};;;;", *CSV) for name, line in _STATED.items()}
    return titled | {
        "name-in-each-row.csv": text(f"{CSV_HEADER};Đơn vị", *(f"{row};Sở Y tế" for row in CSV_ROWS)),
        "another-name-in-one-row.csv": text(
            f"{CSV_HEADER};Đơn vị", f"{CSV_ROWS[0]};Sở Y tế", f"{CSV_ROWS[1]};Sở Nội vụ"
        ),
    }

"""The table that most files of the corpus hold, so that they differ only in their dirt. Knows no file format."""

HEADER = ("STT", "Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số")
ROWS = ((1, "Đất đai", 1489, 11, 1500), (2, "Hộ tịch", 0, 5, 5))
TOTALS = (None, "Tổng cộng", 1489, 16, 1505)
TABLE = (HEADER, *ROWS)


def with_first(online: object, total: object) -> tuple[tuple[object, ...], ...]:
    """The table with other cells for the first row's online count and sum."""
    number, field, _, in_person, _ = ROWS[0]
    return (HEADER, (number, field, online, in_person, total), ROWS[1])


CSV_HEADER = ";".join(HEADER)
CSV_ROWS = ("1;Đất đai;1489;11;1500", "2;Hộ tịch;0;5;5")
CSV = (CSV_HEADER, *CSV_ROWS)

RECORDS = [
    {"linhVuc": field, "trucTuyen": online, "trucTiep": in_person, "tongSo": total}
    for _, field, online, in_person, total in ROWS
]

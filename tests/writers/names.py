"""What a unit calls its columns in each header style. Holds no figures."""

from tests.writers.way import Way

COLUMNS = ("ordinal", "field", "online", "in_person", "total", "rate")

_FLAT = {
    "ordinal": "STT",
    "field": "Lĩnh vực",
    "online": "Số hồ sơ trực tuyến (1)",
    "in_person": "Số hồ sơ trực tiếp (2)",
    "total": "Tổng số (3)=(1)+(2)",
    "rate": "Tỷ lệ (%)",
}
_NO_DIACRITICS = {
    "ordinal": "STT",
    "field": "Linh vuc",
    "online": "So ho so truc tuyen",
    "in_person": "So ho so truc tiep",
    "total": "Tong so ho so",
    "rate": "Ty le",
}
_CAMEL = {
    "ordinal": "stt",
    "field": "linhVuc",
    "online": "soHoSoTrucTuyen",
    "in_person": "soHoSoTrucTiep",
    "total": "tongSoHoSo",
    "rate": "tyLeTrucTuyen",
}
_SNAKE = {
    "ordinal": "stt",
    "field": "linh_vuc",
    "online": "so_luong_ho_so_truc_tuyen",
    "in_person": "so_luong_ho_so_truc_tiep",
    "total": "tong_so",
    "rate": "ty_le",
}
_UPPER = {column: name.upper() for column, name in _FLAT.items()}
_ONE_LEVEL = {
    "flat": _FLAT,
    "upper": _UPPER,
    "no_diacritics": _NO_DIACRITICS,
    "camel": _CAMEL,
    "snake": _SNAKE,
}

_LEVELS = {
    "two_level": {
        "ordinal": ("STT", ""),
        "field": ("Lĩnh vực", ""),
        "online": ("Số lượng hồ sơ", "Trực tuyến"),
        "in_person": ("Số lượng hồ sơ", "Trực tiếp"),
        "total": ("Số lượng hồ sơ", "Tổng số"),
        "rate": ("Tỷ lệ (%)", ""),
    },
    "three_level": {
        "ordinal": ("STT", "", ""),
        "field": ("Lĩnh vực", "", ""),
        "online": ("Kết quả giải quyết", "Số lượng hồ sơ", "Trực tuyến"),
        "in_person": ("Kết quả giải quyết", "Số lượng hồ sơ", "Trực tiếp"),
        "total": ("Kết quả giải quyết", "Số lượng hồ sơ", "Tổng số"),
        "rate": ("Kết quả giải quyết", "Tỷ lệ (%)", ""),
    },
}


def columns(way: Way) -> list[str]:
    """The columns this way writes, in their order."""
    left_out = {"ordinal": not way.ordinals, "rate": not way.stated_rate}
    return [column for column in COLUMNS if not left_out.get(column, False)]


def header(way: Way) -> list[tuple[str, ...]]:
    """Per column its names from the upper level to the lower; "" where the cell above reaches down."""
    named: dict[str, tuple[str, ...]]
    if way.header in _LEVELS:
        named = _LEVELS[way.header]
    else:
        named = {column: (name,) for column, name in _ONE_LEVEL[way.header].items()}
    return [tuple(way.spell(name) for name in named[column]) for column in columns(way)]


def keys(way: Way) -> list[str]:
    """Per column its key in a record."""
    return [path[-1] for path in header(way)]

"""The official form II.06: as printed, as systems flatten it, and with each of its four relations broken."""

import json

from tests.corpus.recipes.tools import Page, cells, html, text, xls, xlsx

# (3) to (13): received = online + in person and by post + carried over; settled = early + on due + late; pending
LAND = (120, 70, 30, 20, 90, 60, 25, 5, 30, 28, 2)
STATUS = (45, 15, 25, 5, 40, 40, 0, 0, 5, 5, 0)
TOTALS = tuple(map(sum, zip(LAND, STATUS, strict=True)))

_NUMBERS = (
    *("(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)"),
    *(f"({number})" for number in range(8, 14)),
)
_TITLES = (
    ("TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", *[None] * 12),
    ("Số liệu tính đến ngày 05/08/2022", *[None] * 12),
    (*[None] * 12, "Đơn vị tính: Số hồ sơ TTHC"),
)
_BLANK = (None,) * 2
_PRINTED = (
    (
        *("TT", "Lĩnh vực giải quyết", "Số lượng hồ sơ tiếp nhận", None, None, None),
        *("Số lượng hồ sơ đã giải quyết", None, None, None, "Số lượng hồ sơ đang giải quyết", None, None),
    ),
    (
        *(*_BLANK, "Tổng số", "Trong kỳ", None, "Từ kỳ trước"),
        *("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn"),
    ),
    (*_BLANK, None, "Trực tuyến", "Trực tiếp, dịch vụ bưu chính", *[None] * 8),
)
_MERGES = (
    *((0, 0, 0, 12), (1, 0, 1, 12)),
    *((3, 0, 5, 0), (3, 1, 5, 1), (3, 2, 3, 5), (3, 6, 3, 9), (3, 10, 3, 12), (4, 3, 4, 4)),
    *((4, column, 5, column) for column in (2, *range(5, 13))),
)
_PAGE = Page(
    (
        *_TITLES,
        *_PRINTED,
        _NUMBERS,
        (1, "Đất đai", *LAND),
        (2, "Hộ tịch", *STATUS),
        (None, "Tổng số", *TOTALS),
        (),
        (None, "Người lập biểu", *[None] * 8, "Thủ trưởng đơn vị", None, None),
    ),
    merges=_MERGES,
    name="Biểu II.06",
)
_TWO_LEVELS = (
    "TT;Lĩnh vực;Tiếp nhận;;;;Đã giải quyết;;;;Đang giải quyết;;",
    ";;Tổng số;Trực tuyến;Trực tiếp;Kỳ trước;Tổng số;Trước hạn;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn",
)
_KEYS = (
    *("field", "received", "online", "in_person", "carried_over", "settled", "settled_early", "settled_on_due"),
    *("settled_late", "pending", "pending_in_term", "pending_overdue"),
)


def _row(name: str, counts: tuple[object, ...], ordinal: object = "") -> str:
    return ";".join(str(cell) for cell in (ordinal, name, *counts))


def _csv(*lines: str) -> bytes:
    return text(*_TWO_LEVELS, *lines)


def _broken(place: int, value: object) -> bytes:
    """Form II.06 with another number in column `place` (3 to 13) of its first row."""
    counts = list(LAND)
    counts[place - 3] = value
    return _csv(_row("Đất đai", tuple(counts), 1), _row("Hộ tịch", STATUS, 2))


def files() -> dict[str, bytes]:
    """Name → bytes."""
    land, status = _row("Đất đai", LAND, 1), _row("Hộ tịch", STATUS, 2)
    records = [
        dict(zip(_KEYS, (name, *counts), strict=True)) for name, counts in (("Đất đai", LAND), ("Hộ tịch", STATUS))
    ]
    return {
        "printed.xlsx": xlsx(_PAGE),
        "printed.xls": xls(_PAGE),
        "printed-as-html.xls": html(
            '<th rowspan="3">TT</th><th rowspan="3">Lĩnh vực giải quyết</th>'
            '<th colspan="4">Số lượng hồ sơ tiếp nhận</th>'
            '<th colspan="4">Số lượng hồ sơ đã giải quyết</th><th colspan="3">Số lượng hồ sơ đang giải quyết</th>',
            '<th rowspan="2">Tổng số</th><th colspan="2">Trong kỳ</th><th rowspan="2">Từ kỳ trước</th>'
            + "".join(
                f'<th rowspan="2">{name}</th>'
                for name in ("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn")
            ),
            "<th>Trực tuyến</th><th>Trực tiếp, dịch vụ bưu chính</th>",
            cells(*_NUMBERS),
            cells(1, "Đất đai", *LAND),
            cells(2, "Hộ tịch", *STATUS),
        ),
        "two-levels.csv": _csv(land, status),
        "records.json": text(json.dumps(records, ensure_ascii=False)),
        "totals-first-and-groups.csv": _csv(
            _row("Tổng cộng", TOTALS),
            _row("Cấp tỉnh", LAND, "I"),
            _row("Đất đai", LAND, 1),
            _row("Cấp huyện", STATUS, "II"),
            _row("Hộ tịch", STATUS, 1),
        ),
        "thousands.csv": _csv(
            _row("Đất đai", ("1.489", "1.400", 80, 9, "1.480", "1.480", 0, 0, 9, 9, 0), 1), _row("Hộ tịch", STATUS, 2)
        ),
        "received-is-no-sum.csv": _broken(4, 71),
        "settled-is-no-sum.csv": _broken(8, 61),
        "pending-is-no-sum.csv": _broken(12, 27),
        "received-is-not-settled-and-pending.csv": _csv(
            _row("Đất đai", (121, 71, *LAND[2:]), 1), _row("Hộ tịch", STATUS, 2)
        ),
        "totals-wrong.csv": _csv(land, status, _row("Tổng cộng", (*TOTALS[:1], 86, *TOTALS[2:]))),
        "blank-cell.csv": _broken(6, ""),
        "negative.csv": _csv(_row("Đất đai", (120, 70, 30, 20, 90, 60, 35, -5, 30, 28, 2), 1), status),
        "missing-column.csv": text(*(line.rpartition(";")[0] for line in (*_TWO_LEVELS, land, status))),
        "another-day.csv": text("Số liệu tính đến ngày 31/07/2022" + ";" * 12, *_TWO_LEVELS, land, status),
    }

"""What stands above, below and behind the name of a column. Holds no odd number and no odd letter."""

from tests.corpus.recipes.tools import Page, html, text, xls, xlsx
from tests.corpus.recipes.usual import CSV_ROWS

_THREE = ("Trực tuyến", "Trực tiếp", "Tổng số")
_COUNTS = ((1489, 11, 1500), (0, 5, 5))
_OTHERS = ((9000, 1000, 10000), (10, 50, 60))
_NAMES = ("Đất đai", "Hộ tịch")


def _over(upper: str) -> bytes:
    """A group over the three columns of counts, merged as spreadsheets do."""
    rows = (
        ("STT", "Lĩnh vực", upper, None, None),
        (None, None, *_THREE),
        *((at, name, *counts) for at, (name, counts) in enumerate(zip(_NAMES, _COUNTS, strict=True), 1)),
    )
    return xlsx(Page(rows, merges=((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4))))


def _behind(words: str) -> bytes:
    """Words in parentheses behind the name of each column."""
    return text(f"STT;Lĩnh vực;{';'.join(f'{name} ({words})' for name in _THREE)}", *CSV_ROWS)


def _below(*words: str) -> bytes:
    """A second row of headers, of one text per count."""
    return text(f"STT;Lĩnh vực;{';'.join(_THREE)}", f";;{';'.join(words)}", *CSV_ROWS)


def _beside(own: str, other: str, *, first: bool = True) -> bytes:
    """Two blocks of counts side by side; `own` is the one with the usual counts."""
    blocks = ((own, _COUNTS), (other, _OTHERS))
    left, right = blocks if first else blocks[::-1]
    rows = (
        ("Lĩnh vực", left[0], None, None, None, right[0], None, None),
        (None, *_THREE, None, *_THREE),
        *((name, *one, None, *two) for name, one, two in zip(_NAMES, left[1], right[1], strict=True)),
    )
    return xlsx(Page(rows, merges=((0, 0, 1, 0), (0, 1, 0, 3), (0, 5, 0, 7))))


def _designed() -> Page:
    """As report designers export: each cell over several columns of a fine grid."""
    widths = (1, 3, 2, 2, 3)
    starts = [sum(widths[:at]) for at in range(len(widths))]
    table = (("STT", "Lĩnh vực", *_THREE), *((at + 1, _NAMES[at], *_COUNTS[at]) for at in range(2)))
    rows = []
    for cells in table:
        row: list[object] = [None] * sum(widths)
        for start, cell in zip(starts, cells, strict=True):
            row[start] = cell
        rows.append(tuple(row))
    areas = [
        (at, start, at, start + width - 1)
        for at in range(len(rows))
        for start, width in zip(starts, widths, strict=True)
        if width > 1
    ]
    return Page(tuple(rows), merges=tuple(areas))


def _spanned(cells: tuple[object, ...]) -> str:
    return "".join(f'<td colspan="{2 + at % 2}">{cell}</td>' for at, cell in enumerate(cells))


def files() -> dict[str, bytes]:
    """Name → bytes."""
    header = f"STT;Lĩnh vực;{';'.join(_THREE)}"
    return {
        "late-behind.csv": _behind("trễ hạn"),
        "last-year-behind.csv": _behind("năm 2021"),
        "thousands-behind.csv": _behind("nghìn hồ sơ"),
        "percent-behind.csv": _behind("%"),
        "unit-of-measure-behind.csv": _behind("hồ sơ"),
        "unknown-word-behind.csv": _behind("đề án 06"),
        "late-below.csv": _below("(quá hạn)", "(quá hạn)", "(quá hạn)"),
        "unit-of-measure-below.csv": _below("(hồ sơ)", "(hồ sơ)", "(hồ sơ)"),
        "english-below.csv": text(header, "No.;Sector;Online;In person;Total", *CSV_ROWS),
        "english-below-swapped.csv": text(header, "No.;Sector;In person;Online;Total", *CSV_ROWS),
        "english-in-the-cell.csv": text(
            "STT / No.;Lĩnh vực / Sector;Trực tuyến / Online;Trực tiếp / In person;Tổng số / Total", *CSV_ROWS
        ),
        "year-to-date-above.xlsx": _over("Lũy kế từ đầu năm"),
        "month-to-date-above.xlsx": _over("Cộng dồn từ đầu tháng"),
        "settled-above.xlsx": _over("Số hồ sơ đã giải quyết"),
        "returned-above.xlsx": _over("Đã trả kết quả"),
        "pending-above.xlsx": _over("Hồ sơ đang giải quyết"),
        "rejected-above.xlsx": _over("Hồ sơ bị từ chối"),
        "planned-above.xlsx": _over("Kế hoạch giao"),
        "procedures-above.xlsx": _over("Số thủ tục hành chính"),
        "level-3-above.xlsx": _over("Một phần"),
        "another-agency-above.xlsx": _over("UBND thành phố"),
        "filed-above.xlsx": _over("Số hồ sơ tiếp nhận trong ngày"),
        "level-4-above.xlsx": _over("Dịch vụ công trực tuyến toàn trình"),
        "of-which.csv": text(
            "STT;Lĩnh vực;Tổng số;Trong đó;", ";;;Trực tuyến;Trực tiếp", "1;Đất đai;1500;1489;11", "2;Hộ tịch;5;0;5"
        ),
        "keys-of-late-cases.csv": text("stt;linhVuc;trucTuyenQuaHan;trucTiepQuaHan;tongSoQuaHan", *CSV_ROWS),
        "day-beside-month.xlsx": _beside("Trong ngày", "Lũy kế tháng"),
        "month-beside-day.xlsx": _beside("Trong ngày", "Lũy kế từ đầu tháng", first=False),
        "plan-beside-result.xlsx": _beside("Thực hiện", "Chỉ tiêu được giao", first=False),
        "level-3-beside-level-4.xlsx": _beside("Mức độ 4", "Mức độ 3", first=False),
        "yesterday-beside-today.xlsx": _beside("Ngày 05/08/2022", "Ngày 04/08/2022", first=False),
        "filed-beside-settled.xlsx": _beside("Hồ sơ tiếp nhận", "Hồ sơ đã giải quyết"),
        "two-blocks-of-one-kind.xlsx": _beside("Cổng tỉnh", "Cổng quốc gia"),
        "designed.xlsx": xlsx(_designed()),
        "designed.xls": xls(_designed()),
        "designed-as-html.xls": html(
            _spanned(("STT", "Lĩnh vực", *_THREE)),
            *(_spanned((at + 1, _NAMES[at], *_COUNTS[at])) for at in range(2)),
        ),
        "one-stop.xls": html(
            '<th rowspan="3">STT</th><th rowspan="3">Lĩnh vực</th><th colspan="5">Số hồ sơ tiếp nhận</th>'
            '<th colspan="2">Số hồ sơ đã giải quyết</th>',
            '<th rowspan="2">Tổng số</th><th rowspan="2">Kỳ trước chuyển sang</th><th colspan="3">Trong kỳ</th>'
            '<th rowspan="2">Trước hạn</th><th rowspan="2">Quá hạn</th>',
            "<th>Tổng số</th><th>Tại bộ phận một cửa</th><th>Trực tuyến</th>",
            "".join(f"<td>{cell}</td>" for cell in (1, "Đất đai", 1503, 3, 1500, 11, 1489, 4, 0)),
            "".join(f"<td>{cell}</td>" for cell in (2, "Hộ tịch", 9, 4, 5, 5, 0, 2, 1)),
        ),
        "turned.csv": text("Nội dung;Đất đai;Hộ tịch", "Trực tuyến;1489;0", "Trực tiếp;11;5", "Tổng số;1500;5"),
        "unknown-channel-lacks.csv": text(
            f"{header.replace('Tổng số', 'Kiosk;Tổng số')}", "1;Đất đai;1480;11;9;1500", "2;Hộ tịch;0;5;0;5"
        ),
        "unknown-count-beside.csv": text(f"{header};Lượt gọi tổng đài", f"{CSV_ROWS[0]};12", f"{CSV_ROWS[1]};3"),
        "known-counts-beside.csv": text(
            f"{header};Chờ bổ sung;Bị từ chối;Ghi chú", f"{CSV_ROWS[0]};12;1;", f"{CSV_ROWS[1]};3;0;x"
        ),
        "figures-without-header.csv": text(
            "STT;Lĩnh vực;Trực tuyến;;Trực tiếp;Tổng số", "1;Đất đai;1489;7;11;1500", "2;Hộ tịch;0;8;5;5"
        ),
        "unknown-block-beside.csv": text(
            f"{header};Kiosk;;",
            f";;;;;{';'.join(_THREE)}",
            f"{CSV_ROWS[0]};1;1;2",
            f"{CSV_ROWS[1]};2;2;4",
        ),
    }

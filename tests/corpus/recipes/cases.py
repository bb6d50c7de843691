"""Case by case: the national portal's sync object and case lists, and each fault a row can have.

Names of people, numbers and addresses are made up and carry MARK, so that a test can search for them.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from tests.corpus.recipes.tools import Page, cells, html, text, xlsx

MARK = "RIENGTU"

Record = dict[str, str]

_COLUMNS = (
    *("MaHoSo", "MaTTHC", "TenTTHC", "TenLinhVuc", "ChuHoSo", "SoGiayTo", "KenhThucHien", "NgayTiepNhan"),
    *("NgayHenTra", "TrangThaiHoSo", "NgayTra", "NgayKetThucXuLy", "DonViXuLy", "MucDo"),
)
_LISTED = (
    *("STT", "Mã hồ sơ", "Lĩnh vực", "Chủ hồ sơ", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả"),
    *("Ngày trả kết quả", "Trạng thái", "Mức độ"),
)
_LISTED_ROWS = (
    ("Khám bệnh, chữa bệnh", "Trực tuyến", "04/08/2022 08:15:00", "09/08/2022", "", "Đang xử lý"),
    ("Khám bệnh, chữa bệnh", "Trực tiếp", "04/08/2022 09:00:00", "05/08/2022", "05/08/2022", "Đã trả kết quả"),
    ("Khám bệnh, chữa bệnh", "Bưu chính công ích", "05/08/2022 10:30:00", "10/08/2022", "", "Được tiếp nhận"),
    ("Dược phẩm", "Trực tuyến", "05/08/2022 14:05:00", "12/08/2022", "", "Được tiếp nhận"),
)


def _case(series: int, number: int, **changes: str) -> Record:
    """A sound case filed online; each file has a series of ids of its own."""
    return {
        "MaHoSo": f"H55.{series:02d}-220804-{number:04d}",
        "MaTTHC": "1.004070",
        "TenTTHC": "Cấp giấy phép hoạt động",
        "TenLinhVuc": "Khám bệnh, chữa bệnh",
        "ChuHoSo": f"Nguyễn Thị {MARK}",
        "SoGiayTo": f"0190{MARK}{number:04d}",
        "KenhThucHien": "2",
        "NgayTiepNhan": "20220804081500",
        "NgayHenTra": "20220809170000",
        "TrangThaiHoSo": "4",
        "NgayTra": "",
        "NgayKetThucXuLy": "",
        "DonViXuLy": "Sở Y tế",
        "MucDo": "4",
    } | changes


def _sync(series: int) -> list[Record]:
    """Seven cases, two of which do not count: newly filed (1) and refused (3)."""
    return [
        _case(series, 1),
        _case(series, 2, TrangThaiHoSo="9", NgayKetThucXuLy="20220809235900"),  # on its due day: on time
        _case(series, 3, KenhThucHien="1", TrangThaiHoSo="10", NgayTra="20220810080000"),  # a day late
        _case(series, 4, KenhThucHien="3", TrangThaiHoSo="2"),
        _case(series, 5, TrangThaiHoSo="1"),
        _case(series, 6, TrangThaiHoSo="3"),
        _case(series, 7, TenLinhVuc="Dược phẩm", TrangThaiHoSo="5"),
    ]


def _csv(records: Iterable[Record]) -> bytes:
    return text(";".join(_COLUMNS), *(";".join(record[column] for column in _COLUMNS) for record in records))


def _xml(records: Iterable[Record]) -> bytes:
    rows = (
        "<HoSo>" + "".join(f"<{key}>{value}</{key}>" for key, value in record.items()) + "</HoSo>" for record in records
    )
    return text('<?xml version="1.0" encoding="utf-8"?>', "<DanhSachHoSo>", *rows, "</DanhSachHoSo>")


def _faulty(series: int, *faults: Record, of: int = 20) -> bytes:
    """`of` cases, the last of them with these changes; the fault stands in the last lines of the file."""
    sound = of - len(faults)
    broken = [_case(series, sound + number) | fault for number, fault in enumerate(faults, start=1)]
    return _csv([*(_case(series, number) for number in range(1, sound + 1)), *broken])


def _listed(series: int) -> list[tuple[object, ...]]:
    return [
        (
            n,
            f"H55.{series:02d}-220804-{n:04d}",
            field,
            f"Trần Văn {MARK}",
            how,
            received,
            due,
            returned,
            status,
            "Toàn trình",
        )
        for n, (field, how, received, due, returned, status) in enumerate(_LISTED_ROWS, start=1)
    ]


def _date_cells(series: int) -> list[tuple[object, ...]]:
    def typed(value: object) -> object:
        for form in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
            try:
                return datetime.strptime(str(value), form)
            except ValueError:
                continue
        return value

    return [tuple(typed(cell) for cell in row) for row in _listed(series)]


_FAULTS: dict[str, Record] = {
    "id-missing": {"MaHoSo": ""},
    "id-placeholder": {"MaHoSo": "000000001"},
    "id-of-another-form": {"MaHoSo": "HS-2022/15"},
    "channel-missing": {"KenhThucHien": ""},
    "channel-unknown": {"KenhThucHien": "4"},
    "status-unknown": {"TrangThaiHoSo": "99"},
    "level-unknown": {"MucDo": "9"},
    "receipt-missing": {"NgayTiepNhan": ""},
    "receipt-in-the-future": {"NgayTiepNhan": "20220806080000"},
    "receipt-unreadable": {"NgayTiepNhan": "hôm qua"},
    "due-day-unreadable": {"NgayHenTra": "20220231000000"},
    "settled-without-end": {"TrangThaiHoSo": "9"},
    "ended-before-receipt": {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20220803080000"},
    "due-before-receipt": {"NgayHenTra": "20220801170000"},
    "another-unit": {"DonViXuLy": "Sở Nội vụ"},
}


def files() -> dict[str, bytes]:
    """Name → bytes."""
    faults = {f"{name}.csv": _faulty(20 + n, fault) for n, (name, fault) in enumerate(_FAULTS.items())}
    untold = [{key: value for key, value in record.items() if key != "MucDo"} for record in _sync(6)]
    one_day = [_case(60, 1), _case(60, 2)]
    return faults | {
        "sync-object.json": text(json.dumps(_sync(1), ensure_ascii=False, indent=1)),
        "sync-object-data.json": text(json.dumps({"total": 7, "items": _sync(2)}, ensure_ascii=False)),
        "sync-object.ndjson": text(*(json.dumps(record, ensure_ascii=False) for record in _sync(3))),
        "sync-object.xml": _xml(_sync(4)),
        "sync-object.csv": _csv(_sync(5)),
        "level-untold.json": text(json.dumps(untold, ensure_ascii=False)),
        "listed.xlsx": xlsx(Page((("DANH SÁCH HỒ SƠ",), ("Đơn vị báo cáo: Sở Y tế",), _LISTED, *_listed(7)))),
        "listed-as-html.xls": html(cells(*_LISTED, tag="th"), *(cells(*row) for row in _listed(8))),
        "listed-with-date-cells.xlsx": xlsx(Page((_LISTED, *_date_cells(9)))),
        "listed-hidden-row.xlsx": xlsx(Page((_LISTED, *_listed(10)), hidden_rows=(4,))),
        "listed-by-another-unit.xlsx": xlsx(Page((("Đơn vị báo cáo: Sở Nội vụ",), _LISTED, *_listed(11)))),
        "old-ids.csv": _csv([_case(12, 1, MaHoSo="000.00.01.H55-220804-0001")]),
        "no-cases.json": text("[]"),
        "no-cases.csv": text(";".join(_COLUMNS)),
        "id-twice.csv": _csv([*(_case(13, number) for number in range(1, 20)), _case(13, 7)]),
        "five-percent.csv": _faulty(14, {"KenhThucHien": "4"}, {"MaHoSo": ""}, of=40),
        "above-five-percent.csv": _faulty(15, {"KenhThucHien": "4"}, {"MaHoSo": ""}, of=39),
        "two-faults-in-one-row.csv": _faulty(16, {"KenhThucHien": "4", "NgayTiepNhan": ""}),
        "first-day.csv": _csv(one_day),
        "again-on-the-second-day.csv": _csv([*one_day, _case(60, 3)]),
        "no-channel-column.csv": text("MaHoSo;NgayTiepNhan;TrangThaiHoSo", "H55.17-220804-0001;20220804081500;2"),
    }

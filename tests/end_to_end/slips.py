"""Lists of cases in which personal data stands where it should not: slipped, swapped, in headers, titles and names."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from tests.transforms.test_cases import GOOD
from tests.writers.workbook import workbook

MARK = "ZQXMARK"  # in every name and address
PHONE, CITIZEN = "0987123654", "019087654321"
PERSONAL = {
    "ChuHoSo": f"Nguyễn Thị {MARK}",
    "SoDienThoaiChuHoSo": PHONE,
    "SoDinhDanh": CITIZEN,
    "DiaChiChuHoSo": f"Số 1 đường {MARK}",
    "NgaySinhChuHoSo": "19900203",
}
PLANTED = (MARK, PHONE, CITIZEN, "19900203", "03/02/1990")
COLUMNS = (*GOOD, *PERSONAL)
Row = list[str]
Rows = list[Row]


def cases(first: int, count: int = 6) -> Rows:
    """Right rows under COLUMNS, of cases of their own."""
    made = []
    for number in range(first, first + count):
        own = {"MaHoSo": f"H55.14-220801-{number:04d}", "NgayTiepNhan": "20220801081500", "DonViXuLy": ""}
        case = GOOD | own | PERSONAL
        made.append([case[column] for column in COLUMNS])
    return made


def slipped(first: int) -> Iterator[tuple[str, Rows]]:
    """Each way in which the cells of a list can stand under wrong headers; `first`: number of a case."""
    right = cases(first)
    name = PERSONAL["ChuHoSo"]
    for at in range(len(COLUMNS)):
        yield f"right from {at}", [list(COLUMNS), *([*row[:at], name, *row[at:]] for row in right)]
        yield f"left from {at}", [list(COLUMNS), *([*row[:at], *row[at + 1 :]] for row in right)]
    for one in range(len(COLUMNS)):
        for other in range(one + 1, len(COLUMNS)):
            header = list(COLUMNS)
            header[one], header[other] = header[other], header[one]
            yield f"swapped {one} {other}", [header, *right]
    yield "no header", right
    yield "data over the header", [right[0], list(COLUMNS), *right[1:]]
    yield "header twice", [list(COLUMNS), *right, list(COLUMNS), *cases(first + 6)]


def in_headers(first: int) -> Iterator[tuple[str, Rows]]:
    """A person in the header of each column, alone and behind its name, and in lines around the table."""
    right = cases(first)
    person = PERSONAL["ChuHoSo"]
    for at, column in enumerate(COLUMNS):
        for way, text in enumerate((f"{column} {person}", f"{column} ({PHONE})", person, CITIZEN)):
            header = list(COLUMNS)
            header[at] = text
            yield f"header {at} {way}", [header, *right]
    lines = (f"Danh sách hồ sơ của bà {MARK}", f"Số bản ghi: {PHONE}", f"Đơn vị: Sở {MARK}", f"“{MARK}” ”{PHONE}“")
    for way, text in enumerate(lines):
        yield f"title {way}", [[text], list(COLUMNS), *right]
        yield f"note {way}", [list(COLUMNS), *right, [text]]
        yield f"far {way}", [list(COLUMNS), *right, *([[]] * 30), [*[""] * 40, text]]


def as_csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def as_json(rows: Sequence[Row], more: dict[str, str]) -> bytes:
    header, *others = rows
    records = [dict(zip(header, row, strict=False)) for row in others]
    return json.dumps({"data": records} | more, ensure_ascii=False).encode()


_TWICE = f"<{MARK}><a>1</a></{MARK}>" * 2


def named(first: int) -> Iterator[tuple[str, str, bytes]]:
    """A person in names: of sheets, of keys, of files. What it is, the end of its file's name, its bytes."""
    right = [list(COLUMNS), *cases(first)]
    yield "sheet", ".xlsx", workbook(right, f"Bà {MARK}")
    yield "two sheets", ".xlsx", workbook(right, f"Bà {MARK}", PHONE)
    yield "sheet of nothing", ".xlsx", workbook([["a", "b"], ["1", "2"]], f"Bà {MARK}")
    yield "key", ".json", as_json(right, {f"total {MARK}": PHONE, "total": PHONE})
    yield "no list", ".json", f'{{"{MARK}": [{{"a": 1}}], "{PHONE}": [{{"b": 2}}]}}'.encode()
    yield "by key", ".json", f'{{"{MARK}": {{"a": 1}}, "{PHONE}": {{"a": 2}}}}'.encode()
    yield "key twice", ".json", f'[{{"{MARK}": 1, "{MARK}": 2}}]'.encode()
    yield "element", ".xml", f"<r>{_TWICE}<b><c>1</c></b><b><c>2</c></b></r>".encode()

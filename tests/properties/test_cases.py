"""Any list of sound cases, in any format under either kind of headers, gives the counts that a plain loop gives."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from demo.writers.delimited import delimited_text
from demo.writers.html import html_text
from demo.writers.layout import Row, Sheet
from demo.writers.numbers import english
from demo.writers.style import Style
from demo.writers.xlsx import xlsx_bytes
from tests.reference import codes, fields, headers, registry
from transforms.check.cases import daily_counts
from transforms.check.frames import SENT, TERMS
from transforms.check.prepare import prepare
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import CASES
from transforms.read.filings import read_filings

DAY = date(2022, 8, 5)
FIELDS = ("Khám bệnh, chữa bệnh", "Dược phẩm", "An toàn thực phẩm")
CHANNELS = {1: "Trực tiếp", 2: "Trực tuyến", 3: "Bưu chính công ích"}
STATUSES = {
    1: "Mới đăng ký",
    2: "Đã tiếp nhận",
    3: "Từ chối",
    4: "Đang giải quyết",
    5: "Chờ bổ sung",
    6: "Chờ thanh toán",
}
STATUSES |= {7: "Rút hồ sơ", 8: "Dừng xử lý", 9: "Đã xử lý xong", 10: "Đã trả kết quả"}
LEVELS = {2: "Cung cấp thông tin", 3: "Một phần", 4: "Toàn trình"}
UNCOUNTED, SETTLED = {1, 3}, {9, 10}

Format = Literal["json", "ndjson", "xml", "csv", "html", "xlsx"]


@dataclass(frozen=True)
class Case:
    field: str
    channel: int
    status: int
    level: int
    received: datetime
    due: datetime | None
    ended: datetime | None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case without a fault: received before the day is over, not due or ended before, settled with an end."""
    received = datetime.combine(DAY - timedelta(days=draw(st.integers(0, 40))), draw(st.times()).replace(microsecond=0))
    later = st.builds(
        lambda days, at: datetime.combine(received.date() + timedelta(days=days), at),
        st.integers(0, 20),
        st.sampled_from([time(0), time(8, 15), time(23, 59, 59)]),
    )
    status = draw(st.sampled_from(sorted(STATUSES)))
    return Case(
        draw(st.sampled_from(FIELDS)),
        draw(st.sampled_from(sorted(CHANNELS))),
        status,
        draw(st.sampled_from(sorted(LEVELS))),
        received,
        draw(st.one_of(st.none(), later)),
        draw(later) if status in SETTLED else None,
    )


def portal(number: int, case: Case) -> dict[str, str]:
    """The sync object: all values are text, what is absent is empty."""
    ended = "" if case.ended is None else f"{case.ended:%Y%m%d%H%M%S}"
    return {
        "MaHoSo": f"H55.01-220804-{number:04d}",
        "ChuHoSo": "Nguyễn Thị A",
        "TenLinhVuc": case.field,
        "KenhThucHien": str(case.channel),
        "NgayTiepNhan": f"{case.received:%Y%m%d%H%M%S}",
        "NgayHenTra": "" if case.due is None else f"{case.due:%Y%m%d%H%M%S}",
        "TrangThaiHoSo": str(case.status),
        "NgayTra": ended if case.status == 10 else "",
        "NgayKetThucXuLy": ended if case.status == 9 else "",
        "DonViXuLy": "Sở Y tế",
        "MucDo": str(case.level),
    }


def listed(number: int, case: Case) -> dict[str, str]:
    """A row of a case list as an office keeps it."""
    return {
        "STT": str(number),
        "Mã hồ sơ": f"H55.01-220804-{number:04d}",
        "Chủ hồ sơ": "Nguyễn Thị A",
        "Lĩnh vực": case.field,
        "Hình thức nộp": CHANNELS[case.channel],
        "Ngày tiếp nhận": f"{case.received:%d/%m/%Y %H:%M:%S}",
        "Ngày hẹn trả": "" if case.due is None else f"{case.due:%d/%m/%Y}",
        "Trạng thái": STATUSES[case.status],
        "Ngày trả kết quả": "" if case.ended is None else f"{case.ended:%d/%m/%Y}",
        "Mức độ": LEVELS[case.level],
    }


def rendered(records: list[dict[str, str]], file_format: Format) -> bytes:
    if file_format in ("csv", "html", "xlsx"):
        header = Row("header", tuple(records[0]))
        sheet = Sheet((header, *(Row("body", tuple(record.values())) for record in records)))
        if file_format == "xlsx":
            return xlsx_bytes(sheet, DAY)
        text = html_text(sheet, Style("html")) if file_format == "html" else delimited_text(sheet, ";", english, False)
    elif file_format == "json":
        text = json.dumps(records, ensure_ascii=False)
    elif file_format == "ndjson":
        text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    else:
        rows = ("".join(f"<{k}>{v}</{k}>" for k, v in record.items()) for record in records)
        text = f"<HoSos>{''.join(f'<HoSo>{row}</HoSo>' for row in rows)}</HoSos>"
    return text.encode()


def counted(every: list[Case]) -> dict[tuple[str, int], tuple[int | None, ...]]:
    """(field, level) → online, in person, by post, total, settled, settled on time (days; None where not told)."""
    groups: dict[tuple[str, int], list[Case]] = {}
    for case in every:
        if case.status not in UNCOUNTED:
            groups.setdefault((case.field, case.level), []).append(case)
    found: dict[tuple[str, int], tuple[int | None, ...]] = {}
    for key, group in groups.items():
        channels = Counter(case.channel for case in group)
        settled = [case for case in group if case.ended]
        told = all(case.due for case in settled)
        on_time = sum(case.ended.date() <= case.due.date() for case in settled if case.ended and case.due)
        found[key] = (channels[2], channels[1], channels[3], len(group), len(settled), on_time if told else None)
    return found


def read_counts(content: bytes) -> dict[tuple[str, int], tuple[int | None, ...]]:
    filings = read_filings({0: content}, CASES, headers())
    assert filings.refusals == {}
    received = pl.DataFrame(
        [(0, "so-y-te", DAY, "cases", "day", "2022-08-05", datetime(2022, 8, 5, 9), None, date(2022, 1, 1), None)],
        schema=SENT,
        orient="row",
    )
    terms = pl.DataFrame([(0, 0, 0.0, r"^[\w.]+-\d{6}-\d{4,}$", "handling")], schema=TERMS, orient="row")
    rows = prepare(received, filings, CASES, registry(), codes(), fields(), terms, Strictness())
    assert not rows["is_faulty"].any()
    columns = ("online", "in_person", "postal", "total", "settled", "settled_on_time")
    return {
        (row["field"], row["service_level"]): tuple(row[column] for column in columns)
        for row in daily_counts(rows).iter_rows(named=True)
    }


@given(
    every=st.lists(cases(), min_size=1, max_size=30),
    way=st.sampled_from(
        [
            *((portal, file_format) for file_format in ("json", "ndjson", "xml", "csv", "xlsx")),
            *((listed, file_format) for file_format in ("json", "ndjson", "csv", "html", "xlsx")),
        ]
    ),
)
def test_cases_are_counted_by_field_level_and_channel(every: list[Case], way: tuple) -> None:
    record, file_format = way
    content = rendered([record(number, case) for number, case in enumerate(every, start=1)], file_format)
    assert read_counts(content) == counted(every)

"""The one-stop centre's exports of the demo month: HTML tables saved as .xls, by level, since the year began."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from demo.reference import Processed
from demo.writers.content import rate_of
from demo.writers.html import html_text
from demo.writers.layout import Kind, Merge, Ordinal, Row, Sheet
from demo.writers.style import Style

UNIT_ID = "trung-tam-phuc-vu-hanh-chinh-cong"
_NAME = "Trung tâm Phục vụ hành chính công"
_LEVELS = {"Cấp tỉnh": 0.31, "Cấp huyện": 0.27, "Cấp xã": 0.42}  # each level's share of the figures
_PER_DAY = 2700  # cases received on a working day; a weekend day has a tenth
_HEADER = ("STT", "Cấp giải quyết", "Tiếp nhận", "Đã giải quyết", "Giải quyết đúng hạn", "Tỷ lệ đúng hạn (%)")
_WIDTH = len(_HEADER)


@dataclass(frozen=True)
class Level:
    """What one level of administration received, settled and settled on time since the year began."""

    name: str
    figures: Processed


def centre_figures(end: Processed, first: date, last: date) -> dict[date, tuple[Level, ...]]:
    """Per day what each level had until then; on `last` their sums are `end` exactly, and no figure ever falls."""
    rng = random.Random(f"{UNIT_ID} {first:%Y-%m}")
    standing = dict(zip(_LEVELS, _shared(end), strict=True))
    days: dict[date, tuple[Level, ...]] = {}
    for day in (last - timedelta(days=n) for n in range((last - first).days + 1)):
        days[day] = tuple(Level(name, figures) for name, figures in standing.items())
        for name, share in _LEVELS.items():
            received = round(rng.uniform(0.8, 1.2) * _PER_DAY * share * (0.1 if day.weekday() > 4 else 1))
            settled = round(received * rng.uniform(0.97, 1.0))
            on_time = settled - rng.randint(0, 2)
            standing[name] = standing[name].before(received, settled, on_time)
    return days


def centre_export(day: date, levels: tuple[Level, ...]) -> tuple[PurePosixPath, bytes]:
    """The day's file: its place in the inbox and its bytes. The same figures give the same bytes."""
    return PurePosixPath(UNIT_ID, f"{day}.xls"), html_text(_sheet(day, levels), Style("html")).encode()


def _shared(end: Processed) -> Iterator[Processed]:
    """`end` by level; the last one takes what rounding leaves."""
    *others, _ = _LEVELS.values()
    parts = [Processed(*(int(figure * share) for figure in end)) for share in others]
    yield from parts
    yield Processed(*(figure - sum(column) for figure, column in zip(end, zip(*parts, strict=True), strict=True)))


def _sheet(day: date, levels: tuple[Level, ...]) -> Sheet:
    titles = (
        f"Đơn vị báo cáo: {_NAME}",
        "TÌNH HÌNH TIẾP NHẬN VÀ GIẢI QUYẾT HỒ SƠ THỦ TỤC HÀNH CHÍNH",
        f"Từ ngày 01/01/{day.year} đến ngày {day:%d/%m/%Y}",
    )
    whole = Processed(*(sum(column) for column in zip(*(level.figures for level in levels), strict=True)))
    rows = (
        *(Row("title", (title, *[None] * (_WIDTH - 1))) for title in titles),
        Row("header", _HEADER),
        *(_figures("body", Ordinal(n), level.name, level.figures) for n, level in enumerate(levels, start=1)),
        _figures("totals", None, "Tổng cộng", whole),
    )
    return Sheet(rows, tuple(Merge(row, 0, 1, _WIDTH) for row in range(len(titles))))


def _figures(kind: Kind, ordinal: Ordinal | None, name: str, figures: Processed) -> Row:
    return Row(kind, (ordinal, name, *figures, rate_of(figures.settled_on_time, figures.settled)))

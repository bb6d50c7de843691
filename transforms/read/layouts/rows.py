"""Which rows of a table are of this delivery: by a column of the unit, by one of the date. Puts no figure together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from transforms.dictionary.text import fold, tidy
from transforms.read.agreed import Agreed, IsOwn
from transforms.read.layouts.columns import Named
from transforms.read.layouts.periods import Period, is_business_date, read_period
from transforms.read.layouts.place import Place
from transforms.read.refusal import quoted, refuse
from transforms.read.shape import Shape

_SHOWN = 6
_KIND = {"day": "ngày", "month": "tháng", "quarter": "quý", "year": "năm"}


@dataclass(frozen=True)
class Rows:
    """The rows with figures (0-based) that are of this delivery, in order.

    `left_out`: the others; `dates`: the last day of the period that a row names; `filled`: what a cell says that is
    blank and continues the one above, by row and column.
    """

    own: tuple[int, ...]
    left_out: frozenset[int]
    dates: Mapping[int, date]
    filled: Mapping[tuple[int, int], str]

    def text(self, place: Place, row: int, column: int) -> str:
        """A cell, or what it continues."""
        return self.filled.get((row, column)) or place.cell(row, column)


def own_rows(place: Place, body: Sequence[int], speaking: Sequence[int], named: Named, agreed: Agreed) -> Rows:
    """The rows of `speaking` (those of `body` with figures) that are of the unit and of the business date.

    Raises UnreadableError for a row of figures that names no unit or no date, for a date that is not understood, and
    where no row is left.
    """
    shape = agreed.shape or Shape()
    filled = _filled(place, body, named.filled)
    dates: dict[int, date] = {}
    own, left_out = [], set()
    others: dict[str, dict[str, None]] = {"unit": {}, "date": {}}
    leave = {fold(name) for name in shape.ignore_rows}
    keyed = [at for at in (named.unit, named.date, named.channel, *named.roles.get("field", ())) if at is not None]
    known: dict[str, bool | None] = {}
    for row in speaking:
        texts = {at: filled.get((row, at)) or place.cell(row, at) for at in keyed}
        if any(text and fold(text) in leave for text in texts.values()):
            left_out.add(row)
            continue
        period = None
        if named.date is not None:
            period = _period(place, row, named.date, texts[named.date], agreed)
            dates[row] = period.last
        unit = None
        if named.unit is not None:
            unit = texts[named.unit]
            if not tidy(unit):
                raise _nameless(place, row, named.unit)
        day = agreed.business_date
        if period and day is not None and not is_business_date(period, day, agreed.basis):
            others["date"].setdefault(tidy(texts[named.date]) if named.date is not None else "")
            left_out.add(row)
        elif unit is not None and agreed.is_own and not _is_own(place, row, named, unit, known, agreed.is_own):
            others["unit"].setdefault(tidy(unit))
            left_out.add(row)
        else:
            own.append(row)
            if period and day is not None:
                dates[row] = day
    if speaking and not own and any(others.values()):
        raise _none_left(place, named, others, agreed)
    silent = set(body).difference(speaking)
    left_out.update(row for row in silent if _is_others(place, row, named, filled, known, agreed))
    return Rows(tuple(own), frozenset(left_out), dates, filled)


def _is_others(
    place: Place,
    row: int,
    named: Named,
    filled: Mapping[tuple[int, int], str],
    known: Mapping[str, bool | None],
    agreed: Agreed,
) -> bool:
    """Whether a row without figures is plainly of another unit or period."""
    shape = agreed.shape or Shape()
    if named.date is not None and agreed.business_date is not None:
        text = filled.get((row, named.date)) or place.cell(row, named.date)
        period = read_period(text, shape.date_kind, agreed.business_date, shape.year_ends)
        if period and not is_business_date(period, agreed.business_date, agreed.basis):
            return True
    if named.unit is not None:
        return known.get(filled.get((row, named.unit)) or place.cell(row, named.unit)) is False
    return False


def _is_own(place: Place, row: int, named: Named, unit: str, known: dict[str, bool | None], is_own: IsOwn) -> bool:
    if unit not in known:
        known[unit] = is_own(unit)
    own = known[unit]
    if own is None:
        raise refuse(
            "tên này giống tên đơn vị gửi mà không phải tên đã biết: nếu là đơn vị, thêm vào cột aliases của "
            "reference/units.csv; nếu không, ghi vào ignore_rows của bố cục",
            "this name is like the sender's but is not a known one: add it to its aliases in units.csv, or to "
            "ignore_rows of the layout",
            row=row + 1,
            column=None if named.unit is None else place.name(named.unit),
            value=tidy(unit),
        )
    return own


def _filled(place: Place, body: Sequence[int], columns: frozenset[int]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for column in columns:
        above = ""
        for row in body:
            above = place.cell(row, column) or above
            if above and not place.cell(row, column):
                found[row, column] = above
    return found


def _period(place: Place, row: int, column: int, text: str, agreed: Agreed) -> Period:
    shape = agreed.shape or Shape()
    period = read_period(text, shape.date_kind, agreed.business_date, shape.year_ends)
    if period is None:
        hint = ""
        if shape.date_kind == "year":
            hint = "; năm không trùng năm dương lịch cần year_ends và ghi hai năm, ví dụ 2023-24"
        raise refuse(
            f"không phải một {_KIND[shape.date_kind]} (date_kind trong tyle.toml){hint}; dòng không thuộc kỳ nào: "
            "ghi tên dòng vào ignore_rows",
            f"this is no {shape.date_kind} (date_kind in tyle.toml); a row of no period: name it in ignore_rows",
            row=row + 1,
            column=place.name(column),
            value=tidy(text) or None,
        )
    return period


def _nameless(place: Place, row: int, column: int) -> Exception:
    return refuse(
        "dòng có số liệu mà không ghi đơn vị nào; nếu ô trống nghĩa là như dòng trên: ghi tiêu đề cột vào fill_down",
        "a row of figures that names no unit; where a blank cell continues the row above, name the column in fill_down",
        row=row + 1,
        column=place.name(column),
    )


def _none_left(place: Place, named: Named, others: Mapping[str, Mapping[str, None]], agreed: Agreed) -> Exception:
    if others["unit"]:
        seen = ", ".join(quoted(name) for name in list(others["unit"])[:_SHOWN])
        return refuse(
            f"không có dòng nào của đơn vị này; cột đơn vị ghi: {seen}; nếu là tên khác của đơn vị: thêm vào cột "
            "aliases của reference/units.csv",
            f"no row is of this unit; the column of units says: {seen}; another name of it goes into aliases",
            row=place.last + 1,
            column=None if named.unit is None else place.name(named.unit),
        )
    day = agreed.business_date
    seen = ", ".join(quoted(name) for name in list(others["date"])[:_SHOWN])
    return refuse(
        f"không có dòng nào của kỳ kết thúc ngày {day:%d/%m/%Y}; tệp có: {seen}",
        f"no row is of the period that ends on {day:%d/%m/%Y}; the file has: {seen}",
        row=place.last + 1,
        column=None if named.date is None else place.name(named.date),
    )

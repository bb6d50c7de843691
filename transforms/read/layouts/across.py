"""Reads headers that name periods or fields across: which columns are whose. Checks sums over periods."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import tidy
from transforms.read.addresses import cell_name
from transforms.read.agreed import Agreed
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.rows import Path
from transforms.read.layouts.columns import Named, role_of
from transforms.read.layouts.figures import Figures
from transforms.read.layouts.periods import Period, coarser, is_business_date, read_period
from transforms.read.layouts.place import Place
from transforms.read.refusal import quoted, refuse
from transforms.read.row_roles import TOTALS
from transforms.read.shape import Shape

MEASURE = ""  # the role of figures whose role a row names (channels = "rows")
_SHOWN = 6


@dataclass(frozen=True)
class Slice:
    """Columns whose figures are of one record a row: role → columns; of one period, of one field where they say so."""

    roles: Mapping[str, tuple[int, ...]]
    day: date | None = None
    field: str | None = None


@dataclass
class _Found:
    """What the headers across say: by (role, field) the periods with their columns; totals with their columns."""

    periods: dict[tuple[str, str], dict[Period, list[int]]] = field(default_factory=dict)
    sums: list[tuple[tuple[str, str], Period | None, int]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


def slices(
    place: Place, named: Named, contract: Contract, agreed: Agreed, book: HeaderBook
) -> tuple[list[Slice], frozenset[int], list["PeriodSum"]]:
    """The slices of the table, all columns that were understood, and what must be a sum of periods.

    Raises UnreadableError where no column is of the business date, where several are, and where nothing is across.
    """
    shape = agreed.shape or Shape()
    if shape.periods == "across":
        return _periods(place, named, contract, agreed, book)
    if shape.fields == "across":
        found = _fields(place, named, shape, contract)
        used = {at for one in found for columns in one.roles.values() for at in columns}
        return found, named.every | used, []
    figures = (*contract.counts, *contract.percents)
    roles = {role: columns for role, columns in named.roles.items() if role in figures}
    if named.value is not None:
        roles = {MEASURE: (named.value,)}
    return [Slice(roles)], named.every, []


def fits_across(place: Place, contract: Contract, agreed: Agreed) -> bool:
    """Whether a header names a period and, where channels are columns, one of them."""
    shape = agreed.shape or Shape()
    if shape.periods != "across":
        return True
    paths = {path for path in place.headers.values() if path}
    parts = {" ".join(own) for path in paths for own, rest in splits(path) if _role(rest, shape, contract) is not None}
    return any(read_period(part, shape.date_kind, agreed.business_date, shape.year_ends) for part in parts)


@dataclass(frozen=True)
class PeriodSum:
    """A column that is the sum of others: those of the periods of a longer one, or of all."""

    column: int
    parts: tuple[int, ...]

    def check(self, place: Place, row: int, figures: Figures) -> None:
        """Raise UnreadableError where the column's figure is not the sum."""
        text = place.cell(row, self.column)
        if text in figures.blanks or text not in figures.figure_like:
            return
        texts = [place.cell(row, at) for at in self.parts]
        numbers = [figures.number(part) for part in texts if part not in figures.blanks]
        stated = figures.number(text)
        if stated is not None and None not in numbers and sum(number or 0 for number in numbers) == stated:
            return
        right = "?" if None in numbers else str(sum(number or 0 for number in numbers))
        raise refuse(
            f"cột tổng không bằng tổng các kỳ ({right}); nếu cột này là số khác: ghi tiêu đề vào ignore",
            f"the column of the total is not the sum of the periods ({right}); if it is something else: name it in "
            "ignore",
            row=row + 1,
            column=place.name(self.column),
            value=f"{tidy(text)} ({cell_name(row, self.column)})",
        )


def _periods(
    place: Place, named: Named, contract: Contract, agreed: Agreed, book: HeaderBook
) -> tuple[list[Slice], frozenset[int], list[PeriodSum]]:
    found = _Found()
    shape = agreed.shape or Shape()
    for at, path in place.headers.items():
        if path and at not in named.every:
            _read(at, path, contract, agreed, book, found)
    if not found.periods:
        seen = ", ".join(quoted(place.name(at)) for at, path in place.headers.items() if path and at not in named.every)
        raise refuse(
            f'không tiêu đề nào là kỳ (periods = "across", date_kind = "{shape.date_kind}"); thấy: {seen[:200]}',
            f'no header is a period (periods = "across", date_kind = "{shape.date_kind}"); seen: {seen[:200]}',
            row=place.last + 1,
        )
    for columns in found.periods.values():
        for several in columns.values():
            if len(several) > 1:
                cells = ", ".join(cell_name(place.last, at) for at in several)
                raise refuse(
                    f"hai cột cùng một kỳ ({cells})",
                    f"two columns are of one period ({cells})",
                    row=place.last + 1,
                    column=place.name(several[0]),
                )
            found.used.update(several)
    sums = [_sum_of(place, found, key, longer, at) for key, longer, at in found.sums]
    found.used.update(one.column for one in sums)
    days = _wanted(place, found, agreed)
    return (
        [
            Slice(
                {role: (columns[period][0],) for (role, _), columns in found.periods.items() if period in columns}, day
            )
            for period, day in days
        ],
        named.every | found.used,
        sums,
    )


def _wanted(place: Place, found: _Found, agreed: Agreed) -> list[tuple[Period, date]]:
    every = sorted({period for columns in found.periods.values() for period in columns}, key=lambda one: one.last)
    day = agreed.business_date
    if day is None:
        return [(period, period.last) for period in every]
    own = [(period, day) for period in every if is_business_date(period, day, agreed.basis)]
    if not own:
        ends = ", ".join(f"{period.last:%d/%m/%Y}" for period in every[-_SHOWN:])
        raise refuse(
            f"không có cột nào của kỳ kết thúc ngày {day:%d/%m/%Y}; các kỳ trong tệp kết thúc ngày: {ends}",
            f"no column is of the period that ends on {day:%d/%m/%Y}; the periods of the file end on: {ends}",
            row=place.last + 1,
        )
    return own


def _read(at: int, path: Path, contract: Contract, agreed: Agreed, book: HeaderBook, found: _Found) -> None:
    shape = agreed.shape or Shape()
    for own, rest in splits(path):
        role = _role(rest, shape, contract)
        if role is None:
            continue
        text = " ".join(own)
        period = read_period(text, shape.date_kind, agreed.business_date, shape.year_ends)
        key = (role, "")
        if period:
            found.periods.setdefault(key, {}).setdefault(period, []).append(at)
            return
        longer = coarser(text, shape.date_kind, agreed.business_date, shape.year_ends)
        if longer or any(book.roles.role(part) in TOTALS for part in own):
            found.sums.append((key, longer, at))
            return


def _sum_of(place: Place, found: _Found, key: tuple[str, str], longer: Period | None, at: int) -> PeriodSum:
    columns = found.periods.get(key, {})
    parts = [
        several[0]
        for period, several in columns.items()
        if longer is None or longer.first <= period.first <= period.last <= longer.last
    ]
    days = sum((period.last - period.first).days + 1 for period in columns if longer and _within(period, longer))
    if not parts or (longer and days != (longer.last - longer.first).days + 1):
        raise refuse(
            "cột tổng không kiểm tra được vì thiếu kỳ: ghi tiêu đề này vào ignore nếu không cần lấy",
            "the total of this column cannot be checked, periods are missing: name it in ignore if it is not wanted",
            row=place.last + 1,
            column=place.name(at),
        )
    return PeriodSum(at, tuple(parts))


def _within(period: Period, longer: Period) -> bool:
    return longer.first <= period.first and period.last <= longer.last


def _fields(place: Place, named: Named, shape: Shape, contract: Contract) -> list[Slice]:
    fields: dict[str, dict[str, list[int]]] = {}
    for at, path in place.headers.items():
        if not path or at in named.every:
            continue
        for rest, own in splits(path):
            role = _role(rest, shape, contract)
            if role is not None and own:
                fields.setdefault(" / ".join(own), {}).setdefault(role, []).append(at)
                break
    if not fields:
        raise refuse(
            'không thấy lĩnh vực nào trong tiêu đề (fields = "across")',
            'the header names no field (fields = "across")',
            row=place.last + 1,
        )
    limits = {role: len(headers) for role, headers in shape.columns.items()} | {MEASURE: 1}
    for name, roles in fields.items():
        for role, columns in roles.items():
            if len(columns) > limits[role]:
                cells = ", ".join(cell_name(place.last, at) for at in columns)
                raise refuse(
                    f"lĩnh vực {quoted(name)} có nhiều cột cùng loại ({cells})",
                    f"the field {quoted(name)} has several columns of one kind ({cells})",
                    row=place.last + 1,
                )
    return [
        Slice({role: tuple(columns) for role, columns in roles.items()}, field=name) for name, roles in fields.items()
    ]


def splits(path: Path) -> Iterator[tuple[Path, Path]]:
    """A path in two parts, each way round; the longest first part first, then the parts exchanged."""
    for size in range(len(path), 0, -1):
        yield path[:size], path[size:]
    for size in range(1, len(path)):
        yield path[size:], path[:size]
    yield (), path


def _role(part: Sequence[str], shape: Shape, contract: Contract) -> str | None:
    """The role that a part of a header names: without one the only measure there is."""
    if shape.channels == "rows":
        return MEASURE if not part else None
    if not part:
        return None
    return role_of(part, shape, (*contract.counts, *contract.percents))

"""Proposes the form of a file, for a person to correct: its header, what each column may be. Reads nothing by it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import tidy
from transforms.read.addresses import letters
from transforms.read.grid import Grid
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.rows import FIGURE, Path, paths
from transforms.read.layouts.across import splits
from transforms.read.layouts.periods import KINDS, Period, read_period
from transforms.read.layouts.place import Place
from transforms.read.layouts.ways import is_name, is_number, way_of
from transforms.read.shape import YEAR_END, DateKind

_SEARCHED_ROWS = 60
_LEVELS = 3
_FEW = 12  # distinct words in a column of channels
_MIN_PERIODS = 2
_LONGEST_NULL = 8  # letters of what stands where a figure is missing
_YEAR_ENDS = ((3, 31), (6, 30), (9, 30))


@dataclass
class Proposal:
    """What a section of a layout may say.

    `sheet`: where the file has several. `keys`: keys of the section with their values, `columns` apart; `remarks`: what
    a column was taken for, by its header; `unknown`: headers of figures that nobody could place; `period`: the newest
    of the file.
    """

    sheet: str = ""
    keys: dict[str, object] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    null_values: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    period: Period | None = None


@dataclass(frozen=True)
class _Sheet:
    place: Place
    body: range
    names: Mapping[int, str]

    def cells(self, at: int) -> list[str]:
        return [cell for row in self.body if (cell := self.place.cell(row, at))]

    def figures(self, at: int) -> int:
        return sum(FIGURE.fullmatch(cell) is not None for cell in self.cells(at))


def propose(
    grids: Sequence[Grid], contract: Contract, book: HeaderBook, is_unit: Callable[[str], bool], day: date | None
) -> Proposal:
    """The likeliest form of the sheet with most figures. `is_unit`: whether a cell names a registered unit."""
    sheets = [sheet for grid in grids if (sheet := _sheet(grid)) is not None]
    if not sheets:
        return Proposal()
    best = max(sheets, key=lambda sheet: (len([at for at in sheet.names if sheet.figures(at)]), len(sheet.body)))
    made = Proposal(best.place.grid.sheet if len(grids) > 1 and best.place.grid.origin.format != "csv" else "")
    made.keys["header_rows"] = list(dict.fromkeys([best.place.first + 1, best.place.last + 1]))
    _columns(best, contract, book, is_unit, day, made)
    return made


def _sheet(grid: Grid) -> _Sheet | None:
    """The header is the last row before the first rows of figures that has a text over most of their columns."""
    rows = grid.rows
    for at in range(min(_SEARCHED_ROWS, len(rows) - 1)):
        width = len(rows[at + 1])
        figures = [index for index in range(width) if FIGURE.fullmatch(rows[at + 1][index])]
        above = [index for index in figures if index < len(rows[at]) and rows[at][index]]
        if figures and 2 * len(above) > len(figures) and not _is_data(rows, at):
            first = at
            while first > 0 and at - first < _LEVELS - 1 and len({*filter(None, rows[first - 1])}) > 1:
                first -= 1
            right = max(map(len, rows))
            headers = dict(enumerate(paths([list(row) for row in rows[first : at + 1]])))
            place = Place(grid, first, at, 0, right, len(rows), {i: headers.get(i, ()) for i in range(right)})
            return _Sheet(place, range(at + 1, len(rows)), _names(place))
    return None


def _is_data(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a row has figures itself that are no periods, so that it is no header."""
    found = [cell for cell in rows[at] if FIGURE.fullmatch(cell)]
    return bool(found) and not all(any(read_period(cell, kind, date(2000, 1, 31)) for kind in KINDS) for cell in found)


def _names(place: Place) -> dict[int, str]:
    """The shortest header by which tyle.toml may name each column."""
    lowest = [path[-1] for path in place.headers.values() if path]
    names: dict[int, str] = {}
    for at, path in place.headers.items():
        if path:
            names[at] = path[-1] if lowest.count(path[-1]) == 1 else place.name(at)
    twice = {name for name in names.values() if [*names.values()].count(name) > 1}
    return {
        at: f"{letters(at)}:{letters(at)}" if names.get(at) in (None, *twice) else names[at]
        for at in range(place.left, place.right)
    }


def _columns(
    sheet: _Sheet,
    contract: Contract,
    book: HeaderBook,
    is_unit: Callable[[str], bool],
    day: date | None,
    made: Proposal,
) -> None:
    across = _across(sheet, day, made)
    missing = _missing(sheet)
    texts = [at for at in sheet.names if at not in across and sheet.cells(at) and not _is_figures(sheet, at, missing)]
    channel = _channel(sheet, texts)
    channel_values = {} if channel is None else _channel_values(sheet, channel)
    if channel is not None:
        made.keys |= {"channels": "rows", "channel_column": sheet.names[channel], "channel_values": channel_values}
    for at in texts:
        if at != channel:
            _of_text(sheet, at, is_unit, day, made)
    _field(sheet, [at for at in texts if at != channel and sheet.names[at] in made.texts], made)
    figures = [at for at in sheet.names if at not in across and _is_figures(sheet, at, missing)]
    if channel is not None and not across and len(figures) > 1 and "field" not in made.columns:
        made.keys["fields"] = "across"
        return
    _roles(sheet, figures, contract, book, made, named=channel is None and not across)
    if channel is not None and not across and made.unknown:
        made.keys["value_column"] = made.unknown.pop(0)
    _drop_addends(sheet, missing, made)
    _distinguish(sheet, made)
    made.null_values = [word for word in missing if any(word in sheet.cells(at) for at in (*figures, *across))]
    if made.keys.get("fields") == "across":
        made.texts += made.columns.pop("field", [])
    has_total = "total" in made.columns or "total" in channel_values
    if "total" in contract.required and not has_total:
        made.keys["total"] = "sum"


def _is_figures(sheet: _Sheet, at: int, missing: Sequence[str]) -> bool:
    """Whether most cells are figures, or say that one is missing."""
    words = sum(cell in missing for cell in sheet.cells(at))
    return 2 * (sheet.figures(at) + words) > len(sheet.cells(at))


def _across(sheet: _Sheet, day: date | None, made: Proposal) -> list[int]:
    """The columns of periods or of fields, with the totals among them; what stands under them are roles."""
    paths = {at: path for at, path in sheet.place.headers.items() if path and sheet.figures(at)}
    for kind in reversed(KINDS):
        found = {at: read for at, path in paths.items() if (read := _of_period(path, kind, day))}
        if len({period for period, _ in found.values()}) >= _MIN_PERIODS:
            made.keys |= {"periods": "across", "date_kind": kind}
            made.period = max((period for period, _ in found.values()), key=lambda period: period.last)
            totals = {at for at, path in paths.items() if way_of(path[0]) == "total" and at not in found}
            _add_roles((rest[-1] for _, rest in found.values() if rest), made)
            return [*found, *totals]
    named = {at: path for at, path in paths.items() if len(path) > 1 and way_of(path[-1]) and not way_of(path[0])}
    if len({path[0] for path in named.values()}) > 1 and len({path[-1] for path in named.values()}) < len(named):
        made.keys["fields"] = "across"
        totals = {
            at for at, path in paths.items() if way_of(path[0]) == "total" and way_of(path[-1]) and at not in named
        }
        _add_roles((path[-1] for path in named.values()), made)
        return [*named, *totals]
    return []


def _of_period(path: Path, kind: DateKind, day: date | None) -> tuple[Period, Path] | None:
    read = ((read_period(" ".join(own), kind, day), rest) for own, rest in splits(path) if own)
    return next(((period, rest) for period, rest in read if period), None)


def _add_roles(headers: Iterable[str], made: Proposal) -> None:
    for header in dict.fromkeys(headers):
        if way := way_of(header):
            made.columns.setdefault(way, []).append(header)


def _channel(sheet: _Sheet, texts: Sequence[int]) -> int | None:
    """A column of few words that repeat, of which one is online and another is not."""
    for at in texts:
        words = {tidy(cell) for cell in sheet.cells(at)}
        ways = [way for word in words if (way := way_of(word))]
        repeat = 2 * len(words) <= len(sheet.cells(at)) <= len(sheet.body) or len(ways) == len(words)
        if len(words) <= _FEW and repeat and "online" in ways and len({*ways}) > 1 and 3 * len(ways) >= 2 * len(words):
            return at
    return None


def _channel_values(sheet: _Sheet, channel: int) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for word in dict.fromkeys(tidy(cell) for cell in sheet.cells(channel)):
        values.setdefault(way_of(word) or "ignore", []).append(word)
    return values


def _of_text(sheet: _Sheet, at: int, is_unit: Callable[[str], bool], day: date | None, made: Proposal) -> None:
    """A column of texts: of units, of periods, or of names."""
    cells = list(dict.fromkeys(sheet.cells(at)))
    if "unit_column" not in made.keys and any(map(is_unit, cells[:200])):
        made.keys["unit_column"] = sheet.names[at]
        return
    dated = _date_kind(cells, day)
    if "date_column" not in made.keys and "periods" not in made.keys and dated:
        kind, ends, made.period = dated
        made.keys |= {"date_column": sheet.names[at], "date_kind": kind}
        if ends != YEAR_END:
            made.keys["year_ends"] = f"{ends[0]:02}-{ends[1]:02}"
        return
    made.texts.append(sheet.names[at])


def _date_kind(cells: Sequence[str], day: date | None) -> tuple[DateKind, tuple[int, int], Period] | None:
    days = [read_period(cell, "day") for cell in cells]
    if all(days) and any(day_.first.day > 1 for day_ in days if day_):
        return "day", YEAR_END, max((day_ for day_ in days if day_), key=lambda period: period.last)
    for kind in reversed(KINDS):
        for ends in (YEAR_END, *_YEAR_ENDS) if kind == "year" else (YEAR_END,):
            periods = [read_period(cell, kind, day, ends) for cell in cells]
            known = [period for period in periods if period]
            if known and len(known) == len(periods):
                return kind, ends, max(known, key=lambda period: period.last)
    return None


def _field(sheet: _Sheet, texts: Sequence[int], made: Proposal) -> None:
    """The column of names: by its header, else the one with most different texts."""
    if not texts:
        return
    at = max(
        texts,
        key=lambda one: (
            is_name(sheet.names[one]),
            len(set(sheet.cells(one))),
            -one,
        ),
    )
    made.texts.remove(sheet.names[at])
    made.columns["field"] = [sheet.names[at]]


def _roles(
    sheet: _Sheet, figures: Sequence[int], contract: Contract, book: HeaderBook, made: Proposal, *, named: bool
) -> None:
    lexicon = book.lexicon(contract.name)
    for at in figures:
        path = sheet.place.headers.get(at, ())
        known = book.names.get(contract.name, {}).get(header_key(path[-1])) if path else None
        meaning = lexicon.read(path) if path else None
        role = known or (meaning.column if meaning and not meaning.unknown else None)
        way = way_of(" ".join(path))
        if role is None and way in contract.counts:
            role = way
        if not named or role is None or (role in made.columns and role != "in_person"):
            made.unknown.append(sheet.names[at])
        else:
            made.columns.setdefault(role, []).append(sheet.names[at])


def _drop_addends(sheet: _Sheet, missing: Sequence[str], made: Proposal) -> None:
    """Leave out of the sum of (2) each column without which (1) + (2) = (3) holds on more rows: visits, enquiries."""
    places = {name: at for at, name in sheet.names.items()}
    if not {"online", "in_person", "total"} <= made.columns.keys() or "across" in made.keys.values():
        return
    table = [[_number(sheet.place.cell(row, at), missing) for at in range(sheet.place.right)] for row in sheet.body]

    def right(addends: Sequence[str]) -> int:
        online, total = (places[made.columns[role][0]] for role in ("online", "total"))
        parts = [online, *(places[name] for name in (*addends, *made.columns.get("postal", ())))]
        return sum(row[total] == sum(row[at] for at in parts) for row in table)

    kept = made.columns["in_person"]
    while len(kept) > 1:
        without = [[name for name in kept if name != left] for left in kept]
        better = max(without, key=right)
        if right(better) <= right(kept):
            break
        made.unknown += [name for name in kept if name not in better]
        kept = better
    made.columns["in_person"] = kept


def _number(cell: str, missing: Sequence[str]) -> int:
    """A figure for comparing only; what is missing as 0."""
    return int(re.sub(r"\D", "", cell) or 0) if FIGURE.fullmatch(cell) and cell not in missing else 0


def _distinguish(sheet: _Sheet, made: Proposal) -> None:
    """Names that repeat for one unit and period are read with the number beside them."""
    places = {name: at for at, name in sheet.names.items()}
    keys = [*made.columns.get("field", ()), made.keys.get("unit_column"), made.keys.get("date_column")]
    columns = [places[str(key)] for key in keys if key]
    rows = [tuple(sheet.place.cell(row, at) for at in columns) for row in sheet.body]
    rows = [row for row in rows if row and row[0]]
    number = next((name for name in (*made.unknown, *made.texts) if is_number(name)), None)
    if "channels" in made.keys or len(set(rows)) == len(rows) or number is None:
        return
    (made.unknown if number in made.unknown else made.texts).remove(number)
    made.columns["field"].insert(0, number)


def _missing(sheet: _Sheet) -> list[str]:
    """Short words that stand among figures."""
    columns = [at for at in sheet.names if 2 * sheet.figures(at) >= len(sheet.cells(at)) > 0]
    found = (cell for at in columns for cell in sheet.cells(at) if any(map(str.isalpha, cell)))
    short = [cell for cell in dict.fromkeys(found) if len(cell) <= _LONGEST_NULL and len(cell.split()) == 1]
    return short if len(short) <= _FEW else []

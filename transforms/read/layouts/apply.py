"""A file's table in the usual form: a row a record, a column a role, by what a person has written (Shape)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from transforms.dictionary.contracts import Contract
from transforms.read.agreed import Agreed
from transforms.read.day_sheets import of_day
from transforms.read.grid import Grid
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.rows import FIGURE
from transforms.read.headers.search import named_sheet
from transforms.read.layouts.across import PeriodSum, Slice, fits_across, slices
from transforms.read.layouts.between import refuse_between, refuse_taken_back, speaking_rows
from transforms.read.layouts.columns import body_rows, named_columns, needed_headers, refuse_unnamed
from transforms.read.layouts.figures import Cell, Figures, refuse_ambiguous
from transforms.read.layouts.periods import is_business_date, read_period
from transforms.read.layouts.place import FiguresRow, Place, cropped, places, refuse_outside, with_upper_headers
from transforms.read.layouts.records import Understood, added, records
from transforms.read.layouts.rows import Rows, own_rows
from transforms.read.layouts.upper_headers import refuse_of_others
from transforms.read.layouts.usual_form import Shaped, in_place, moved
from transforms.read.refusal import quoted, refuse
from transforms.read.shape import Shape

_LOSING_CELLS = ("csv", "html")


def shaped(grids: Sequence[Grid], contract: Contract, book: HeaderBook, agreed: Agreed) -> Shaped | Place:
    """The table in the usual form; the place alone where the roles of its columns are to be discovered.

    Raises UnreadableError for all that does not fit what is written, by name.
    """
    shape = agreed.shape or Shape()
    sheets, headers = sheets_of(grids, shape, agreed), needed_headers(shape, contract)
    place = _only(list(places(sheets, shape, headers, partial(fits_across, contract=contract, agreed=agreed))), agreed)
    if not (shape.header_rows or shape.table):
        place = with_upper_headers(place, book.lexicon(contract.name))
    named = named_columns(place, shape, contract)
    if not shape.columns and not shape.is_moved and shape.periods == "down":
        return place
    body = body_rows(place)
    if contract.by_case:
        names = named.roles.get("case_id", ())
        listed = [row for row in body if any(place.cell(row, at) for at in names)]
        rows = own_rows(place, body, listed, named, agreed)
        figures = _figures(place, (), shape, agreed)
        return in_place(Understood(place, body, rows, named, [Slice({})], shape, contract, figures))
    found, used, sums = slices(place, named, contract, agreed, book)
    figures = _figures(place, used - named.ignored, shape, agreed)
    columns = {at for piece in found for own in piece.roles.values() for at in own} | {one.column for one in sums}
    summed = columns | {at for one in sums for at in one.parts}
    _refuse_short(place, body, columns)
    speaking = speaking_rows(place, body, summed, named, shape, figures)
    unknown: set[int] = set()
    refuse_of_others(place, columns - {one.column for one in sums}, contract, book, agreed)
    refuse_unnamed(place, body, used)
    refuse_outside(place, shape, FiguresRow(figures.figure_like), columns)
    if shape.unknown_rows == "leave_out":
        counts = {at for piece in found for role, own in piece.roles.items() if role in contract.counts for at in own}
        within = [at for at in body if at <= max(speaking, default=0)]
        unknown = {at for at in within if not figures.is_known(place.cell(at, column) for column in counts)}
    rows = own_rows(place, body, [at for at in speaking if at not in unknown], named, agreed)
    rows = replace(rows, left_out=rows.left_out | unknown)
    if shape.is_moved or len(found) > 1:
        refuse_between(place, body, speaking, named, book)
        refuse_taken_back(place, rows.own, used - named.ignored, book)
    for row in rows.own:
        for one in sums:
            one.check(place, row, figures)
    if figures.has_signs:
        _refuse_ambiguous(place, rows, found, sums, agreed, contract.percents)
    table = Understood(place, body, rows, named, found, shape, contract, figures)
    if shape.is_moved or len(found) > 1:
        made = records(table)
        if shape.same_name == "sum":
            made = added(table, made, lambda name: book.roles.role(name) == "total")
        return moved(table, made, max(speaking, default=place.last))
    return in_place(table)


def without_others(place: Place, book: HeaderBook, agreed: Agreed, contract: Contract) -> Grid:
    """The grid of a place whose columns are to be discovered: without rows of others, with constants behind it."""
    shape = agreed.shape or Shape()
    named = named_columns(place, shape, contract)
    body = body_rows(place)
    keys = {named.unit, named.date}
    figures = [at for at in range(place.left, place.right) if at not in keys]
    speaking = [row for row in body if any(FIGURE.fullmatch(place.cell(row, at)) for at in figures)]
    refuse_outside(place, shape, FiguresRow(_figures(place, figures, shape, agreed).figure_like), figures)
    rows = own_rows(place, body, speaking, named, agreed)
    grid = cropped(place)
    lines: list[list[str]] = [[] if at in rows.left_out else list(row) for at, row in enumerate(grid.rows)]
    width = max(map(len, lines), default=0)
    for at, (role, text) in enumerate(shape.constant.items(), start=width):
        header = next(name for name, column in book.written[contract.name] if column == role)
        for row, cell in [(place.last, header), *((row, text) for row in rows.own)]:
            lines[row].extend("" for _ in range(at + 1 - len(lines[row])))
            lines[row][at] = cell
    return replace(grid, rows=lines)


def sheets_of(grids: Sequence[Grid], shape: Shape, agreed: Agreed) -> Sequence[Grid]:
    """The sheets that may hold the table. Raises UnreadableError where none does, with the names there are."""
    if agreed.sheet is not None:
        return named_sheet(grids, agreed.sheet)
    if shape.sheets == "unit" and agreed.is_own:
        found = [grid for grid in grids if agreed.is_own(grid.sheet)]
    elif shape.sheets == "period" and agreed.business_date:
        day = agreed.business_date
        stated = ((grid, read_period(grid.sheet, shape.date_kind, day, shape.year_ends)) for grid in grids)
        found = [grid for grid, period in stated if period and is_business_date(period, day, agreed.basis)]
    else:
        return grids
    if not found:
        names = ", ".join(quoted(grid.sheet) for grid in grids[:8])
        raise refuse(
            f"không trang tính nào là của đơn vị hay của kỳ này (sheets trong bố cục); có: {names}",
            f"no sheet is of this unit or period (sheets of the layout); there are: {names}",
        )
    return found


def _only(found: list[Place], agreed: Agreed) -> Place:
    if found[0].grid.origin.format == "csv":
        return max(found, key=lambda place: sum(map(bool, place.headers.values())))
    kept = [place for _, place in of_day([(place.grid, place) for place in found], agreed.business_date)]
    filled = [place for place in kept if any(any(row) for row in place.grid.rows[place.last + 1 :])] or kept[:1]
    if any(place.grid.rows != filled[0].grid.rows for place in filled[1:]):
        names = ", ".join(quoted(place.grid.sheet) for place in filled[:8])
        raise refuse(
            f"bố cục hợp với {len(filled)} trang tính ({names}): đặt sheet trong tyle.toml",
            f"the layout fits {len(filled)} sheets ({names}): set sheet in tyle.toml",
        )
    return filled[0]


def _figures(place: Place, columns: Sequence[int] | frozenset[int], shape: Shape, agreed: Agreed) -> Figures:
    texts = {place.cell(row, at) for row in range(len(place.grid.rows)) if row not in _header(place) for at in columns}
    return Figures.of(texts | {""}, shape, agreed.null_values)


def _header(place: Place) -> range:
    return range(place.first, place.last + 1)


def _refuse_short(place: Place, body: Sequence[int], columns: set[int]) -> None:
    """Raise UnreadableError for a row of text that lacks cells which others have: its figures may have slipped."""
    if place.grid.origin.format not in _LOSING_CELLS or not columns:
        return
    least = max(columns) + 1
    for row in body:
        size = len(place.grid.rows[row])
        if size < least and any(place.cell(row, at) for at in columns):
            raise refuse(
                f"dòng có {size} ô, bố cục cần {least}: các cột có thể bị lệch",
                f"the row has {size} cells, the layout needs {least}: the columns may have slipped",
                row=row + 1,
            )


def _refuse_ambiguous(
    place: Place,
    rows: Rows,
    found: Sequence[Slice],
    sums: Sequence[PeriodSum],
    agreed: Agreed,
    percents: Sequence[str],
) -> None:
    columns = {at for piece in found for role, own in piece.roles.items() if role not in percents for at in own}
    columns |= {at for one in sums for at in (one.column, *one.parts)}
    cells = (
        Cell(place.cell(row, at), row + 1, place.name(at))
        for row in (*rows.own, *sorted(rows.left_out))
        for at in sorted(columns)
    )
    refuse_ambiguous(cells, agreed.null_values)

"""Finds the header of a table in the sheets of a file, and its columns. Reads no number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process

from transforms.dictionary.contracts import Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text, fold, tidy
from transforms.read.addresses import cell_name
from transforms.read.agreed import NOTHING_AGREED, Agreed
from transforms.read.day_sheets import of_day
from transforms.read.grid import Grid, Origin
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.columns import Candidate, Columns, choose
from transforms.read.headers.questions import questions
from transforms.read.headers.rows import has_figures, paths, region
from transforms.read.refusal import quoted, refuse

SEARCHED_ROWS = 40  # a header further down is not searched
MAX_LEVELS = 3
MIN_RECOGNISED = 2
MAX_KEYS = 16
MAX_HINTS = 6


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out: header rows (1-based, inclusive), column index and header text per column.

    `unread`: the header texts of the columns that are left where they are; `unknown`: those of them with words that
    nobody knows; `questions`: what a person has to answer before the file can count; `says_a_day`: whether a header
    names a day, month or year, so that it fits files of one day only.

    Where a person wrote the form down: `configured` is a mark of what was written, `compared` the headers by which two
    layouts are compared; `numbers`: row of the table → row of the file, where they differ; `sources`: row of the table
    and column → the cells of the file (0-based) it is made of; `parts`: column → the indexes of those it is a sum of.
    """

    sheet: str
    origin: Origin
    first_row: int
    last_row: int
    columns: Mapping[str, int]
    names: Mapping[str, str]
    unread: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    questions: tuple[Text, ...] = ()
    says_a_day: bool = False
    configured: str = ""
    compared: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)
    sources: Mapping[tuple[int, str], tuple[tuple[int, int], ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Match:
    """A header and what its columns are."""

    grid: Grid
    first: int  # 0-based, as `last`, which is the row below
    last: int
    columns: Columns

    @property
    def named(self) -> int:
        """How many columns it names, read or not."""
        return len(self.columns.chosen.keys() | self.columns.faults.keys())


def find_layout(
    grids: Sequence[Grid], contract: Contract, book: HeaderBook, agreed: Agreed = NOTHING_AGREED
) -> tuple[Grid, Layout]:
    """The grid and layout that recognise most columns; of equals the fewest levels, then the first.

    `agreed`: what is known of the file: the only sheet to read, and what its columns should be of. Raises
    UnreadableError, with the nearest known names, when no row holds all required columns, when a header says anything
    that is not known or does not fit, and when several columns or sheets would do.
    """
    if agreed.sheet is not None:
        grids = named_sheet(grids, agreed.sheet)
    if contract.by_case and all(not grid.rows for grid in grids):
        return grids[0], Layout(grids[0].sheet, grids[0].origin, 0, 0, {}, {})  # an empty list: no cases
    best: dict[int, _Match] = {}
    nearest: _Match | None = None
    for number, match in _matches(grids, contract, book, agreed):
        if nearest is None or (match.named, len(match.columns.chosen)) > (nearest.named, len(nearest.columns.chosen)):
            nearest = match
        complete = match.columns.chosen.keys() >= set(contract.required)
        if complete and (number not in best or _rank(match) > _rank(best[number])):
            best[number] = match
    if not best:
        raise _no_header(grids, contract, book, nearest)
    tables = [(match.grid, match) for match in best.values()]
    return _layout(_only([match for _, match in of_day(tables, agreed.business_date)]), contract)


def layout_at(
    grid: Grid, first: int, last: int, contract: Contract, book: HeaderBook, agreed: Agreed
) -> tuple[Grid, Layout]:
    """The layout of a header whose rows are known (0-based, inclusive). Raises UnreadableError as find_layout does."""
    header = list(paths(grid.rows[first : last + 1]))
    match = _Match(grid, first, last + 1, choose(header, grid.rows[last + 1 :], contract, book, agreed))
    if not match.columns.chosen.keys() >= set(contract.required):
        raise _no_header([grid], contract, book, match)
    return _layout(match, contract)


def _layout(match: _Match, contract: Contract) -> tuple[Grid, Layout]:
    for column, left, right in match.columns.doubts:
        raise _two_columns(match, label(column, contract=contract.name), column, left, right)
    return match.grid, Layout(
        match.grid.sheet,
        match.grid.origin,
        match.first + 1,
        match.last,
        {column: found.index for column, found in match.columns.chosen.items()},
        {column: found.name for column, found in match.columns.chosen.items()},
        match.columns.unread,
        tuple(found.name for found in match.columns.unknown),
        questions(match.grid, match.first, match.last, match.columns, contract),
        match.columns.says_a_day,
    )


def named_sheet(grids: Sequence[Grid], sheet: str) -> Sequence[Grid]:
    """The grids of the sheet of this name. Raises UnreadableError, with the names there are, where there is none."""
    found = [grid for grid in grids if fold(grid.sheet) == fold(sheet)]
    if not found:
        names = ", ".join(quoted(grid.sheet) for grid in grids)
        raise refuse(
            f"không có trang tính {quoted(sheet)}; có: {names}", f"no sheet {quoted(sheet)}; there are: {names}"
        )
    return found


def _rank(match: _Match) -> tuple[bool, int]:
    return not match.columns.doubts, len(match.columns.chosen)


def _only(found: list[_Match]) -> _Match:
    """The one table. The readings of one text by different separators are one table: the fullest is right."""
    if found[0].grid.origin.format == "csv":
        return max(found, key=lambda match: len(match.columns.chosen))
    filled = [match for match in found if any(any(row) for row in match.grid.rows[match.last :])] or found[:1]
    if any(match.grid.rows != filled[0].grid.rows for match in filled[1:]):
        names = ", ".join(quoted(match.grid.sheet) for match in filled)
        raise refuse(
            f"có {len(filled)} bảng cùng loại trong tệp ({names}): chỉ giữ một, hoặc đặt sheet trong tyle.toml",
            f"the file holds {len(filled)} such tables ({names}): keep one, or set sheet in tyle.toml",
        )
    return filled[0]


def _matches(
    grids: Sequence[Grid], contract: Contract, book: HeaderBook, agreed: Agreed
) -> Iterator[tuple[int, _Match]]:
    """The header around each run of rows without figures that names a column, by the number of its grid."""
    lexicon = book.lexicon(contract.name)
    counts = () if contract.by_case else (*contract.counts, *contract.percents)
    tried: set[tuple[int, int, int]] = set()
    for levels in range(1, MAX_LEVELS + 1):
        for number, grid in enumerate(grids):
            for at in range(min(SEARCHED_ROWS, len(grid.rows))):
                rows = grid.rows[at : at + levels]
                if len(rows) < levels or any(has_figures(row) for row in rows):
                    continue
                first, last = region(grid, at, at + levels - 1, lexicon, counts)
                if (number, first, last) in tried:
                    continue
                tried.add((number, first, last))
                header = list(paths(grid.rows[first : last + 1]))
                columns = choose(header, grid.rows[last + 1 :], contract, book, agreed)
                if columns.chosen or columns.faults:
                    yield number, _Match(grid, first, last + 1, columns)


def _place(match: _Match, candidate: Candidate) -> str:
    return cell_name(match.last - 1, candidate.index)


def _two_columns(match: _Match, named: str, column: str, left: Candidate, right: Candidate) -> Exception:
    one, other = (f"{quoted(found.name)} ({_place(match, found)})" for found in (left, right))
    return refuse(
        f"tiêu đề {one} và {other} đều có thể là “{named}”, mà số liệu khác nhau: chỉ giữ một",
        f"the headers {one} and {other} may both be {column}, and their columns differ: keep one",
        row=match.last,
    )


def _no_header(grids: Sequence[Grid], contract: Contract, book: HeaderBook, nearest: _Match | None) -> Exception:
    """What is missing, what of the header is not understood or does not fit, and which unknown headers may be meant.

    A single recognised cell makes no header: the row may be data, whose cells must not be shown.
    """
    known = book.names.get(contract.name, {})
    recognised: Mapping[str, Candidate] = {}
    if nearest and nearest.named >= MIN_RECOGNISED:
        recognised = nearest.columns.chosen
    missing = [column for column in contract.required if column not in recognised]
    if nearest is None or nearest.named < MIN_RECOGNISED:
        vi, en = ", ".join(f"“{label(column, contract=contract.name)}”" for column in missing), ", ".join(missing)
        if _is_transposed(grids, contract, known):
            return refuse(
                "bảng bị xoay: mỗi lĩnh vực phải là một dòng, mỗi loại số liệu một cột",
                "the table is turned: each field must be a row, each count a column",
            )
        seen = _keys_seen(grids)
        return refuse(
            f"không tìm thấy dòng tiêu đề (cần các cột: {vi}){seen.vi}", f"no header row found (needs: {en}){seen.en}"
        )
    for column in missing:
        if column in nearest.columns.faults:
            candidate, why = nearest.columns.faults[column]
            place = _place(nearest, candidate)
            named = label(column, contract=contract.name)
            vi, en = f"không có cột “{named}” nào khác", f"no other column is {column}"
            if candidate.meaning.unknown:
                vi = f"{quoted(candidate.name)} ≈ “{named}”? Nếu đúng, thêm vào reference/headers.toml"
                en = f"{quoted(candidate.name)} ≈ {column}? If so, add it to reference/headers.toml"
            return refuse(
                f"ô {place}: {why.vi}; {vi}",
                f"cell {place}: {why.en}; {en}",
                row=nearest.last,
                column=candidate.name,
            )
    vi, en = ", ".join(f"“{label(column, contract=contract.name)}”" for column in missing), ", ".join(missing)
    lowest = nearest.grid.rows[nearest.last - 1]
    unknown = [cell for cell in lowest if cell and header_key(cell) not in known][:MAX_HINTS]
    nearest_names = {cell: process.extractOne(header_key(cell), known.keys(), score_cutoff=60) for cell in unknown}
    hints = {cell: known[found[0]] if found else "" for cell, found in nearest_names.items()}
    seen_vi = ", ".join(
        quoted(tidy(cell)) + (f" ≈ “{label(column, contract=contract.name)}”" if column else "")
        for cell, column in hints.items()
    )
    seen_en = ", ".join(quoted(tidy(cell)) + (f" ≈ {column}" if column else "") for cell, column in hints.items())
    seen = _keys_seen(grids)
    return refuse(
        f"thiếu cột {vi}" + (f"; tiêu đề chưa biết: {seen_vi}" if hints else seen.vi),
        f"missing columns {en}" + (f"; unknown headers: {seen_en}" if hints else seen.en),
        row=nearest.last,
    )


def _keys_seen(grids: Sequence[Grid]) -> Text:
    """What a message adds of the keys of a JSON or XML file; blank where there are none."""
    keys = ", ".join(quoted(key) for key in next((grid.keys for grid in grids if grid.keys), ())[:MAX_KEYS])
    return Text(f"; thấy các khóa: {keys}", f"; the keys are: {keys}") if keys else Text("", "")


def _is_transposed(grids: Sequence[Grid], contract: Contract, known: Mapping[str, str]) -> bool:
    """Whether the names of all counts stand below one another in one column."""
    counts = {column for column in contract.required if column in contract.counts}
    for grid in grids:
        rows = grid.rows[:SEARCHED_ROWS]
        for index in range(min(2, max(map(len, rows), default=0))):
            if counts and counts <= {known.get(header_key(row[index])) for row in rows if index < len(row)}:
                return True
    return False

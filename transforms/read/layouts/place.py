"""Where the table of a configured layout stands: its sheet, header rows, columns and last row. Reads no figure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import process

from transforms.dictionary.text import tidy
from transforms.read.addresses import cell_name, column_at, letters
from transforms.read.grid import Grid
from transforms.read.headers.rows import Path, paths, region
from transforms.read.headers.words import Lexicon
from transforms.read.refusal import UnreadableError, quoted, refuse
from transforms.read.shape import LETTERS, Shape

SEARCHED_ROWS = 60  # a configured header further down is given by `header_rows`
_MAX_LEVELS = 4
_SHOWN = 6  # names in one message


@dataclass(frozen=True)
class Place:
    """A header in a grid. `first`, `last`: its rows (0-based, inclusive); `left`, `right`: the columns of the table.

    `end`: the row behind its last one. `headers`: over each column of the table its texts from top to bottom.
    """

    grid: Grid
    first: int
    last: int
    left: int
    right: int
    end: int
    headers: dict[int, Path]

    def name(self, column: int) -> str:
        """The header as it is written in messages and in tyle.toml."""
        return " / ".join(self.headers.get(column, ())) or f"{letters(column)}:{letters(column)}"

    def cell(self, row: int, column: int) -> str:
        """A cell of the table, blank where the row is shorter."""
        cells = self.grid.rows[row]
        return cells[column] if column < len(cells) else ""

    def found(self, header: str) -> list[int]:
        """The columns that a header of tyle.toml may mean: the whole path, else the lowest text; or `C:C`.

        The path of a JSON or XML key is also `channel.online`, as the key is written.
        """
        if letter := LETTERS.fullmatch(header):
            at = column_at(letter[1])
            return [at] if at in self.headers or self.left <= at < self.right else []
        name = tidy(header)
        return self._columns_by_path.get(name) or self._columns_by_text.get(name, [])

    @cached_property
    def _columns_by_path(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, path in self.headers.items():
            for name in {" / ".join(path), ".".join(path)}:
                found.setdefault(name, []).append(at)
        return found

    @cached_property
    def _columns_by_text(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, path in self.headers.items():
            if path:
                found.setdefault(path[-1], []).append(at)
        return found

    def column(self, header: str) -> int:
        """The one column of a header. Raises UnreadableError where there is none or several."""
        found = self.found(header)
        if len(found) == 1:
            return found[0]
        if found:
            cells = ", ".join(cell_name(self.last, at) for at in found[:_SHOWN])
            name = self.name(found[0])
            raise refuse(
                f"tiêu đề {quoted(header)} của bố cục trong tyle.toml có {len(found)} lần trong tệp ({cells}): ghi cả "
                f"tiêu đề trên (ví dụ {quoted(name)}), hoặc chữ cái của cột ({letters(found[0])}:{letters(found[0])})",
                f"the header {quoted(header)} of the layout in tyle.toml stands {len(found)} times in the file "
                f"({cells}): write the upper header too (such as {quoted(name)}), or the column's letter",
                row=self.last + 1,
                column=header,
            )
        raise self.missing([header])

    def missing(self, headers: Sequence[str]) -> UnreadableError:
        """The refusal for headers of tyle.toml that the file does not have, with the nearest it has."""
        known = [self.name(at) for at in sorted(self.headers) if self.headers[at]]
        near = [name for name, _, _ in process.extract(headers[0], known, limit=3, score_cutoff=60)]
        names = ", ".join(quoted(name) for name in headers[:_SHOWN])
        vi = f"; gần giống: {', '.join(map(quoted, near))}" if near else ""
        en = f"; nearest: {', '.join(map(quoted, near))}" if near else ""
        return refuse(
            f"bố cục trong tyle.toml cần tiêu đề {names}, tệp không có{vi}",
            f"the layout in tyle.toml needs the header {names}, the file has none{en}",
            row=self.last + 1,
        )


def places(
    grids: Sequence[Grid], shape: Shape, headers: Sequence[str], fits: Callable[[Place], bool]
) -> Iterator[Place]:
    """The place of the table in each grid that has one.

    `headers`: those that tyle.toml names; `fits`: whether the other headers are such as they should be, by which one
    of several places is preferred.

    Raises UnreadableError where no grid has one, with the headers that the likeliest lacks.
    """
    nearest: Place | None = None
    least = len(headers) + 1
    is_found = False
    for grid in grids:
        second: Place | None = None
        for place in _candidates(grid, shape):
            lacking = sum(len(place.found(header)) != 1 for header in headers)
            if lacking == 0 and (headers or any(place.headers.values())):
                if fits(place):
                    second = place
                    break
                second = second or place
            if lacking < least:
                nearest, least = place, lacking
        if second:
            is_found = True
            yield second
    if is_found:
        return
    if nearest is None:
        raise refuse(
            "bố cục trong tyle.toml chỉ vùng không có trong tệp: tệp không có dòng tiêu đề ở đó",
            "the layout in tyle.toml points at rows that the file does not have",
        )
    lacking_all = [header for header in headers if not nearest.found(header)]
    if lacking_all:
        raise nearest.missing(lacking_all)
    for header in headers:
        nearest.column(header)
    raise refuse(
        "vùng mà bố cục trong tyle.toml chỉ không có tiêu đề nào",
        "the range that the layout in tyle.toml names has no header",
        row=nearest.last + 1,
    )


def _candidates(grid: Grid, shape: Shape) -> Iterator[Place]:
    area = shape.table
    width = max(map(len, grid.rows), default=0)
    left, right = (area.left, min(area.right, width)) if area else (0, width)
    end = len(grid.rows) if area is None or area.bottom is None else min(area.bottom, len(grid.rows))
    if shape.header_rows or area:
        first, last = shape.header_rows or (area.top + 1, area.top + 1) if area else shape.header_rows or (1, 1)
        if last <= len(grid.rows) and left < right:
            yield _place(grid, first - 1, last - 1, left, right, end)
        return
    for levels in range(1, _MAX_LEVELS + 1):
        for at in range(min(SEARCHED_ROWS, len(grid.rows) - levels + 1)):
            if any(grid.rows[at]) and any(grid.rows[at + levels - 1]):
                yield _place(grid, at, at + levels - 1, left, right, end)


def _place(grid: Grid, first: int, last: int, left: int, right: int, end: int) -> Place:
    rows = [[*[""] * left, *row[left:right]] for row in grid.rows[first : last + 1]]
    headers = dict(enumerate(paths(rows)))
    return Place(grid, first, last, left, right, end, {at: headers.get(at, ()) for at in range(left, right)})


def with_upper_headers(place: Place, lexicon: Lexicon) -> Place:
    """The place with the rows above that are levels of its header: they may say that figures are of other days."""
    first, _ = region(place.grid, place.first, place.last, lexicon, ())
    if first == place.first:
        return place
    return _place(place.grid, first, place.last, place.left, place.right, place.end)


def cropped(place: Place) -> Grid:
    """The grid without what stands beside the table and below its range."""
    if (place.left, place.right, place.end) == (0, max(map(len, place.grid.rows), default=0), len(place.grid.rows)):
        return place.grid
    rows = [
        row if at < place.first else [*[""] * place.left, *row[place.left : place.right]] if at < place.end else []
        for at, row in enumerate(place.grid.rows)
    ]
    return replace(place.grid, rows=rows)


def refuse_outside(place: Place, shape: Shape, is_figures_row: "FiguresRow", columns: Iterable[int]) -> None:
    """Raise UnreadableError for figures under a closed range or above the header, in the table's own columns."""
    used = sorted(columns)
    if shape.header_rows or shape.table:
        top = 0 if shape.table is None else min(shape.table.top, place.first)
        for at in range(top, place.first):
            if is_figures_row([place.cell(at, column) for column in used], 1 if len(used) == 1 else 2):
                raise refuse(
                    "dòng này có số liệu mà đứng trên các dòng tiêu đề nêu trong bố cục (header_rows): tệp có thể đã "
                    "đổi, hãy sửa bố cục",
                    "this row has figures but stands above the header rows of the layout: correct the layout",
                    row=at + 1,
                )
    if shape.outside == "ignore":
        return
    for at in range(place.end, len(place.grid.rows)):
        cells = [place.cell(at, column) for column in used]
        if is_figures_row(cells, 1):
            raise refuse(
                "dòng này có số liệu mà nằm dưới vùng nêu trong bố cục: mở rộng vùng, để ngỏ dòng cuối (ví dụ B5:H), "
                'hoặc ghi outside = "ignore" nếu phần dưới không phải của bảng',
                "this row has figures but stands below the range of the layout: widen it, leave its end open (B5:H), "
                'or write outside = "ignore" where what stands below is no part of the table',
                row=at + 1,
            )


class FiguresRow:
    """Whether at least so many cells of a row are figures, blank ones aside."""

    def __init__(self, figure_like: frozenset[str]) -> None:
        self._figure_like = figure_like

    def __call__(self, cells: Sequence[str], least: int) -> bool:
        """Of a title one cell may be a number, such as a year; so `least`."""
        return sum(cell in self._figure_like for cell in cells) >= least

"""Where the table of a file is, discovered or as a person wrote it down: one function for both. Reads no number."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from hashlib import md5

from transforms.dictionary.contracts import SCORES, Contract
from transforms.read.agreed import Agreed
from transforms.read.grid import Grid
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.search import Layout, find_layout, layout_at
from transforms.read.layouts.apply import shaped, sheets_of, without_others
from transforms.read.layouts.boards import board_of
from transforms.read.layouts.place import Place
from transforms.read.refusal import Refusal, UnreadableError
from transforms.read.shape import Shape


def table_of(found: Sequence[Grid], contract: Contract, book: HeaderBook, agreed: Agreed) -> tuple[Grid, Layout]:
    """The table among those of a file and how it is laid out; of a file with a `shape` in the usual form.

    Raises UnreadableError where there is none, or where it is not as was written.
    """
    if agreed.shape is None:
        board = board_of(found, book) if contract.name == SCORES.name else None
        if board is None:
            return find_layout(found, contract, book, agreed)
        grid, layout = find_layout([board.grid], contract, book, agreed)
        return grid, replace(layout, numbers=board.numbers, sources=board.sources)
    if agreed.shape.is_discovered:
        grid, layout = find_layout(sheets_of(found, agreed.shape, agreed), contract, book, agreed)
        return grid, replace(layout, configured=written(agreed.shape))
    table = shaped(found, contract, book, agreed)
    if isinstance(table, Place):
        return _discovered(table, contract, book, agreed, agreed.shape)
    return table.grid, Layout(
        table.grid.sheet,
        table.grid.origin,
        table.first,
        table.last,
        table.columns,
        table.names,
        table.unread,
        configured=written(agreed.shape),
        compared=table.compared,
        numbers=table.numbers,
        sources=table.sources,
        parts=table.parts,
    )


def _discovered(
    place: Place, contract: Contract, book: HeaderBook, agreed: Agreed, shape: Shape
) -> tuple[Grid, Layout]:
    """The columns are discovered in the place that was written down."""
    grid, layout = layout_at(
        without_others(place, book, agreed, contract), place.first, place.last, contract, book, agreed
    )
    return grid, replace(layout, configured=written(shape))


def written(shape: Shape) -> str:
    """A mark of twelve hexadecimal digits: equal for equal shapes."""
    text = json.dumps(asdict(shape), ensure_ascii=False, sort_keys=True)
    return md5(text.encode(), usedforsecurity=False).hexdigest()[:12]


@contextmanager
def rows_of_file(layout: Layout) -> Iterator[None]:
    """Name the rows of the file in the refusal of a table whose rows are others."""
    try:
        yield
    except UnreadableError as error:
        if not layout.numbers:
            raise
        raise UnreadableError(of_file(error.refusal, layout)) from None


def of_file(refusal: Refusal, layout: Layout) -> Refusal:
    """The refusal with the row of the file."""
    return refusal if refusal.row is None else replace(refusal, row=layout.numbers.get(refusal.row, refusal.row))

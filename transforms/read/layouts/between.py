"""Which rows of a configured table state figures, and what between them holds the file back. Reads no number."""

from collections.abc import Iterable, Sequence

from transforms.dictionary.text import fold, tidy
from transforms.read.headers.book import HeaderBook
from transforms.read.layouts.columns import Named
from transforms.read.layouts.figures import Figures
from transforms.read.layouts.place import Place
from transforms.read.refusal import refuse
from transforms.read.rows.second_tables import heading_of_others, is_title
from transforms.read.shape import Shape


def speaking_rows(
    place: Place, body: Sequence[int], columns: Iterable[int], named: Named, shape: Shape, figures: Figures
) -> list[int]:
    """The rows with a figure in one of the columns.

    Where a record is made of several rows, also those with another text there, and those of a channel whose figure is
    blank: no rule would see them.
    """
    used = sorted(columns)
    found = [at for at in body if figures.speaks(place.cell(at, column) for column in used)]
    if not shape.is_moved:
        return found
    last, stated = max(found, default=-1), set(found)
    words = {fold(word) for several in shape.channel_values.values() for word in several} - {""}
    channel = named.channel
    return [
        at
        for at in body
        if at in stated
        or (channel is not None and fold(place.cell(at, channel)) in words)
        or (at < last and _has_words(place, at, used))
    ]


def _has_words(place: Place, row: int, columns: Sequence[int]) -> bool:
    """Whether a text stands in a column of figures that is no heading over merged cells."""
    beside = {cell for at, cell in enumerate(place.grid.rows[row]) if cell and at not in columns}
    return any(cell and cell not in beside for at in columns if (cell := place.cell(row, at))) and bool(beside)


def refuse_between(place: Place, body: Sequence[int], speaking: Sequence[int], named: Named, book: HeaderBook) -> None:
    """Raise UnreadableError for a row without figures that begins another table, or says that figures are of others.

    Only where records are made of several rows: else the rows are searched for it as in any table.
    """
    stated, last = set(speaking), max(speaking, default=-1)
    name_at = next(iter(named.roles.get("field", ())), 0)
    for at in body:
        if at in stated or at > last:
            continue
        row = place.grid.rows[at]
        if is_title(row, book) or heading_of_others(row, name_at, book):
            raise refuse(
                "dòng này mở đầu một bảng khác, hoặc nói số liệu bên dưới là của kỳ khác: hãy xóa phần đó, hoặc giới "
                "hạn table trong bố cục",
                "this row begins another table, or says that the figures under it are of other days: delete that part, "
                "or limit the layout's table",
                row=at + 1,
                value=tidy(next(filter(None, row))),
            )


def refuse_taken_back(place: Place, rows: Iterable[int], used: frozenset[int], book: HeaderBook) -> None:
    """Raise UnreadableError where a column that nobody reads says of a row that it does not count."""
    columns = [at for at, path in place.headers.items() if path and at not in used and book.states.says(path[-1])]
    for row in rows:
        for at in columns:
            if (cell := place.cell(row, at)) and book.states.takes_back(place.headers[at][-1], cell):
                raise refuse(
                    "theo cột này, dòng không được tính (đã xóa, đã hủy, hoặc là tổng): hãy bỏ dòng hoặc bỏ cột",
                    "by this column the row does not count (deleted, cancelled, a sum): remove the row, or the column",
                    row=row + 1,
                    column=place.name(at),
                    value=tidy(cell),
                )

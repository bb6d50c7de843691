"""Finds a second table below the first, by the headers of its figures or by its title. Reads no number's value."""

from collections.abc import Sequence

from transforms.dictionary.contracts import Contract
from transforms.read.grid import Grid, Row
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.rows import FIGURE
from transforms.read.headers.search import Layout
from transforms.read.refusal import refuse

_OF_OTHERS = ("comparison", "period", "no_field")
_HEADING_TEXTS = 2  # its number and its name


def refuse_second_table(grid: Grid, layout: Layout, contract: Contract, book: HeaderBook) -> None:
    """Raise UnreadableError for a row below the header that begins another table.

    That is a title ("Bảng 2 …") over figures; a row of headers of figures that stand elsewhere in the table's own
    header; its own header again under a title or under a totals row. Directly below figures its own header is that of
    the next page.
    """
    if contract.by_case or not layout.columns:
        return
    name_at, count_at = layout.columns[contract.required[0]], layout.columns[contract.required[1]]
    title = lowest(grid, layout, name_at)
    body = grid.rows[layout.last_row :]
    # Above the first figures a header may go on in another language.
    first = next((at for at, row in enumerate(body) if any(FIGURE.fullmatch(cell) for cell in row)), len(body))
    header = grid.rows[layout.first_row - 1 : layout.last_row + first]
    figures_above, titled, heading = True, None, None
    for number, row in enumerate(body, start=layout.last_row + 1):
        if not any(row):
            continue
        has_figures = count_at < len(row) and FIGURE.fullmatch(row[count_at]) is not None
        repeated = name_at < len(row) and row[name_at] == title
        if repeated and not figures_above:
            raise _second(number)
        if has_figures and titled:
            raise _second(titled)
        if other := other_header(row, header, layout, contract, book):
            raise _second(number, other)
        if has_figures and heading:
            raise refuse(
                "dòng đề mục nói số liệu bên dưới là của kỳ khác hoặc không phải hồ sơ nộp: hãy xóa phần đó",
                "a heading says that the figures under it are of other days, or no cases filed: delete that part",
                heading[0],
                value=heading[1],
            )
        if has_figures:
            figures_above = not any(book.roles.role(cell) == "total" for cell in row[: max(name_at, 1) + 1])
        elif not repeated and not is_note(row, name_at, book):
            figures_above = False
            if not heading and (name := heading_of_others(row, name_at, book)):
                heading = number, name
            titled = titled or (number if is_title(row, book) else None)


def other_header(row: Row, header: Sequence[Row], layout: Layout, contract: Contract, book: HeaderBook) -> str | None:
    """A cell of a row without figures that is the header of a figure other than the table has at this place.

    A text that is the row's name as well is a heading over merged cells.
    """
    known = book.names[contract.name]
    figures = {*contract.counts, *contract.percents}
    name_at = layout.columns.get(contract.required[0], 0)
    name = row[name_at] if name_at < len(row) else ""
    if any(FIGURE.fullmatch(cell) for cell in row):
        return None
    for index, cell in enumerate(row):
        if not cell or index == name_at or cell == name or known.get(header_key(cell)) not in figures:
            continue
        own = {header_key(above[index]) for above in header if index < len(above)}
        if header_key(cell) not in own:
            return cell
    return None


def is_title(row: Row, book: HeaderBook) -> bool:
    """Whether a row is the title of a table with its number: `Bảng 2. Theo cấp giải quyết`."""
    texts = list(dict.fromkeys(cell for cell in row if cell))
    return len(texts) == 1 and book.roles.role(texts[0]) == "table"


def is_note(row: Row, name_at: int, book: HeaderBook) -> bool:
    """Whether a row without figures is a line of a program or a note, such as `Trang 1/2` between two pages."""
    name = row[name_at] if name_at < len(row) else ""
    return book.roles.role(name or next(filter(None, row), "")) == "note"


def heading_of_others(row: Row, name_at: int, book: HeaderBook) -> str | None:
    """The name of a row without figures that says of those under it that they are no fields of the day."""
    texts = list(dict.fromkeys(cell for cell in row if cell))
    if len(texts) > _HEADING_TEXTS or any(FIGURE.fullmatch(cell) for cell in row):
        return None
    name = row[name_at] if name_at < len(row) and row[name_at] else texts[0] if texts else ""
    return name if book.roles.role(name) in _OF_OTHERS else None


def lowest(grid: Grid, layout: Layout, index: int) -> str:
    """The lowest header text over a column."""
    texts = [row[index] for row in grid.rows[layout.first_row - 1 : layout.last_row] if index < len(row)]
    return next(text for text in reversed(texts) if text)


def _second(row: int, header: str | None = None) -> Exception:
    return refuse(
        "có bảng thứ hai trong tệp: mỗi tệp chỉ một bảng, hãy xóa bảng này hoặc chuyển sang tệp khác",
        "the file holds a second table: one table a file, delete it or move it to a file of its own",
        row,
        value=header,
    )

"""Fast path: many simple CSVs in one scan; anything else is left to the single-file reader. Refuses no file.

Most daily exports are CSVs whose first line is the header and whose other lines are rows, without quotes. Thousands of
them are read at once. A file is simple ("plain") only if the single-file reader (transforms/read/formats/) would give
the same rows; where anything could make a difference, the file is not plain.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import has_many_marks, normalized, tidy
from transforms.read.agreed import NOTHING_AGREED, Agreed
from transforms.read.case_lists import is_case_header
from transforms.read.formats import ODD, grids
from transforms.read.formats.delimited import SEPARATORS
from transforms.read.grid import INDENTS, MAX_CELLS, MAX_ROWS, UNCLEAN
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.search import SEARCHED_ROWS, Layout, find_layout
from transforms.read.refusal import MAX_CELL, UnreadableError
from transforms.read.rows.second_tables import heading_of_others, is_title, other_header
from transforms.read.rows.table import MAX_TABLE_ROWS, cell_or_null, is_numbers_row
from transforms.read.sniff import MAX_TEXT_BYTES, sniff_text
from transforms.read.titles.claims import is_named_as_title
from transforms.read.titles.words import NO_WORDS, TitleBook

_MAX_HEADER = 4096  # bytes
_SPAN = 256 * 1024 * 1024  # bytes read at once: with their frame they take some three times as much
_BOM = b"\xef\xbb\xbf"
# Python's strip takes the last four for white space, polars' does not.
_NEVER = b'"\0\x1c\x1d\x1e\x1f'
_MARKS = SEPARATORS.encode() + b"\r\n"
# What make_grid or table.cell_or_null may change in a cell; others are beyond ASCII, or separators.
_LOOSE = b" '=\x0b\x0c"
_LETTERS = bytes(set(range(256)).difference(_MARKS, _NEVER, _LOOSE))
# Narrower than headers.FIGURE; what it leaves out only makes a file not plain.
_FIGURE = r"^ *[-+]?[0-9][0-9., ]*%? *$"
_NO_COLUMN_NUMBER = r"^[^=]*[^\s()=][^=]*[^\s()=][^=]*[^\s()=][^=]*$"


@dataclass(frozen=True, eq=False)
class _Head:
    """What a header line decides for all files that begin with it.

    `marks`: separators and line end of a line; `others`: the other separators.
    """

    separator: str
    names: Sequence[str]
    layout: Layout
    marks: bytes
    others: bytes


@dataclass(frozen=True)
class _Body:
    """The lines under a file's header."""

    file: int
    lines: int
    content: memoryview
    end: bytes  # of the last line, where it has none
    is_tight: bool  # nothing but ASCII, and no white space or other separator


def plain_tables(
    contents: Mapping[int, bytes],
    contract: Contract,
    book: HeaderBook,
    agreed: Mapping[int, Agreed],
    words: TitleBook = NO_WORDS,
) -> tuple[list[pl.DataFrame], dict[int, Layout]]:
    """The raw rows of the plain files, as read.rows.table.raw_rows gives them with `file`, and their layouts.

    `agreed`: what is known of each file; one with a sheet, a shape or `null_values` of its own is read by itself. A
    file without a layout in the result has no rows here: the caller reads it by itself. So it does where a column or a
    line below the table may state what a title states (`words`), or that a row does not count.
    """
    heads: dict[tuple[bytes, str, int], _Head | None] = {}
    sizes: dict[_Head, int] = {}
    groups: dict[tuple[_Head, int], list[_Body]] = {}
    for file, content in contents.items():
        line = content[: content.find(b"\n", 0, _MAX_HEADER) + 1]
        own = agreed.get(file, NOTHING_AGREED)
        if (
            own.shape or own.sheet is not None or own.null_values or b"?" in content
        ):  # where letters were lost, there are ?
            continue
        key = (line, own.basis, own.level)  # a header is judged by what is agreed, whatever the day
        if key not in heads:
            heads[key] = _head(line, contract, book, replace(own, business_date=None), words)
        head = heads[key]
        if head is None:
            continue
        lines, is_tight = _lines(content, head)
        few = contract.by_case or lines <= MAX_TABLE_ROWS
        if lines > 1 and few and not content.startswith(_BOM, len(line)):  # polars passes over such a mark
            sizes[head] = sizes.get(head, 0) + len(content)
            end = b"" if content.endswith(b"\n") else b"\n"
            body = _Body(file, lines - 1, memoryview(content)[len(line) :], end, is_tight)
            groups.setdefault((head, sizes[head] // _SPAN), []).append(body)
    tables: list[pl.DataFrame] = []
    layouts: dict[int, Layout] = {}
    for (head, _), bodies in groups.items():
        table = _read(bodies, head, contract, book)
        tables.append(table)
        layouts |= dict.fromkeys(table["file"].unique().to_list(), head.layout)
    return tables, layouts


def _head(line: bytes, contract: Contract, book: HeaderBook, agreed: Agreed, words: TitleBook) -> _Head | None:
    """The header in this line; None where it is no header, or could be read in another way."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not text.endswith("\n") or "\r" in text.removesuffix("\r\n"):
        return None
    try:
        if sniff_text(text) != "csv":
            return None
        grid, layout = find_layout(grids(line), contract, book, agreed)
    except UnreadableError:
        return None
    [names] = grid.rows
    separator = layout.origin.separator
    known = book.names[contract.name]
    twice = any(header_key(tidy(name)) in known for at, name in enumerate(names) if at not in layout.columns.values())
    if layout.unknown or layout.says_a_day:  # decided by the figures below it, or by the day
        return None
    titled = any(is_named_as_title(name, words) or book.states.says(name) for name in layout.unread)
    cleaned = ODD.search(normalized("NFC", text)) or UNCLEAN.search(text)
    if twice or titled or not all(names) or cleaned or (not contract.by_case and is_case_header(names, book)):
        return None
    others = SEPARATORS.replace(separator, "")
    marks = separator * (len(names) - 1) + ("\r\n" if text.endswith("\r\n") else "\n")
    return _Head(separator, names, layout, marks.encode(), others.encode())


def _lines(content: bytes, head: _Head) -> tuple[int, bool]:
    """How many lines the file has if each has the header's number of cells, and whether it is tight.

    0 lines where the bytes are not plain.
    """
    marks = content.translate(None, _LETTERS)
    if not content.endswith(b"\n"):
        marks += head.marks.lstrip(head.separator.encode())
    own = marks.translate(None, head.others + _LOOSE)
    lines = len(own) // len(head.marks)
    if own != head.marks * lines or lines > MAX_ROWS or len(marks) > MAX_CELLS or len(content) > MAX_TEXT_BYTES:
        return 0, False
    # Split by another separator, no line has as many cells as this header has columns: this reading is the fullest.
    few = len(head.layout.columns) - 1
    if len(marks) - len(own) >= few:
        for other in head.others:
            left = marks.translate(None, (_MARKS + _LOOSE).translate(None, bytes((other, 10))))
            if bytes((other,)) * few in left:
                return 0, False
    return lines, len(marks) == len(own) and content.isascii()


def _read(bodies: Sequence[_Body], head: _Head, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """The raw rows of those files that are plain."""
    cells = [f"cell_{at}" for at in range(len(head.names))]
    try:
        frame = _frame(bodies, head, cells)
    except pl.exceptions.ComputeError:  # every line has its cells, so a byte is no UTF-8
        bodies = [body for body in bodies if _is_utf8(body.content)]
        frame = _frame(bodies, head, cells)
    odd = set[int]()
    if any(len(body.content) > MAX_CELL for body in bodies):  # before anything else is searched in such a cell
        long = pl.any_horizontal(pl.col(cells).str.len_bytes() > MAX_CELL)
        odd.update(frame.filter(long)["file"])
        frame = frame.filter(~pl.col("file").is_in(list(odd))) if odd else frame
        bodies = [body for body in bodies if body.file not in odd]
    odd.update(_odd_files(frame, cells, head, contract, book))
    loose: list[pl.Series] = []
    if not all(body.is_tight for body in bodies):
        columns = {at: column for column, at in head.layout.columns.items()}
        for at, cell in enumerate(cells):
            texts = frame[cell].unique()
            odd.update(_lettered_files(frame, texts))
            column = columns.get(at, "")
            if column == "field" and (deep := [text for text in texts.drop_nulls() if text.startswith(INDENTS)]):
                odd.update(frame.filter(pl.col(cell).is_in(deep))["file"])
            if not texts.equals(_kept(texts, column, contract)):
                loose.append(_kept(frame[cell], column, contract))
    frame = frame.with_columns(loose)
    if odd:
        frame = frame.filter(~pl.col("file").is_in(list(odd)))
    found = {column: pl.col(cells[at]) for column, at in head.layout.columns.items()}
    absent = pl.lit(None, pl.String)
    indent = {} if contract.by_case else {"indent": pl.lit(0, pl.UInt32)}
    return frame.select(
        "file",
        "row",
        hidden=pl.lit(False),
        **indent,
        **{column: found.get(column, absent) for column in contract.columns},
    )


def _frame(bodies: Sequence[_Body], head: _Head, cells: Sequence[str]) -> pl.DataFrame:
    """`file`, `row` and the cells of all lines as written, a blank one null. Raises ComputeError where not UTF-8."""
    schema = dict.fromkeys(cells, pl.String)
    joined = b"".join([part for body in bodies for part in (body.content, body.end)])
    frame = pl.DataFrame(schema=schema)
    if joined:
        frame = pl.read_csv(joined, has_header=False, separator=head.separator, quote_char=None, schema=schema)
    # In one piece: else each later step that needs it so makes its own.
    return pl.concat([_places(bodies), frame.rechunk()], how="horizontal")


def _is_utf8(content: memoryview) -> bool:
    try:
        str(content, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _places(bodies: Sequence[_Body]) -> pl.DataFrame:
    """`file` and `row` of each line, the header being row 1."""
    files = pl.DataFrame(
        {"file": [body.file for body in bodies], "lines": [body.lines for body in bodies]},
        schema={"file": pl.UInt32, "lines": pl.UInt32},
    )
    above = pl.col("lines").cum_sum() - pl.col("lines")
    return files.select(
        pl.col("file").repeat_by("lines").explode(), above.repeat_by("lines").explode().alias("above")
    ).select("file", row=(pl.int_range(pl.len(), dtype=pl.UInt32) + 2 - pl.col("above")))


def _odd_files(
    frame: pl.DataFrame, cells: Sequence[str], head: _Head, contract: Contract, book: HeaderBook
) -> Iterator[int]:
    """Files in which another row may be a header, numbers the columns, or begins a second table."""
    # Most often the last columns are figures.
    searched = pl.col("row") <= SEARCHED_ROWS
    yield from _without(frame, searched, cells[::-1], _FIGURE)["file"]
    for file, _, *row in _without(frame, pl.col("row") == 2, cells, _NO_COLUMN_NUMBER).iter_rows():
        if is_numbers_row([cell or "" for cell in row]):
            yield file
    counts = [cells[head.layout.columns[column]] for column in contract.counts if column in head.layout.columns]
    if counts:  # a line without figures may be a note; above SEARCHED_ROWS it was found
        others = [cell for cell in cells if cell not in counts]
        note = ~searched & pl.all_horizontal(pl.col(counts).is_null()) & pl.any_horizontal(pl.col(others).is_not_null())
        yield from frame.filter(note)["file"]
    if not contract.by_case:
        at = head.layout.columns[contract.required[0]]
        yield from frame.filter(pl.col(cells[at]).str.strip_chars() == head.names[at])["file"]
        yield from _wordy_files(frame, cells, head, contract, book)


def _wordy_files(
    frame: pl.DataFrame, cells: Sequence[str], head: _Head, contract: Contract, book: HeaderBook
) -> Iterator[int]:
    """Files with a row of words that may begin a second table: most rows have a figure in their first column."""
    figures = [cells[at] for column, at in head.layout.columns.items() if column in contract.counts]
    for file, _, *row in _without(frame, pl.col("row") > 0, figures, _FIGURE).iter_rows():
        texts = [(cell or "").strip() for cell in row]
        at = head.layout.columns[contract.required[0]]
        begins = is_title(texts, book) or heading_of_others(texts, at, book)
        if begins or other_header(texts, [head.names], head.layout, contract, book):
            yield file


def _without(frame: pl.DataFrame, these: pl.Expr, cells: Sequence[str], pattern: str) -> pl.DataFrame:
    """Those of `these` rows of which no cell matches."""
    at = frame.select(pl.arg_where(these)).to_series()
    for cell in cells:
        at = at.filter(~frame[cell].gather(at).str.contains(pattern).fill_null(False))
    return frame[at]


def _lettered_files(frame: pl.DataFrame, texts: pl.Series) -> Iterator[int]:
    """Files with letters that the single-file reader would compose or examine.

    `texts`: the distinct ones of a column.
    """
    marked = texts.filter(texts.str.len_chars() != texts.str.len_bytes())
    odd = [text for text in marked if ODD.search(text) or UNCLEAN.search(text) or not _is_composed(text)]
    if odd:
        yield from frame.filter(pl.col(texts.name).is_in(odd))["file"]


def _is_composed(text: str) -> bool:
    return not has_many_marks(text) and normalized("NFC", text) == text


def _kept(texts: pl.Series, column: str, contract: Contract) -> pl.Series:
    """The cells of a column (of the contract, else "") as make_grid and raw_rows leave them."""
    return texts.to_frame().select(cell_or_null(pl.first(), column, contract)).to_series()

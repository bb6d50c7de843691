"""Takes raw rows of text from a grid below its header, and classifies them. Reads no number's value."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import polars as pl

from transforms.dictionary.contracts import II06, SUMMARY, Contract
from transforms.dictionary.frames import kept
from transforms.read import normalise
from transforms.read.grid import Grid, Row
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.search import Layout
from transforms.read.refusal import refuse
from transforms.read.rows.parents import ARABIC, DECIMAL, with_parents

_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?\s*(?:=[\d()+=/ :;%xX×*.-]*)?")
MAX_TABLE_ROWS = 20_000  # of a table of counts; a list of cases may be longer
MIN_NUMBERED = 3  # cells that make a row of column numbers
_ROMAN = r"^\(?[IVXLC]+\)?[.)]?$|^[A-Z][.)]?$"
_FIGURE_LIKE = r"^[^\p{L}\d]*\d|^#"
_ROMAN_NAME = r"^(?:[IVX]{1,4}|[A-H])\s*[.)/:–-]\s*\p{L}"  # `II. Khối chi cục`
_ASIDE = ("no_field", "place", "note")
_DATE = r"^\D*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"


def raw_rows(grid: Grid, layout: Layout, contract: Contract, null_values: Sequence[str] = ()) -> pl.DataFrame:
    """The cells under the header as text: `row` (1-based in the file), `hidden` and every column of the contract.

    A column the file does not have is null throughout, an empty cell is null, as is a count or rate that is one of
    `null_values`. What the contract has no column for is not read: it goes no further than the file's bytes. A header
    repeated on each page is left out. Of a table of counts also `indent`: how far the field is indented (spaces).
    """
    start = _first_row(grid, layout)
    body = grid.rows[start:]
    above = [list(row) for row in grid.rows[layout.first_row - 1 : start] if any(row)]
    repeated = [start + number for number, row in enumerate(body, start=1) if row in above]
    data: dict[str, list[str | None]] = {}
    for column in contract.columns:
        index = layout.columns.get(column)
        if index is None:
            data[column] = [None] * len(body)
        else:
            data[column] = [row[index] if index < len(row) else None for row in body]
    rows = pl.DataFrame(data, schema=dict.fromkeys(contract.columns, pl.String))
    number = pl.int_range(start + 1, start + 1 + pl.len(), dtype=pl.UInt32).alias("row")
    named = layout.columns.get("field", -1)
    deep = pl.Series("indent", [grid.indents.get((at, named), 0) for at in range(start, len(grid.rows))], pl.UInt32)
    rows = rows.select(
        number,
        number.is_in(sorted(grid.hidden)).alias("hidden"),
        *([] if contract.by_case else [deep]),
        *(cell_or_null(pl.col(column), column, contract, null_values).alias(column) for column in contract.columns),
    )
    return rows.filter(~pl.col("row").is_in(repeated)) if repeated else rows


def refuse_long_table(rows: pl.DataFrame, contract: Contract) -> None:
    """Refuse a table of counts with more rows than MAX_TABLE_ROWS, blank ones aside: each takes time to be understood.

    `rows`: as raw_rows gives them.
    """
    if contract.by_case or rows.height <= MAX_TABLE_ROWS:
        return
    filled = rows.select(pl.any_horizontal(pl.col(column).is_not_null() for column in contract.columns).sum()).item()
    if filled > MAX_TABLE_ROWS:
        raise refuse(
            f"bảng có {filled} dòng; bảng số lượng hồ sơ có tối đa {MAX_TABLE_ROWS} dòng",
            f"the table has {filled} rows; a table of counts has at most {MAX_TABLE_ROWS}",
        )


def cell_or_null(cell: pl.Expr, column: str, contract: Contract, null_values: Sequence[str] = ()) -> pl.Expr:
    """A cell as it is kept: a figure with what may be wrong in it, any other text with its spaces tidied."""
    if column in contract.counts or column in contract.percents:
        return normalise.figure_or_null(cell, null_values)
    return normalise.blank_to_null(cell)


def _first_row(grid: Grid, layout: Layout) -> int:
    """The index of the first row under the header, and under the row of column numbers where there is one."""
    filled = (index for index in range(layout.last_row, len(grid.rows)) if any(grid.rows[index]))
    first = next(filled, layout.last_row)
    return first + 1 if first < len(grid.rows) and is_numbers_row(grid.rows[first]) else layout.last_row


def is_numbers_row(row: Row) -> bool:
    """Whether a row numbers the columns: `A B (1) (2) (3)=(1)+(2)`, from left to right."""
    cells = [_COLUMN_NUMBER.fullmatch(cell.strip()) for cell in row if cell.strip()]
    marks = [cell[1] for cell in cells if cell]
    if len(cells) < MIN_NUMBERED or len(marks) < len(cells):
        return False
    letters = [ord(mark.upper()) for mark in marks if mark.isalpha()]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    return all(mark.isalpha() for mark in marks[: len(letters)]) and all(
        after == before + 1 for run in (letters, numbers) for before, after in pairwise(run)
    )


def classify(rows: pl.DataFrame, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """Classify each raw row, and drop those that are no part of the table.

    `rows`: the columns of `raw_rows`, and `file`. Adds `kind`, `group` (number of the subtotal a row stands under, 0
    before the first) and `parent` (number of the row it is part of). Kinds: `detail`; `totals` (named so: of the whole
    table or of some rows); `either` (a totals row or a field of that name); `subtotal` (a roman group row with figures
    of its own); `of_which` and `part` (part of the row `parent`: said so, or only written under it with a bullet);
    `comparison` (of another day); `carry` (from page to page); `unknown` (figures, but no number of its own in a
    numbered table and no known name, or a name that is no field's: counting it wrongly doubles the figures); `hidden`
    (figures other than 0 that the sheet does not show). Dropped: blank rows, repeated headers, headings of groups,
    hidden rows without figures, and what stands below the table.
    """
    stated = [column for column in contract.columns if column != "unit"]
    rows = kept(rows, pl.any_horizontal(pl.col(column).is_not_null() for column in stated))
    if rows["hidden"].any():
        rows = rows.filter(~pl.col("hidden") | pl.any_horizontal(_hides(pl.col(column)) for column in contract.counts))
    known = book.names.get(contract.name, {})
    role = _roles(rows, book)
    rows = rows.with_columns(
        _speaking(rows, contract, known),
        role=pl.when(~role.is_in(_ASIDE)).then(role),
        aside=pl.when(role.is_in(_ASIDE)).then(role),
        header=_is_among(pl.coalesce("field", "ordinal"), rows, lambda text: header_key(text) in known),
        arabic=pl.col("ordinal").str.contains(f"{ARABIC}|{DECIMAL}").fill_null(False),
        roman=pl.col("ordinal").str.contains(_ROMAN).fill_null(False),
    )
    if contract.may_be_one_row:  # a totals row over nothing is the one thing that is stated
        rows = rows.with_columns(role=pl.when(pl.col("speaks").sum().over("file") > 1).then("role"))
    # Below the last row with figures only a numbered row, or one directly under it, still belongs to the table.
    whole = pl.col("ordinal").str.contains(ARABIC)
    rows = rows.with_columns(
        last=pl.col("row").filter(pl.col("speaks")).max().over("file"),
        numbered=whole.any().over("file").fill_null(False),
    )
    rows = with_parents(rows)
    last, numbered, arabic, role = pl.col("last"), pl.col("numbered"), pl.col("arabic"), pl.col("role")
    no_field = _of_name(rows, _is_no_field)
    is_note = (pl.col("aside") == "note").fill_null(False) | (pl.col("row") > last) & no_field
    # A totals row over others ends a table.
    total_last = (pl.col("speaks") & (role == "total").fill_null(False) & (pl.col("row") == last)).any().over("file")
    ended = numbered | (pl.col("row") > last + 1) | (total_last & (pl.col("speaks").sum().over("file") > 1))
    below = (pl.col("row") > last) & ~arabic & ended | is_note
    named = role.is_in(["of_which", "comparison", "carry"]).fill_null(False)
    heading = pl.col("broken_down") | (~arabic & (numbered | pl.col("roman") | pl.col("header") | named))
    roman_name = _of_name(rows, lambda name: name.str.contains(_ROMAN_NAME))
    heading |= roman_name & ~(pl.col("speaks") & roman_name).any().over("file")
    kind = (
        pl.when("hidden")
        .then(pl.lit("hidden"))
        .when(role == "total")
        .then(pl.lit("totals"))
        .when(role.is_in(["either", "comparison", "carry"]))
        .then(role)
        .when(role == "period")
        .then(pl.lit("unknown"))
        .when(pl.col("part").is_not_null())
        .then("part")
        .when(numbered & pl.col("roman"))
        .then(pl.lit("subtotal"))
        .when(_is_aside(contract))
        .then(pl.lit("unknown"))
        .when(numbered & ~arabic)
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("detail"))
    )
    dropped = below.fill_null(False) | (heading & ~pl.col("worded"))
    rows = kept(rows.with_columns(kind=kind), pl.col("speaks") | ~dropped)
    subtotal = pl.col("kind") == "subtotal"
    grouped = rows.select(subtotal.any()).item()
    return rows.with_columns(group=subtotal.cum_sum().over("file") if grouped else pl.lit(0, pl.UInt32)).drop(
        "speaks",
        "worded",
        "role",
        "aside",
        "header",
        "arabic",
        "roman",
        "last",
        "numbered",
        "part",
        "broken_down",
        "hidden",
        "indent",
    )


def _is_no_field(name: pl.Expr) -> pl.Expr:
    """Whether a text without figures below the table is no name: none, no letter, a footnote, a label and its value."""
    labelled = name.str.contains(r":\s*\S") & ~name.str.contains(r"(?i)^\s*lĩnh vực")
    footnote = name.str.contains(r"^\s*\(?\*")
    return (name.is_null() | ~name.str.contains(r"\p{L}") | labelled | footnote).fill_null(False)


def _of_name(rows: pl.DataFrame, is_so: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Whether this is true of the row's field, asked once of each distinct name; where it is unknown, it is not."""
    names = rows["field"].unique()
    found = names.to_frame().filter(is_so(pl.col("field"))).to_series()
    return pl.col("field").is_in(found.implode(), nulls_equal=True) if len(found) else pl.lit(False)


def _is_aside(contract: Contract) -> pl.Expr:
    """Whether a row with figures is no field, by its name; the rows of a table may be places if all of them are."""
    if contract not in (SUMMARY, II06):
        return pl.lit(False)
    is_no_field = (pl.col("aside") == "no_field").fill_null(False)
    if contract is II06:
        return is_no_field
    field = pl.col("speaks") & pl.col("role").is_null() & (pl.col("aside").is_null() | (pl.col("aside") == "note"))
    return is_no_field | (pl.col("aside") == "place").fill_null(False) & field.any().over("file")


def _roles(rows: pl.DataFrame, book: HeaderBook) -> pl.Expr:
    """What the row's field says it is, else what stands in place of its number."""
    names = rows["field"].drop_nulls().unique()
    marks = rows["ordinal"].drop_nulls().unique()
    of_names = book.roles.roles(names)
    of_marks = book.roles.roles(marks.filter(marks.str.contains(r"\p{L}{2}|[Σ∑]")))
    found = [
        pl.col(column).replace_strict(roles, default=None, return_dtype=pl.String)
        for column, roles in (("field", of_names), ("ordinal", of_marks))
        if roles
    ]
    role = pl.coalesce(*found, pl.lit(None, pl.String))
    return pl.when(role != "table").then(role)


def _is_among(texts: pl.Expr, rows: pl.DataFrame, wanted: Callable[[str], bool]) -> pl.Expr:
    """Whether a text is one of those wanted, each distinct one judged once."""
    distinct = rows.select(texts.unique()).to_series().drop_nulls()
    return texts.is_in([text for text in distinct if wanted(text)]).fill_null(False)


def _hides(count: pl.Expr) -> pl.Expr:
    """Whether a figure is more than nothing, or is not known (`#REF!`)."""
    figure = normalise.looks_like_number(count) & (normalise.count(count) != 0).fill_null(True)
    return (figure | count.str.starts_with("#")).fill_null(False)


def _speaking(rows: pl.DataFrame, contract: Contract, known: Mapping[str, str]) -> list[pl.Series]:
    """`speaks`: which rows have a figure, or what is written in place of one: `7*`, `12 hồ sơ`, `#REF!`.

    `worded`: which of the others have other words in a column of figures, but for headers and for what is written in
    the row's other cells as well (a note over merged cells). Most rows have a figure in the first column, so the next
    column is read only in the others.
    """
    silent = pl.int_range(rows.height, eager=True)
    for column in contract.counts:
        figures = normalise.of_distinct(rows[column].gather(silent), normalise.looks_like_number)
        silent = silent.filter(~figures.fill_null(False))
    left = rows[silent]
    counts = [pl.col(column) for column in contract.counts]
    odd = pl.any_horizontal(
        (cell.str.contains(_FIGURE_LIKE) & ~cell.str.contains(_DATE)).fill_null(False) for cell in counts
    )
    words = left.select(counts).unpivot().get_column("value").drop_nulls().unique().to_list() if left.height else []
    others = [text for text in words if header_key(text) not in known]
    name = pl.coalesce("field", "ordinal")
    worded = pl.any_horizontal((cell.is_in(others) & cell.ne_missing(name)).fill_null(False) for cell in counts)
    found = left.select(odd=odd, worded=worded)
    speaks = pl.repeat(True, rows.height, eager=True).scatter(silent.filter(~found["odd"]), False)
    return [
        speaks.alias("speaks"),
        pl.repeat(False, rows.height, eager=True).scatter(silent.filter(found["worded"]), True).alias("worded"),
    ]

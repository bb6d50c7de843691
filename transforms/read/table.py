"""From a grid under its header to raw rows of text, and what each row is. Reads no number's value."""

import re
from collections.abc import Iterator, Mapping

import polars as pl

from transforms.contracts import Contract
from transforms.read import normalise
from transforms.read.grid import Grid
from transforms.read.headers import HeaderBook, Layout, header_key
from transforms.text import fold, tidy

_COLUMN_NUMBER = r"^\(?(\d{1,2}|[A-Za-z])\)?$"
_COLUMN_FORMULA = r"^[\d()+=/ :;%x×*]*$"
_ROMAN = r"^\(?[IVXLC]+\)?[.)]?$|^[A-Z][.)]?$"
_ARABIC = r"^\d+[.)]?$"

_DIGITS = re.compile(r"\d")
_UNTIL = re.compile(r"(?:đến|tới)\s+(?:hết\s+)?ngày\s+(.+)$", re.IGNORECASE)
_DAY = re.compile(r"^ngày\s*:?\s+(?=\d)(.+)$", re.IGNORECASE)
_WRITTEN_DAY = re.compile(r"^(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)


def raw_rows(grid: Grid, layout: Layout, contract: Contract) -> pl.DataFrame:
    """The cells under the header as text: `row` (1-based in the file), `hidden` and every column of the contract.

    A column the file does not have is null throughout, an empty cell is null. What the contract has no column for
    is not read: it goes no further than the file's bytes.
    """
    start = layout.last_row
    body = grid.rows[start:]
    data: dict[str, list[str | None]] = {}
    for column in contract.columns:
        index = layout.columns.get(column)
        if index is None:
            data[column] = [None] * len(body)
        else:
            data[column] = [row[index] if index < len(row) else None for row in body]
    rows = pl.DataFrame(data, schema=dict.fromkeys(contract.columns, pl.String))
    number = pl.int_range(start + 1, start + 1 + pl.len(), dtype=pl.UInt32).alias("row")
    return rows.select(
        number,
        number.is_in(sorted(grid.hidden)).alias("hidden"),
        *(normalise.blank_to_null(pl.col(column)).alias(column) for column in contract.columns),
    )


def statements(grid: Grid, layout: Layout, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """What the title rows say of unit and date: `row`, `unit`, `date` as text, one row each.

    Only what is labelled counts (`Đơn vị: …`, `Ngày …`, `Từ ngày … đến ngày …`); the place and date of a
    signature (`Thái Nguyên, ngày …`) is no statement about the figures.
    """
    known = book.names.get(contract.name, {})
    found = [
        (number, column, value)
        for number, row in enumerate(grid.rows[: layout.first_row - 1], start=1)
        for column, value in _labelled([tidy(cell) for cell in row], known)
    ]
    unique = list(dict.fromkeys(found))  # a merged title stands in each of its cells
    return pl.DataFrame(
        [
            (row, value if column == "unit" else None, value if column == "date" else None)
            for row, column, value in unique
        ],
        schema={"row": pl.UInt32, "unit": pl.String, "date": pl.String},
        orient="row",
    )


def _labelled(cells: list[str], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for index, cell in enumerate(cells):
        label, colon, value = cell.partition(":")
        following = next((text for text in cells[index + 1 :] if text and text != cell), "")
        column = known.get(header_key(label)) if label else None
        if column in {"unit", "date"} and (colon or following):
            yield (
                column,
                _written_day(value.strip() or following) if column == "date" else value.strip() or following,
            )
        elif (match := _UNTIL.search(cell) or _DAY.match(cell)) and "," not in cell[: match.start()]:
            yield "date", _written_day(match.group(1))


def _written_day(text: str) -> str:
    """`19 tháng 8 năm 2022` as `19/8/2022`; anything else as it stands."""
    match = _WRITTEN_DAY.match(text)
    return "/".join(match.groups()) if match else text.strip(" .)(")


def classify(rows: pl.DataFrame, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """Say of each raw row (with `file`) what it is, and drop what is none of the table.

    Adds `kind`: `detail`, `totals` (a row named so), `subtotal` (a roman group row with figures of its own),
    `unknown` (figures, but no number of its own in a numbered table, and no known name of a totals row: a
    detail or a total, and counting it wrongly doubles the figures), `hidden` (figures other than 0 that the sheet
    does not show), and `group` (number of the subtotal a row stands under, 0 before the first). Dropped: blank rows, a
    row of column numbers, repeated headers, headings of groups, hidden rows without figures, and what stands below the
    table.
    """
    said = [column for column in contract.columns if column != "unit"]
    rows = rows.filter(pl.any_horizontal(pl.col(column).is_not_null() for column in said))
    name = pl.coalesce("field", "ordinal")
    names = rows.select(name).to_series().drop_nulls().unique().to_list()
    headers = [text for text in names if header_key(text) in book.names[contract.name]]
    totals = [text for text in names if fold(text) in book.totals]
    counts = [pl.col(column) for column in contract.counts]
    hides = pl.any_horizontal(
        (normalise.looks_like_number(column) & (normalise.count(column) != 0).fill_null(True)).fill_null(False)
        for column in counts
    )
    rows = rows.filter(~pl.col("hidden") | hides)

    speaks = pl.any_horizontal(normalise.looks_like_number(column).fill_null(False) for column in counts)
    numbers_row = (
        (pl.int_range(pl.len()).over("file") == 0)
        & name.str.contains(_COLUMN_NUMBER).fill_null(_marked(counts))
        & pl.all_horizontal(column.is_null() | column.str.contains(_COLUMN_FORMULA) for column in counts)
        & _consecutive(counts)
    )
    rows = rows.filter(~numbers_row.fill_null(False)).with_columns(
        speaks=speaks,
        arabic=pl.col("ordinal").str.contains(_ARABIC).fill_null(False),
        roman=pl.col("ordinal").str.contains(_ROMAN).fill_null(False),
        totals=name.is_in(totals).fill_null(False),
    )
    # Below the last row with figures only a numbered row, or one directly under it, still belongs to the table.
    last = pl.col("row").filter(pl.col("speaks")).max().over("file")
    numbered = pl.col("arabic").any().over("file")
    below = (pl.col("row") > last) & ~pl.col("arabic") & (numbered | (pl.col("row") > last + 1))
    heading = ~pl.col("arabic") & (numbered | pl.col("roman") | name.is_in(headers).fill_null(False))
    kind = (
        pl.when(pl.col("hidden"))
        .then(pl.lit("hidden"))
        .when(pl.col("totals"))
        .then(pl.lit("totals"))
        .when(numbered & pl.col("roman"))
        .then(pl.lit("subtotal"))
        .when(numbered & ~pl.col("arabic"))
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("detail"))
    )
    return (
        rows.with_columns(kind=kind, dropped=below.fill_null(False) | (~pl.col("speaks") & heading))
        .filter(~pl.col("dropped"))
        .with_columns(group=(pl.col("kind") == "subtotal").cum_sum().over("file"))
        .drop("speaks", "arabic", "roman", "totals", "dropped", "hidden")
    )


def classify_cases(rows: pl.DataFrame, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """Say of each raw row of a case list what it is: `detail`, or `totals` (a row named so, also `Tổng cộng: 25`).

    Adds `kind` and `group` (always 0); `hidden` stays. Dropped: blank rows, a row of column numbers, repeated headers,
    headings of groups, and what stands unnumbered below the last row that states a day or two codes.
    """
    told = [pl.col(column) for column in (*contract.codes, *contract.dates)]
    words = [pl.col(column) for column in contract.texts if column != "unit"]
    name = pl.coalesce(words)
    names = rows.select(name).to_series().drop_nulls().unique().to_list()
    headers = [text for text in names if header_key(text) in book.names[contract.name]]
    totals = [text for text in names if fold(_DIGITS.sub("", text)) in book.totals]
    cells = [*words, *told]
    numbers_row = (
        (pl.int_range(pl.len()).over("file") == 0)
        & pl.all_horizontal(cell.is_null() | cell.str.contains(_COLUMN_NUMBER) for cell in cells)
        & _consecutive(cells)
    )
    rows = rows.filter(pl.any_horizontal(cell.is_not_null() for cell in cells))
    rows = rows.filter(~numbers_row.fill_null(False)).with_columns(
        speaks=pl.any_horizontal(pl.col(column).str.contains(r"\d").fill_null(False) for column in contract.dates)
        | (pl.sum_horizontal(cell.is_not_null() for cell in told) > 1),
        totals=name.is_in(totals).fill_null(False),
    )
    last = pl.col("row").filter(pl.col("speaks") & ~pl.col("totals")).max().over("file")
    heading = ~pl.col("speaks") & pl.col("case_id").is_null()
    return (
        rows.filter(
            (pl.col("row") <= last).fill_null(False) | pl.col("ordinal").str.contains(_ARABIC).fill_null(False),
            ~heading,
            ~name.is_in(headers).fill_null(False),
        )
        .with_columns(
            kind=pl.when("totals").then(pl.lit("totals")).otherwise(pl.lit("detail")),
            group=pl.lit(0, pl.UInt32),
        )
        .drop("speaks", "totals")
    )


def _marked(columns: list[pl.Expr]) -> pl.Expr:
    """Whether every cell is written as a column's number only is: `(1)`, `(3)=(1)+(2)`."""
    return pl.all_horizontal(column.is_null() | column.str.contains(r"^\(\d{1,2}\)|=") for column in columns)


def _consecutive(columns: list[pl.Expr]) -> pl.Expr:
    """Whether the cells begin with numbers that follow one another, as the numbers of columns do."""
    numbers = pl.concat_list(column.str.extract(r"(\d{1,2})").cast(pl.Int64) for column in columns).list.drop_nulls()
    spread = numbers.list.max() - numbers.list.min()
    return (numbers.list.n_unique() == numbers.list.len()) & (spread == numbers.list.len() - 1)

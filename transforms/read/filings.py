"""Reads many files of one contract into one typed frame. Does not decide which figures are right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.dictionary.frames import Columns, kept, spared
from transforms.read import normalise
from transforms.read.agreed import NOTHING_AGREED, Agreed
from transforms.read.case_lists import refuse_case_list, refused_as_cases
from transforms.read.formats import grids
from transforms.read.grid import Grid
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.search import Layout
from transforms.read.layouts.tables import of_file, rows_of_file, table_of
from transforms.read.plain import plain_tables
from transforms.read.refusal import Refusal, UnreadableError, refuse
from transforms.read.rows.case_list import classify_cases
from transforms.read.rows.doubts import ambiguous_counts, refuse_doubtful
from transforms.read.rows.partial import refuse_partial
from transforms.read.rows.second_tables import refuse_second_table
from transforms.read.rows.table import classify, raw_rows, refuse_long_table
from transforms.read.rows.unseen import refuse_unseen
from transforms.read.titles.claims import Claim, claims, statements
from transforms.read.titles.words import NO_WORDS, TitleBook
from transforms.read.typed import number_of
from transforms.read.unforeseen import UNFORESEEN, unreadable


@dataclass(frozen=True)
class Filings:
    """What the files of a batch state, a row per row of a table.

    `rows`: the columns of `filed`: `file`, `row` (1-based in the file), `kind` (those of read.rows.table, and
    statement = a title row's word about unit or date), `group`, and the contract's columns typed: texts and codes
    String, counts Int64 (cases), percents Float64 (%), dates Date; of a list of cases also `hidden`, of a table of
    counts `parent` (number of the row it is part of). `texts`: the
    columns of `written`: the same rows in the same order, as written. `layouts`, `refusals`: per file where its table
    was found, and why it was not read; a doubtful table has both. `titles`: per file what its titles, its notes and the
    name of its sheet state, for the files that have any.
    """

    rows: pl.DataFrame
    texts: pl.DataFrame
    layouts: Mapping[int, Layout]
    refusals: Mapping[int, Refusal]
    titles: Mapping[int, Sequence[Claim]] = field(default_factory=dict)

    def refusing(self, refusals: Mapping[int, Refusal]) -> "Filings":
        """These files, of which some are refused after all: nothing that they state is left."""
        left = ~pl.col("file").is_in(list(refusals))
        return Filings(
            self.rows.filter(left),
            self.texts.filter(left),
            {file: layout for file, layout in self.layouts.items() if file not in refusals},
            {**self.refusals, **refusals},
            {file: said for file, said in self.titles.items() if file not in refusals},
        )

    def without_rows(self) -> "Filings":
        """What is known of the files, without what they state: their rows are as large as all tables together."""
        return replace(self, rows=self.rows.clear(), texts=self.texts.clear())

    def beside(self, later: "Filings") -> "Filings":
        """These files and others, whose numbers are higher."""
        return Filings(
            pl.concat([self.rows, later.rows]),
            pl.concat([self.texts, later.texts]),
            {**self.layouts, **later.layouts},
            {**self.refusals, **later.refusals},
            {**self.titles, **later.titles},
        )


@dataclass(frozen=True)
class FileRead:
    """What one file states: its raw rows (`file` is not among their columns), where its table is, what its titles say.

    Without `refusal` there are `rows` and a `layout`; a doubtful table has a `layout` and a `refusal`.
    """

    rows: pl.DataFrame | None = None
    layout: Layout | None = None
    claims: Sequence[Claim] = ()
    refusal: Refusal | None = None


class ReadEach(Protocol):
    """A way to read files one by one, such as in other processes; it raises no error for what a file holds."""

    def __call__(  # noqa: D102
        self,
        contents: Mapping[int, bytes],
        contract: Contract,
        book: HeaderBook,
        terms: Mapping[int, Agreed],
        words: TitleBook,
    ) -> Mapping[int, FileRead]: ...


def read_file(content: bytes, contract: Contract, book: HeaderBook, agreed: Agreed, words: TitleBook) -> FileRead:
    """One file of any format. Raises what the program itself does wrong on it, and MemoryError."""
    layout: Layout | None = None
    found: Sequence[Grid] = ()
    try:
        found = grids(content)
        refuse_case_list(found, contract, book)
        grid, layout = table_of(found, contract, book, agreed)
        with rows_of_file(layout):
            refuse_second_table(grid, layout, contract, book)
            refuse_unseen(grid, layout, contract)
            refuse_partial(grid, layout, contract, book.states)
            refuse_doubtful(grid, layout, contract)
            rows = raw_rows(grid, layout, contract, agreed.null_values)
            refuse_long_table(rows, contract)
    except UnreadableError as error:
        refusal = refused_as_cases(error.refusal, content, found, contract, book)
        return FileRead(layout=None if refusal.of_cases else layout, refusal=refusal)
    return FileRead(rows, layout, claims(grid, layout, words, agreed))


def read_here(
    contents: Mapping[int, bytes],
    contract: Contract,
    book: HeaderBook,
    terms: Mapping[int, Agreed],
    words: TitleBook,
) -> dict[int, FileRead]:
    """Each file in this process, without limits of time and memory; what fails on a file is its refusal."""
    read: dict[int, FileRead] = {}
    for file, content in contents.items():
        try:
            read[file] = read_file(content, contract, book, terms[file], words)
        except UNFORESEEN as error:
            read[file] = FileRead(refusal=unreadable(error).refusal)
    return read


@cache
def filed(contract: Contract) -> pl.Schema:
    """The columns of `rows` of Filings."""
    typed: Columns = {
        **dict.fromkeys((*contract.texts, *contract.codes), pl.String),
        **dict.fromkeys(contract.counts, pl.Int64),
        **dict.fromkeys(contract.percents, pl.Float64),
        **dict.fromkeys(contract.dates, pl.Date),
    }
    return _with_places(typed, contract)


@cache
def written(contract: Contract) -> pl.Schema:
    """The columns of `texts` of Filings."""
    return _with_places({**dict.fromkeys(contract.columns, pl.String)}, contract)


def read_filings(
    contents: Mapping[int, bytes],
    contract: Contract,
    book: HeaderBook,
    agreed: Mapping[int, Agreed] | None = None,
    words: TitleBook = NO_WORDS,
    read_each: ReadEach = read_here,
) -> Filings:
    """Read every file of `contents` (number → bytes); a file that cannot be read is a refusal, not an error.

    `agreed`: what is known of each file before it is read; `words`: what the lines around a table may say; `read_each`:
    how all files are read that are not plain (transforms.read.plain). Where the program itself fails on a file, that
    file is refused, and the others are read without it.
    """
    terms = {file: (agreed or {}).get(file, NOTHING_AGREED) for file in contents}
    done: dict[int, FileRead] = {}

    def read_once(files: Mapping[int, bytes]) -> dict[int, FileRead]:
        left = {file: content for file, content in files.items() if file not in done}
        if left:
            done.update(read_each(left, contract, book, terms, words))
        return {file: done[file] for file in files}

    def read(files: Mapping[int, bytes]) -> Filings:
        return _read(files, contract, book, terms, words, read_once)

    return _read_or_halve(contents, read)


def _read_or_halve(contents: Mapping[int, bytes], read: Callable[[Mapping[int, bytes]], Filings]) -> Filings:
    """All files together; where that fails each half by itself, down to the file on which it fails."""
    try:
        return read(contents)
    except UNFORESEEN as error:  # a fault of one file holds back that file, not the others
        files = list(contents)
        if len(files) == 1:
            return read({}).refusing({files[0]: unreadable(error).refusal})
        middle = len(files) // 2
        halves = ({file: contents[file] for file in half} for half in (files[:middle], files[middle:]))
        first, second = (_read_or_halve(half, read) for half in halves)
        return first.beside(second)


def _read(
    contents: Mapping[int, bytes],
    contract: Contract,
    book: HeaderBook,
    terms: Mapping[int, Agreed],
    words: TitleBook,
    read_once: Callable[[Mapping[int, bytes]], Mapping[int, FileRead]],
) -> Filings:
    tables, layouts = plain_tables(contents, contract, book, terms, words)
    said: dict[int, Sequence[Claim]] = {}
    titles: list[pl.DataFrame] = []
    refusals: dict[int, Refusal] = {}
    others = {file: content for file, content in contents.items() if file not in layouts}
    for file, read in read_once(others).items():
        if read.layout is not None:
            layouts[file] = read.layout
        if read.refusal is not None:
            refusals[file] = read.refusal
        if read.rows is not None:
            number = pl.lit(file, pl.UInt32).alias("file")
            tables.append(read.rows.select(number, pl.all()))
            if read.claims:
                said[file] = read.claims
                titles.append(statements(read.claims).select(number, pl.all()))
    texts = _stack(tables, titles, contract, book)
    for file, refusal in ambiguous_counts(texts, layouts, contract).items():
        refusals[file] = of_file(refusal, layouts[file])
    empty = set() if contract.by_case else layouts.keys() - refusals.keys() - set(_with_rows(texts))
    for file in empty:
        empty_table = refuse(
            "bảng không có dòng số liệu nào; nếu không phát sinh hồ sơ, hãy ghi số 0",
            "the table has no row of figures; if there were no cases, write 0",
            row=layouts[file].last_row,
        )
        refusals[file] = of_file(empty_table.refusal, layouts[file])
    texts = spared(kept(texts, ~pl.col("file").is_in(list(refusals))))
    said = {file: found for file, found in said.items() if file not in refusals}
    return Filings(spared(_typed(texts, contract)), texts, layouts, refusals, said)


def _with_places(columns: Columns, contract: Contract) -> pl.Schema:
    """The columns with those that say where a row stands and what it is."""
    places: Columns = {"file": pl.UInt32, "row": pl.UInt32}
    if contract.by_case:
        return pl.Schema({**places, "hidden": pl.Boolean, **columns, "kind": pl.String, "group": pl.UInt32})
    return pl.Schema({**places, **columns, "parent": pl.UInt32, "kind": pl.String, "group": pl.UInt32})


def _stack(
    tables: list[pl.DataFrame], titles: list[pl.DataFrame], contract: Contract, book: HeaderBook
) -> pl.DataFrame:
    places: Columns = {"file": pl.UInt32, "row": pl.UInt32, "hidden": pl.Boolean}
    indent: Columns = {} if contract.by_case else {"indent": pl.UInt32}
    schema: Columns = {**places, **indent, **dict.fromkeys(contract.columns, pl.String)}
    of_kind = classify_cases if contract.by_case else classify
    rows = of_kind(pl.concat([pl.DataFrame(schema=schema), *tables]), contract, book)
    rows = pl.concat([rows, *(title.with_columns(kind=pl.lit("statement")) for title in titles)], how="diagonal")
    file, row = pl.col("file"), pl.col("row")
    follows = (file > file.shift()) | ((file == file.shift()) & (row >= row.shift()))
    # Sorting long tables that are sorted takes as long as reading their figures.
    if not rows.select(follows.all()).item():
        rows = rows.sort("file", "row", maintain_order=True)
    return rows.with_columns(pl.col("file").set_sorted())  # files are then grouped without hashing


def _with_rows(texts: pl.DataFrame) -> list[int]:
    return texts.filter(pl.col("kind") != "statement")["file"].unique().to_list()


def _typed(texts: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    days = texts.select(normalise.without_time(pl.col(column)) for column in contract.dates)
    return texts.with_columns(
        *(normalise.of_distinct(texts[column], number_of(column, contract)) for column in contract.counts),
        *(normalise.of_distinct(texts[column], normalise.rate) for column in contract.percents),
        *(normalise.of_distinct(days[column], normalise.day) for column in contract.dates),
    )

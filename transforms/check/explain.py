"""Explains to a person how one file was read: sheet, header, columns, numbers, rows. Judges nothing."""

from dataclasses import dataclass

import polars as pl

from transforms.dictionary.labels import label
from transforms.read import normalise
from transforms.read.addresses import letters
from transforms.read.filings import Filings
from transforms.read.headers.search import Layout

_STYLES = {"dot": "1.489", "comma": "1,489", "space": "1 489"}


@dataclass(frozen=True)
class Reading:
    """`columns`: (our column, its label, the header as written, its place in the sheet: A, B, …).

    `header_rows`: first and last, 1-based; `numbers`: how thousands are grouped (`1.489`), "" where nothing shows it;
    `kinds`: how many rows of each kind; `unread`: the headers of the columns left where they are.
    """

    format: str
    encoding: str
    separator: str
    sheet: str
    header_rows: tuple[int, int]
    columns: tuple[tuple[str, str, str, str], ...]
    unread: tuple[str, ...]
    numbers: str
    kinds: dict[str, int]


def _place(layout: Layout, column: str, index: int) -> str:
    """The letters of a column, of a sum those of all its columns; "" where its figures stand in several places."""
    if layout.numbers:
        return ""
    return " + ".join(map(letters, layout.parts.get(column, (index,))))


def reading(filings: Filings, file: int, contract: str = "") -> Reading:
    """How `file` was read. Raises KeyError where no table was found in it."""
    layout = filings.layouts[file]
    texts = filings.texts.filter(pl.col("file") == file)
    counted = [column for column in layout.columns if filings.rows.schema.get(column) == pl.Int64]
    styles = texts.select(normalise.grouping(pl.col(column)).alias(column) for column in counted)
    found = [style for column in counted for style in styles[column].drop_nulls().unique()]
    kinds = texts.group_by("kind").len().sort("kind")
    placed = sorted(layout.columns.items(), key=lambda pair: pair[1])
    return Reading(
        format=layout.origin.format,
        encoding=layout.origin.encoding,
        separator=layout.origin.separator,
        sheet=layout.sheet,
        header_rows=(layout.first_row, layout.numbers.get(layout.last_row, layout.last_row)),
        columns=tuple(
            (name, label(name, contract=contract), layout.names[name], _place(layout, name, index))
            for name, index in placed
        ),
        unread=layout.unread,
        numbers=_STYLES[found[0]] if found else "",
        kinds=dict(kinds.iter_rows()),
    )

"""Refuses a whole table where its figures would be a guess. Judges no single figure."""

import re
from collections.abc import Mapping

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.read import normalise
from transforms.read.grid import Grid, Row
from transforms.read.headers.rows import FIGURE
from transforms.read.headers.search import Layout
from transforms.read.refusal import Refusal, refuse

_LOSING_CELLS = ("csv", "html")
_ZERO = re.compile(r"[\s0.,%+-]*")


def refuse_doubtful(grid: Grid, layout: Layout, contract: Contract) -> None:
    """Raise UnreadableError for figures beyond the last header, and lost cells.

    A row of figures is compared with the longest one: many programs leave out the blank cells at the end of all rows.
    Only in text and pages a cell can be lost; a workbook's cells have their addresses.
    """
    if contract.by_case or not layout.columns:
        return
    header = grid.rows[layout.first_row - 1 : layout.last_row]
    width = max(index + 1 for row in header for index, cell in enumerate(row) if cell)
    count_at = layout.columns[contract.required[1]]
    body = grid.rows[layout.last_row :]
    longest = 0
    if grid.origin.format in _LOSING_CELLS:
        longest = min(width, max((len(row) for row in body if _states(row, count_at)), default=0))
    for number, row in enumerate(body, start=layout.last_row + 1):
        if len(row) < longest and _states(row, count_at):
            raise refuse(
                f"dòng có {len(row)} ô, dòng khác có {longest}: các cột có thể bị lệch",
                f"the row has {len(row)} cells, another {longest}: the columns may have slipped",
                number,
            )
        for place, cell in enumerate(row[width:], start=width):
            if FIGURE.fullmatch(cell):
                raise refuse(
                    f"số liệu ở ô thứ {place + 1} không có tiêu đề; các cột có thể bị lệch",
                    f"a figure in cell {place + 1} has no header; the columns may have slipped",
                    number,
                    value=cell,
                )


def _states(row: Row, start: int) -> bool:
    """Whether there are cases in a row: with nothing but zeros a lost cell changes no figure."""
    return any(FIGURE.fullmatch(cell) and not _ZERO.fullmatch(cell) for cell in row[start:])


def ambiguous_counts(texts: pl.DataFrame, layouts: Mapping[int, Layout], contract: Contract) -> dict[int, Refusal]:
    """Files in which the value of a grouped number such as `1.489` would be a guess, and why.

    `texts`: `file`, `row` and the contract's columns as written, a row per row of a table. Either more than one
    separator groups by three, or one that also stands before decimals (`1.489` beside `12.00`), or every figure but
    zeros is written `5.000`: five with three decimals, or five thousand.
    """
    suspects = _with_doubtful_counts(texts, contract)
    if not suspects:
        return {}
    cells = (
        texts.filter(pl.col("file").is_in(list(suspects)))
        .unpivot(on=list(contract.whole_counts), index=["file", "row"], variable_name="column", value_name="text")
        .filter(pl.col("text").is_not_null())
        .with_columns(style=normalise.grouping(pl.col("text")), decimal=normalise.decimal_sign(pl.col("text")))
        .sort("file", "row", maintain_order=True)
    )
    grouped = cells.filter(pl.col("style").is_not_null())
    first = grouped.group_by("file", maintain_order=True).agg(first=pl.col("style").first())
    mixed = (
        cells.join(first, on="file", maintain_order="left")
        .filter((pl.col("style") != pl.col("first")) | (pl.col("decimal") == pl.col("first")))
        .unique("file", keep="first", maintain_order=True)
    )
    says_nothing = normalise.is_none(pl.col("text")) | normalise.is_whole_thousands(pl.col("text"))
    clear = cells.filter(~says_nothing | pl.col("decimal").is_not_null())
    unclear = grouped.filter(normalise.is_whole_thousands(pl.col("text"))).join(clear, on="file", how="anti")
    reasons = (
        (
            unclear.unique("file", keep="first", maintain_order=True),
            "có thể là số có ba chữ số thập phân hoặc hàng nghìn: hãy viết liền (5000)",
            "may have three decimals or group thousands: write it without a separator (5000)",
        ),
        (
            mixed,
            "số viết lẫn nhiều dấu phân cách hàng nghìn, không xác định được giá trị",
            "counts mix thousands separators, their value cannot be determined",
        ),
    )
    return {
        row["file"]: refuse(vi, en, row["row"], layouts[row["file"]].names[row["column"]], row["text"]).refusal
        for rows, vi, en in reasons
        for row in rows.iter_rows(named=True)
    }


def _with_doubtful_counts(texts: pl.DataFrame, contract: Contract) -> set[int]:
    """Files that may be ambiguous, by the few distinct texts: no other file has to be read cell by cell."""
    text = pl.col("text")
    styled: dict[str, set[str]] = {}
    quiet: set[str] = set()  # zeros, and what may be thousands: they do not show how thousands are written
    whole: set[str] = set()
    decimal: dict[str, set[str]] = {}
    for column in _stated(texts, contract):
        distinct = texts.select(text=pl.col(column).unique()).with_columns(
            style=normalise.grouping(text),
            none=normalise.is_none(text),
            whole=normalise.is_whole_thousands(text),
            decimal=normalise.decimal_sign(text),
        )
        quiet.update(distinct.filter(pl.col("none") | pl.col("whole"))["text"])
        whole.update(distinct.filter("whole")["text"])
        for style, value in distinct.filter(pl.col("style").is_not_null()).select("style", "text").iter_rows():
            styled.setdefault(style, set()).add(value)
        for sign, value in distinct.filter(pl.col("decimal").is_not_null()).select("decimal", "text").iter_rows():
            decimal.setdefault(sign, set()).add(value)
    rare = set().union(*sorted(styled.values(), key=len)[:-1])  # two styles in a file are never both the usual one
    # Of the two kinds of figures that one sign can write, the fewer lead to the files that hold both.
    rare.update(*(min(values, styled[sign], key=len) for sign, values in decimal.items() if sign in styled))
    unclear = _files(texts, contract, whole, among=True)
    clear = _files(texts.filter(pl.col("file").is_in(list(unclear))), contract, quiet, among=False)
    return _files(texts, contract, rare, among=True) | (unclear - clear)


def _files(texts: pl.DataFrame, contract: Contract, values: set[str], *, among: bool) -> set[int]:
    """Files with a count that is `among` these values, or with one that is not."""
    found: set[int] = set()
    if among and not values:
        return found
    for column in _stated(texts, contract):
        listed = texts[column].is_in(list(values))
        found.update(texts["file"].filter(listed if among else ~listed).unique())
    return found


def _stated(texts: pl.DataFrame, contract: Contract) -> list[str]:
    """The counts that any file states."""
    return [column for column in contract.whole_counts if texts[column].null_count() < texts.height]

"""Splits what was read of a shared file into parts, one for each unit and day. A row is a unit's, a sum, or held back.

What names no known unit is a part of its own, which is held back with the nearest names. Knows no lake and no file.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from transforms.check.privacy import NOT_SHOWN
from transforms.check.shared.figures import ADDED, part_figures, plain_thousands, total_rows
from transforms.check.shared.names import Named, Names
from transforms.check.shared.owners import Owned, Owner, Row, owners
from transforms.check.shared.parts import Part, PartRead, PartTotal, as_stated, digest
from transforms.check.shared.refusals import appears_twice, unknown_name
from transforms.check.shared.totals import totals_of_parts
from transforms.dictionary.contracts import NO_FIELD, PROCESSING, Contract
from transforms.dictionary.shared_senders import unknown_sender
from transforms.read import normalise
from transforms.read.filings import FileRead
from transforms.read.headers.book import HeaderBook
from transforms.read.refusal import Refusal, UnreadableError, refuse
from transforms.read.rows.case_list import classify_cases
from transforms.read.rows.table import refuse_long_table
from transforms.read.shared.reading import SharedRead, SharedTable

_MOST_UNKNOWN = 50  # names of nobody known that are held back one by one, where they are most of the names
_MORE_NAMES = 2_000  # distinct names beyond four a unit: fields and headings; more are no names of units
_ROMAN = r"^\(?[IVXLC]+\)?[.)]?$|^[A-Z][.)]?$"


@dataclass(frozen=True, eq=False)
class Terms:
    """How a file is split. `sender`: of the shared export; `day`: of the file; `by`, `dates`: as in [[shared]].

    `groups`: unit → its group; `is_field`: whether a text is the name of a field; `idle`: the units that had no case
    where the file has no row of theirs.
    """

    contract: Contract
    names: Names
    book: HeaderBook
    sender: str
    day: date
    by: str
    dates: str
    groups: Mapping[str, str]
    is_field: Callable[[str], bool]
    idle: Collection[str] = ()


@dataclass(frozen=True)
class Split:
    """The parts of a file; or why it could not be split."""

    parts: tuple[Part, ...] = ()
    refusal: Refusal | None = None


def split(read: SharedRead, terms: Terms) -> Split:
    """The parts of a shared file that was read."""
    if read.refusal is not None:
        return Split(refusal=read.refusal)
    tables = [table for table in read.tables if table.rows is not None]
    frame = _frame(tables, terms)
    if (many := frame["name"].n_unique()) > (most := len(terms.groups) * 4 + _MORE_NAMES):
        return Split(refusal=_no_units(f"{many} tên khác nhau, nhiều hơn {most}", f"{many} names, more than {most}"))
    if terms.contract.by_case:
        owned = _of_cases(frame, terms)
    else:
        has_fields = terms.by in ("group", "sheet", "block") or any(
            t.layout and "field" in t.layout.columns for t in tables
        )
        rows = list(_rows(frame, terms))
        owned = owners(rows, terms.names, terms.by, terms.is_field, terms.groups, has_fields=has_fields)
    if owned.refusal is not None:
        return Split(refusal=owned.refusal)
    idle = _idle(tables, owned, terms)
    if not idle and not any(owner.rows for owner in owned.owners):
        return Split(refusal=_no_units("không có dòng nào nêu tên đơn vị", "no row names a unit"))
    unknown = sum(owner.kind != "unit" for owner in owned.owners if owner.rows)
    if unknown > _MOST_UNKNOWN and 2 * unknown > len(owned.owners):
        vi, en = f"{unknown} tên không phải tên đơn vị nào đã biết", f"{unknown} names are of no known unit"
        return Split(refusal=_no_units(vi, en))
    parts = _parts(frame, tables, owned, terms)
    parts += idle
    parts += [_refused_table(table, terms, number) for number, table in enumerate(read.tables) if table.rows is None]
    return Split(tuple(parts))


def _no_units(vi: str, en: str) -> Refusal:
    """The refusal of a file that does not hold units in the form that was written down."""
    return refuse(f"{vi}; xem lại by và layout trong [[shared]]", f"{en}; see `by` and `layout` in [[shared]]").refusal


def _frame(tables: Sequence[SharedTable], terms: Terms) -> pl.DataFrame:
    """The rows of all tables with `at` (their place), `table`, `of_file` (their row in the file), `name` and `day`."""
    frames = []
    for number, table in enumerate(tables):
        assert table.rows is not None  # noqa: S101 - chosen so
        rows = table.rows
        if terms.by in ("sheet", "block"):
            name = table.sheet if terms.by == "sheet" else terms.names.in_title(table.titles, terms.day)
            rows = rows.with_columns(name=pl.lit(name, pl.String))
        elif terms.by == "group":
            rows = rows.with_columns(name=pl.coalesce("field", "ordinal"))
        numbers = table.layout.numbers if table.layout else {}
        frames.append(
            rows.with_columns(
                table=pl.lit(number, pl.UInt32),
                of_file=pl.col("row").replace_strict(numbers, default=pl.col("row"), return_dtype=pl.UInt32)
                if numbers
                else pl.col("row"),
            )
        )
    frame = pl.concat(frames) if frames else pl.DataFrame()
    day = pl.lit(terms.day)
    if terms.dates == "column" and frame["date"].null_count() < frame.height:
        day = normalise.day(normalise.without_time(pl.col("date"))).fill_null(terms.day)
    return frame.with_row_index("at").with_columns(day=day)


def _rows(frame: pl.DataFrame, terms: Terms) -> Iterator[Row]:
    counts = [pl.col(column) for column in terms.contract.counts]
    number = pl.any_horizontal(cell.str.contains(r"\d|^[-–—]+$|^#").fill_null(False) for cell in counts)
    said = pl.any_horizontal((cell.is_not_null() & cell.ne_missing(pl.col("name"))) for cell in counts)
    seen = frame.with_columns(number=number, said=said).with_columns(
        last=pl.col("row").filter("number").max().over("table").fill_null(0)
    )
    label = pl.coalesce("field", pl.when(pl.col("ordinal").str.contains(r"\p{L}{2}")).then("ordinal"))
    names = seen.select(label=label).to_series().drop_nulls().unique().to_list()
    sums = [name for name in names if terms.book.roles.role(name) in ("total", "either")]
    unit_left_out = pl.col("unit").is_null() if terms.by == "column" else pl.lit(True)
    chosen = seen.select(
        "at",
        "table",
        "of_file",
        "name",
        "day",
        speaks=pl.col("number") | (pl.col("said") & (pl.col("row") < pl.col("last"))),
        is_sum=(label.is_in(sums) & unit_left_out).fill_null(False),
        is_roman=pl.col("ordinal").str.contains(_ROMAN).fill_null(False),
    )
    return (Row(*row) for row in chosen.iter_rows())


def _of_cases(frame: pl.DataFrame, terms: Terms) -> Owned:
    """Cases: whose each is, is said by its own name alone. Headings, notes and repeated headers are no cases."""
    found = Owned()
    if frame.is_empty():
        return found
    plain = frame.with_columns(file=pl.col("table")).drop(*ADDED)
    details = classify_cases(plain, terms.contract, terms.book).filter(pl.col("kind") == "detail")
    frame = frame.join(details, left_on=["table", "row"], right_on=["file", "row"], how="semi", maintain_order="left")
    number_of: dict[tuple[str | None, date], int] = {}
    by_key: dict[tuple[object, ...], int] = {}
    distinct = frame.group_by("name", "day", maintain_order=True).agg(pl.col("of_file"), pl.col("at"))
    for name, day, rows, ats in distinct.iter_rows():
        named = terms.names.of(name, day) if name else None
        if named is None or named.kind not in ("unit", "foreign", "unclear"):
            named = Named("unknown")
        kind, ids = named.kind, named.ids
        key = (kind, ids or name, day)
        if key not in by_key:
            by_key[key] = len(found.owners)
            found.owners.append(Owner(kind, ids, name or "", day))
        owner = number_of[name, day] = by_key[key]
        found.owners[owner].rows += rows
        found.owner_of |= dict.fromkeys(ats, owner)
    return found


def _idle(tables: Sequence[SharedTable], owned: Owned, terms: Terms) -> list[Part]:
    """For each unit that had no case a list without rows."""
    if not terms.idle or not tables:
        return []
    first = tables[0]
    assert first.rows is not None  # noqa: S101 - chosen so
    there = {owner.ids[0] for owner in owned.owners if owner.kind == "unit" and owner.day == terms.day}
    read = FileRead(first.rows.drop("name").clear(), first.layout, first.claims)
    sha256 = digest((), None, ())
    part = PartRead(read, sender=terms.sender)
    return [Part(unit_id, unit_id, None, part, sha256) for unit_id in terms.idle if unit_id not in there]


def _parts(frame: pl.DataFrame, tables: Sequence[SharedTable], owned: Owned, terms: Terms) -> list[Part]:
    places = pl.DataFrame(list(owned.owner_of.items()), schema={"at": pl.UInt32, "part": pl.UInt32}, orient="row")
    rows = frame.join(places, on="at", maintain_order="left").with_columns(
        heading=pl.col("at").is_in(sorted(owned.headings))
    )
    rows = plain_thousands(rows, terms.contract)
    rows = rows.with_columns(as_stated(rows, terms.contract).alias("stated"))
    totals: dict[int, tuple[PartTotal, ...]] = {}
    if owned.sums:
        figures = part_figures(rows, owned, terms.contract, terms.book, is_row_each=terms.by == "row")
        names = {number: owner.name for number, owner in enumerate(owned.owners)}
        printed = list(total_rows(frame, owned, terms.contract, terms.book))
        totals = totals_of_parts(printed, figures, names)
    by_part = rows.partition_by("part", as_dict=True, maintain_order=True)
    columns = [name for name in frame.columns if name not in ADDED]
    found = []
    for number, owner in enumerate(owned.owners):
        own = by_part.get((number,))
        if own is None:
            continue
        first = tables[own["table"][0]]
        held = _why_held(owner, own, tables, terms)
        read = FileRead(refusal=held) if held is not None else _read(own.select(columns), first, terms)
        unit_id, name = _called(owner, terms)
        sums = totals.get(number, ())
        day = owner.day if owner.day != terms.day else None
        sha256 = digest(own["stated"].to_list(), read.refusal, sums)
        found.append(Part(unit_id, name, day, PartRead(read, sums, terms.sender), sha256))
    return found


def _called(owner: Owner, terms: Terms) -> tuple[str, str]:
    """What stands for the owner in the ledger: its id, and its name; in lists of cases no name that nobody knows."""
    if owner.kind == "unit":
        return owner.ids[0], owner.name
    if owner.kind == "foreign":
        return unknown_sender(terms.sender, owner.ids[0]), owner.name
    hidden = terms.contract.by_case
    return unknown_sender(terms.sender, owner.name, hidden=hidden), NOT_SHOWN if hidden else owner.name


def _why_held(owner: Owner, own: pl.DataFrame, tables: Sequence[SharedTable], terms: Terms) -> Refusal | None:
    """Why nothing of these rows can count; None where they are a unit's."""
    if owner.kind != "unit":
        return unknown_name(owner, terms.names, terms.sender, hidden=terms.contract.by_case)
    if not terms.contract.by_case and (twice := appears_twice(owner, own, terms.by)) is not None:
        return twice
    faulty = (tables[table].faults.get(row) for table, row in own.select("table", "row").iter_rows())
    return next((refusal for refusal in faulty if refusal is not None), None)


def _read(own: pl.DataFrame, table: SharedTable, terms: Terms) -> FileRead:
    """A part as a file of its own. Where a row is a unit, its name and number say nothing of fields."""
    layout = table.layout
    try:
        refuse_long_table(own, terms.contract)
    except UnreadableError as error:
        return FileRead(layout=layout, refusal=error.refusal)
    assert layout is not None  # noqa: S101 - it has rows
    without_field = terms.by == "row" or "field" not in layout.columns
    if without_field and "field" in terms.contract.required:
        own = own.with_columns(field=pl.lit(NO_FIELD), ordinal=pl.lit(None, pl.String))
        columns = {name: place for name, place in layout.columns.items() if name not in ("field", "ordinal")}
        layout = replace(layout, columns=columns, names={name: layout.names[name] for name in columns})
    elif terms.contract.name == PROCESSING.name and terms.by == "row":
        own = own.with_columns(ordinal=pl.lit(None, pl.String))
    elif terms.by == "group":
        own = own.with_columns(ordinal=pl.col("ordinal").str.replace(r"^\s*\d+\.(\d+)[.)]?\s*$", "$1"))
    return FileRead(own, layout, table.claims)


def _refused_table(table: SharedTable, terms: Terms, number: int) -> Part:
    """A table that was not read: of its unit where its sheet or title names one, else of nobody known."""
    name = table.sheet if terms.by == "sheet" else terms.names.in_title(table.titles, terms.day) or ""
    named = terms.names.of(name, terms.day) if name and terms.by in ("sheet", "block") else None
    read = FileRead(refusal=table.refusal)
    if named is not None and named.kind == "unit":
        unit_id = named.ids[0]
    elif terms.contract.by_case:  # sheets bear names of persons
        unit_id, name = unknown_sender(terms.sender, f"bang-{number + 1}"), NOT_SHOWN
    else:
        unit_id = unknown_sender(terms.sender, name or f"bang-{number + 1}")
    return Part(unit_id, name, None, PartRead(read, sender=terms.sender), digest((), read.refusal, ()))

"""Brings an understood table to the usual form: in its own grid where each row is a record, else in a new one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from transforms.dictionary.labels import label
from transforms.read.grid import Grid
from transforms.read.layouts.place import Place, cropped
from transforms.read.layouts.records import Record, Source, Understood, headers_of, records


@dataclass(frozen=True)
class Shaped:
    """A table in the usual form: `grid`, its header rows (1-based, `first` to `last`), role → column and header.

    `unread`: headers of columns that are left where they are. `compared`: the headers by which two layouts are
    compared. `numbers`: row of the grid (1-based) → row of the file, where they differ; `sources`: row and role → the
    cells of the file, where they are others than the grid says; `parts`: role → the columns that are summed.
    """

    grid: Grid
    first: int
    last: int
    columns: Mapping[str, int]
    names: Mapping[str, str]
    unread: tuple[str, ...]
    compared: Mapping[str, str]
    numbers: Mapping[int, int] = field(default_factory=dict)
    sources: Mapping[tuple[int, str], tuple[Source, ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def in_place(table: Understood) -> Shaped:
    """The grid as it is, with sums in the first of their columns and what is not in it behind its last column."""
    place, shape = table.place, table.shape
    grid = cropped(place)
    lines: list[list[str]] = [list(row) for row in grid.rows]
    columns, parts = _columns(table)
    width = max(map(len, lines), default=0)
    behind: dict[str, int] = {}
    sources: dict[tuple[int, str], tuple[Source, ...]] = {}
    for record in records(table):
        for role, several in parts.items():
            if len(several) > len(cells := record.sources.get(role, ())):
                sources[record.row + 1, role] = tuple(cells)
        _complete(table, record)
        line = lines[record.row]
        for role, text in record.texts.items():
            at = columns.get(role)
            if at is None:
                at = behind.setdefault(role, width + len(behind))
            line.extend("" for _ in range(at + 1 - len(line)))
            line[at] = text
    for row in table.rows.left_out:
        lines[row] = []
    for role in _stated(table) - columns.keys():
        behind.setdefault(role, width + len(behind))  # also where there is no record
    columns |= behind
    header = lines[place.last]
    repeated = [at for at in range(place.last + 1, place.end) if header and lines[at] == header]
    names = headers_of(table)
    for role, at in behind.items():
        header.extend("" for _ in range(at + 1 - len(header)))
        header[at] = names.setdefault(role, label(role))
    for at in repeated:  # on the next page: it stays equal to the header
        lines[at] = list(header)
    used = {at for several in parts.values() for at in several} | set(columns.values()) | table.named.choosing
    if shape.periods == "across":
        compared = names | {role: label(role) for piece in table.slices for role in (*piece.roles, "date")}
        unread: tuple[str, ...] = ()
    else:
        compared = names
        unread = _unread(place, used)
    return Shaped(
        replace(grid, rows=lines),
        place.first + 1,
        place.last + 1,
        columns,
        names,
        unread,
        compared,
        sources=sources,
        parts={role: several for role, several in parts.items() if len(several) > 1},
    )


def _unread(place: Place, used: set[int]) -> tuple[str, ...]:
    named = (place.name(at) for at, path in place.headers.items() if path and at not in used)
    return tuple(dict.fromkeys(named))


def _stated(table: Understood) -> set[str]:
    """The columns of the contract that any record of this shape has."""
    shape = table.shape
    of_slices = {role for piece in table.slices for role in piece.roles}
    said = of_slices | table.named.roles.keys() | shape.constant.keys() | shape.channel_values.keys()
    said |= {"field"} if shape.fields == "across" else set()
    said |= {"total"} if shape.total == "sum" else set()
    return said & set(table.contract.columns)


def _columns(table: Understood) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Role → the column it stands in, and role → the columns it is put together from."""
    named = table.named
    parts = {role: several for role, several in named.roles.items() if several}
    for piece in table.slices:
        parts |= piece.roles
    columns = {role: several[0] for role, several in parts.items()}
    for role, at in (("unit", named.unit), ("date", named.date)):
        if at is not None and role in table.contract.columns:
            columns[role] = at
    return columns, parts


def _complete(table: Understood, record: Record) -> None:
    """Add to a record what stands in no cell: constants, and the total where the file states none."""
    record.texts.update(table.shape.constant)
    if table.shape.total == "sum":
        said = [record.texts[role] for role in ("online", "in_person") if role in record.texts]
        by_post = record.texts.get("postal")
        record.texts["total"] = table.figures.added([*said, by_post] if by_post else said)


def moved(table: Understood, made: Sequence[Record], last: int) -> Shaped:
    """A grid of its own: the lines above the table, a header, a row a record, the lines below the table.

    `last`: the last row with figures (0-based).
    """
    place, shape, contract = table.place, table.shape, table.contract
    for record in made:
        _complete(table, record)
    said = {role for record in made for role in record.texts} | _stated(table)
    roles = [role for role in contract.columns if role in said]
    names = headers_of(table)
    names = {role: names.get(role, label(role)) for role in roles}
    lines: list[list[str]] = [list(row) for row in place.grid.rows[: place.first]]
    origin = list(range(1, place.first + 1))
    lines.append([names[role] for role in roles])
    origin.append(place.last + 1)
    sources: dict[tuple[int, str], tuple[Source, ...]] = {}
    hidden = {at for at in range(1, place.first + 1) if at in place.grid.hidden}
    for record in made:
        lines.append([record.texts.get(role, "") for role in roles])
        origin.append(record.row + 1)
        for role, cells in record.sources.items():
            sources[len(lines), role] = tuple(cells)
        of_figures = {row + 1 for role, cells in record.sources.items() if role in contract.counts for row, _ in cells}
        if of_figures & place.grid.hidden:
            hidden.add(len(lines))
    at_name = roles.index("field") if "field" in roles else 0
    for row in _below(place, last):
        text = next(filter(None, place.grid.rows[row]))
        lines.append([*[""] * at_name, text])
        origin.append(row + 1)
    return Shaped(
        replace(place.grid, rows=lines, hidden=frozenset(hidden), hidden_columns=frozenset(), indents={}),
        place.first + 1,
        place.first + 1,
        {role: at for at, role in enumerate(roles)},
        names,
        (),
        names if shape.periods == "down" else {role: label(role) for role in roles},
        numbers=dict(enumerate(origin, start=1)),
        sources=sources,
    )


def _below(place: Place, last: int) -> Iterator[int]:
    return (row for row in range(last + 1, place.end) if any(place.grid.rows[row]))

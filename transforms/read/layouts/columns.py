"""Which columns of a table are which roles by tyle.toml, and which figures nobody named. Puts no figure together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import tidy
from transforms.read.addresses import cell_name
from transforms.read.headers.rows import FIGURE
from transforms.read.layouts.place import Place
from transforms.read.refusal import quoted, refuse
from transforms.read.rows.table import is_numbers_row
from transforms.read.shape import Shape

_SHOWN = 6


@dataclass(frozen=True)
class Named:
    """The columns that tyle.toml names by their whole header: `roles`, and those that choose rows.

    `ignored`: what nobody wants; `filled`: in which a blank cell continues the one above.
    """

    roles: Mapping[str, tuple[int, ...]]
    unit: int | None
    date: int | None
    channel: int | None
    value: int | None
    ignored: frozenset[int]
    filled: frozenset[int]

    @property
    def choosing(self) -> frozenset[int]:
        """Those of the unit, the date, the channel and its figures."""
        return frozenset(at for at in (self.unit, self.date, self.channel, self.value) if at is not None)

    @property
    def every(self) -> frozenset[int]:
        """All of them."""
        return self.ignored | self.choosing | {at for columns in self.roles.values() for at in columns}


def key_roles(shape: Shape, contract: Contract) -> dict[str, tuple[str, ...]]:
    """The roles whose columns are named by their whole header, not by a part of it under periods or fields."""
    figures = (*contract.counts, *contract.percents)
    is_across = "across" in (shape.fields, shape.periods)
    return {role: headers for role, headers in shape.columns.items() if not (is_across and role in figures)}


def needed_headers(shape: Shape, contract: Contract) -> list[str]:
    """The headers without which a place is not that of the table."""
    single = (shape.unit_column, shape.date_column, shape.channel_column, shape.value_column)
    listed = [header for headers in key_roles(shape, contract).values() for header in headers]
    return list(dict.fromkeys([*listed, *filter(None, single), *shape.fill_down]))


def named_columns(place: Place, shape: Shape, contract: Contract) -> Named:
    """The columns of the headers. Raises UnreadableError for a header that is missing or stands twice."""

    def one(header: str | None) -> int | None:
        return None if header is None else place.column(header)

    return Named(
        {role: tuple(map(place.column, headers)) for role, headers in key_roles(shape, contract).items()},
        one(shape.unit_column),
        one(shape.date_column),
        one(shape.channel_column),
        one(shape.value_column),
        frozenset(at for header in shape.ignore for at in place.found(header)),
        frozenset(map(place.column, shape.fill_down)),
    )


def role_of(path: Sequence[str], shape: Shape, roles: Iterable[str]) -> str | None:
    """The role whose header tyle.toml writes so: the whole of a path, or its lowest text."""
    whole = " / ".join(path)
    for role in roles:
        headers = {tidy(header) for header in shape.columns.get(role, ())}
        if path and (whole in headers or path[-1] in headers):
            return role
    return None


def body_rows(place: Place) -> list[int]:
    """The rows below the header (0-based), without that which numbers the columns and repeated headers."""
    header = [list(row) for row in place.grid.rows[place.first : place.last + 1] if any(row)]
    rows = [at for at in range(place.last + 1, place.end) if any(place.grid.rows[at])]
    if rows and is_numbers_row(place.grid.rows[rows[0]]):
        rows = rows[1:]
    return [at for at in rows if list(place.grid.rows[at]) not in header]


def refuse_unnamed(place: Place, rows: Sequence[int], used: frozenset[int]) -> None:
    """Raise UnreadableError for a column of figures that tyle.toml neither reads nor ignores."""
    found = []
    for at in range(place.left, place.right):
        if at not in used:
            first = next((row for row in rows if FIGURE.fullmatch(place.cell(row, at))), None)
            if first is not None:
                found.append((at, first))
    if not found:
        return
    at, first = found[0]
    names = ", ".join(quoted(place.name(column)) for column, _ in found[:_SHOWN])
    more = f" (+{len(found) - _SHOWN})" if len(found) > _SHOWN else ""
    raise refuse(
        f"cột có số liệu (ô {cell_name(first, at)}) mà bố cục trong tyle.toml không nêu: {names}{more}; đưa vào "
        "columns nếu cần lấy, vào ignore nếu không",
        f"columns of figures (cell {cell_name(first, at)}) that the layout in tyle.toml does not name: {names}{more}; "
        "add them to columns, or to ignore where they are not wanted",
        row=first + 1,
        column=place.name(at),
    )

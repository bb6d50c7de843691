"""Goes through the rows of a shared file and says whose each is: of a unit, of nobody known, a sum. Adds nothing up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from transforms.check.shared.names import Kind, Named, Names
from transforms.check.shared.totals import Scope
from transforms.dictionary.text import fold
from transforms.read.refusal import Refusal, quoted, refuse


@dataclass(frozen=True)
class Row:
    """A row as it is assigned. `at`: its place among all; `name`: what names its unit, or its field in form `group`.

    `speaks`: whether it states anything in place of figures; `is_sum`: whether it is a sum without a unit of its own;
    `is_roman`: whether its number is a roman one.
    """

    at: int
    table: int
    row: int
    name: str | None
    day: date
    speaks: bool
    is_sum: bool
    is_roman: bool


@dataclass
class Owner:
    """Who rows belong to: a unit on a day, or a name that is no unit's. `runs`: how often its rows begin anew."""

    kind: Kind
    ids: tuple[str, ...]
    name: str
    day: date
    spellings: dict[str, int] = field(default_factory=dict)  # as written → first row
    rows: list[int] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)


@dataclass
class Sum:
    """Rows that state one sum; `scopes`: what it may sum, nearest first."""

    table: int
    rows: list[int]
    ats: list[int]
    name: str
    group: str
    day: date
    place: int  # among the rows of its table
    scopes: tuple[Scope, ...] = ()


@dataclass
class Owned:
    """`owner_of`: row (`at`) → number of its owner; `headings`: the rows that only name a unit and sum its rows."""

    owners: list[Owner] = field(default_factory=list)
    owner_of: dict[int, int] = field(default_factory=dict)
    headings: set[int] = field(default_factory=set)
    sums: list[Sum] = field(default_factory=list)
    refusal: Refusal | None = None


def owners(
    rows: Sequence[Row],
    names: Names,
    by: str,
    is_field: Callable[[str], bool],
    groups: Mapping[str, str],
    *,
    has_fields: bool,
) -> Owned:
    """Whose each row is. `groups`: unit → its group; `has_fields`: whether a unit has a row for each field."""
    walk = _Walk(names, by, is_field, groups, has_fields)
    for row in rows:
        walk.take(row)
    return walk.done()


class _Walk:
    """Goes through the rows in their order, and knows whose the rows are that stand under a heading."""

    def __init__(
        self, names: Names, by: str, is_field: Callable[[str], bool], groups: Mapping[str, str], has_fields: bool
    ) -> None:
        self.names, self.by, self.is_field, self.groups, self.has_fields = names, by, is_field, groups, has_fields
        self.found = Owned()
        self.known: dict[tuple[Kind, tuple[str, ...] | str, date], int] = {}
        self.current: int | None = None
        self.table = -1
        self.marks: list[tuple[int, int]] = []  # table and place of what parts the rows of a table
        self.places: dict[int, list[tuple[int, int]]] = {}  # table → place and owner of its rows, in order
        self.either: list[tuple[Row, int]] = []  # sums of one unit, or of all

    def take(self, row: Row) -> None:
        if row.table != self.table:
            self.table, self.current = row.table, None
        if self.by == "group":
            self._under_heading(row)
        else:
            self._by_itself(row)

    def done(self) -> Owned:
        self._settle_either()
        for one in self.found.sums:
            one.scopes = tuple(dict.fromkeys(self._scopes(one)))
        return self.found

    def _by_itself(self, row: Row) -> None:
        if row.name is None:
            if row.speaks:
                self._own(row, self._owner(Named("unknown"), "", row))
            return
        named = self.names.of(row.name, row.day)
        if named.kind in ("unit", "foreign", "unclear"):
            owner = self._owner(named, row.name, row)
            if row.is_sum and self.has_fields:
                self.either.append((row, owner))
            self._own(row, owner)
        elif named.kind == "unknown" and not (row.is_roman and self.by == "row"):
            if row.speaks:
                self._own(row, self._owner(named, row.name, row))
        else:
            self._total(row, named)

    def _under_heading(self, row: Row) -> None:
        named = self.names.of(row.name, row.day) if row.name is not None else Named("unknown")
        if named.kind in ("unit", "foreign", "unclear") and self.is_field(row.name or ""):
            self._field_or_unit(row)
        elif named.kind in ("unit", "foreign", "unclear"):
            self._heading(row, named, row.name or "")
        elif named.kind == "group" or (named.kind == "total" and self.current is None):
            self.current = None
            self._total(row, named)
        elif named.kind == "total" and row.speaks:
            self.either.append((row, self._here(row)))
            self._own(row, self._here(row))
        elif row.speaks:
            self._own(row, self._here(row))
        elif row.name is not None and named.kind == "unknown":
            self._heading(row, named, row.name)

    def _field_or_unit(self, row: Row) -> None:
        if row.speaks:
            self._own(row, self._here(row))
        else:
            self.found.refusal = refuse(
                f"dòng này là tên đơn vị hay tên lĩnh vực {quoted(row.name or '')}? Hãy ghi đủ tên đơn vị",
                f"is {quoted(row.name or '')} the name of a unit or of a field? Write the unit's name in full",
                row=row.row,
            ).refusal

    def _here(self, row: Row) -> int:
        """The owner of the rows that stand here: of the heading above, else nobody known."""
        return self.current if self.current is not None else self._owner(Named("unknown"), row.name or "", row)

    def _total(self, row: Row, named: Named) -> None:
        if row.speaks:
            self._sum(row, row.name or "", named.group)
        else:
            self.marks.append((row.table, row.at))

    def _heading(self, row: Row, named: Named, name: str) -> None:
        self.current = self._owner(named, name, row)
        self.found.owners[self.current].runs.append(row.row)
        if row.speaks:
            self._own(row, self.current)
            self.found.headings.add(row.at)

    def _owner(self, named: Named, name: str, row: Row) -> int:
        key = (named.kind, named.ids if named.ids else fold(name), row.day)
        if key not in self.known:
            self.known[key] = len(self.found.owners)
            self.found.owners.append(Owner(named.kind, named.ids, name, row.day))
        number = self.known[key]
        self.found.owners[number].spellings.setdefault(fold(name), row.row)
        return number

    def _own(self, row: Row, owner: int) -> None:
        self.found.owner_of[row.at] = owner
        self.found.owners[owner].rows.append(row.row)
        self.places.setdefault(row.table, []).append((row.at, owner))

    def _sum(self, row: Row, name: str, group: str) -> None:
        for one in self.found.sums:
            same = (
                self.has_fields and self.by == "column" and (one.table, one.name, one.day) == (row.table, name, row.day)
            )
            if same and one is self.found.sums[-1]:
                one.rows.append(row.row)
                one.ats.append(row.at)
                return
        self.found.sums.append(Sum(row.table, [row.row], [row.at], name, group, row.day, row.at))
        self.marks.append((row.table, row.at))

    def _settle_either(self) -> None:
        """Sums that stand under a unit are its own where others have one too; a single one, or a second, is of all."""
        several = len({owner for _, owner in self.either}) > 1
        seen: set[int] = set()
        for row, owner in self.either:
            is_own = (several or len(self.found.owners) == 1) and owner not in seen
            seen.add(owner)
            if is_own:
                continue
            del self.found.owner_of[row.at]
            own = self.found.owners[owner]
            own.rows.remove(row.row)
            self.places[row.table].remove((row.at, owner))
            self.found.sums.append(Sum(row.table, [row.row], [row.at], "Tổng cộng", "", row.day, row.at))
            self.marks.append((row.table, row.at))

    def _scopes(self, one: Sum) -> Iterator[Scope]:
        day = one.day
        marks = sorted(place for table, place in self.marks if table == one.table)
        before = max((place for place in marks if place < one.place), default=-1)
        behind = min((place for place in marks if place > max(one.ats)), default=None)
        placed = self.places.get(one.table, [])
        above = _once(owner for at, owner in placed if before < at < one.place)
        below = _once(owner for at, owner in placed if at > one.place and (behind is None or at < behind))
        all_of_day = [number for number, owner in enumerate(self.found.owners) if owner.day == day and owner.rows]
        if one.group:
            members = [
                number
                for number in all_of_day
                if (own := self.found.owners[number]).kind in ("unit", "foreign")
                and self.groups.get(own.ids[0]) in self.names.members.get(one.group, (one.group,))
            ]
            unknown = [number for number in all_of_day if self.found.owners[number].kind in ("unknown", "unclear")]
            yield Scope(tuple(members))
            if unknown and members:
                yield Scope(tuple(sorted((*members, *unknown))))
            yield from (Scope(below, one.table), Scope(above, one.table))
            return
        yield Scope(above, one.table)
        if not above or len(marks) > 1:
            yield Scope(below, one.table)
        yield Scope(_once(owner for _, owner in placed), one.table)
        yield Scope(tuple(all_of_day))


def _once(numbers: Iterator[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))

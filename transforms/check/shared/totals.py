"""Which units a row of sums in a shared file sums, and whether it states their sum. Decides nothing for good."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from transforms.check.shared.parts import Figures, PartTotal


@dataclass(frozen=True)
class Scope:
    """The parts (numbers) that a sum may be of: their rows in one table, or (None) in the whole file."""

    parts: tuple[int, ...]
    table: int | None = None


PartFigures = Mapping[tuple[int, int | None], Figures]  # by part and table, and (None) of all tables


@dataclass(frozen=True)
class TotalRow:
    """A row of sums. `key`: its place in the file; `scopes`: what it may sum, nearest first."""

    key: tuple[int, int]
    row: int
    name: str
    printed: Figures
    scopes: tuple[Scope, ...]


@dataclass(frozen=True)
class _Summed:
    total: TotalRow
    members: tuple[int, ...]
    table: int | None
    sums: Figures

    @property
    def state(self) -> str:
        pairs = [(printed, self.sums.get(column)) for column, printed in self.total.printed.items()]
        if any(left is not None and right is not None and left != right for left, right in pairs):
            return "wrong"
        return "unknown" if any(left is None or right is None for left, right in pairs) else "right"

    @property
    def deviation(self) -> int:
        return sum(
            abs(left - right)
            for column, left in self.total.printed.items()
            if left is not None and (right := self.sums.get(column)) is not None
        )


def totals_of_parts(
    rows: Sequence[TotalRow], figures: PartFigures, names: Mapping[int, str]
) -> dict[int, tuple[PartTotal, ...]]:
    """For each part the sums it belongs to. `figures`: of each part, as written; `names`: what the parts are called."""
    summed = [found for row in rows if (found := _best(row, figures)) is not None]
    by_part: dict[int, list[PartTotal]] = {}
    for one in summed:
        inner = [other for other in summed if set(other.members) < set(one.members)]
        right = {part for other in inner if other.state == "right" for part in other.members}
        any_wrong = any(other.state == "wrong" for other in inner)
        unread = tuple(
            names[part]
            for part in one.members
            if any(figures[part, one.table].get(column) is None for column in one.total.printed)
        )
        total = PartTotal(
            one.total.key,
            one.total.row,
            one.total.name,
            one.total.printed,
            one.sums,
            {},
            holds=True,
            unread=unread,
            is_whole=bool(inner) and not any_wrong,
        )
        for part in one.members:
            explained = any_wrong and part in right
            by_part.setdefault(part, []).append(replace(total, own=figures[part, None], holds=not explained))
    return {part: tuple(found) for part, found in by_part.items()}


def _best(row: TotalRow, figures: PartFigures) -> _Summed | None:
    """The row with the parts that it sums: those whose sum it states, else those that it is nearest to."""
    found = [_Summed(row, scope.parts, scope.table, _sums(row, scope, figures)) for scope in row.scopes if scope.parts]
    for one in found:
        if one.state == "right":
            return one
    if found and found[0].state == "unknown":
        return found[0]
    wrong = [one for one in found if one.state == "wrong"]
    return min(wrong, key=lambda one: one.deviation, default=None)


def _sums(row: TotalRow, scope: Scope, figures: PartFigures) -> dict[str, int | None]:
    return {column: _sum(figures[part, scope.table].get(column) for part in scope.parts) for column in row.printed}


def _sum(values: Iterator[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total

"""A part of a shared file: the rows of one unit and day, as a file of their own. Splits nothing and judges nothing."""

import hashlib
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.read import normalise
from transforms.read.filings import FileRead
from transforms.read.refusal import Refusal
from transforms.read.typed import number_of

Figures = Mapping[str, int | None]  # by column, in cases; None: what stands there is no number
_PLACES = ("ordinal", "unit")


@dataclass(frozen=True)
class PartTotal:
    """A row of the file that states a sum over this part and others.

    `key`: the row within the file; `row`, `sheet`, `name`: where it stands and how it is called; `printed`: what it
    states; `summed`: the sums of its units as written; `own`: this part's share. `holds`: whether a wrong sum holds
    this part back, which it does not where the sum of its own group is right. `unread`: the units of which a figure is
    no number. `is_whole`: it sums what other right sums state.
    """

    key: tuple[int, int]
    row: int
    name: str
    printed: Figures
    summed: Figures
    own: Figures
    holds: bool
    unread: tuple[str, ...] = ()
    is_whole: bool = False

    def differing(self, changes: Mapping[str, int]) -> list[str]:
        """The columns whose sum is not what is printed; `changes`: what corrections added to the sums."""
        return [
            column
            for column, printed in self.printed.items()
            if printed is not None
            and (summed := self.summed.get(column)) is not None
            and printed != summed + changes.get(column, 0)
        ]

    @property
    def is_wrong(self) -> bool:
        """Whether a column differs as the file states it."""
        return bool(self.differing({}))

    @property
    def is_unknown(self) -> bool:
        """Whether a column cannot be compared."""
        return any(printed is None or self.summed.get(column) is None for column, printed in self.printed.items())


@dataclass(frozen=True)
class PartRead:
    """What is stored in place of a part's bytes: what was read of it, and the sums it belongs to.

    `sender`: of the shared export, whose layout it has.
    """

    read: FileRead
    totals: tuple[PartTotal, ...] = ()
    sender: str = ""

    def content(self) -> bytes:
        """As bytes."""
        return pickle.dumps(self)


def part_of(content: bytes) -> PartRead:
    """What `PartRead.content` wrote, in this process or another one of this run."""
    found: PartRead = pickle.loads(content)  # noqa: S301 - never from outside: the splitter wrote it
    return found


@dataclass(frozen=True)
class Part:
    """`unit_id`: whose; of rows of nobody known the name that stands in place of an id. `day`: None: that of the file.

    `name`: as written; `sha256`: of its own rows.
    """

    unit_id: str
    name: str
    day: date | None
    content: PartRead
    sha256: str


def with_corrections(part: Part, others: Sequence[Part], counting: Mapping[tuple[str, date | None], Figures]) -> Part:
    """The part, where the sums it belongs to are those of corrected figures; `counting`: by unit and day of a part."""
    totals = []
    for total in part.content.totals:
        summed = dict(total.summed)
        for other in others:
            now = counting.get((other.unit_id, other.day))
            own = next((one.own for one in other.content.totals if one.key == total.key), None)
            if own is None or now is None or other is part:
                continue
            for column, was in own.items():
                change = now.get(column)
                if change is not None and was is not None and (before := summed.get(column)) is not None:
                    summed[column] = before + change - was
        totals.append(replace(total, summed=summed))
    return replace(part, content=replace(part.content, totals=tuple(totals)))


def as_stated(rows: pl.DataFrame, contract: Contract) -> pl.Series:
    """What each of the raw `rows` states, as one text: figures by their value, so that `1.489` is `1489`.

    Other texts are as written. Where a row stands and how it names its unit says nothing of the figures.
    """
    figures = {column: number_of(column, contract) for column in contract.counts}
    figures |= dict.fromkeys(contract.percents, normalise.rate)

    def value(column: str) -> pl.Expr:
        if column not in figures:
            return pl.col(column)
        return pl.coalesce(normalise.of_distinct(rows[column], figures[column]).cast(pl.String), pl.col(column))

    own = [value(column) for column in contract.columns if column not in _PLACES and column not in contract.more]
    texts = [each.fill_null("\0").alias(f"{at}") for at, each in enumerate([pl.col("hidden").cast(pl.String), *own])]
    # Only where they are stated: a row without them is the same text whatever columns a contract may have.
    more = [pl.format(f"\x1f{c}={{}}", value(c)).alias(c) for c in contract.more if rows[c].null_count() < rows.height]
    further = pl.concat_str(more, ignore_nulls=True) if more else pl.lit("")
    return rows.select(stated=pl.concat_str(texts, separator="\x1f") + further).to_series()


def digest(stated: Sequence[str], refusal: Refusal | None, totals: tuple[PartTotal, ...]) -> str:
    """SHA-256 of what decides about a part: what its rows state, why they are not read, and sums that are wrong.

    So a unit whose rows did not change is no new delivery, but one that was held back for a wrong sum is judged again
    when the sum is right. `stated`: of `as_stated`.
    """
    found = hashlib.sha256("\x1e".join(stated).encode())
    if refusal is not None:
        found.update(f"\x1e{refusal.reason.vi}".encode())
    for total in totals:
        if total.is_wrong and total.holds:
            wrong = {column: (total.printed[column], total.summed[column]) for column in total.differing({})}
            found.update(f"\x1e{total.name}{sorted(wrong.items())}".encode())
    return found.hexdigest()

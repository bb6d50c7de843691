"""Reads the figures that are put together (summed, compared with a total) as the rules read them. Knows no header."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from transforms.dictionary.contracts import SUMMARY
from transforms.read import normalise
from transforms.read.grid import Origin
from transforms.read.headers.search import Layout
from transforms.read.refusal import UnreadableError
from transforms.read.rows.doubts import ambiguous_counts
from transforms.read.shape import Shape

_FIGURE_LIKE = r"^[^\p{L}\d]*\d|^#"
_ONE_COLUMN = replace(SUMMARY, counts=("online",))


@dataclass(frozen=True)
class Cell:
    """A cell of the file: its text, its row (1-based) and what stands over it."""

    text: str
    row: int
    header: str


@dataclass(frozen=True)
class Figures:
    """What texts say as figures. `values`: text → count; not in it: no count. `blanks`: texts that state nothing.

    `figure_like`: texts that are meant as figures, right or wrong. `has_signs`: whether a count groups thousands or has
    decimals, so that its value may be a guess.
    """

    values: Mapping[str, int]
    blanks: frozenset[str]
    figure_like: frozenset[str]
    blank_is_zero: bool
    has_signs: bool

    @classmethod
    def of(cls, texts: Iterable[str], shape: Shape, null_values: Sequence[str]) -> "Figures":
        """Read each distinct text once."""
        zeros = {_key(text) for text in shape.zero_values}
        distinct = pl.DataFrame({"raw": sorted(set(texts))}, schema={"raw": pl.String})
        clean = normalise.figure_or_null(pl.col("raw"), null_values)
        read = distinct.with_columns(clean=clean).with_columns(
            count=normalise.count(pl.col("clean")),
            like=(normalise.looks_like_number(pl.col("clean")) | pl.col("clean").str.contains(_FIGURE_LIKE)),
        )
        sign = normalise.grouping(pl.col("clean")).is_not_null() | normalise.decimal_sign(pl.col("clean")).is_not_null()
        has_signs = bool(read.select(sign.any()).item())
        values: dict[str, int] = {}
        blanks, like = set(), set()
        for raw, text, count, is_like in read.iter_rows():
            if raw.strip() and _key(raw) in zeros:
                values[raw] = 0
                like.add(raw)
            elif text is None:
                blanks.add(raw)
                if raw.strip():
                    like.add(raw)
            else:
                if count is not None:
                    values[raw] = count
                if is_like:
                    like.add(raw)
        return cls(values, frozenset(blanks), frozenset(like), shape.blank == "zero", has_signs)

    def speaks(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts is meant as a figure, or as one that is missing (`NA`)."""
        return any(text in self.figure_like for text in texts)

    def together(self, cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Role → what its cells say together, of one record: a figure, or a text that the rules name as none.

        A blank cell may only be a 0 beside figures: a record of which nothing is known stays unknown.
        """
        is_zero = self.blank_is_zero and any(text in self.values for texts in cells.values() for text in texts)
        return {
            role: self._sum(texts, is_zero) if len(texts) > 1 else self._single(texts[0], is_zero)
            for role, texts in cells.items()
        }

    def added(self, texts: Sequence[str]) -> str:
        """The sum of what several records say of one role, as `together` gives it; no figure where one says none."""
        numbers = [self.stated(text) for text in texts]
        known = [number for number in numbers if number is not None and number >= 0]
        if len(known) == len(numbers):
            return str(sum(known))
        faulty = (text for text, number in zip(texts, numbers, strict=True) if number is None or number < 0)
        return next((text for text in faulty if text not in self.blanks), "")

    def stated(self, text: str) -> int | None:
        """The count that a text of the file states, or one that `together` made; None where it states none."""
        if text in self.values or text in self.figure_like or not text.isdecimal():
            return self.values.get(text)
        return int(text)

    def at_fault(self, texts: Sequence[str], said: str) -> list[int]:
        """Which of several cells are why what they say together (`said`) is no figure; none where it is one."""
        if said.isdecimal():
            return []
        return [at for at, text in enumerate(texts) if (number := self.stated(text)) is None or number < 0]

    def is_known(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts is a count, or one that cannot be read; else nothing is known."""
        return any(text not in self.blanks for text in texts)

    def _single(self, text: str, is_zero: bool) -> str:
        if text in self.blanks:
            return "0" if is_zero else text
        is_none = self.values.get(text) == 0 and not any(map(str.isdigit, text))
        return "0" if is_none else text

    def _sum(self, texts: Sequence[str], is_zero: bool) -> str:
        """The sum; a text that is no count where one of them is none, blank where one is unknown.

        A negative figure would vanish in a sum, so it is given back as it is: a rule names it.
        """
        for text in texts:
            if text not in self.blanks and self.values.get(text, -1) < 0:
                return text
        if not is_zero and any(text in self.blanks for text in texts):
            return ""
        return str(sum(self.values.get(text, 0) for text in texts))

    def number(self, text: str) -> int | None:
        """The count that a text states; None where it states none."""
        return self.values.get(text)


def refuse_ambiguous(cells: Iterable[Cell], null_values: Sequence[str]) -> None:
    """Raise UnreadableError where the value of a grouped number such as `1.489` would be a guess.

    After summing nobody could see it any more. `cells`: all figures of the table.
    """
    listed = [cell for cell in cells if cell.text]
    texts = pl.DataFrame(
        {"file": 0, "row": range(1, len(listed) + 1), "online": [cell.text for cell in listed]},
        schema={"file": pl.UInt32, "row": pl.UInt32, "online": pl.String},
    ).with_columns(normalise.figure_or_null(pl.col("online"), null_values).alias("online"))
    where = {0: Layout("", Origin(""), 1, 1, {"online": 0}, {"online": ""})}
    for refusal in ambiguous_counts(texts, where, _ONE_COLUMN).values():
        cell = listed[(refusal.row or 1) - 1]
        raise UnreadableError(replace(refusal, row=cell.row, column=cell.header or None))


def _key(text: str) -> str:
    return text.strip().lower()

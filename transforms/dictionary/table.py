"""What a column, a key and a table of the dictionary are. The tables stand in columns.py and warehouse/marts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

TIMESTAMP = pl.Datetime("us")  # always UTC, stored without a zone so that every client reads it alike
PERCENT = pl.Decimal(5, 2)
POINTS = pl.Decimal(6, 2)


@dataclass(frozen=True)
class Column:
    """One column: `dtype` (polars), `label` and `meaning` in Vietnamese, `measure` = unit of measure.

    `metric`: id and version of the definition (reference/metrics.toml) its figure follows.
    """

    name: str
    dtype: pl.DataType | type[pl.DataType]
    label: str
    meaning: str = ""
    measure: str = ""
    nullable: bool = True
    metric: str = ""

    @property
    def comment(self) -> str:
        """Label, meaning, unit of measure and metric in one line, as BI tools show it."""
        text = f"{self.label}: {self.meaning}" if self.meaning else self.label
        text = f"{text} ({self.measure})" if self.measure else text
        return f"{text}; chỉ số {self.metric}" if self.metric else text


@dataclass(frozen=True)
class ForeignKey:
    """`columns` of this table refer to the primary key of `table`."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True)
class Table:
    """One table: its `grain` is its primary key; `meaning` in Vietnamese."""

    name: str
    meaning: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    references: tuple[ForeignKey, ...] = ()
    month_column: str = ""  # the date the lake partitions by, if any
    order: tuple[str, ...] = ()  # how published rows are sorted, where not by the grain

    @property
    def row_order(self) -> tuple[str, ...]:
        """The columns that published rows are sorted by."""
        return self.order or self.grain

    @property
    def schema(self) -> pl.Schema:
        """Polars schema in column order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def with_meanings(self, meanings: Mapping[tuple[str, str], str]) -> "Table":
        """The table with other meanings, by table ("" = any) and column ("" = the table itself).

        `<column>.label`: another label.
        """

        def stated(name: str, default: str) -> str:
            return meanings.get((self.name, name), meanings.get(("", name), default))

        columns = tuple(
            replace(
                column, label=stated(f"{column.name}.label", column.label), meaning=stated(column.name, column.meaning)
            )
            for column in self.columns
        )
        return replace(self, meaning=meanings.get((self.name, ""), self.meaning), columns=columns)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Bring `frame` to this table's columns, order and types; columns it lacks become null.

        Raises polars' InvalidOperationError where a value does not fit its type.
        """
        return frame.select(
            (pl.col(c.name) if c.name in frame.columns else pl.lit(None)).cast(c.dtype).alias(c.name)
            for c in self.columns
        )

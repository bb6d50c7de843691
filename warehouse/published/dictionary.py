"""The dictionary as a page for people: `python -m warehouse.published.dictionary > docs/dictionary.md`.

The same labels, meanings and units of measure as in the comments of the published file, and the metrics: those of a
workspace where its metrics.toml is named. Defines nothing.
"""

import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import polars as pl

from transforms.dictionary.columns import LAKE
from transforms.dictionary.table import Column, Table
from transforms.reference.metrics import MetricBook
from warehouse.marts.catalogue import PUBLISHED

_HEAD = """\
# Data dictionary

Made by `make dictionary` from `transforms/dictionary/` and the headers of `warehouse/marts/*.sql`: change it
there. The published file has the same text in its comments, the Parquet copies in their metadata (keys `comment` and
`columns`). Times are UTC, business dates are days of the workspace's time zone. Metric ids and
versions refer to the table `metrics` (`reference/metrics.toml`).
"""
_KINDS: dict[pl.DataType | type[pl.DataType], str] = {
    pl.String: "text",
    pl.Boolean: "true/false",
    pl.Date: "date",
    pl.Datetime("us"): "timestamp",
    pl.Int8: "integer (8)",
    pl.Int32: "integer (32)",
    pl.Int64: "integer (64)",
}


def page(metrics: str | None = None) -> str:
    """The whole page in Markdown: the published tables, those of the lake, the metrics.

    `metrics`: the text of a metrics.toml; None: the shipped one. Raises ConfigurationError where it is wrong.
    """
    text = (files("reference") / "metrics.toml").read_text(encoding="utf-8") if metrics is None else metrics
    return "\n".join(
        [
            _HEAD,
            *_chapter("Published: schema `marts`", PUBLISHED.values()),
            *_chapter("The lake", LAKE.values()),
            *_metrics(MetricBook.from_toml(text).metrics),
        ]
    )


def _chapter(title: str, tables: Iterable[Table]) -> list[str]:
    return [f"## {title}", "", *(line for table in tables for line in _section(table))]


def _section(table: Table) -> list[str]:
    keys = ", ".join(f"`{name}`" for name in table.grain)
    references = "".join(
        f" {', '.join(f'`{name}`' for name in reference.columns)} refers to `{reference.table}`."
        for reference in table.references
    )
    return [
        f"### {table.name}",
        "",
        f"{table.meaning}. One row per {keys} (the primary key).{references}",
        "",
        "| column | type | label | meaning | unit of measure | metric |",
        "|---|---|---|---|---|---|",
        *(_row(column, table) for column in table.columns),
        "",
    ]


def _metrics(metrics: pl.DataFrame) -> list[str]:
    """A row per metric and version; a metric in words has no terms."""
    heads = ("metric", "name", "computed", "numerator", "denominator", "from", "better", "definition")
    lines = ["## Metrics", "", "Of the table `metrics`, in the versions of `reference/metrics.toml`.", ""]
    lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in metrics.iter_rows(named=True):
        computed = {None: "in words", True: "yes", False: "off"}[row["is_enabled"] if row["metric_kind"] else None]
        terms = (row["numerator_terms"], row["denominator_terms"], row["contracts"], row["direction"])
        cells = (f"`{row['metric_id']}` v{row['metric_version']}", row["name"], computed, *terms, row["definition"])
        lines.append(f"| {' | '.join((cell or '').replace('|', chr(92) + '|') for cell in cells)} |")
    return [*lines, ""]


def _row(column: Column, table: Table) -> str:
    name = f"**{column.name}**" if column.name in table.grain else column.name
    kind = _kind(column.dtype) + (", may be null" if column.nullable else "")
    cells = (name, kind, column.label, column.meaning, column.measure, column.metric)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _kind(dtype: pl.DataType | type[pl.DataType]) -> str:
    return f"decimal ({dtype.precision},{dtype.scale})" if isinstance(dtype, pl.Decimal) else _KINDS[dtype]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    own = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:2]]
    sys.stdout.write(page(*own))

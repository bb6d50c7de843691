"""What `tyle marts --metric` prints: the units of each group in order of a metric."""

from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.shared import records
from flows.commands.terminal import echo, echo_json
from reports import neutral
from reports import vietnamese as vn

if TYPE_CHECKING:
    from flows.work.outputs.rankings import RankingAsked
    from reports.labels import Labels
    from reports.month.rankings import Ranked, RankedGroup, Ranking

_NAME = 16  # characters that names need beside the ids


def print_ranking(
    asked: "RankingAsked", output: Literal["table", "csv", "json"], out: Console, names: "Labels"
) -> None:
    """Print the ranking as a table for people, as CSV, or as JSON: the definition of the metric, and the rows."""
    import polars as pl

    if output == "json":
        metric = pl.DataFrame([asked.ranking.metric], infer_schema_length=None)
        echo_json({"metrics": records(metric), "rankings": records(asked.rows)})
    elif output == "csv":
        rows = asked.rows.with_columns(pl.col(pl.String).map_elements(neutral.cell, return_dtype=pl.String))
        echo(rows.write_csv().removesuffix("\n"))
    else:
        show_ranking(out, asked.ranking, names)


def show_ranking(out: Console, ranking: "Ranking", names: "Labels") -> None:
    """A table for each group within the width of the screen; ids of units are never cut."""
    out.print(Text(f"{ranking.label}, tháng {vn.month(ranking.month)}; {ranking.order}", "bold"))
    for group in ranking.groups:
        out.print(Text(f"{names.name(group.group)[0]} ({group.group}): {group.ranked_of} đơn vị có hạng"))
        out.print(_table(ranking, group, out.width))
    for note in ranking.notes:
        out.print(Text(note, "dim"))


def _table(ranking: "Ranking", group: "RankedGroup", width: int) -> Table:
    """Names stand beside the ids where there is room for both, else each id below its name."""
    rows = [_cells(row) for row in group.rows]
    heads = ("Hạng", "Điểm/tối đa" if ranking.is_given else "Tử/mẫu số", "Tỷ lệ %", "Đổi hạng")
    beside = sum(max(map(len, cells)) + 1 for cells in zip(heads, *rows, strict=True))
    ids = max(len(row.unit_id) for row in group.rows)
    is_wide = width - beside - ids >= _NAME
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(heads[0], justify="right", no_wrap=True)
    if is_wide:
        table.add_column("Mã đơn vị", no_wrap=True)
    table.add_column("Đơn vị", overflow="fold", min_width=None if is_wide else ids)
    table.add_column(heads[1], justify="right", overflow="fold")
    for header in heads[2:]:
        table.add_column(header, justify="right", no_wrap=True)
    for row, (rank, *figures) in zip(group.rows, rows, strict=True):
        name = row.text[1]
        table.add_row(rank, *((row.unit_id, name) if is_wide else (name,)), *figures)
        if not is_wide:
            table.add_row("", Text(row.unit_id, "dim"))
    return table


def _cells(row: "Ranked") -> tuple[str, str, str, str]:
    """All but the unit."""
    rank, _, part, whole, rate, _, change = row.text
    return rank, f"{part}/{whole}" if part else "–", rate or "–", change

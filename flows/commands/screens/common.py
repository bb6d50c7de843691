"""What all screens share: the console, names of units, words for outcomes and decisions."""

import sys
from collections.abc import Iterable, Mapping

import polars as pl
from rich.console import Console
from rich.text import Text

from flows.alerts.step import Alerted
from flows.settings.workspace import Workspace
from reports import vietnamese as vn
from reports.month.completeness import WORST_FIRST

OUTCOMES = {
    "accepted": ("chấp nhận", "green"),
    "accepted_with_warnings": ("chấp nhận, có cảnh báo", "yellow"),
    "quarantined": ("bị giữ lại", "red"),
    "missing": ("chưa gửi", "red"),
    "waiting": ("đang chờ", "dim"),
}
DECISIONS = {"released": "cho qua theo quyết định", "rejected": "đã loại hẳn"}
_FIGURES = {
    "online": {"vi": "trực tuyến", "en": "online"},
    "in_person": {"vi": "trực tiếp", "en": "in person"},
    "total": {"vi": "tổng số", "en": "total"},
    "received": {"vi": "tiếp nhận", "en": "received"},
    "settled": {"vi": "đã giải quyết", "en": "settled"},
    "settled_on_time": {"vi": "đúng hạn", "en": "on time"},
}
MAX_LINES = 10  # more of a kind are summed up in one line


def console(*, stderr: bool = False) -> Console:
    """A console that breaks no line where the output is not a terminal."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else 120
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=width)


def unit_names(workspace: Workspace) -> dict[str, str]:
    """unit_id → name."""
    return dict(workspace.registry.units.select("unit_id", "name").iter_rows())


def worst_first(states: pl.DataFrame) -> pl.DataFrame:
    """Rows with an `outcome`, the worst first, otherwise as they were."""
    ranks = {outcome: rank for rank, outcome in enumerate(WORST_FIRST)}
    rank = pl.col("outcome").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64)
    return states.sort(rank, maintain_order=True)


def figures_text(totals: Mapping[str, int], lang: str = "vi") -> str:
    """Figures with their words: `trực tuyến 1.489, trực tiếp 30, tổng số 1.519`."""
    return ", ".join(f"{_FIGURES[name][lang]} {vn.count(figure)}" for name, figure in totals.items())


def told(alerts: Alerted) -> Iterable[Text]:
    """How many messages went out, and which could not."""
    if alerts.messages:
        yield Text(f"đã gửi {alerts.messages} tin báo", "cyan")
    for failure in alerts.failures:
        yield Text(failure, "yellow")

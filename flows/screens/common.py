"""What all screens share: the console, names of units, words for outcomes and decisions."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from flows.alerts.step import Alerted
from flows.workspace import Workspace

OUTCOMES = {
    "accepted": ("chấp nhận", "green"),
    "accepted_with_warnings": ("chấp nhận, có cảnh báo", "yellow"),
    "quarantined": ("bị giữ lại", "red"),
    "missing": ("chưa gửi", "red"),
}
DECISIONS = {"released": "cho qua theo quyết định", "rejected": "đã loại hẳn"}
MAX_LINES = 10  # more of a kind are summed up in one line


def console(*, stderr: bool = False) -> Console:
    """A console that breaks no line where the output is not a terminal."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else 120
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=width)


def unit_names(workspace: Workspace) -> dict[str, str]:
    """unit_id → name."""
    return dict(workspace.registry.units.select("unit_id", "name").iter_rows())


def told(alerts: Alerted) -> Iterable[Text]:
    """How many messages went out, and which could not."""
    if alerts.messages:
        yield Text(f"đã gửi {alerts.messages} tin báo", "cyan")
    for failure in alerts.failures:
        yield Text(failure, "yellow")

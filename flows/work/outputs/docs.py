"""Makes and finds the pages of the checks (Data Docs). Their layout is in expectations; opens no lake."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from expectations import docs
from flows.settings.workspace import Workspace, WorkspaceError
from warehouse.places.faults import working_in


def page_of(workspace: Workspace, day: date) -> Path | None:
    """The page of a business date; None where there is none."""
    page = docs.page(workspace.root, day)
    return page if page.is_file() else None


def refresh(workspace: Workspace, days: Iterable[date], since: date | None = None) -> None:
    """Make the pages of these business dates anew, and remove pages past their retention.

    `since`: also make the pages from that day on that are out of date because a run was killed.
    """
    outdated = docs.outdated_days(workspace.root, since) if since else []
    with working_in(workspace.root / "gx" / "docs"):
        docs.build(workspace.root, [*days, *outdated])
        docs.prune(workspace.root, workspace.settings.docs.retention_days)


def rebuild(workspace: Workspace, day: date | None) -> list[Path]:
    """Make the page of a day, or of every judged day, anew. Raises WorkspaceError when nothing was judged."""
    pages = docs.build(workspace.root, docs.judged_days(workspace.root) if day is None else [day])
    if not pages:
        raise WorkspaceError(f"ngày {day}: chưa kiểm tra tệp nào" if day else "chưa kiểm tra tệp nào")
    return pages


def with_docs(workspace: Workspace, states: pl.DataFrame) -> pl.DataFrame:
    """`states` with the column `docs`: the path of the page of its `business_date`, null where there is none."""
    pages = {day: page_of(workspace, day) for day in states["business_date"].unique()}
    found = {day: str(page) for day, page in pages.items() if page}
    return states.with_columns(docs=pl.col("business_date").replace_strict(found, default=None, return_dtype=pl.String))

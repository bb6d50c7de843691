"""The workspace's reference data as the marts want them; building and publishing them. Computes no rate."""

from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl

from flows.workspace import Workspace
from transforms.columns import MARTS
from transforms.units import expected_days
from warehouse.lake import Lake
from warehouse.ledger import span
from warehouse.materialise import Reference, build_marts, materialise
from warehouse.publish import Publication, publish


def month_range(month: str) -> tuple[date, date]:
    """First and last day of `YYYY-MM`. Raises ValueError for anything else."""
    first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def reference(workspace: Workspace, first: date, last: date) -> Reference:
    """Units, targets, metrics, and for the months `first` to `last` lie in: periods and expected days."""
    start, end = first.replace(day=1), month_range(f"{last:%Y-%m}")[1]
    months = pl.date_range(start, end, "1mo", eager=True)
    units = workspace.registry.units
    contracts = pl.DataFrame(
        [
            (unit_id, exports.contract)
            for unit_id in units["unit_id"]
            for exports in workspace.settings.all_exports_of(unit_id)
        ],
        schema={"unit_id": pl.String, "contract": pl.String},
        orient="row",
    )
    return Reference(
        units=MARTS["units"].conform(units),
        targets=workspace.targets,
        metrics=workspace.metrics,
        expected_days=expected_days(units, workspace.holidays, start, end).join(contracts, on="unit_id"),
        periods=pl.DataFrame({"period_from": months}).select(
            pl.col("period_from").dt.strftime("%Y-%m").alias("month"),
            "period_from",
            pl.col("period_from").dt.month_end().alias("period_to"),
        ),
    )


def publish_marts(workspace: Workspace, lake: Lake, now: datetime) -> Publication | None:
    """Bring the marts up to date and publish them, unless nothing changed since the last publication."""
    covered = span(lake)
    if covered is None:
        return None
    materialise(lake, reference(workspace, *covered))
    settings = workspace.settings.publish
    return publish(
        lake,
        built_at=now,
        code_version=version("tyle"),
        keep=settings.keep,
        grace=timedelta(hours=settings.grace_hours),
    )


def month_marts(
    workspace: Workspace, lake: Lake, month: str, as_of: date | None = None, known_at: datetime | None = None
) -> dict[str, pl.DataFrame]:
    """The marts of one month, straight from the lake: as of a business date, as known at a moment (UTC)."""
    first, last = month_range(month)
    before = first - timedelta(days=1)
    return build_marts(lake, reference(workspace, before, last), [month], as_of, known_at)

"""The workspace's reference data as the marts want them; building and publishing them. Computes no rate."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl

from flows.intake.expected import expected_exports
from flows.settings.workspace import Workspace
from transforms.dictionary.columns import MARTS
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import span
from warehouse.marts.materialise import Reference, build_marts, materialise
from warehouse.marts.steps import Engine, run, spans
from warehouse.published.publish import Publication, publish


def reference(workspace: Workspace, first: date, last: date) -> Reference:
    """The reviewed data, and for the months `first` to `last` lie in: periods and expected days.

    The baseline month comes with them where it is an earlier one.
    """
    periods = workspace.months.between(first, last)
    baseline_month = workspace.settings.report.baseline_month
    if baseline_month is not None and baseline_month < workspace.months.of(first):
        periods = pl.concat([workspace.months.between(*workspace.months.span(baseline_month)), periods])
    units = workspace.registry.units
    return Reference(
        units=MARTS["units"].conform(units),
        targets=workspace.targets,
        metrics=workspace.metrics,
        expected_days=pl.concat([expected_exports(workspace, units, *span) for span in spans(periods)]),
        periods=periods,
        baselines=workspace.baselines,
        baseline_month=baseline_month,
    )


def engine_of(workspace: Workspace) -> Engine:
    """What derives the marts of this workspace. Raises EngineError where Spark is asked for and cannot run."""
    settings = workspace.settings.marts
    if settings.engine == "duckdb":
        return run
    # known only to those who ask for it
    from warehouse.marts.spark import Spark, require  # noqa: PLC0415

    require()
    return Spark(settings.spark_master, settings.spark_conf)


def publish_marts(workspace: Workspace, lake: Lake, now: datetime) -> Publication | None:
    """Bring the marts up to date and publish them, unless nothing changed since or another machine does so."""
    covered = span(lake) if workspace.settings.publish.here else None
    if covered is None:
        return None
    materialise(lake, reference(workspace, *covered), engine_of(workspace))
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
    """The marts of one month, straight from the lake: as of a business date, as known at a moment (UTC).

    Units, targets, calendar and settings are those of today. Raises ValueError where `month` is none.
    """
    return months_marts(workspace, lake, [month], as_of, known_at)


def months_marts(
    workspace: Workspace, lake: Lake, months: Sequence[str], as_of: date | None = None, known_at: datetime | None = None
) -> dict[str, pl.DataFrame]:
    """The same of several months, in their order."""
    first, last = workspace.months.span(months[0])[0], workspace.months.span(months[-1])[1]
    before = first - timedelta(days=1)
    return build_marts(lake, reference(workspace, before, last), months, as_of, known_at, engine_of(workspace))

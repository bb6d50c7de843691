"""Builds and publishes the marts of a workspace, with its reference data. Computes no rate."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl

from flows.intake.expected import expected_exports
from flows.settings.workspace import Workspace
from transforms.dictionary.columns import REFERENCE
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import span
from warehouse.marts.materialise import Reference, build_marts, materialise
from warehouse.marts.steps import Engine, run, spans
from warehouse.published.publish import Publication, publish


def reference(workspace: Workspace, first: date, last: date) -> Reference:
    """The reference data for the marts, with the periods and expected days of the months from `first` to `last`.

    The baseline month is included where it is earlier.
    """
    periods = workspace.months.between(first, last)
    baseline_month = workspace.settings.report.baseline_month
    if baseline_month is not None and baseline_month < workspace.months.of(first):
        periods = pl.concat([workspace.months.between(*workspace.months.span(baseline_month)), periods])
    units = workspace.registry.units
    return Reference(
        units=REFERENCE["units"].conform(units),
        targets=workspace.targets,
        metrics=workspace.metrics,
        expected_days=pl.concat([expected_exports(workspace, units, *span) for span in spans(periods)]),
        periods=periods,
        baselines=workspace.baselines,
        baseline_month=baseline_month,
        fields=workspace.fields.fields,
        group_members=workspace.organisation.memberships,
        meanings=workspace.organisation.meanings,
    )


def engine_of(workspace: Workspace) -> Engine:
    """The engine that derives the marts of this workspace. Raises EngineError where Spark is set and cannot run."""
    settings = workspace.settings.marts
    if settings.engine == "duckdb":
        return run
    # only imported where it is used
    from warehouse.marts.spark import Spark, require  # noqa: PLC0415

    require()
    return Spark(settings.spark_master, settings.spark_conf)


def publish_marts(workspace: Workspace, lake: Lake, now: datetime) -> Publication | None:
    """Bring the marts up to date and publish them at `now` (UTC without zone).

    None where nothing changed since the last publication, or another machine publishes.
    """
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
    """The marts of one month from the lake, by name: up to the business date `as_of`, as known at `known_at` (UTC).

    Units, targets, calendar and settings are the current ones. Raises ValueError where `month` is not YYYY-MM.
    """
    return months_marts(workspace, lake, [month], as_of, known_at)


def months_marts(
    workspace: Workspace, lake: Lake, months: Sequence[str], as_of: date | None = None, known_at: datetime | None = None
) -> dict[str, pl.DataFrame]:
    """The same for several months, which must be in order."""
    first, last = workspace.months.span(months[0])[0], workspace.months.span(months[-1])[1]
    before = first - timedelta(days=1)
    return build_marts(lake, reference(workspace, before, last), months, as_of, known_at, engine_of(workspace))

"""Builds and publishes the marts of a workspace, with its reference data. Computes no rate."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl

from flows.intake.expected import expected_exports
from flows.intake.shared import IMPORTED
from flows.settings.workspace import Workspace
from transforms.dictionary.columns import REFERENCE
from transforms.reference import dimensions
from warehouse.lake.lake import Lake
from warehouse.ledger.closings import signed_versions
from warehouse.ledger.deliveries import imported_days, span
from warehouse.marts.materialise import Reference, build_marts, materialise
from warehouse.marts.steps import Engine, run, spans
from warehouse.marts.workbench import workbench
from warehouse.published.publish import Publication, publish


def reference(workspace: Workspace, lake: Lake, first: date, last: date) -> Reference:
    """The reference data for the marts, with the periods and expected days of the months from `first` to `last`.

    The baseline month is included where it is earlier. Of a month that a past report was imported for nothing is
    expected but the report's figures: it is complete as it was reported.
    """
    periods = workspace.months.between(first, last)
    baseline_month = workspace.settings.report.baseline_month
    if baseline_month is not None and baseline_month < workspace.months.of(first):
        periods = pl.concat([workspace.months.between(*workspace.months.span(baseline_month)), periods])
    units = workspace.registry.units
    return Reference(
        units=REFERENCE["units"].conform(units),
        targets=workspace.targets,
        metrics=workspace.metrics.metrics,
        metric_terms=workspace.metrics.terms,
        metric_rules=workspace.metrics.rules,
        metric_groups=workspace.metrics.groups,
        signed_versions=signed_versions(lake),
        expected_days=_as_reported(
            workspace, lake, pl.concat([expected_exports(workspace, units, *span) for span in spans(periods)])
        ),
        periods=periods,
        baselines=workspace.baselines,
        baseline_month=baseline_month,
        fields=workspace.fields.fields,
        procedures=workspace.procedures,
        groups=dimensions.groups(workspace.organisation),
        channels=dimensions.channels(workspace.organisation),
        levels=workspace.codes.levels,
        contracts=dimensions.contracts(),
        group_members=workspace.organisation.memberships,
        whole_unit=workspace.organisation.whole_unit,
        meanings=workspace.organisation.meanings,
    )


def _as_reported(workspace: Workspace, lake: Lake, expected: pl.DataFrame) -> pl.DataFrame:
    """`expected` (unit_id, business_date, contract), of the months of imported reports only the days of these."""
    if expected.is_empty():
        return expected
    first, last = expected.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    imported = imported_days(lake, IMPORTED, first, last)
    if imported.is_empty():
        return expected
    months = [workspace.months.span(workspace.months.of(day)) for day in imported["business_date"].unique()]
    reported = pl.any_horizontal(pl.col("business_date").is_between(*month) for month in months)
    return pl.concat([expected.filter(~reported), imported.select(expected.columns).cast(expected.schema)])


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
    settings = workspace.settings.publish
    with workbench(lake):
        materialise(lake, reference(workspace, lake, *covered), engine_of(workspace))
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
    return build_marts(lake, reference(workspace, lake, before, last), months, as_of, known_at, engine_of(workspace))

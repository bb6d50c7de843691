"""Which units a run asks for which business dates. Knows no source and no lake.

A unit that has ended is asked on for as long as an ordinary run reaches back to its last days: for the look-back, and
until the cut-off of its last day has passed. A day before a unit begins is asked for as far as the look-back of its
first day reaches.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from flows.settings.workspace import Workspace
from sources.export import FILES_PER_DAY, MB_PER_DAY, Window
from transforms.reference.clock import cut_off, local_date

# For which days an export is asked for: a row per unit, contract and run of consecutive days.
ASKED = pl.Schema({"unit_id": pl.String, "contract": pl.String, "first": pl.Date, "last": pl.Date})
_HOUR = 0  # the day of a cut-off does not depend on its hour


def units_asked(workspace: Workspace, first: date, last: date, only: Sequence[str] = ()) -> pl.DataFrame:
    """The units that a run of one of the days `first` to `last` asks: UNITS, and `asked_until` (null: no end).

    `only`: the ids to choose from; default: all units.
    """
    units = _with_end(workspace).filter(
        pl.col("valid_from") <= last, pl.col("asked_until").is_null() | (pl.col("asked_until") >= first)
    )
    return units.filter(pl.col("unit_id").is_in(list(only))) if only else units


def asked_on(workspace: Workspace, day: date, only: Sequence[str] = ()) -> pl.DataFrame:
    """ASKED: what the run of a day asks for, the days of the look-back included.

    Of a unit that has ended it asks for the last day too where only the cut-off reaches back to it.
    """
    since = day - timedelta(days=workspace.settings.run.lookback_days)
    units = units_asked(workspace, day, day, only).with_columns(
        first=pl.min_horizontal(pl.lit(since), "valid_to"), last=pl.lit(day)
    )
    return _by_contract(workspace, units)


def asked_between(workspace: Workspace, units: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """ASKED: the days from `first` to `last` for which daily runs ask `units` (as units_asked gives them)."""
    lookback = timedelta(days=workspace.settings.run.lookback_days)
    windows = units.with_columns(
        first=pl.max_horizontal(pl.lit(first), pl.col("valid_from") - lookback),
        last=pl.min_horizontal(pl.lit(last), "asked_until"),
    )
    return _by_contract(workspace, windows.filter(pl.col("first") <= pl.col("last")))


def asked_days(days: pl.DataFrame) -> pl.DataFrame:
    """ASKED: exactly these `days` (unit_id, contract, business_date)."""
    sender = ("unit_id", "contract")
    run_of_days = pl.col("business_date") - pl.duration(days=pl.int_range(pl.len()).over(sender))
    return (
        days.select(*sender, "business_date")
        .unique()
        .sort(*sender, "business_date")
        .group_by(*sender, run_of_days.alias("run"), maintain_order=True)
        .agg(first=pl.col("business_date").first(), last=pl.col("business_date").last())
        .select(ASKED.names())
    )


def windows_of(
    asked: pl.DataFrame,
    now: datetime,
    files_per_day: int = FILES_PER_DAY,
    mb_per_day: float = MB_PER_DAY,
    zone: str = "UTC",
) -> dict[tuple[str, str], Window]:
    """`asked` (ASKED) as a window for each unit and contract, asked at `now` (UTC without zone)."""
    windows: dict[tuple[str, str], Window] = {}
    for unit_id, contract, first, last in asked.iter_rows():
        window = Window(first, last, now, files_per_day=files_per_day, mb_per_day=mb_per_day, zone=zone)
        if before := windows.get((unit_id, contract)):
            days = frozenset((*before.days(), *window.days()))
            window = Window(min(days), max(days), now, days, files_per_day, mb_per_day, zone)
        windows[unit_id, contract] = window
    return windows


def _with_end(workspace: Workspace) -> pl.DataFrame:
    """All units with `asked_until`: the last day whose run asks them."""
    units = workspace.registry.units
    ends = units["valid_to"].drop_nulls().unique().to_list()
    lookback = timedelta(days=workspace.settings.run.lookback_days)
    until = [(end, max(end + lookback, _day_of_cut_off(workspace, end))) for end in ends]
    reached = pl.DataFrame(until, schema={"valid_to": pl.Date, "asked_until": pl.Date}, orient="row")
    return units.join(reached, on="valid_to", how="left", maintain_order="left")


def _day_of_cut_off(workspace: Workspace, day: date) -> date:
    zone, days = workspace.zone, workspace.settings.latest_cut_off_days
    return local_date(cut_off(day, _HOUR, workspace.holidays, zone, days), zone)


def _by_contract(workspace: Workspace, units: pl.DataFrame) -> pl.DataFrame:
    rows = [
        (unit_id, exports.contract, first, last)
        for unit_id, first, last in units.select("unit_id", "first", "last").iter_rows()
        for exports in workspace.settings.single_exports_of(unit_id)
    ]
    return pl.DataFrame([*rows, *_of_shared(workspace, units)], schema=ASKED, orient="row")


def _of_shared(workspace: Workspace, units: pl.DataFrame) -> Iterator[tuple[str, str, date, date]]:
    """The shared exports that hold some of `units`, asked for all days for which one of these is asked."""
    for one in workspace.settings.shared_exports:
        own = units.filter(pl.col("unit_id").is_in(list(one.units)))
        if not own.is_empty():
            first, last = own.select(pl.min("first"), pl.max("last")).row(0)
            yield one.sender, one.contract, first, last

"""Which exports are expected on which days, by units, calendar and settings. Judges nothing that was received."""

from datetime import date

import polars as pl

from flows.intake.set_up import not_set_up
from flows.settings.workspace import Workspace
from transforms.reference.calendars import expected_days
from warehouse.lake.lake import Lake
from warehouse.ledger.states import current_states

KEY = ("unit_id", "business_date", "contract")


def expected_exports(workspace: Workspace, units: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Every export of `units` expected on the business dates `first` to `last`: unit_id, business_date, contract."""
    contracts = [
        (unit_id, exports.contract)
        for unit_id in units["unit_id"]
        for exports in workspace.settings.all_exports_of(unit_id)
    ]
    schema = {"unit_id": pl.String, "contract": pl.String}
    days = expected_days(units, workspace.cadence, first, last)
    return days.join(pl.DataFrame(contracts, schema=schema, orient="row"), on="unit_id")


def states_expected(workspace: Workspace, lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The states of these business dates now (warehouse.ledger.states), without what is missing but not expected.

    An export was recorded as missing, and a holiday, the end of a unit or another contract came into the reference data
    or tyle.toml since; or nobody has set up its unit.
    """
    states = current_states(lake, first, last)
    missing = states.filter(outcome="missing")["unit_id"].unique().to_list()
    absent = not_set_up(workspace, lake, missing)
    expected = expected_exports(workspace, workspace.registry.units, first, last).with_columns(is_expected=pl.lit(True))
    marked = states.join(expected, on=KEY, how="left", maintain_order="left")
    is_due = pl.col("is_expected").fill_null(False) & ~pl.col("unit_id").is_in(absent)
    stays = (pl.col("outcome") != "missing") | is_due
    return marked.filter(stays).drop("is_expected")

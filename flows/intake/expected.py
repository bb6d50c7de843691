"""Which exports are expected on which days, by units, calendar and settings. Judges nothing that was received."""

from datetime import date

import polars as pl

from flows.intake.set_up import not_set_up
from flows.settings.workspace import Workspace
from transforms.dictionary.shared_senders import is_no_unit
from transforms.reference.calendars import expected_days
from warehouse.lake.lake import Lake
from warehouse.ledger.states import States, current_states

KEY = ("unit_id", "business_date", "contract")


def expected_exports(workspace: Workspace, units: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Every export of `units` expected on the business dates `first` to `last`: unit_id, business_date, contract."""
    contracts = [
        (unit_id, exports.contract)
        for unit_id in units["unit_id"]
        for exports in workspace.settings.all_exports_of(unit_id)
        if exports.is_expected
    ]
    schema = {"unit_id": pl.String, "contract": pl.String}
    days = expected_days(units, workspace.cadence, first, last)
    return days.join(pl.DataFrame(contracts, schema=schema, orient="row"), on="unit_id")


def with_shared(workspace: Workspace, expected: pl.DataFrame) -> pl.DataFrame:
    """`expected` (KEY, of units), and the shared exports on the days on which one of their units is expected."""
    found = [
        expected.filter(pl.col("unit_id").is_in(list(one.units)), contract=one.contract)
        .select("business_date", "contract")
        .unique()
        .sort("business_date")
        .select(pl.lit(one.sender).alias("unit_id"), "business_date", "contract")
        for one in workspace.settings.shared_exports
        if one.is_expected
    ]
    return pl.concat([expected.select(KEY), *found])


def missing_by_themselves(workspace: Workspace, states: pl.DataFrame) -> pl.DataFrame:
    """What is missing, without the units that are missing only because their shared export is, or was held back.

    `states`: KEY and `outcome`, of all exports of some days; more columns allowed.
    """
    missing = states.filter(outcome="missing")
    without = states.filter(pl.col("outcome").is_in(["missing", "quarantined"]), is_no_unit())
    pairs = [
        (unit_id, day, contract)
        for sender, day, contract in without.select(KEY).iter_rows()
        if (one := workspace.settings.shared_by_sender.get(sender)) is not None
        for unit_id in one.units
    ]
    schema = {name: states.schema[name] for name in KEY}
    return missing.join(pl.DataFrame(pairs, schema=schema, orient="row"), on=KEY, how="anti", maintain_order="left")


def states_expected(
    workspace: Workspace, lake: Lake, first: date, last: date, states_of: States = current_states
) -> pl.DataFrame:
    """The states of these business dates now (warehouse.ledger.states), without what is missing but not expected.

    An export was recorded as missing, and a holiday, the end of a unit or another contract came into the reference data
    or tyle.toml since; or nobody has set up its unit.
    """
    states = states_of(lake, first, last)
    missing = states.filter(outcome="missing")["unit_id"].unique().to_list()
    absent = not_set_up(workspace, lake, missing)
    expected = with_shared(workspace, expected_exports(workspace, workspace.registry.units, first, last))
    marked = states.join(expected.with_columns(is_expected=pl.lit(True)), on=KEY, how="left", maintain_order="left")
    is_due = pl.col("is_expected").fill_null(False) & ~pl.col("unit_id").is_in(absent)
    stays = (pl.col("outcome") != "missing") | is_due
    return marked.filter(stays).drop("is_expected")

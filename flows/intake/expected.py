"""Which exports are expected on which days, by units, calendar and settings. Does not know what was received."""

from datetime import date

import polars as pl

from flows.settings.workspace import Workspace
from transforms.reference.units import expected_days


def expected_exports(workspace: Workspace, units: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Every export of `units` expected on the business dates `first` to `last`: unit_id, business_date, contract."""
    contracts = [
        (unit_id, exports.contract)
        for unit_id in units["unit_id"]
        for exports in workspace.settings.all_exports_of(unit_id)
    ]
    schema = {"unit_id": pl.String, "contract": pl.String}
    days = expected_days(units, workspace.holidays, first, last)
    return days.join(pl.DataFrame(contracts, schema=schema, orient="row"), on="unit_id")

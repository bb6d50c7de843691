"""The cut-off of each delivery, and the outcome `late` after it. The rule itself is in transforms.check.rules.

The file's own time counts, not the time of the run: a late run makes no unit late. Only the first delivery of a unit,
day and contract can be late; later ones are corrections of it.
"""

from datetime import datetime
from functools import cache, partial

import polars as pl

from flows.settings.workspace import Workspace
from transforms.check.rules.delivery import IS_LATE
from transforms.dictionary.columns import LAKE
from transforms.reference.clock import cut_off
from transforms.reference.units import EXISTS_ON_DAY, with_validity

KEY = ("unit_id", "business_date", "contract")


def with_cut_offs(workspace: Workspace, received: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """`received` (columns RECEIVED) with `cut_off` (UTC without zone), null where a delivery cannot be late.

    `known`: earlier deliveries (unit_id, business_date, contract). The first of several files of one day is the one
    that becomes version 1 (warehouse.ledger.versions). On a day on which its unit does not exist nothing is expected,
    so nothing is late; nor is an export that nobody expects.
    """
    first = (
        with_validity(received, workspace.registry)
        .filter(EXISTS_ON_DAY)
        .join(known, on=KEY, how="anti")
        .sort(*KEY, "modified_at", "file_name", "file")
        .unique(KEY, keep="first", maintain_order=True)
    )
    settings = workspace.settings
    agreed = {
        (unit_id, contract): settings.cut_off(settings.exports_of(unit_id, contract))
        for unit_id, contract in first.select("unit_id", "contract").unique().iter_rows()
        if settings.exports_of(unit_id, contract).is_expected
    }
    until = cache(partial(cut_off, holidays=workspace.holidays, zone=workspace.zone))
    moments = [
        (file, until(day, **agreed[unit_id, contract]))
        for file, unit_id, day, contract in first.select("file", *KEY).iter_rows()
        if (unit_id, contract) in agreed
    ]
    cut_offs = pl.DataFrame(moments, schema={"file": pl.UInt32, "cut_off": pl.Datetime("us")}, orient="row")
    return received.join(cut_offs, on="file", how="left", maintain_order="left")


def late_outcomes(received: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """An outcome `late` (LAKE["outcomes"]) for each delivery that came after its `cut_off`, readable or not.

    `received`: RECEIVED with `cut_off`, as `with_cut_offs` gives it.
    """
    outcome = {"step": pl.lit("pull"), "outcome": pl.lit("late"), "at": pl.lit(now)}
    return LAKE["outcomes"].conform(received.filter(IS_LATE).with_columns(**outcome))

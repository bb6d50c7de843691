"""The demo month, day by day: which files arrive, and how they are put into an inbox. Reads no export."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath

import polars as pl

from demo.centre import UNIT_ID as CENTRE
from demo.centre import Level, centre_export, centre_figures
from demo.clock import VIETNAM
from demo.events import EVENTS, Sending
from demo.figures import month_figures
from demo.reference import Reference
from demo.styles import OWN_NAMES, STYLES
from demo.writers import Style, render, suffix
from warehouse.places import whole

FIRST = date(2022, 8, 1)
LAST = date(2022, 8, 19)

_SENT_AT = time(16, 30)  # offices send before they close


@dataclass(frozen=True)
class Month:
    """Every file of the month before it is written: who sends what when, and the figures to write from.

    `figures`: FIGURES of demo.figures, a row per unit, day and field, in cases. `centre`: what the one-stop centre
    states each day, which it sends in its own way.
    """

    first: date
    figures: pl.DataFrame
    names: Mapping[str, str]
    sendings: tuple[Sending, ...]
    centre: Mapping[date, tuple[Level, ...]]


@dataclass(frozen=True)
class DemoFile:
    """One export as it arrives: `path` is relative to the inbox, `arrived_at` the moment in Vietnam."""

    unit_id: str
    business_date: date
    path: PurePosixPath
    content: bytes
    arrived_at: datetime


def plan_month(reference: Reference, first: date = FIRST, last: date = LAST) -> Month:
    """Spread the reference totals over the days from `first` to `last`, and let the events happen."""
    figures = month_figures(reference.totals, reference.units, reference.holidays, first, last)
    names = dict(reference.units.select("unit_id", "name").iter_rows()) | OWN_NAMES
    unusual = {(event.sendings[0].unit_id, event.sendings[0].business_date): event.sendings for event in EVENTS}
    sent = figures.select("unit_id", "business_date").unique(maintain_order=True)
    sendings = (
        sending
        for unit_id, day in sent.iter_rows()
        for sending in unusual.get((unit_id, day), (Sending(unit_id, day, arrives=day),))
    )
    centre = centre_figures(reference.processed, first, last) if reference.processed else {}
    return Month(first, figures, names, tuple(sendings), centre)


def deliveries_of(day: date, month: Month) -> list[DemoFile]:
    """What newly arrives of the units with the exports of business date `day`, in order of the paths."""
    files = [_file(sending, month) for sending in month.sendings if sending.arrives == day]
    return sorted(files, key=lambda file: file.path)


def centre_of(day: date, month: Month) -> list[DemoFile]:
    """What arrives of the one-stop centre with the exports of business date `day`."""
    if day not in month.centre:
        return []
    path, content = centre_export(day, month.centre[day])
    return [DemoFile(CENTRE, day, path, content, datetime.combine(day, _SENT_AT, VIETNAM))]


def write_exports(inbox: Path, day: date, month: Month) -> list[Path]:
    """Put the day's deliveries into `inbox` and return their paths; one that is there already is kept."""
    return [_put(inbox, file) for file in (*deliveries_of(day, month), *centre_of(day, month))]


def _file(sending: Sending, month: Month) -> DemoFile:
    style = STYLES[sending.unit_id]
    content = render(
        _rows(sending, style, month),
        style,
        month.names[sending.unit_id],
        sending.business_date,
        month.first,
        sending.totals_rate,
    )
    name = f"{sending.business_date.isoformat()}{sending.tag}{suffix(style)}"
    arrived_at = datetime.combine(sending.arrives, _SENT_AT, VIETNAM)
    path = PurePosixPath(sending.unit_id, name)
    return DemoFile(sending.unit_id, sending.business_date, path, content, arrived_at)


def _rows(sending: Sending, style: Style, month: Month) -> pl.DataFrame:
    since = month.first if style.basis == "month_to_date" else sending.business_date
    figures = month.figures.filter(
        pl.col("unit_id") == sending.unit_id, pl.col("business_date").is_between(since, sending.business_date)
    )
    rows = figures.group_by("field", maintain_order=True).agg(pl.col("online", "in_person", "total").sum())
    busiest = pl.int_range(pl.len()) == pl.col("total").arg_max()
    return rows.with_columns(pl.col("total") + pl.when(busiest).then(sending.total_off_by).otherwise(0))


def _put(inbox: Path, file: DemoFile) -> Path:
    path = inbox / file.path
    if path.is_file() and path.read_bytes() == file.content:
        return path
    with whole.draft(path, durable=False) as draft:
        draft.write_bytes(file.content)
        # The file's time is when the unit sent it: what is late in the demo is late whenever the demo is run.
        moment = file.arrived_at.timestamp()
        os.utime(draft, (moment, moment))
    return path

"""Fetch what is new of a batch of units. Reads no format and stores nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from flows.workspace import Workspace
from sources.export import Export, SourceError
from sources.folder import pull_folder
from transforms.columns import RECEIVED

_KEY = ["unit_id", "business_date", "contract", "source_uri"]


@dataclass(frozen=True)
class Pulled:
    """What a batch of units had: `received` (columns RECEIVED); `failures`: unit_id → why it did not answer."""

    received: pl.DataFrame
    failures: dict[str, str]


def pull_units(workspace: Workspace, unit_ids: Sequence[str], first: date, last: date, now: datetime) -> Pulled:
    """The exports of some units for the days from `first` to `last`; a unit that fails stops no other."""
    pulled: list[tuple[str, Export]] = []
    failures: dict[str, str] = {}
    for unit_id in unit_ids:
        try:
            exports = _exports(workspace, unit_id, first, last)
        except SourceError as error:
            failures[unit_id] = str(error)
        else:
            pulled += ((unit_id, export) for export in exports)
    return Pulled(received_frame(workspace, pulled, now), failures)


def received_frame(workspace: Workspace, pulled: Sequence[tuple[str, Export]], now: datetime) -> pl.DataFrame:
    """Exports and who sent them as a frame of RECEIVED; `file` is 0 until batches are merged."""
    rows = [_row(workspace, unit_id, export, now) for unit_id, export in pulled]
    return pl.DataFrame(rows, schema=RECEIVED, orient="row")


def merge(batches: Sequence[Pulled]) -> Pulled:
    """Several batches as one, files numbered anew; a unit that answered in a later batch has not failed."""
    received = pl.concat([pl.DataFrame(schema=RECEIVED), *(batch.received for batch in batches)])
    failures: dict[str, str] = {}
    for batch in batches:
        failures |= batch.failures
    answered = set(received["unit_id"])
    return Pulled(
        received.with_columns(file=pl.int_range(pl.len(), dtype=pl.UInt32)),
        {unit_id: why for unit_id, why in failures.items() if unit_id not in answered},
    )


def unseen(received: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Without files whose place held the same bytes when last looked at; `seen` as the lake gives it."""
    last_seen = seen.sort("received_at").group_by(_KEY, maintain_order=True).agg(pl.col("sha256").last())
    return received.join(last_seen, on=[*_KEY, "sha256"], how="anti", maintain_order="left")


def _exports(workspace: Workspace, unit_id: str, first: date, last: date) -> list[Export]:
    source = workspace.settings.of_unit(unit_id).source
    folder = workspace.root / source.path.replace("{unit_id}", unit_id)
    pattern = source.name.replace("{unit_id}", unit_id)
    return list(pull_folder(folder, pattern, first, last, workspace.root))


def _row(workspace: Workspace, unit_id: str, export: Export, now: datetime) -> tuple[object, ...]:
    own = workspace.settings.of_unit(unit_id)
    return (
        0,
        unit_id,
        export.business_date,
        own.contract,
        own.basis,
        export.uri,
        export.name,
        export.modified_at,
        now,
        export.content,
        hashlib.sha256(export.content).hexdigest(),
        len(export.content),
    )

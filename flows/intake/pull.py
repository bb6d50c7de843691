"""Fetches what is new from the sources of a batch of units. Reads no format and stores nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.intake.clients import pull_contained
from flows.settings.exports import Exports
from flows.settings.workspace import Workspace
from sources.export import Export, SourceError, UnreachableError, Window
from sources.templates import UnitAddress
from transforms.dictionary.columns import RECEIVED
from transforms.reference.unit_file import PENDING

Sender = tuple[str, str]  # unit and contract

_KEY = ["unit_id", "business_date", "contract", "source_uri"]


@dataclass(frozen=True)
class Pulled:
    """What a batch of units had: `received` (columns RECEIVED); `failures`: unit_id → why its source did not answer.

    `again`: the failed units to ask once more; a source that refused would only refuse again.
    """

    received: pl.DataFrame
    failures: dict[str, str]
    again: frozenset[str]


def pull_units(
    workspace: Workspace,
    unit_ids: Sequence[str],
    windows: Mapping[Sender, Window],
    now: datetime,
    etags: Mapping[Sender, Mapping[str, str]],
) -> Pulled:
    """The exports of some units at `now` (UTC without zone); a unit that fails stops no other.

    `windows`: the days that each unit is asked for, per contract; `etags`: per unit and contract, uri → ETag of the
    bytes that the lake has from there. Exports received before a source failed are kept.
    """
    codes = dict(workspace.registry.units.filter(pl.col("code") != PENDING).select("unit_id", "code").iter_rows())
    pulled: list[tuple[str, Exports, Export]] = []
    errors: list[tuple[str, SourceError]] = []
    for unit_id in unit_ids:
        shared = workspace.settings.shared_with(unit_id)
        address = UnitAddress(shared.id if shared else unit_id, codes.get(unit_id))
        for agreed in workspace.settings.single_exports_of(unit_id):
            known = etags.get((unit_id, agreed.contract), {})
            window = windows.get((unit_id, agreed.contract))
            if window is None:
                continue
            try:
                for export in pull_contained(agreed, address, window, workspace.root, known):
                    pulled.append((unit_id, agreed, export))
            except SourceError as error:
                errors.append((unit_id, error))
    failures = {unit_id: "; ".join(str(error) for own, error in errors if own == unit_id) for unit_id, _ in errors}
    again = frozenset(unit_id for unit_id, error in errors if isinstance(error, UnreachableError))
    return Pulled(received_frame(pulled, now), failures, again)


def received_frame(pulled: Sequence[tuple[str, Exports, Export]], now: datetime) -> pl.DataFrame:
    """A frame (columns RECEIVED) of exports with their unit and its settings; `file` is 0 until batches are merged."""
    rows = [_row(unit_id, agreed, export, now) for unit_id, agreed, export in pulled]
    return pl.DataFrame(rows, schema=RECEIVED, orient="row")


def merge(batches: Sequence[Pulled]) -> Pulled:
    """Several batches as one, with files numbered anew; a file that two batches hold appears once."""
    received = pl.concat([pl.DataFrame(schema=RECEIVED), *(batch.received for batch in batches)])
    failures: dict[str, str] = {}
    for batch in batches:
        failures |= batch.failures
    once = received.unique([*_KEY, "sha256"], keep="first", maintain_order=True)
    again = frozenset[str]().union(*(batch.again for batch in batches))
    return Pulled(once.with_columns(file=pl.int_range(pl.len(), dtype=pl.UInt32)), failures, again)


def unseen(received: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The rows of `received` whose uri held other bytes, or none, before; `seen`: warehouse.ledger.deliveries.seen."""
    last_seen = seen.sort("received_at").group_by(_KEY, maintain_order=True).agg(pl.col("sha256").last())
    return received.join(last_seen, on=[*_KEY, "sha256"], how="anti", maintain_order="left")


def known_etags(seen: pl.DataFrame) -> dict[Sender, dict[str, str]]:
    """Per unit and contract, uri → ETag of the newest bytes the lake has from there; `seen` as for `unseen`."""
    last = seen.sort("received_at").group_by(_KEY, maintain_order=True).agg(pl.col("etag").last())
    etags: dict[Sender, dict[str, str]] = {}
    for unit_id, contract, uri, etag in last.select("unit_id", "contract", "source_uri", "etag").drop_nulls().rows():
        etags.setdefault((unit_id, contract), {})[uri] = etag
    return etags


def _row(unit_id: str, agreed: Exports, export: Export, now: datetime) -> tuple[object, ...]:
    return (
        0,
        unit_id,
        export.business_date,
        agreed.contract,
        agreed.basis,
        export.uri,
        export.name,
        export.etag,
        export.modified_at,
        now,
        export.content,
        hashlib.sha256(export.content).hexdigest(),
        len(export.content),
        None,
    )

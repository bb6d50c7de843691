"""Splits landed shared exports into one file for each unit and day. Pulls, judges and stores nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from logging import ERROR
from typing import Any

import polars as pl

from flows.intake.reading import ReadingError, read_shared_apart
from flows.intake.reading_worker import Limits
from flows.runs.log import log_event
from flows.settings.shared import Shared
from flows.settings.workspace import Workspace
from transforms.check.rules.rule import READABLE
from transforms.check.shared.names import Names, group_names
from transforms.check.shared.parts import Part, PartRead
from transforms.check.shared.split import Split, Terms, split
from transforms.dictionary.contracts import CONTRACTS, COUNTED_BY
from transforms.dictionary.shared_senders import is_no_unit
from transforms.read.agreed import Agreed
from transforms.read.filings import FileRead
from transforms.read.unforeseen import UNFORESEEN, place, unreadable
from warehouse.places.errors import DecisionError, WarehouseError

FILE = "file"
IMPORTED = "@import-report"  # the sender of appendices of past reports (tyle import-report)
_GONE = "tệp chung gửi lại không còn phần này"


@dataclass(frozen=True, eq=False)
class SplitFiles:
    """What landed, with the parts of shared exports as files of their own.

    `files`: what is to be judged: files of units, parts of shared exports, and shared exports that could not be split.
    `whole`: the shared exports that were split, and parts that a newer one no longer holds, with `row_count` (0: the
    rows are those of the parts) and `reason`; they are stored as they are.
    """

    files: pl.DataFrame
    whole: pl.DataFrame | None = None


def has_shared(landed: pl.DataFrame) -> bool:
    """Whether a shared export is among what landed; `landed`: at least unit_id."""
    return not landed.filter(is_no_unit()).is_empty()


def as_read(whole: pl.DataFrame) -> pl.DataFrame:
    """The verdict on shared exports that were split, that they could be read (VERDICTS of the judge, and `sample`).

    `whole`: of SplitFiles, of which `file` is read.
    """
    readable = {"rule": pl.lit(READABLE), "severity": pl.lit("critical"), "outcome": pl.lit("holds")}
    return whole.select(FILE, **readable, failing=pl.lit(0, pl.Int64), sample=pl.lit(None, pl.String))


def split_shared(workspace: Workspace, landed: pl.DataFrame, known: pl.DataFrame) -> SplitFiles:
    """`landed` (RECEIVED with `landing`) with each shared export split, its parts numbered behind all other files.

    `known`: earlier deliveries (warehouse.ledger.deliveries.seen). A part that was held back because nobody knew its
    unit, and that the newer file no longer holds, is closed.
    """
    decided = {"row_count": pl.Int64, "reason": pl.String}
    shared = landed.filter(is_no_unit())
    own: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    for row in shared.iter_rows(named=True):
        found = _contained(workspace, row)
        if found.refusal is not None:
            own.append(row | {"content": PartRead(FileRead(refusal=found.refusal)).content()})
            continue
        whole.append(row | {"content": b"", "row_count": 0, "reason": None})
        parts = [_row(row, part) for part in found.parts]
        own += parts
        whole += _gone(row, parts, known)
    start = max(landed[FILE].to_list()) + 1
    files = pl.concat([landed.filter(~is_no_unit()), pl.DataFrame(own, schema=landed.schema, orient="row")])
    closed = pl.DataFrame(whole, schema=landed.schema | pl.Schema(decided), orient="row")
    return SplitFiles(_numbered(files, start), _numbered(closed, start + files.height))


def _contained(workspace: Workspace, row: dict[str, Any]) -> Split:
    """As split_one; what the program itself does wrong on a file is that file's fault, and stops no unit's own file."""
    shared = shared_of(workspace, row["unit_id"])
    try:
        return split_one(workspace, shared, row["content"], row)
    except (WarehouseError, ReadingError, OSError):
        raise
    except UNFORESEEN as error:
        log_event("file.error", ERROR, unit_id=row["unit_id"], source_uri=row["source_uri"], error=place(error))
        return Split(refusal=unreadable(error).refusal)


def shared_of(workspace: Workspace, sender: str) -> Shared:
    """The shared export of this sender. Raises DecisionError where tyle.toml has it no more."""
    if sender == IMPORTED:
        return imported_export(workspace)
    found = workspace.settings.shared_with(sender)
    if found is None:
        raise DecisionError(f"{sender}: tyle.toml không còn [[shared]] id = {sender.removeprefix('@')}")
    return found


def imported_export(workspace: Workspace) -> Shared:
    """What stands for the appendices of past reports, with figures from the beginning of their month on."""
    units = tuple(workspace.registry.units["unit_id"])
    return Shared(id=IMPORTED.removeprefix("@"), contract="summary", basis="month_to_date", by="row", units=units)


def split_one(workspace: Workspace, shared: Shared, content: bytes, row: dict[str, Any]) -> Split:
    """The parts of one file of a shared export; `row`: of RECEIVED, of which the business date is read.

    Raises ReadingError where there is no worker to be had.
    """
    contract = CONTRACTS[shared.contract]
    day = row["business_date"]
    level = workspace.settings.default_level(shared)
    shape = shared.layout.shape() if shared.layout else None
    owner = COUNTED_BY[shared.count_for] if contract.by_case else "unit"
    agreed = Agreed(day, shared.basis, level, shared.sheet, shared.missing_values, shape, owner=owner)
    run = workspace.settings.run
    read = read_shared_apart(
        content,
        contract,
        workspace.headers,
        agreed,
        workspace.titles,
        shared.by,
        limits=Limits(run.read_seconds, run.read_memory_mb),
    )
    groups = dict(workspace.registry.units.select("unit_id", "unit_group").iter_rows())
    organisation = workspace.organisation
    members = {group.id: group.parts for group in organisation.groups if group.parts}
    names = Names(workspace.registry, shared.units, group_names(organisation), workspace.headers, members)
    is_field = partial(_is_field, workspace)
    idle = _without_cases(workspace, shared, day)
    terms = Terms(
        contract, names, workspace.headers, shared.sender, day, shared.by, shared.dates, groups, is_field, idle
    )
    return split(read, terms)


def _without_cases(workspace: Workspace, shared: Shared, day: date) -> tuple[str, ...]:
    """The units that had no case on a day of which the file has no row of theirs."""
    if not CONTRACTS[shared.contract].by_case or shared.without_cases != "zero":
        return ()
    there = set(workspace.registry.on(day)["unit_id"])
    return tuple(unit_id for unit_id in shared.units if unit_id in there)


def _is_field(workspace: Workspace, text: str) -> bool:
    return workspace.fields.named([text])["field_id"].is_not_null().any()


def _row(row: dict[str, Any], part: Part) -> dict[str, Any]:
    """A row of RECEIVED for a part of the file of `row`."""
    day = part.day or row["business_date"]
    own = {"unit_id": part.unit_id, "business_date": day, "sha256": part.sha256, "part": part.name}
    return row | own | {"content": part.content.content()}


def _gone(row: dict[str, Any], parts: Iterable[dict[str, Any]], known: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The parts of nobody known that the newer file does not hold: each a version that closes the one held back."""
    held = known.filter(
        pl.col("unit_id").str.starts_with(f"{row['unit_id']}/"),
        pl.col("status") != "duplicate",
        business_date=row["business_date"],
        contract=row["contract"],
    )
    newest = held.sort("version").group_by("unit_id", maintain_order=True).last().filter(status="quarantined")
    there = {part["unit_id"] for part in parts}
    for unit_id in newest["unit_id"]:
        if unit_id not in there:
            yield (
                row
                | {"unit_id": unit_id, "content": b"", "part": unit_id, "row_count": 0, "reason": _GONE}
                | {"sha256": f"gone:{row['sha256']}"}
            )


def _numbered(files: pl.DataFrame, start: int) -> pl.DataFrame:
    """Parts get numbers behind all files, so that each is a file of its own."""
    fresh = pl.col("part").is_not_null() | is_no_unit()
    number = (start + pl.int_range(pl.len())).cast(pl.UInt32)
    return files.with_columns(pl.when(fresh).then(number).otherwise(FILE).alias(FILE))

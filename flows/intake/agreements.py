"""What the settings say of the sender of each file: for reading it, and for the rules. Reads and judges no file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

import polars as pl

from flows.settings.exports import Exports
from flows.settings.workspace import Workspace
from transforms.check.frames import TERMS
from transforms.dictionary.contracts import Contract
from transforms.read.agreed import Agreed
from transforms.read.shape import Shape
from transforms.reference.own_unit import OwnUnit
from transforms.reference.units import Registry

T = TypeVar("T")


def agreed_of(workspace: Workspace, own: pl.DataFrame, exports: Mapping[int, Exports]) -> dict[int, Agreed]:
    """What is known of each file before it is read. `own`: RECEIVED, of which file, unit_id, business_date are read."""
    senders = {file: (unit, day) for file, unit, day in own.select("file", "unit_id", "business_date").iter_rows()}
    of_exports = each(exports, lambda sent: _of_all(sent, workspace.settings.default_level(sent)))
    return {file: _of_sender(of_exports[file], *senders[file], workspace.registry) for file in exports}


def agreed_with(exports: Exports, unit_id: str | None, day: date | None, level: int, registry: Registry) -> Agreed:
    """What is known of a file of these exports before it is read; without `unit_id` the rows of all units are read."""
    return _of_sender(_of_all(exports, level), unit_id, day, registry)


def _of_all(exports: Exports, level: int) -> Agreed:
    return Agreed(None, exports.basis, level, exports.sheet, exports.missing_values, exports.shape)


def _of_sender(of_all: Agreed, unit_id: str | None, day: date | None, registry: Registry) -> Agreed:
    is_own = OwnUnit(registry, unit_id, day) if unit_id and _names_units(of_all.shape) else None
    return replace(of_all, business_date=day, is_own=is_own)


def _names_units(shape: Shape | None) -> bool:
    return shape is not None and (shape.unit_column is not None or shape.sheets == "unit")


def rule_terms(workspace: Workspace, agreed: Mapping[int, Exports]) -> pl.DataFrame:
    """The settings that rules need, for the sender of each file (columns TERMS)."""
    rows = [
        (
            file,
            workspace.settings.default_level(exports),
            exports.max_faulty_rows_pct,
            exports.case_id_pattern,
            exports.count_for,
        )
        for file, exports in agreed.items()
    ]
    return pl.DataFrame(rows, schema=TERMS, orient="row")


def counted_for(agreed: Mapping[int, Exports], contract: Contract) -> pl.DataFrame:
    """For which of its units the cases of each file count; of tables of counts nobody says."""
    rows = [(file, exports.count_for if contract.by_case else None) for file, exports in agreed.items()]
    return pl.DataFrame(rows, schema={"file": pl.UInt32, "counted_for": pl.String}, orient="row")


def each(agreed: Mapping[int, Exports], of: Callable[[Exports], T]) -> dict[int, T]:
    """File → `of` its settings; called once for all files whose settings are the same object."""
    known = {id(exports): exports for exports in agreed.values()}
    once = {key: of(exports) for key, exports in known.items()}
    return {file: once[id(exports)] for file, exports in agreed.items()}

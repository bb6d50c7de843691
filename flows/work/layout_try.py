"""Proposes a section of a layout for one file, and reads the file by it. Stores nothing and opens no lake."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from flows.intake.agreements import agreed_with
from flows.intake.reading import read_apart
from flows.intake.reading_worker import Limits
from flows.settings.exports import Exports
from flows.settings.layouts import LayoutSettings, layout_faults
from flows.settings.workspace import Workspace, WorkspaceError
from transforms.dictionary.contracts import CONTRACTS, Contract
from transforms.dictionary.labels import label
from transforms.read.agreed import Agreed
from transforms.read.filings import Filings, read_filings
from transforms.read.formats import grids
from transforms.read.layouts.propose import Proposal, propose
from transforms.read.unforeseen import UNFORESEEN

_SOME_UNIT = "MA-DON-VI"  # in place of an id that a person fills in


@dataclass(frozen=True)
class LayoutTried:
    """What a layout reads of a file.

    `section`: the proposed TOML; None where tyle.toml has a section for the unit. `lacking`: what the proposal still
    needs. `rows`: number in the file, kind, unit, field and figures of each row; `totals`: of the details (cases);
    `wrong`: the rows on which (1) + (2) = (3) does not hold. `refusal`: why nothing was read.
    """

    file: str
    contract: str
    business_date: date | None
    section: str | None
    lacking: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    totals: dict[str, int] = field(default_factory=dict)
    wrong: tuple[int, ...] = ()
    refusal: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        day = self.business_date
        return asdict(self) | {"business_date": day.isoformat() if day else None}


def try_layout(
    workspace: Workspace, file: Path, unit: str | None, day: date | None, contract_name: str | None
) -> LayoutTried:
    """Read `file` by the layout that tyle.toml has for the unit, or by one that is proposed.

    Without `day` the newest period of the file is taken. Raises WorkspaceError for a file that cannot be opened, a unit
    that does not exist, and for lists of cases, of which nothing unknown may be shown.
    """
    unit_id = None if unit is None else _unit(workspace, unit, day)
    exports = _exports(workspace, unit_id, contract_name)
    contract = CONTRACTS[exports.contract]
    if contract.by_case:
        raise WorkspaceError(
            "tyle layout try chỉ dùng cho bảng số liệu: danh sách hồ sơ có dữ liệu cá nhân, hãy dùng tyle check"
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{file}: {error.strerror}") from error
    if exports.layout is not None:
        return _read(workspace, file, content, exports, unit_id, day, None, ())
    as_found = _filings(workspace, content, contract, Agreed(day, exports.basis))
    refusal = as_found.refusals.get(0)
    if refusal and (refusal.ended_reader or refusal.of_cases):
        return LayoutTried(str(file), contract.name, day, "", refusal=refusal.describe())
    try:
        found = grids(content)
    except UNFORESEEN:
        why = refusal.describe() if refusal else "không đọc được tệp"
        return LayoutTried(str(file), contract.name, day, "", refusal=why)
    made = propose(found, contract, workspace.headers, _knows(workspace, day), day)
    layout, lacking = _settings(made, contract)
    day = day or (made.period.last if made.period else None)
    proposed = exports.model_copy(update={"layout": layout, "sheet": made.sheet or exports.sheet})
    return _read(workspace, file, content, proposed, unit_id, day, toml_of(made, unit_id), lacking)


def _unit(workspace: Workspace, unit: str, day: date | None) -> str:
    found = workspace.registry.resolve(unit, day) or workspace.registry.resolve(unit, None)
    if found is None:
        raise WorkspaceError(f"--unit {unit}: không có đơn vị này")
    return found


def _exports(workspace: Workspace, unit_id: str | None, contract: str | None) -> Exports:
    settings = workspace.settings
    if contract is not None:
        return settings.exports_of(unit_id or "", contract)
    return next(iter(settings.all_exports_of(unit_id or "")), Exports())


def _knows(workspace: Workspace, day: date | None) -> "partial[bool]":
    return partial(_is_unit, workspace, day)


def _is_unit(workspace: Workspace, day: date | None, name: str) -> bool:
    return workspace.registry.resolve(name, day) is not None


def _settings(made: Proposal, contract: Contract) -> tuple[LayoutSettings | None, tuple[str, ...]]:
    """The proposal as settings, and what it still lacks."""
    columns = {role: headers if len(headers) > 1 else headers[0] for role, headers in made.columns.items()}
    written = {**made.keys, "columns": columns, "null_values": made.null_values, "ignore": made.unknown}
    try:
        layout = LayoutSettings.model_validate({key: value for key, value in written.items() if value})
    except ValidationError as error:
        return None, tuple(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    faults = layout_faults(layout, contract, ())
    return layout, tuple(f"{'.'.join(map(str, path))}: {why}" for path, why in faults)


def toml_of(made: Proposal, unit_id: str | None = None) -> str:
    """The proposal as a section of tyle.toml; what nobody could place are comments."""
    return "\n".join(_lines(made, f"units.{unit_id or _SOME_UNIT}")) + "\n"


def _lines(made: Proposal, unit: str) -> Iterator[str]:
    if made.sheet:
        yield f"[{unit}]"
        yield f"sheet = {_toml(made.sheet)}"
        yield ""
    yield f"[{unit}.layout]"
    for key, value in made.keys.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{name} = {_toml(words)}" for name, words in value.items())
            yield f"{key} = {{ {inner} }}"
        else:
            yield f"{key} = {_toml(value)}"
    if made.null_values:
        yield f"null_values = {_toml(made.null_values)}   # nghĩa là không có hồ sơ (0)? Khi đó chuyển sang zero_values"
    if made.unknown:
        yield "# Cột số liệu chưa rõ: bỏ qua như dưới đây, hoặc chuyển vào columns nếu cần lấy"
        yield f"ignore = {_toml(made.unknown)}"
    if made.columns:
        yield ""
        yield f"[{unit}.layout.columns]"
    for role, headers in made.columns.items():
        yield f"{role} = {_toml(headers if len(headers) > 1 else headers[0])}   # {label(role)}"
    if made.texts:
        yield f"# Cột chữ không lấy: {', '.join(_toml(name) for name in made.texts)}"


def _toml(value: object) -> str:
    """A text, number or list in TOML, whose basic strings are those of JSON."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _filings(workspace: Workspace, content: bytes, contract: Contract, agreed: Agreed) -> Filings:
    run = workspace.settings.run
    limits = Limits(run.read_seconds, run.read_memory_mb)
    apart = partial(read_apart, limits=limits)
    return read_filings({0: content}, contract, workspace.headers, {0: agreed}, workspace.titles, apart)


def _read(
    workspace: Workspace,
    file: Path,
    content: bytes,
    exports: Exports,
    unit_id: str | None,
    day: date | None,
    section: str | None,
    lacking: tuple[str, ...],
) -> LayoutTried:
    contract = CONTRACTS[exports.contract]
    if lacking or (section is not None and exports.layout is None):
        return LayoutTried(str(file), contract.name, day, section, lacking)
    agreed = agreed_with(exports, unit_id, day, workspace.settings.default_level(exports), workspace.registry)
    filings = _filings(workspace, content, contract, agreed)
    if refusal := filings.refusals.get(0):
        return LayoutTried(str(file), contract.name, day, section, refusal=refusal.describe())
    layout = filings.layouts[0]
    counts = [column for column in contract.counts if column in layout.columns]
    rows = filings.rows.filter(pl.col("kind") != "statement").select("row", "kind", "unit", "field", *counts)
    rows = rows.with_columns(pl.col("row").replace(layout.numbers))
    details = rows.filter(kind="detail").select(pl.col(counts).sum())
    wrong = (
        rows.filter(_sum_of(counts) != pl.col("total"))["row"] if {"online", "in_person", "total"} <= {*counts} else ()
    )
    return LayoutTried(
        str(file),
        contract.name,
        day,
        section,
        columns=dict(layout.names),
        unread=layout.unread,
        rows=tuple(rows.to_dicts()),
        totals=details.row(0, named=True) if counts else {},
        wrong=tuple(wrong),
    )


def _sum_of(counts: list[str]) -> pl.Expr:
    """(1) + (2), by post counted with (2)."""
    postal = pl.col("postal").fill_null(0) if "postal" in counts else pl.lit(0)
    return pl.col("online") + pl.col("in_person") + postal

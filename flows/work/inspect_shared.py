"""Checks one file of a shared export as a run would, without storing anything. Pulls nothing and opens no lake."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.intake.check import Checked, check_deliveries
from flows.intake.pull import received_frame
from flows.intake.shared import split_shared
from flows.settings.shared import Shared
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.inspect import FileVerdict
from sources.export import Export
from transforms.check.explain import Reading, reading
from transforms.check.explain_cells import SheetRoles, sheet_roles
from transforms.check.messages import one_line_each
from transforms.check.tables import stated_sums
from transforms.dictionary.contracts import CONTRACTS
from transforms.dictionary.problems import nearest
from transforms.read.filings import Filings
from transforms.reference.clock import utc
from warehouse.ledger.deliveries import SEEN


@dataclass(frozen=True)
class SharedVerdict:
    """What a run would make of a file: the verdict on each unit (`parts`), and how the file was read.

    `reading`, `sheet`: None where the file could not be read.
    """

    file: str
    shared: str
    business_date: date
    parts: tuple[FileVerdict, ...]
    reading: Reading | None
    sheet: SheetRoles | None

    @property
    def is_held_back(self) -> bool:
        """Whether something in it would be held back."""
        return any(part.status == "quarantined" for part in self.parts)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "file": self.file,
            "shared": self.shared,
            "business_date": self.business_date.isoformat(),
            "parts": [part.as_dict() for part in self.parts],
            "reading": self.reading and self.reading.__dict__,
        }


def check_shared(
    workspace: Workspace, file: Path, shared_id: str, day: date, now: datetime, lang: str = "vi"
) -> SharedVerdict:
    """Check one file of the shared export with this id. Raises WorkspaceError when there is no such file or export."""
    known = {one.id: one for one in workspace.settings.shared_exports}
    if shared_id not in known:
        near = ", ".join(nearest(shared_id, known)) or ", ".join(known) or "chưa có [[shared]] nào"
        raise WorkspaceError(f"--shared {shared_id}: tyle.toml không có [[shared]] này; có: {near}")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{file}: {error.strerror}") from error
    return verdict_on(workspace, known[shared_id], Export(day, str(file), file.name, utc(now), content), now, lang)


def verdict_on(workspace: Workspace, shared: Shared, export: Export, now: datetime, lang: str = "vi") -> SharedVerdict:
    """What a run would make of this file of a shared export."""
    landed = received_frame([(shared.sender, shared, export)], utc(now)).with_columns(landing=pl.lit(None, pl.String))
    split = split_shared(workspace, landed, SEEN.to_frame())
    checked = check_deliveries(workspace, split.files, shared.contract, "check", lang=lang)
    parts = tuple(_verdict(row, checked, shared, lang) for row in split.files.iter_rows(named=True))
    whole, at = _as_one(checked)
    findings = checked.findings.with_columns(file=pl.lit(0, pl.UInt32))
    return SharedVerdict(
        export.uri,
        shared.id,
        export.business_date,
        parts,
        reading(whole, 0, shared.contract) if at is not None else None,
        sheet_roles(export.content, whole, 0, CONTRACTS[shared.contract], findings, export.business_date),
    )


def _verdict(row: dict[str, Any], checked: Checked, shared: Shared, lang: str) -> FileVerdict:
    file = row["file"]
    decision = checked.decisions.filter(file=file).row(0, named=True)
    held = decision["status"] == "quarantined"
    messages = one_line_each(checked.findings.filter(file=file), lang)["message"]
    return FileVerdict(
        file=row["part"] or row["file_name"],
        unit_id=row["unit_id"],
        business_date=row["business_date"],
        contract=shared.contract,
        status=decision["status"],
        row_count=decision["row_count"],
        totals={} if held else stated_sums(checked.counts.filter(file=file), shared.contract),
        faults=tuple(f"{row['unit_id']}: {message}" for message in messages),
        reading=None,
        sheet=None,
    )


def _as_one(checked: Checked) -> tuple[Filings, int | None]:
    """What was read of all parts as one file with the number 0, and a part whose table it is."""
    filings = checked.filings
    at = next(iter(filings.layouts), None)
    number = pl.lit(0, pl.UInt32).alias("file")
    whole = replace(
        filings,
        rows=filings.rows.with_columns(number),
        texts=filings.texts.with_columns(number),
        layouts={} if at is None else {0: filings.layouts[at]},
        refusals={} if at is not None else dict(zip([0], filings.refusals.values(), strict=False)),
        titles={},
    )
    return whole, at

"""Checks one file as a run would, without storing anything. Pulls nothing and opens no lake."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flows.intake.check import Checked, check_deliveries
from flows.intake.pull import received_frame
from flows.settings.exports import PROCESSING, Exports
from flows.settings.workspace import Workspace, WorkspaceError
from sources.export import Export
from transforms.check.explain import Reading, reading
from transforms.check.explain_cells import SheetRoles, sheet_roles
from transforms.check.messages import one_line_each
from transforms.check.privacy import file_name, lists_of_cases
from transforms.check.tables import stated_sums
from transforms.dictionary.contracts import CASES, CONTRACTS
from transforms.reference.clock import utc


@dataclass(frozen=True)
class FileVerdict:
    """A file's status, the number of its detail rows, its totals (cases; by post counts as in person) and its faults.

    `reading`: how the file was read; None where it could not be. `sheet`: what each of its cells was taken for.
    """

    file: str
    unit_id: str
    business_date: date
    contract: str
    status: str
    row_count: int
    totals: dict[str, int]
    faults: tuple[str, ...]
    reading: Reading | None
    sheet: SheetRoles | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        shown = {name: value for name, value in self.__dict__.items() if name != "sheet"}
        return shown | {
            "business_date": self.business_date.isoformat(),
            "faults": list(self.faults),
            "reading": self.reading and self.reading.__dict__,
        }


def check_file(
    workspace: Workspace,
    file: Path,
    unit: str,
    day: date,
    now: datetime,
    contract: str | None = None,
    lang: str = "vi",
) -> FileVerdict:
    """Check one file of a unit (id, code or name). Raises WorkspaceError when there is no such file or unit.

    `contract`: the contract to read it by; default: that of the unit, or the one of several that fits.
    """
    # a unit that does not exist on the day gets the verdict of a run: held back, with the reason
    unit_id = workspace.registry.resolve(unit, day) or workspace.registry.resolve(unit, None)
    if unit_id is None:
        near = ", ".join(f"{id_} ({name})" for id_, name in workspace.registry.nearest(unit, day))
        raise WorkspaceError(f"--unit {unit}: không có đơn vị này ngày {day}; gần giống: {near}")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{file}: {error.strerror}") from error
    export = Export(day, str(file), file.name, utc(now), content)
    # a one-stop centre without settings can only send `processing`
    agreed = workspace.settings.all_exports_of(unit_id) or (workspace.settings.exports_of(unit_id, PROCESSING),)
    if contract is not None:
        agreed = (workspace.settings.exports_of(unit_id, contract),)
    checks = [(one, _check(workspace, unit_id, one, export, now, lang)) for one in agreed]
    exports, checked = next((pair for pair in checks if pair[1].filings.layouts), checks[0])
    decision = checked.decisions.row(0, named=True)
    kept = CASES.name if lists_of_cases(checked.filings) else exports.contract
    shown = file_name(kept, str(file), hashlib.sha256(content).hexdigest())
    return FileVerdict(
        file=shown,
        unit_id=unit_id,
        business_date=day,
        contract=exports.contract,
        status=decision["status"],
        row_count=decision["row_count"],
        totals={} if decision["status"] == "quarantined" else stated_sums(checked.counts, exports.contract),
        faults=tuple(f"{shown}: {message}" for message in one_line_each(checked.findings, lang)["message"]),
        reading=reading(checked.filings, 0, exports.contract) if checked.filings.layouts else None,
        sheet=sheet_roles(content, checked.filings, 0, CONTRACTS[exports.contract], checked.findings, day),
    )


def _check(workspace: Workspace, unit_id: str, agreed: Exports, export: Export, now: datetime, lang: str) -> Checked:
    received = received_frame([(unit_id, agreed, export)], utc(now))
    return check_deliveries(workspace, received, agreed.contract, "check", lang=lang)

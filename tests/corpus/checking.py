"""Takes the corpus through reading, rules and judge, a batch per contract; reads what is expected. Asserts nothing."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.intake.check import Checked, check_deliveries
from flows.intake.pull import received_frame
from flows.settings.workspace import Workspace
from sources.export import Export
from tests.corpus.make import FOLDER
from transforms.check.rules.delivery import LAYOUT_IS_USUAL
from transforms.check.rules.plausibility import IS_NOT_RESTATED

_NOW = datetime(2022, 8, 6, 5, 30, tzinfo=UTC)
_EXPECTED = Path(__file__).parent / "expected.toml"


@dataclass(frozen=True)
class Found:
    """What a run gives for one file: `lines` = rule → its messages, `counts` = the rows that would be counted."""

    status: str
    lines: dict[str, list[str]]
    counts: pl.DataFrame


# All files are checked as versions of one day of a unit, laid out in every way.
_BESIDE_OTHERS = (LAYOUT_IS_USUAL.id, IS_NOT_RESTATED.id)


def expected() -> dict[str, dict[str, Any]]:
    """File → what expected.toml says of it, with the defaults and the usual counts filled in."""
    document = tomllib.loads(_EXPECTED.read_text(encoding="utf-8"))
    default, usual = document.pop("default"), document.pop("usual")
    return {
        name: default | entry | ({"counts": usual} if entry.get("counts") == "usual" else {})
        for name, entry in document.items()
    }


def check_corpus(workspace: Workspace) -> dict[str, Found]:
    """Every file that expected.toml names, checked beside all others of its contract."""
    found: dict[str, Found] = {}
    entries = expected()
    for contract in sorted({entry["contract"] for entry in entries.values()}):
        names = [name for name, entry in entries.items() if entry["contract"] == contract]
        units = [entries[name]["unit"] for name in names]
        agreed = [workspace.settings.exports_of(unit, contract) for unit in units]
        exports = [_export(name, entries[name]["date"]) for name in names]
        received = received_frame(list(zip(units, agreed, exports, strict=True)), _NOW)
        received = received.with_columns(file=pl.int_range(pl.len(), dtype=pl.UInt32))
        checked = check_deliveries(workspace, received, contract, "corpus")
        found |= {name: _found(checked, number) for number, name in enumerate(names)}
    return found


def _export(name: str, day: date) -> Export:
    return Export(day, name, Path(name).name, _NOW.replace(tzinfo=None), (FOLDER / name).read_bytes())


def _found(checked: Checked, file: int) -> Found:
    lines: dict[str, list[str]] = {}
    for rule, message in checked.findings.filter(pl.col("file") == file).select("rule", "message").iter_rows():
        if rule not in _BESIDE_OTHERS:
            lines.setdefault(rule, []).append(message)
    [status] = checked.decisions.filter(pl.col("file") == file)["status"]
    return Found(status, lines, checked.counts.filter(pl.col("file") == file))

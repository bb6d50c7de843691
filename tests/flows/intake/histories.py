"""Files of a few units over a few days, taken into a lake in spans: what the tests of one history share."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl

from demo.clock import in_vietnam
from expectations import judge
from flows.intake.asked import asked_between, units_asked
from flows.intake.batch import BatchRequest, judged_batch, store_batch
from flows.intake.check import check_deliveries
from flows.intake.expected import expected_exports
from flows.intake.lateness import with_cut_offs
from flows.runs.lakes import lake_of
from flows.runs.steps import DirectSteps
from flows.settings.workspace import Workspace, open_workspace
from tests.flows.workspaces import MONDAY, UNITS, put, small_workspace
from transforms.dictionary.columns import LAKE, RECEIVED
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.ledger.deliveries import seen

CENTRE = "trung-tam"
CENTRE_ROW = f"{CENTRE},Trung tâm Phục vụ hành chính công,trung-tam,centres,1,2022-01-01,,pending,every_day,,\n"
DAYS = tuple(MONDAY + timedelta(days=number) for number in range(31))
NOW = in_vietnam(date(2022, 9, 5), 5, 30)
# What the lake keeps of the verdicts; which run took a file, and when, differs.
_KEPT = {
    "deliveries": "delivery_id, status, reason, row_count, supersedes",
    "check_results": "delivery_id, rule, severity, outcome, failing, sample",
    "rejected_rows": "delivery_id, row_number, rule, content, message",
    "daily_counts": "*",
    "delivery_sums": "*",
    "layouts": "*",
}


@dataclass(frozen=True)
class File:
    """A unit's file for a day (0 = Monday 1 August): its lines. Of several versions the highest is the newest."""

    unit_id: str
    day: int
    lines: tuple[str, ...]
    version: int = 0


def workspace_with(root: Path, settings: str = "") -> Workspace:
    """The three units of tests.flows.workspaces and a one-stop centre."""
    small_workspace(root)
    (root / "reference" / "units.csv").write_text(UNITS + CENTRE_ROW, encoding="utf-8")
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    return open_workspace(root)


def send(workspace: Workspace, file: File) -> None:
    """Lay the file into its unit's folder."""
    day = DAYS[file.day]
    content = ("\n".join(file.lines) + "\n").encode()
    path = put(workspace, file.unit_id, day, tag=f"-{file.version}", content=content)
    moment = in_vietnam(day, 12 + file.version, 0).replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def take(workspace: Workspace, lake: Lake, first: int, last: int, now: datetime = NOW) -> None:
    """Take these days in one batch, from the folders to the lake."""
    days = DAYS[first], DAYS[last]
    units = units_asked(workspace, *days, ())
    asked = asked_between(workspace, units, *days)
    request = BatchRequest(*days, now, asked, expected_exports(workspace, units, *days))
    store_batch(workspace, lake, request, DirectSteps())


def judge_and_store(workspace: Workspace, lake: Lake, files: Sequence[File], number: int) -> None:
    """Judge and store these files as one batch, as if they had just been landed; `number`: the number of the run."""
    now = NOW.replace(tzinfo=None) + timedelta(minutes=number)
    if not files:
        return
    rows = []
    for index, file in enumerate(files):
        (exports,) = workspace.settings.units.get(file.unit_id, [workspace.settings.exports])
        content = ("\n".join(file.lines) + "\n").encode()
        sent = {
            "file": index,
            "unit_id": file.unit_id,
            "business_date": DAYS[file.day],
            "contract": exports.contract,
            "basis": exports.basis,
            "source_uri": f"file:///inbox/{file.unit_id}/{DAYS[file.day]}-{file.version}.csv",
            "file_name": f"{DAYS[file.day]}-{file.version}.csv",
            "modified_at": datetime(2022, 8, 1 + file.day, 5 + file.version),
            "received_at": now,
            "content": content,
            "sha256": sha256(content).hexdigest(),
            "size_bytes": len(content),
        }
        rows.append(sent)
    received = pl.DataFrame(rows, schema=RECEIVED)
    landed = with_cut_offs(workspace, received, seen(lake, DAYS[0], DAYS[-1])).with_columns(landing=pl.lit("a#b"))
    contracts = sorted(received["contract"].unique())
    checks = [check_deliveries(workspace, landed, contract, "test", lake) for contract in contracts]
    commit(lake, judged_batch(landed, checks, LAKE["outcomes"].schema.to_frame(), now))


def history(lake: Lake) -> dict[str, list[tuple[object, ...]]]:
    """All verdicts in the lake, with what they rest on."""
    with lake.snapshot() as cursor:
        return {
            table: cursor.sql(f"SELECT {columns} FROM lake.{table} ORDER BY ALL").fetchall()
            for table, columns in _KEPT.items()
        }


def taken(root: Path, files: Sequence[File], spans: Sequence[tuple[int, int]], settings: str = "") -> Workspace:
    """A workspace whose lake has taken these files in these spans of days."""
    workspace = workspace_with(root, settings)
    for file in files:
        send(workspace, file)
    with lake_of(workspace) as lake:
        for number, (first, last) in enumerate(spans):
            take(workspace, lake, first, last, NOW + timedelta(minutes=number))
    return workspace


def verdicts(workspace: Workspace, unit_id: str = "so-y-te") -> list[tuple[int, str, str | None]]:
    """The unit's deliveries in their order: day of the month, status, reason."""
    with lake_of(workspace) as lake, lake.snapshot() as cursor:
        return cursor.execute(
            "SELECT day(business_date), status, reason FROM lake.deliveries WHERE unit_id = ? "
            "ORDER BY business_date, version",
            [unit_id],
        ).fetchall()


def messages(workspace: Workspace, rule: str) -> list[str]:
    """What was said of the rows that break a rule."""
    with lake_of(workspace) as lake, lake.snapshot() as cursor:
        found = cursor.execute(
            "SELECT message FROM lake.rejected_rows WHERE rule = ? ORDER BY business_date", [rule]
        ).fetchall()
    return [message for (message,) in found]


@contextmanager
def judged_by_facts() -> Iterator[None]:
    """For the block, the rules that failed are those with failing rows: Great Expectations takes most of the time.

    That it finds the same ones is checked by `judge` in each run outside of this block.
    """
    kept = judge._failed_rules

    def by_facts(facts: pl.DataFrame, contract: str, run_name: str, home: Path | None) -> list[str]:
        return [rule for rule in judge.severities(contract) if facts[rule].sum()]

    judge._failed_rules = by_facts
    try:
        yield
    finally:
        judge._failed_rules = kept

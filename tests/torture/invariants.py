"""What must hold of a workspace at any moment, also after a kill; worked out by other means than tyle's own.

Each function returns what is wrong, a line each, and how much it checked.
"""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.runs.lakes import lake_of, landing_of
from flows.settings.workspace import open_workspace
from tests.torture.scenario import BY_BYTES, CASES, SUMMARIES
from warehouse.lake.lake import Lake
from warehouse.places.stores import S3Prefix, store_of

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Inspection:
    """`checked`: how many statements were tried; `lost`, `doubled`, `wrong`: those that do not hold."""

    checked: int
    lost: list[str]
    doubled: list[str]
    wrong: list[str]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


class Found:
    """Collects what does not hold."""

    def __init__(self) -> None:
        self.checked = 0
        self.lines: dict[str, list[str]] = {"lost": [], "doubled": [], "wrong": []}

    def expect(self, kind: str, holds: bool, line: str) -> None:
        self.checked += 1
        if not holds:
            self.lines[kind].append(line)


def inspect(root: Path, acknowledged: dict[str, Any]) -> Inspection:
    """Ledger, facts, landed bytes and the published file of a workspace no process is writing to.

    `acknowledged`: `stored` (delivery_id → sha256, status) and `published` (the newest id), as commits and
    publications reported them before.
    """
    found = Found()
    workspace = open_workspace(root)
    with lake_of(workspace) as lake:
        ledger = _ledger(lake)
        _acknowledged(found, ledger, acknowledged)
        _landed(found, landing_of(workspace), ledger)
        _facts(found, lake, ledger)
    _published(found, root / "published", ledger, acknowledged)
    return Inspection(found.checked, **found.lines)


def _ledger(lake: Lake) -> list[dict[str, Any]]:
    with lake.snapshot() as cursor:
        return cursor.sql("SELECT * FROM lake.deliveries ORDER BY delivery_id").pl().to_dicts()


def _acknowledged(found: Found, ledger: list[dict[str, Any]], acknowledged: dict[str, Any]) -> None:
    known = {row["delivery_id"]: (row["sha256"], row["status"]) for row in ledger}
    for delivery_id, what in acknowledged["stored"].items():
        found.expect(
            "lost", known.get(delivery_id) == what, f"{delivery_id}: acknowledged, now {known.get(delivery_id)}"
        )


def _landed(found: Found, landing: Path | S3Prefix, ledger: list[dict[str, Any]]) -> None:
    for row in ledger:
        pack, member = row["landing"].split("#", 1)
        try:
            with store_of(landing).opened(pack) as file, zipfile.ZipFile(file) as archive:
                sha256 = hashlib.sha256(archive.read(member)).hexdigest()
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            sha256 = repr(error)
        found.expect("lost", sha256 == row["sha256"], f"{row['delivery_id']}: landed bytes {sha256}")


def _facts(found: Found, lake: Lake, ledger: list[dict[str, Any]]) -> None:
    with lake.snapshot() as cursor:
        counts = cursor.execute(
            "SELECT delivery_id, count(*), sum(online)::BIGINT, sum(total)::BIGINT FROM lake.daily_counts GROUP BY ALL"
        ).fetchall()
        cases = cursor.execute("SELECT delivery_id, count(*), count(DISTINCT case_id) FROM lake.cases GROUP BY ALL")
        of_cases = {delivery_id: (rows, distinct) for delivery_id, rows, distinct in cases.fetchall()}
        results = cursor.execute("SELECT delivery_id, rule, count(*) FROM lake.check_results GROUP BY ALL").fetchall()
    facts = {delivery_id: (online, total) for delivery_id, _, online, total in counts}
    rows = {delivery_id: number for delivery_id, number, _, _ in counts}
    judged = {delivery_id for delivery_id, _, _ in results}
    for delivery_id, number in Counter(row["delivery_id"] for row in ledger).items():
        found.expect("doubled", number == 1, f"{delivery_id}: {number} times in the ledger")
    sent = Counter(
        (row["unit_id"], row["business_date"], row["sha256"]) for row in ledger if row["status"] != "duplicate"
    )
    for key, number in sent.items():
        found.expect("doubled", number == 1, f"{key}: the same bytes as {number} versions")
    for delivery_id, rule, number in results:
        found.expect("doubled", number == 1, f"{delivery_id} {rule}: {number} results")
    for row in ledger:
        delivery_id, expected = row["delivery_id"], BY_BYTES[row["sha256"]]
        accepted = row["status"].startswith("accepted")
        should = (expected.online, expected.total) if accepted else None
        kind = "lost" if facts.get(delivery_id) is None else "doubled"
        found.expect(
            kind, facts.get(delivery_id) == should, f"{delivery_id}: facts {facts.get(delivery_id)}, sent {should}"
        )
        if row["contract"] == "summary" and accepted:
            found.expect("doubled", rows.get(delivery_id) == row["row_count"], f"{delivery_id}: {rows} rows")
        if row["contract"] == "cases" and accepted:
            both = (expected.rows, expected.rows)
            found.expect(
                "doubled", of_cases.get(delivery_id) == both, f"{delivery_id}: cases {of_cases.get(delivery_id)}"
            )
        found.expect("wrong", accepted == expected.is_good or row["status"] == "duplicate", f"{delivery_id}: status")
        found.expect("lost", (delivery_id in judged) == (row["status"] != "duplicate"), f"{delivery_id}: check results")
    known = {row["delivery_id"] for row in ledger}
    for name, own in (("daily_counts", facts), ("cases", of_cases), ("check_results", judged)):
        found.expect("wrong", set(own) <= known, f"{name}: rows of unknown deliveries {set(own) - known}")


def _published(found: Found, folder: Path, ledger: list[dict[str, Any]], acknowledged: dict[str, Any]) -> None:
    """The file opens, and is the months of one moment: no figure of before it lacks, none of after it is there."""
    link = folder / "marts.duckdb"
    if acknowledged["published"] is None and not link.exists():
        return
    found.expect("lost", link.exists(), "nothing is published any more")
    with duckdb.connect(str(link.resolve()), read_only=True) as connection:
        ((publication, known_at),) = connection.execute(
            "SELECT publication_id, known_at FROM marts.publication"
        ).fetchall()
        shown = connection.execute(
            "SELECT month, unit_id, online, total FROM marts.monthly_unit_rates WHERE total > 0 ORDER BY ALL"
        ).fetchall()
        daily = connection.execute(
            "SELECT strftime(business_date, '%Y-%m'), unit_id, sum(online)::BIGINT, sum(total)::BIGINT "
            "FROM marts.daily_unit_rates GROUP BY ALL HAVING sum(total) > 0 ORDER BY ALL"
        ).fetchall()
    newest = acknowledged["published"] or ""
    found.expect("wrong", link.resolve().name == f"marts-{publication}.duckdb", f"{link.resolve()} holds {publication}")
    found.expect("lost", publication >= newest, f"published {publication} is older than {newest}")
    expected = list(month_totals(ledger, known_at))
    found.expect("wrong", shown == expected, f"{publication} as known at {known_at}: {shown}, must be {expected}")
    found.expect("wrong", daily == expected, f"{publication}: its days add up to {daily}, must be {expected}")


def month_totals(ledger: list[dict[str, Any]], known_at: datetime | None = None) -> Iterator[Row]:
    """Month, unit, online, total of what was accepted until a moment: by the bytes sent, latest version of each day."""
    latest: dict[Row, Row] = {}
    for row in sorted(ledger, key=lambda row: row["version"]):
        if row["status"].startswith("accepted") and (known_at is None or row["decided_at"] <= known_at):
            sent = BY_BYTES[row["sha256"]]
            latest[row["unit_id"], row["business_date"]] = (sent.online, sent.total)
    for month in sorted({f"{day:%Y-%m}" for _, day in latest}):
        for unit_id in sorted((CASES, *SUMMARIES)):
            own = [sums for (unit, day), sums in latest.items() if (unit, f"{day:%Y-%m}") == (unit_id, month)]
            if own:
                yield month, unit_id, sum(online for online, _ in own), sum(total for _, total in own)

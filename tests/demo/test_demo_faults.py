"""Each good export of the demo month with one fault put in is held back for that fault; unchanged, none is.

In `make test` one fault each, going round the rules; `make nightly` plants every one in every export.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from demo.month import DemoFile, Month
from demo.styles import STYLES, unit_bases
from flows.intake.check import check_deliveries
from flows.intake.pull import Pulled, merge, received_frame
from flows.settings.workspace import create_workspace
from sources.export import Export
from tests.answer_key.faults import IN_OWN_FILE, in_own_file
from tests.answer_key.figures import Entries
from tests.answer_key.province import Member
from tests.writers import Entry

ALL = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
MENDED = "total_is_sum"  # what the events of the month plant themselves: UBND huyện Đại Từ, 10 August


@dataclass(frozen=True)
class DemoMember(Member):
    """A unit of the demo with the attributes that the faults use."""

    called: str = ""

    @property
    def name(self) -> str:
        return self.called


def entries_of(month: Month, unit_id: str, day: date) -> Entries:
    """The counts in the unit's export of the day, the busiest field first."""
    since = month.first if STYLES[unit_id].basis == "month_to_date" else day
    rows = month.figures.filter(pl.col("unit_id") == unit_id, pl.col("business_date").is_between(since, day))
    sums = rows.group_by("field", maintain_order=True).agg(pl.col("online", "in_person").sum())
    return tuple(sorted((Entry(*row) for row in sums.iter_rows()), key=lambda entry: -entry.online))


def test_each_fault_in_each_export_is_held_back_and_no_export_without(
    tmp_path: Path, month: Month, arrivals: dict[date, list[DemoFile]]
) -> None:
    bases = "".join(f'[units.{unit_id}]\nbasis = "{basis}"\n' for unit_id, basis in unit_bases().items())
    workspace = create_workspace(tmp_path / "w", bases)
    sent: dict[str, tuple[str, date, bytes, str]] = {}  # place → unit, day, content, the rule that is broken
    turn = 0
    for file in (file for day in arrivals.values() for file in day):
        wrong = file.path.as_posix() == "ubnd-huyen-dai-tu/2022-08-10.xls"
        sent[str(file.path)] = (file.unit_id, file.business_date, file.content, MENDED if wrong else "")
        entries = entries_of(month, file.unit_id, file.business_date)
        style = STYLES[file.unit_id]
        member = DemoMember(0, "summary", style.basis, style, False, True, month.names[file.unit_id])
        if wrong or entries[0].online < 2:  # too few cases for a rate or a total that is wrong by one
            continue
        for rule in IN_OWN_FILE if ALL else (IN_OWN_FILE[turn % len(IN_OWN_FILE)],):
            content, _ = in_own_file(rule, member, file.business_date, entries)
            sent[f"{file.path} {rule}"] = (file.unit_id, file.business_date, content, rule)
        turn += 1
    assert turn > 20 * len(IN_OWN_FILE)
    now = datetime(2022, 8, 20, tzinfo=UTC).replace(tzinfo=None)
    exports = [
        (unit_id, workspace.settings.exports_of(unit_id, "summary"), Export(day, place, place, now, content))
        for place, (unit_id, day, content, _) in sent.items()
    ]
    received = merge([Pulled(received_frame(exports, now), {}, frozenset())]).received
    checked = check_deliveries(workspace, received, "summary", "demo")
    broken = checked.verdicts.filter(pl.col("outcome") != "holds", severity="critical")
    rules = broken.group_by("file").agg(pl.col("rule"))
    found = received.select("file", "source_uri").join(checked.decisions, on="file").join(rules, on="file", how="left")
    for place, status, named in found.select("source_uri", "status", "rule").iter_rows():
        rule = sent[place][3]
        assert (status == "quarantined") is bool(rule), (place, status, named)
        assert not rule or rule in named, (place, named)
    assert found.height == len(sent)

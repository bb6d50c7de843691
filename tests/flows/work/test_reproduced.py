"""A publication of the demo month is reproduced to the last digit after 200 later restatements."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest

from demo.figures import month_figures
from demo.month import FIRST, LAST
from demo.reference import load_reference
from flows.cli import main
from flows.settings.workspace import Workspace, create_workspace
from flows.work.outputs.marts import month_marts, publish_marts
from tests.warehouse.builders import Sent, batch
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision, release
from warehouse.marts.catalogue import PUBLISHED
from warehouse.published.publish import Publication

DAY = timedelta(days=1)
PUBLISHED_ON = (date(2022, 8, 5), date(2022, 8, 10), LAST)
RUNS, PER_RUN = 10, 20
Shown = tuple[Publication, dict[str, str]]


def as_text(frame: pl.DataFrame) -> str:
    return frame.sort(pl.all()).write_csv()


def publish(workspace: Workspace, lake: Lake, now: datetime) -> Shown:
    """A publication, and every table of its file as text."""
    publication = publish_marts(workspace, lake, now)
    assert publication is not None
    with duckdb.connect(str(workspace.published), read_only=True) as reader:
        return publication, {name: as_text(reader.table(f"marts.{name}").pl()) for name in PUBLISHED}


def exports(dice: random.Random) -> list[Sent]:
    """The month's exports; some are held back, and of some days nothing comes at first."""
    demo = load_reference()
    figures = month_figures(demo.totals, demo.units, demo.holidays, FIRST, LAST)
    found = []
    for (unit, day), rows in figures.group_by("unit_id", "business_date", maintain_order=True):
        counts = rows.select("field", "online", "in_person").rows()
        status = "quarantined" if dice.random() < 0.1 else "accepted"
        decided = datetime(day.year, day.month, day.day, 22, 30)
        found.append(Sent(unit, day, counts, status, content=f"{unit} {day}", decided_at=decided))
    return found


def restate(lake: Lake, dice: random.Random, sent: list[Sent], withheld: list[Sent], moment: datetime) -> int:
    """One later run: changed exports, some held back, late ones, and a person's release; returns how many."""
    late = [withheld.pop(dice.randrange(len(withheld))) for _ in range(4)]
    others = dice.sample(sent, PER_RUN - 5)
    files = [
        replace(
            one,
            status="quarantined" if dice.random() < 0.15 else "accepted_with_warnings",
            counts=[(field, online + dice.randint(0, 9), in_person) for field, online, in_person in one.counts],
            content=f"{one.content} {moment}",
            decided_at=moment,
            broken=["corrected"] if dice.random() < 0.2 else [],
        )
        for one in [*others, *late]
    ]
    outcomes = [(one.unit, one.day, "summary", "pull", "late", moment) for one in late]
    done = commit(lake, batch(*files, outcomes=outcomes)).height
    one = dice.choice([one for one in sent if one.status == "quarantined" and one not in others])
    sent.remove(one)
    decision = Decision(f"{one.unit}:{one.day}:summary:v1", "Lan", "đã gọi", moment)
    release(lake, batch(replace(one, status="accepted_with_warnings", decided_at=moment)), decision, "dates")
    sent.extend(replace(one, status="accepted") for one in late)
    # what was restated has newer versions: nobody decides about its first version any more
    sent[:] = [replace(one, status="accepted") if one in others else one for one in sent]
    return done + 1


@pytest.mark.slow
def test_a_publication_is_reproduced_after_200_restatements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(2022)
    settings = '\n[report]\nbaseline_month = "2022-04"\n'
    workspace = create_workspace(tmp_path / "w", settings)
    month = exports(dice)
    withheld = dice.sample(month, 60)
    sent = [one for one in month if one not in withheld]
    shown: list[Shown] = []
    with open_lake(workspace.root) as lake:
        for after, day in pairwise((FIRST - DAY, *PUBLISHED_ON)):
            lacking = [one for one in withheld if after < one.day <= day]
            missing = [(one.unit, one.day, "summary", "pull", "missing", one.decided) for one in lacking]
            commit(lake, batch(*(one for one in sent if after < one.day <= day), outcomes=missing))
            shown.append(publish(workspace, lake, datetime(2022, 8, day.day, 23)))
        done = 0
        for run in range(RUNS):
            moment = datetime(2022, 8, 20, 5, 30, 0, 123456 + run) + run * DAY
            done += restate(lake, dice, sent, withheld, moment)
            if run in {2, 6}:
                shown.append(publish(workspace, lake, moment))
        assert done == RUNS * PER_RUN == 200
        for publication, tables in shown:
            again = month_marts(workspace, lake, "2022-08", known_at=publication.known_at)
            for name in sorted(set(PUBLISHED) - {"publication"}):
                assert as_text(again[name]) == tables[name], (publication.publication_id, name)
        today = {name: as_text(frame) for name, frame in month_marts(workspace, lake, "2022-08").items()}
        changed = {name for name in today if today[name] != shown[2][1][name]}
        recorded = lake.connection.sql("FROM lake.publications ORDER BY known_at").pl()
    assert changed >= {"monthly_unit_rates", "monthly_group_rates", "daily_unit_rates", "export_status", "restatements"}
    kept = [(publication.publication_id, publication.known_at) for publication, _ in shown]
    assert recorded.select("publication_id", "known_at").rows() == kept
    publication, tables = shown[-1]  # as a person asks, to the microsecond
    asked = ["--month", "2022-08", "--known-at", publication.known_at.isoformat(), "--format", "csv"]
    with pytest.raises(SystemExit, match="0"):
        main(["marts", *asked, "--workspace", str(workspace.root)])
    answer = pl.read_csv(capsys.readouterr().out.encode(), schema=PUBLISHED["monthly_unit_rates"].schema)
    assert as_text(answer) == tables["monthly_unit_rates"]

"""Four processes commit at the same time, two of them without a lock: nothing is lost, nothing counted twice."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.beyond.machine import DAYS, MACHINES, files, own
from tests.beyond.sharing import Shared
from tests.warehouse import oracle
from tests.warehouse.builders import Setting, Unit, aug, every_day
from tests.warehouse.test_marts_oracle import by_key
from transforms.dictionary.columns import LAKE
from warehouse.lake.opening import open_lake
from warehouse.marts.materialise import build_marts

UNITS = [*(own(machine) for machine in range(MACHINES)), "alike", "contested"]


def start(home: Path, machine: int, shared: Shared) -> subprocess.Popen[str]:
    lock = "locked" if machine % 2 else "unlocked"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.beyond.machine", str(home), str(machine), lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(shared)) + "\n")
    process.stdin.flush()
    return process


@pytest.mark.slow
def test_four_processes_lose_nothing_and_double_nothing(shared: Shared, tmp_path: Path) -> None:
    running = [start(tmp_path / f"{machine}", machine, shared) for machine in range(MACHINES)]
    for process in running:  # each made the lake or found it
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    ended = [process.communicate("go\n") for process in running]
    assert [process.returncode for process in running] == [0] * MACHINES, ended
    with open_lake(tmp_path / "publisher", shared.lake) as lake:
        with lake.snapshot() as cursor:
            ledger = {name: cursor.table(f"lake.{name}").pl() for name in LAKE}
        reference = Setting([Unit(unit) for unit in UNITS], every_day(UNITS, aug(1), aug(3))).reference()
        built = build_marts(lake, reference, ["2022-08"])
    deliveries = ledger["deliveries"]
    sent = [one for machine in range(MACHINES) for day in DAYS for one in files(machine, day)]
    assert Counter(zip(deliveries["source_uri"], deliveries["business_date"], strict=True)) == Counter(
        (f"file:///inbox/{one.place}/{one.day}.csv", one.day) for one in sent
    )
    assert deliveries["delivery_id"].is_unique().all()
    accepted = deliveries.filter(status="accepted")
    versions = {"alike": [1], "contested": [1, 2, 3, 4]}
    for (unit, day), rows in accepted.group_by("unit_id", "business_date"):
        assert sorted(rows["version"]) == versions.get(str(unit), [1]), (unit, day)
    assert accepted.select("unit_id", "business_date").unique().height == len(UNITS) * len(DAYS)
    assert accepted["decided_at"].n_unique() >= MACHINES * len(DAYS)
    assert sorted(ledger["daily_counts"]["delivery_id"]) == sorted(accepted["delivery_id"])
    for name, expected in oracle.marts(ledger, reference, ["2022-08"], None, None).items():
        assert {key: dict(sorted(row.items())) for key, row in expected.items()} == by_key(name, built[name])

"""Readers in processes of their own against publications that go on; with more of both for a longer test."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.warehouse.builders import Sent, Setting, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import materialise
from warehouse.published.publish import publish

READER = Path(__file__).with_name("reader.py")
SETTING = Setting(expected=every_day("abc", aug(1), aug(31)), periods=[("2022-08", aug(1), aug(31))])


@dataclass(frozen=True)
class Figures:
    """What came of it: `seen` = different publications that some reader saw; `stale` = readers whose last read,
    after the last publication, did not show it."""

    publications: int
    kept: int
    reads: int
    seen: int
    stale: int
    errors: list[str]


def read_while_publishing(
    lake: Lake, publications: int = 50, kinds: Sequence[str] = ("again",) * 4 + ("holding", "parquet")
) -> Figures:
    """Publish that often, each time with other figures, while a process of each kind reads."""
    folder, stop = lake.home / "published", lake.home / "stop"
    publish_once(lake, 0)
    readers = [
        subprocess.Popen(
            [sys.executable, str(READER), kind, str(folder), str(stop)], stdout=subprocess.PIPE, encoding="utf-8"
        )
        for kind in kinds
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(1, publications + 1):
            last = publish_once(lake, number)
        stop.touch()
        results = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    return Figures(
        publications=publications,
        kept=len(list(folder.glob("marts-*.duckdb"))),
        reads=sum(result["reads"] for result in results),
        seen=max(result["seen"] for result in results),
        stale=sum(result["last"] != last for result in results),
        errors=[error for result in results for error in result["errors"]],
    )


def publish_once(lake: Lake, number: int) -> str:
    """One more delivery or version, published half an hour after the one before; those of 5 hours ago go."""
    sent = Sent("abc"[number % 3], aug(1 + number // 3 % 28), [("x", number + 1, 2)])
    commit(lake, batch(sent))
    materialise(lake, SETTING.reference())
    built_at = at(1) + timedelta(minutes=30 * number)
    publication = publish(lake, built_at, "0", keep=2, grace=timedelta(hours=5))
    assert publication is not None
    return publication.publication_id

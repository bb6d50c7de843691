"""Numbering, against a model that goes through the files one by one."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.builders import Sent, at, aug, batch
from transforms.dictionary.columns import LAKE
from warehouse.ledger.versions import number

# Two units, two places, three contents: repeats, corrections and returns to old bytes all occur.
FILES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("pq"), st.sampled_from("xyz")), max_size=6)
RUNS = st.lists(FILES, max_size=4)


def by_hand(runs: list[list[tuple[str, str, str]]]) -> list[tuple[str, str, str | None]]:
    """(delivery_id, status, supersedes) of every file stored, in order."""
    stored: list[tuple[str, str, str | None]] = []
    versions: dict[str, list[str]] = {}
    repeats: dict[tuple[str, int], int] = {}
    last_at_place: dict[tuple[str, str], str] = {}
    for files in runs:
        for unit, place, content in files:
            if last_at_place.get((unit, place)) == content:
                continue
            last_at_place[unit, place] = content
            known = versions.setdefault(unit, [])
            name = f"{unit}:2022-08-01:summary:v"
            if known and known[-1] == content:
                repeats[unit, len(known)] = repeats.get((unit, len(known)), 0) + 1
                stored.append((f"{name}{len(known)}:dup{repeats[unit, len(known)]}", "duplicate", None))
            else:
                known.append(content)
                before = f"{name}{len(known) - 1}" if len(known) > 1 else None
                stored.append((f"{name}{len(known)}", "accepted", before))
    return stored


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(RUNS)
def test_numbering_equals_going_through_the_files_one_by_one(runs: list[list[tuple[str, str, str]]]) -> None:
    known = pl.DataFrame(schema=LAKE["deliveries"].schema)
    for files in runs:
        sent = [
            Sent(unit, aug(1), place=f"{unit}/{place}", content=content, modified_at=at(1) + timedelta(minutes=minute))
            for minute, (unit, place, content) in enumerate(files)
        ]
        stored = LAKE["deliveries"].conform(number(batch(*sent).deliveries, known))
        known = pl.concat([known, stored])
    found = known.select("delivery_id", "status", "supersedes").rows()
    assert sorted(found) == sorted(by_hand(runs))

"""One file through reading and the rules, as a run does it, without judge, ledger or workspace."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from tests.reference import headers, registry
from transforms.contracts import SUMMARY
from transforms.facts import check, daily_counts
from transforms.read.filings import read_filings
from transforms.rules import severities

_RECEIVED = pl.DataFrame(
    [(0, "so-y-te", date(2022, 8, 5))],
    schema={"file": pl.UInt32, "unit_id": pl.String, "business_date": pl.Date},
    orient="row",
)

Counts = list[tuple[str, int, int, int]]


@dataclass(frozen=True)
class Read:
    """`counts` (field, online, in_person, total) where the file is accepted, else what it was refused for."""

    counts: Counts | None
    refused_for: str = ""


def read(content: bytes) -> Read:
    """What a run would count of this file."""
    filings = read_filings({0: content}, SUMMARY, headers())
    if filings.refusals:
        return Read(None, filings.refusals[0].describe())
    facts = check(_RECEIVED, filings, SUMMARY, registry())
    found = facts.deliveries.row(0, named=True)
    broken = [rule for rule, severity in severities(SUMMARY.name).items() if severity == "critical" and found[rule]]
    if broken:
        return Read(None, ", ".join(broken))
    return Read(daily_counts(facts, 4).select("field", "online", "in_person", "total").rows())

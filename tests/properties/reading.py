"""One file through reading and the rules, as a run does it, without judge, ledger or workspace."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tests.reference import codes, headers, registry
from transforms.contracts import SUMMARY
from transforms.facts import check
from transforms.prepare import TERMS, prepare
from transforms.read.filings import read_filings
from transforms.rules import severities
from transforms.tables import daily_counts

_RECEIVED = pl.DataFrame(
    [(0, "so-y-te", date(2022, 8, 5), datetime(2022, 8, 5, 9), "2022-08-05")],
    schema={
        "file": pl.UInt32,
        "unit_id": pl.String,
        "business_date": pl.Date,
        "modified_at": pl.Datetime,
        "file_name": pl.String,
    },
    orient="row",
)
_TERMS = pl.DataFrame([(0, 4, 5.0, "")], schema=TERMS, orient="row")

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
    rows = prepare(_RECEIVED, filings, SUMMARY, registry(), codes(), _TERMS)
    facts = check(_RECEIVED, filings, rows, SUMMARY)
    found = facts.deliveries.row(0, named=True)
    broken = [rule for rule, severity in severities(SUMMARY.name).items() if severity == "critical" and found[rule]]
    if broken:
        return Read(None, ", ".join(broken))
    return Read(daily_counts(rows, SUMMARY).select("field", "online", "in_person", "total").rows())

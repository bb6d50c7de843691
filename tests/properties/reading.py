"""Files through reading and the rules, as a run does it, without judge, ledger or workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tests.reference import codes, fields, headers, registry, titles
from transforms.check.facts import check
from transforms.check.frames import TERMS
from transforms.check.history.compared import Known, Terms, with_past
from transforms.check.history.layouts import NO_LAYOUTS, with_layouts
from transforms.check.history.past import HistoryTerms, sums_of, terms_frame
from transforms.check.prepare import prepare
from transforms.check.rules import severities
from transforms.check.rules.strictness import Strictness
from transforms.check.shared.judging import with_group_faults
from transforms.check.tables import daily_counts
from transforms.dictionary.contracts import SUMMARY
from transforms.read.agreed import Agreed
from transforms.read.filings import read_filings
from transforms.reference.units import with_validity

_SENT = {
    "unit_id": "so-y-te",
    "business_date": date(2022, 8, 5),
    "modified_at": datetime(2022, 8, 5, 9),
    "cut_off": datetime(2022, 8, 8, 10),
    "file_name": "2022-08-05",
}
_AGREED = {"default_level": 4, "max_faulty_rows_pct": 5.0, "case_id_pattern": "", "count_for": "handling"}
_SENT_AS = Agreed(date(2022, 8, 5), level=4)
_CRITICAL = [rule for rule, severity in severities(SUMMARY.name).items() if severity == "critical"]

Counts = list[tuple[str, int, int, int]]


@dataclass(frozen=True)
class Read:
    """`counts` (field, online, in_person, total) where the file is accepted, else what it was refused for."""

    counts: Counts | None
    refused_for: str = ""


def read(content: bytes) -> Read:
    """What a run would count of this file."""
    return read_all([content])[0]


def read_all(contents: Sequence[bytes]) -> list[Read]:
    """What a run would count of each file."""
    numbers = pl.DataFrame({"file": range(len(contents))}, schema={"file": pl.UInt32})
    received = numbers.with_columns(
        contract=pl.lit("summary"), basis=pl.lit("day"), **{name: pl.lit(value) for name, value in _SENT.items()}
    )
    received = with_validity(received, registry())
    terms = numbers.with_columns(**{name: pl.lit(value) for name, value in _AGREED.items()}).cast(dict(TERMS))
    filings = read_filings(
        dict(enumerate(contents)), SUMMARY, headers(), dict.fromkeys(range(len(contents)), _SENT_AS), titles()
    )
    rows = prepare(received, filings, SUMMARY, registry(), codes(), fields(), terms, Strictness())
    counts = daily_counts(rows, SUMMARY)
    usual = terms_frame(dict.fromkeys(range(len(contents)), HistoryTerms()))
    received = received.with_columns(sha256=pl.col("file").cast(pl.String))
    received = with_layouts(with_group_faults(received, rows, SUMMARY, {}), filings.layouts, NO_LAYOUTS)
    compared_by = Terms(SUMMARY, Strictness(), usual, frozenset(), fields())
    rows = with_past(rows, received, counts, sums_of(counts, received), (), Known(), compared_by).rows
    found = check(received, filings, rows, SUMMARY, Strictness()).deliveries.partition_by("file", as_dict=True)
    results = []
    for file in range(len(contents)):
        broken = [rule for rule in _CRITICAL if found[file,][rule][0]]
        if file in filings.refusals:
            results.append(Read(None, filings.refusals[file].describe()))
        elif broken:
            results.append(Read(None, ", ".join(broken)))
        else:
            own = counts.filter(pl.col("file") == file)
            results.append(Read(own.select("field", "online", "in_person", "total").rows()))
    return results

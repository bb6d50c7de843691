"""Files of one contract checked by the rules, without judge and store: what the tests of the rules share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import md5, sha256

import polars as pl

from tests.reference import codes, fields, headers, organisation, registry, shipped_components, titles
from transforms.check import cases, scores, tables
from transforms.check.facts import Facts, check
from transforms.check.failing import by_themselves
from transforms.check.frames import TERMS
from transforms.check.history.compared import Known, Terms, held_by_themselves, with_past
from transforms.check.history.cumulative import PAST_FIGURES
from transforms.check.history.layouts import NO_LAYOUTS, LayoutHistory, with_layouts
from transforms.check.history.past import PAST, HistoryTerms, sums_of, terms_frame
from transforms.check.history.past_fields import PAST_FIELDS
from transforms.check.history.repeats import PAST_FILES
from transforms.check.prepare import prepare
from transforms.check.rules import severities
from transforms.check.rules.strictness import Strictness
from transforms.check.shared.judging import with_group_faults
from transforms.check.shared.parts import PartRead
from transforms.dictionary.contracts import CONTRACTS, SCORES
from transforms.read.agreed import Agreed
from transforms.read.filings import Filings, read_filings
from transforms.reference.corrections import NONE, Corrections
from transforms.reference.units import with_validity

DAY = date(2022, 8, 5)
HOLIDAYS = frozenset({date(2022, 9, 2)})
OWN = Strictness()
USUAL = HistoryTerms()
PATTERN = r"^[\w.]+-\d{6}-\d{4,}$"


@dataclass(frozen=True)
class Sender:
    """Who sent a file for which day, and what is agreed with them."""

    unit_id: str = "so-y-te"
    day: date = DAY
    level: int = 4
    basis: str = "day"
    max_faulty_pct: float = 5
    sent: datetime | None = datetime(2022, 8, 6)
    cut_off: datetime | None = None
    usual: HistoryTerms = USUAL
    pattern: str = PATTERN
    count_for: str = "handling"


def checked(
    contract_name: str,
    *files: str | bytes,
    sender: Sender = Sender(),
    senders: tuple[Sender, ...] = (),
    strictness: Strictness = OWN,
    past: pl.DataFrame | None = None,
    figures: pl.DataFrame | None = None,
    named: pl.DataFrame | None = None,
    corrections: Corrections = NONE,
    components: pl.DataFrame | None = None,
    files_before: pl.DataFrame | None = None,
    layouts: LayoutHistory = NO_LAYOUTS,
    parts: Mapping[int, PartRead] | None = None,
    lang: str = "vi",
) -> tuple[Facts, Filings]:
    """The facts on these files; `senders`: one each, where they differ."""
    contract = CONTRACTS[contract_name]
    who = senders or (sender,) * len(files)
    received = pl.DataFrame(
        {
            "file": list(range(len(files))),
            "unit_id": [one.unit_id for one in who],
            "business_date": [one.day for one in who],
            "modified_at": [one.sent for one in who],
            "cut_off": [one.cut_off for one in who],
            "file_name": [f"{number}" for number in range(len(files))],
            "contract": [contract_name] * len(files),
            "basis": [one.basis for one in who],
            "source_uri": ["shared.csv"] * len(files),
            "sha256": [sha256(text.encode() if isinstance(text, str) else text).hexdigest() for text in files],
        },
        schema_overrides={"file": pl.UInt32, "modified_at": pl.Datetime("us"), "cut_off": pl.Datetime("us")},
    )
    received = with_validity(received, registry())
    terms = [(number, one.level, one.max_faulty_pct, one.pattern, one.count_for) for number, one in enumerate(who)]
    contents = {i: text.encode() if isinstance(text, str) else text for i, text in enumerate(files)}
    sent = {number: Agreed(one.day, one.basis, one.level) for number, one in enumerate(who)}
    filings = read_filings(contents, contract, headers(), sent, titles())
    agreed = pl.DataFrame(terms, schema=TERMS, orient="row")
    given = shipped_components() if components is None else components
    rows = prepare(
        received,
        filings,
        contract,
        registry(),
        codes(),
        fields(),
        agreed,
        strictness,
        corrections,
        components=given,
    )
    received = with_layouts(with_group_faults(received, rows, contract, parts or {}), filings.layouts, layouts)
    held = held_by_themselves(
        by_themselves(rows, contract, strictness), received, filings.refusals, contract, strictness
    )
    if contract.by_case:
        candidates = cases.countable(rows, held, cases.newest(received, held))
        rows = cases.mark_repeats(rows, candidates, candidates.select("file", "row").clear())
    counts = cases.daily_counts(rows) if contract.by_case else tables.daily_counts(rows, contract)
    sums = sums_of(counts, received)
    if contract is SCORES:
        sums = scores.sums_of_scores(scores.score_rows(rows, given))
    usual = terms_frame({number: one.usual for number, one in enumerate(who)})
    before = PAST.to_frame() if past is None else past
    known = Known(
        counts=before,
        figures=_at_level_4(before) if figures is None else figures,
        files=PAST_FILES.to_frame() if files_before is None else files_before,
        fields=PAST_FIELDS.to_frame() if named is None else named,
    )
    compared_by = Terms(contract, strictness, usual, HOLIDAYS, fields())
    rows = with_past(rows, received, counts, sums, held, known, compared_by).rows
    return check(received, filings, rows, contract, strictness, lang, organisation().zone), filings


def _at_level_4(past: pl.DataFrame) -> pl.DataFrame:
    """PAST_FIGURES: the same deliveries, each with all its cases at level 4."""
    ways = {"online": pl.col("online"), "in_person": pl.col("total") - pl.col("online"), "total": pl.col("total")}
    return past.with_columns(**ways, **{f"{way}_4": cases for way, cases in ways.items()}).select(PAST_FIGURES.names())


def broken(facts: Facts, contract: str, file: int = 0) -> dict[str, tuple[int, int]]:
    """Rule → (rows that break it, rows on which it cannot be evaluated), where there are any."""
    row = facts.deliveries.row(file, named=True)
    counts = {rule: (row[rule] - row[f"{rule}__unknown"], row[f"{rule}__unknown"]) for rule in severities(contract)}
    return {rule: count for rule, count in counts.items() if count != (0, 0)}


def signed(text: str) -> str:
    """A signature of the history, of the counts it is made from."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()

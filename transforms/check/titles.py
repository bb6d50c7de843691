"""Compares what titles, notes and sheet names state with what is agreed. Reads no line; applies no rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from transforms.check.frames import FILE, SENT, TERMS
from transforms.dictionary.contracts import SCORES, SUMMARY, Contract
from transforms.dictionary.frames import checked
from transforms.dictionary.text import fold
from transforms.read.filings import Filings
from transforms.read.titles.claims import Claim
from transforms.read.titles.line import Found
from transforms.reference.calendars import Cadence, period_begins
from transforms.reference.months import Months
from transforms.reference.units import Registry, named_on

FAULTY = pl.Schema(  # a title that is not as agreed, as a row of a file
    {
        "file": pl.UInt32,
        "row": pl.UInt32,
        "kind": pl.String,
        "broken": pl.String,  # the rule that it breaks
        "quoted": pl.String,  # its words, and what they do not fit
        "unit": pl.String,  # of a letterhead: the unit it names …
        "unit_text": pl.String,  # … and as written
    }
)
PERIOD_HAS_DAY, PERIOD_FITS, SINGLE, MEANT = (
    "period_has_business_date",
    "period_fits_basis",
    "counts_are_single_cases",
    "title_fits_contract",
)
_SENT = pl.Schema(
    {name: SENT[name] for name in ("file", "unit_id", "business_date", "basis", "valid_from", "valid_to")}
)
_LEVELS = pl.Schema({name: TERMS[name] for name in ("file", "default_level")}) | FILE
_NARROW_TO_WIDE = ("week", "month", "quarter", "months", "year")
_SPANNING = frozenset({"named", "within", "sum"})
# By its name and summed: under which periods figures of a basis, or of a unit that sends once a period, may stand.
_NAMED = {
    "month_to_date": ("month",),
    "year_to_date": ("month", "quarter", "months", "year"),
    "weekly": ("week",),
    "monthly": ("month",),
    "quarterly": ("quarter", "months"),
    "yearly": ("year", "months"),
}
_SUMMED = {
    "month_to_date": ("month", ""),
    "year_to_date": ("year", ""),
    "weekly": ("",),
    "monthly": ("month", ""),
    "quarterly": ("quarter", ""),
    "yearly": ("year", ""),
}
_OF_PERIODS = ("weekly", "monthly", "quarterly", "yearly")


@dataclass(frozen=True)
class _Terms:
    """What a file should be of: `begins` is the first day that its figures are summed from.

    `named_on`: the day as of which names of units are read (transforms.reference.units.named_on).
    """

    unit_id: str
    day: date
    named_on: date
    basis: str  # or, of a unit that sends once a week, month … the calendar
    level: int
    begins: date


def faulty_titles(
    filings: Filings,
    received: pl.DataFrame,
    terms: pl.DataFrame,
    contract: Contract,
    registry: Registry,
    months: Months,
) -> pl.DataFrame:
    """The titles that are not as agreed, as rows of kind `statement` (columns FAULTY).

    `received`: SENT, of which file, unit_id, business_date, basis and validity are read; `terms`: TERMS, of which the
    level.
    """
    checked(received, _SENT, "faulty_titles: received", more=True)
    checked(terms, _LEVELS, "faulty_titles: terms", more=True)
    if not filings.titles:
        return FAULTY.to_frame()
    levels = dict(terms.select("file", "default_level").iter_rows())
    found: list[tuple[object, ...]] = []
    for file, unit_id, day, basis, named in received.select(*list(_SENT)[:4], named_on()).iter_rows():
        said = filings.titles.get(file, ())
        columns = dict(filings.layouts[file].columns) if said else {}
        level = 0 if "service_level" in columns else levels[file]
        calendar = registry.calendars.get(unit_id, "")
        if basis == "day" and calendar in _OF_PERIODS:
            basis = calendar  # noqa: PLW2901 - what is meant by it here
        own = _Terms(unit_id, day, named, basis, level or 0, _begins(day, basis, registry, months))
        if not contract.by_case:
            found += (
                (file, row, "statement", *fault, None, None)
                for row, *fault in _faults(said, own, contract, months, registry)
            )
        if not {"unit", "receiving_unit"} & columns.keys():
            found += ((file, row, "statement", None, None, *named) for row, *named in _letterheads(said, own, registry))
    return pl.DataFrame(found, schema=FAULTY, orient="row")


def _begins(day: date, basis: str, registry: Registry, months: Months) -> date:
    month = months.of(day)
    if basis == "day":
        return day
    if basis in _OF_PERIODS:
        return period_begins(basis, day, Cadence(frozenset(), months, registry.week_ends, registry.year_ends))
    return months.span(month if basis == "month_to_date" else f"{month[:4]}-01")[0]


def _faults(
    said: Sequence[Claim], own: _Terms, contract: Contract, months: Months, registry: Registry
) -> Iterator[tuple[int, str, str]]:
    """Row, rule and words of each title that does not fit."""
    claims = [replace(claim, found=_reported(claim.found, months)) for claim in said]
    levels = {level for claim in claims if claim.found.kind == "level" for level in claim.found.value.split(",")}
    for claim in claims:
        found = claim.found
        if found.kind in _SPANNING and found.first and found.last and not found.first <= own.day <= found.last:
            yield claim.row, PERIOD_HAS_DAY, f"“{found.text}”"
        elif contract is SCORES and own.basis == "day":  # a board of the month or year, as it stood on that day
            continue
        elif not _fits(claim, claims, own):
            agreed = "calendar" if own.basis in _OF_PERIODS else "basis"
            yield claim.row, PERIOD_FITS, f"“{found.text}”; {agreed} = {own.basis}"
        elif found.kind == "measure":
            yield claim.row, SINGLE, f"“{found.text}”"
        elif contract is not SUMMARY:
            continue
        elif found.kind == "level" and own.level and str(own.level) not in levels:
            yield claim.row, MEANT, f"“{found.text}”; service_level = {own.level}"
        elif found.kind == "other" or (found.kind == "filter" and not _lets_all_in(found.value, own, registry)):
            yield claim.row, MEANT, f"“{found.text}”"


def _lets_all_in(value: str, own: _Terms, registry: Registry) -> bool:
    """Whether a filter's value names all that the unit has: its own subject (`Y tế`), its own level (`Cấp tỉnh`)."""
    unit = next(registry.on(own.named_on).filter(pl.col("unit_id") == own.unit_id).iter_rows(named=True))
    text = fold(value)
    level = registry.levels.get(unit["unit_group"], "")
    return text in (fold(level), fold(f"cấp {level}")) or (bool(text) and fold(unit["name"]).endswith(text))


def _fits(claim: Claim, claims: Sequence[Claim], own: _Terms) -> bool:
    """Whether figures of the agreed basis may stand under such a period.

    Where a period is stated day by day, or as a sum, the name of a month is but a name; of several names the narrowest
    counts. A period that does not end on the business date breaks the rule on dates.
    """
    found = claim.found
    daily = {each.row for each in claims if each.found.kind == "daily"}
    exact = [each for each in claims if each.found.kind in {"period", "from", "sum"}]
    if found.kind in {"period", "from"}:
        return found.first == own.begins or (found.kind == "period" and found.last not in {None, own.day})
    if found.kind == "sum":
        return claim.row in daily or found.value in _SUMMED.get(own.basis, ())
    if found.kind == "daily":
        return own.basis == "day" or bool(exact)
    if found.kind != "named" or exact or (own.basis == "day" and daily):
        return True
    names = [each.found.value for each in claims if each.found.kind == "named"]
    narrowest = min(names, key=_NARROW_TO_WIDE.index)
    return found.value != narrowest or found.value in _NAMED.get(own.basis, ())


def _reported(found: Found, months: Months) -> Found:
    """A month, quarter or year by its name runs as the reporting months do."""
    if found.value == "week" or found.kind not in _SPANNING or not (found.first and found.last):
        return found
    first, last = (months.span(f"{day:%Y-%m}")[end] for end, day in enumerate((found.first, found.last)))
    return replace(found, first=first, last=last)


def _letterheads(said: Sequence[Claim], own: _Terms, registry: Registry) -> Iterator[tuple[int, str, str]]:
    """Row, registered name and words of the lines that name another unit, where nothing names the sender."""
    others: list[tuple[int, str, str]] = []
    elsewhere: list[tuple[int, str, str]] = []  # of another province: it has a unit of the same name
    for claim in said:
        if claim.found.kind == "unit" and registry.resolve(claim.found.value, own.named_on) == own.unit_id:
            return
        place = registry.words.place
        if claim.found.kind == "province" and place and fold(claim.found.value) != fold(place):
            elsewhere.append((claim.row, claim.found.text, claim.found.text))
        if claim.found.kind == "office":
            others.append((claim.row, claim.found.text, claim.found.text))
        if claim.found.kind not in {"rest", "sheet"}:
            continue
        named = registry.named_in(claim.found.value, own.named_on)
        if any(unit_id == own.unit_id for unit_id, _ in named):
            yield from elsewhere
            return
        written = f"“{claim.found.text}”" if claim.found.kind == "sheet" else claim.found.text
        others += ((claim.row, name, written) for _, name in named if len(named) == 1)
    yield from elsewhere or others

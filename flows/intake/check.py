"""Reads and judges deliveries of one contract: from bytes to verdicts and rows. Stores nothing in the lake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from expectations.judge import decide, judge
from flows.intake.agreements import agreed_of, counted_for, each, rule_terms
from flows.intake.faulty_files import refused_for
from flows.intake.known import known_before, layouts_before
from flows.intake.reading import read_apart
from flows.intake.reading_worker import Limits
from flows.settings.exports import Exports
from flows.settings.workspace import Workspace
from transforms.check import cases, scores, tables
from transforms.check.facts import check
from transforms.check.failing import by_themselves
from transforms.check.history.compared import Terms, held_by_themselves, with_past
from transforms.check.history.layouts import LAYOUT_COLUMNS, with_layouts
from transforms.check.history.past import sums_of, terms_frame
from transforms.check.messages import describe
from transforms.check.overlooked import overlooked
from transforms.check.prepare import prepare
from transforms.check.privacy import lists_of_cases, with_file_names, without_names
from transforms.check.rules.strictness import OFF, Strictness
from transforms.check.shared.judging import with_group_faults
from transforms.check.shared.parts import PartRead, part_of
from transforms.dictionary.contracts import CONTRACTS, SCORES, Contract
from transforms.dictionary.frames import kept
from transforms.dictionary.shared_senders import is_no_unit
from transforms.read.agreed import Agreed
from transforms.read.filings import FileRead, Filings, read_filings
from transforms.read.headers.book import HeaderBook
from transforms.read.titles.words import TitleBook
from transforms.read.unforeseen import UNFORESEEN
from transforms.reference.units import with_validity
from warehouse.lake.lake import Lake
from warehouse.ledger.cases import Counted, counted_elsewhere
from warehouse.ledger.commit import refuse_unstorable
from warehouse.ledger.meanwhile import known_now

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What a check found, keyed by `file`.

    `decisions`: status, reason, row_count, and for which unit its cases count (`counted_for`); `verdicts`: a row per
    rule (expectations.judge); `findings`: each faulty row with its `message`; `counts`: the detail rows, columns of
    daily_counts (cases); `sums`: the totals of each file (delivery_sums); `cases`: the cases that count, for contracts
    by case, `procedures`: their numbers by procedure (procedure_counts), `scores`: published points (the table of that
    name); `cases_snapshot`: the lake's snapshot in which the cases were found to count nowhere else; `layouts`: what
    the reading of each file rests on (LAYOUT_COLUMNS);
    `judged_at`: the newest moment that the lake knew before the check.
    """

    decisions: pl.DataFrame
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    counts: pl.DataFrame
    sums: pl.DataFrame
    cases: pl.DataFrame
    procedures: pl.DataFrame
    scores: pl.DataFrame
    layouts: pl.DataFrame
    filings: Filings
    cases_snapshot: int | None = None
    judged_at: datetime | None = None


def check_deliveries(
    workspace: Workspace,
    received: pl.DataFrame,
    contract_name: str,
    run_name: str,
    lake: Lake | None = None,
    lang: str = "vi",
    *,
    released: bool = False,
    repeating: frozenset[int] = frozenset(),
) -> Checked:
    """Judge all deliveries of one contract at once.

    Each is compared with what is accepted of the lake, and of the batch with an earlier business date (or an earlier
    version of its day): the verdicts are those of days taken one by one. `received`: columns RECEIVED and `cut_off` of
    flows.intake.lateness; without `cut_off` nothing is late. With `lake`, the past is found there, and the results of
    Great Expectations are kept beside it. `released`: the deliveries count whatever the verdict. `repeating`:
    the files that become no version of their own, so that they count before no other file. Where the program itself
    fails on what some files hold, these are refused, and the others judged without them.
    """
    contract = CONTRACTS[contract_name]
    judged_at = known_now(lake) if lake else None
    own = received.filter(pl.col("contract") == contract_name)
    if "cut_off" not in own.columns:
        own = own.with_columns(cut_off=pl.lit(None, pl.Datetime("us")))
    own = with_validity(own, workspace.registry)
    units = {unit: workspace.settings.exports_of(unit, contract_name) for unit in own["unit_id"].unique()}
    agreed = {file: units[unit_id] for file, unit_id in own.select("file", "unit_id").iter_rows()}
    contents = dict(zip(own["file"].to_list(), own["content"].to_list(), strict=True))
    parts = {file: part_of(contents[file]) for file in own.filter(pl.col("part").is_not_null() | is_no_unit())["file"]}
    contents |= dict.fromkeys(parts, b"")  # what was read of a part is known
    run = workspace.settings.run
    read = read_filings(
        contents,
        contract,
        workspace.headers,
        agreed_of(workspace, own, agreed),
        workspace.titles,
        partial(_read_each, parts, limits=Limits(run.read_seconds, run.read_memory_mb)),
    )
    del contents  # all files once more
    judged = partial(
        _judged, workspace, own, agreed, parts, contract, run_name, lake, lang, released, repeating, judged_at
    )
    home = lake.home if lake else None
    try:
        return judged(read, home)
    except UNFORESEEN as error:
        if released:  # a person waits for this one delivery
            raise
        refused = refused_for(error, own, lambda others: judged(read.refusing(others), None))
        if not refused:
            raise
        return judged(read.refusing(refused), home)


def _read_each(
    parts: Mapping[int, PartRead],
    contents: Mapping[int, bytes],
    contract: Contract,
    book: HeaderBook,
    terms: Mapping[int, Agreed],
    words: TitleBook,
    *,
    limits: Limits,
) -> dict[int, FileRead]:
    """What was read of parts of shared files, and all other files by workers."""
    files = {file: content for file, content in contents.items() if file not in parts}
    read = read_apart(files, contract, book, terms, words, limits=limits)
    return {file: parts[file].read if file in parts else read[file] for file in contents}


def _judged(
    workspace: Workspace,
    own: pl.DataFrame,
    agreed: Mapping[int, Exports],
    parts: Mapping[int, PartRead],
    contract: Contract,
    run_name: str,
    lake: Lake | None,
    lang: str,
    released: bool,
    repeating: frozenset[int],
    judged_at: datetime | None,
    filings: Filings,
    home: Path | None,
) -> Checked:
    """The verdicts on files that were read; with `home`, the results of Great Expectations are kept there."""
    filings = without_names(filings, contract, workspace.headers)
    changed_rules = each(agreed, workspace.settings.strictness)
    strictness = Strictness({file: rules for file, rules in changed_rules.items() if rules})
    terms = rule_terms(workspace, agreed)
    rows = prepare(
        own,
        filings,
        contract,
        workspace.registry,
        workspace.codes,
        workspace.fields,
        terms,
        strictness,
        workspace.corrections,
        workspace.months,
        workspace.metrics.components,
    )
    own = with_group_faults(own, rows, contract, parts)
    senders = {file: part.sender for file, part in parts.items() if part.sender}
    own = with_layouts(own, filings.layouts, layouts_before(workspace, lake, own, contract), senders)
    usual = terms_frame(each(agreed, workspace.settings.history_terms))
    compared_by = Terms(contract, strictness, usual, workspace.holidays, workspace.fields, workspace.months)
    known = known_before(lake, own, rows, compared_by)
    failing = by_themselves(rows, contract, strictness)
    held = frozenset[int]()
    if not released:
        held = held_by_themselves(failing, own, filings.refusals, contract, strictness) | repeating
    held_by_history: frozenset[int] = frozenset()
    snapshot = None
    points = scores.SCORE_ROWS.to_frame()
    if contract is SCORES:
        points = scores.score_rows(rows, workspace.metrics.components)
    while True:
        if contract.by_case:
            rows, snapshot = _with_repeats(lake, own, rows, held, held_by_history)
        counts = cases.daily_counts(rows) if contract.by_case else tables.daily_counts(rows, contract)
        sums = scores.sums_of_scores(points) if contract is SCORES else sums_of(counts, own)
        compared = with_past(rows, own, counts, sums, held | held_by_history, known, compared_by)
        if released or not contract.by_case or not compared.held:
            break
        # Another delivery may now count its cases, so all that come after it are compared again.
        held_by_history |= {compared.held[0]}
    rows = compared.rows
    facts = check(own, filings, rows, contract, strictness, lang, workspace.zone, failing)
    named = facts.deliveries.join(_places(own, contract, lists_of_cases(filings)), on="file", maintain_order="left")
    verdicts = judge(named, contract.name, run_name, home, strictness.frame())
    checked = Checked(
        decisions=decide(verdicts, facts.follow_ups)
        .join(facts.deliveries.select("file", "row_count"), on="file", maintain_order="left")
        .join(counted_for(agreed, contract), on="file", how="left", maintain_order="left"),
        verdicts=pl.concat([verdicts, _overlooked(own, rows, contract.name, strictness)]),
        findings=describe(facts.findings, filings, contract.name, lang),
        counts=counts,
        sums=sums,
        cases=cases.counted_cases(rows) if contract.by_case else pl.DataFrame(schema={"file": pl.UInt32}),
        procedures=(cases.procedure_counts(rows) if contract.by_case else pl.DataFrame(schema={"file": pl.UInt32})),
        scores=points,
        layouts=own.filter(pl.col("layout").is_not_null()).select("file", *LAYOUT_COLUMNS),
        filings=filings,
        cases_snapshot=snapshot,
        judged_at=judged_at,
    )
    _refuse_unstorable(checked)
    return checked


def _refuse_unstorable(checked: Checked) -> None:
    """Raise an error where a row cannot be stored, so that the file it is of is found and the others are judged."""
    accepted = pl.col("file").is_in(checked.decisions.filter(pl.col("status") != "quarantined")["file"].implode())
    for table, rows in (
        ("daily_counts", kept(checked.counts, accepted)),
        ("delivery_sums", kept(checked.sums, accepted)),
        ("cases", kept(checked.cases, accepted)),
        ("procedure_counts", kept(checked.procedures, accepted)),
        ("scores", kept(checked.scores, accepted)),
        ("rejected_rows", checked.findings),
        ("layouts", checked.layouts),
    ):
        if rows.height:
            refuse_unstorable(table, rows)


def _overlooked(own: pl.DataFrame, rows: pl.DataFrame, contract: str, strictness: Strictness) -> pl.DataFrame:
    """The broken critical rules that are off, as VERDICTS of severity `off`: their figures are marked."""
    found = overlooked(own, rows, contract, strictness)
    return found.select("file", "rule", pl.lit(OFF).alias("severity"), pl.lit("breaks").alias("outcome"), "failing")


def _with_repeats(
    lake: Lake | None, own: pl.DataFrame, rows: pl.DataFrame, held: frozenset[int], silent: frozenset[int]
) -> tuple[pl.DataFrame, int | None]:
    """The rows, with the cases marked that another delivery has counted; and the lake's snapshot that was searched."""
    speaking = cases.newest(own, held | silent)
    candidates = cases.countable(rows, held, speaking)
    none = Counted(candidates.select("file", "row").clear())
    counted = counted_elsewhere(lake, candidates, speaking) if lake else none
    return cases.mark_repeats(rows, candidates, counted.rows), counted.snapshot


def _places(own: pl.DataFrame, contract: Contract, of_cases: frozenset[int]) -> pl.DataFrame:
    """What each delivery is called in the results of its check: its unit and place, of a list of cases its file."""
    place = pl.col("source_uri")
    if contract.by_case or of_cases:
        own = with_file_names(own, of_cases)
        hidden = contract.by_case | pl.col("file").is_in(list(of_cases))
        place = pl.when(hidden).then(pl.format("{} ({})", "file_name", "file")).otherwise(place)
    return own.select("file", "business_date", delivery=pl.format("{} · {}", "unit_id", place))

"""Frames that cross a room's door: each door refuses other columns than its own, and each docstring names them."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from expectations import judge as judging
from tests.reference import codes, fields, headers, organisation, registry
from tests.warehouse.builders import Setting
from transforms.check import cases, facts, frames, messages, prepare, scores, tables
from transforms.check.history import compared, cumulative, order, past, past_fields, repeats
from transforms.check.rules.strictness import AGREED_SEVERITIES, Strictness
from transforms.dictionary.columns import LAKE, RECEIVED, REFERENCE
from transforms.dictionary.contracts import CASES, CONTRACTS, SCORES, SUMMARY
from transforms.dictionary.frames import FrameError, checked, repeated
from transforms.read.filings import Filings, filed, read_filings, written
from transforms.reference import components
from transforms.reference.calendars import Cadence, expected_days
from transforms.reference.comparisons import read_baselines, read_targets
from transforms.reference.components import named_components
from transforms.reference.metrics import COMPONENTS
from transforms.reference.months import CALENDAR
from transforms.reference.organisation import MEMBERSHIPS
from transforms.reference.unit_file import UNITS
from transforms.reference.units import Registry
from warehouse.ledger.alerts import keep_alerts
from warehouse.ledger.cases import counted_elsewhere
from warehouse.ledger.commit import Batch, rows_of
from warehouse.marts.materialise import EXPECTED_DAYS, MONTHS
from warehouse.places.landing import land

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "demo", "expectations", "reports", "sources", "transforms", "warehouse")
NO_LAKE: Any = None  # a door is checked before anything is opened
DAY = date(2022, 8, 1)
OWN = Strictness()


class Door(NamedTuple):
    """`call` hands a frame over at the door; `more`: the door takes further columns."""

    name: str
    schema: pl.Schema
    call: Callable[[pl.DataFrame], object]
    more: bool = False


def empty(schema: pl.Schema) -> pl.DataFrame:
    return schema.to_frame()


def prepared_with(**given: pl.DataFrame) -> object:
    received, terms = given.get("received", empty(frames.SENT)), given.get("terms", empty(frames.TERMS))
    read = Filings(
        given.get("rows", empty(filed(SUMMARY))), given.get("texts", empty(written(SUMMARY))), layouts={}, refusals={}
    )
    return prepare.prepare(received, read, SUMMARY, registry(), codes(), fields(), terms, OWN)


def compared_with(**given: pl.DataFrame) -> object:
    usual = {"own": PLACED, "accepted": PLACED, "past": past.PAST, "terms": past.USUAL_TERMS}
    named = {name: given.get(name, empty(schema)) for name, schema in usual.items()}
    return past.compare(holidays=frozenset(), **named)


def repeated_with(**given: pl.DataFrame) -> object:
    usual = {"own": REPEATING, "accepted": REPEATING, "past": repeats.PAST_FILES, "terms": past.USUAL_TERMS}
    return repeats.repeated_files(**{name: given.get(name, empty(schema)) for name, schema in usual.items()})


def seen_with(**given: pl.DataFrame) -> object:
    usual = {"rows": past_fields.NAMED, "past": past_fields.PAST_FIELDS, "here": past_fields.FIELDS_HERE}
    named = {name: given.get(name, empty(schema)) for name, schema in usual.items()}
    return past_fields.with_seen_fields(book=fields(), **named)


def past_with(rows: pl.DataFrame) -> object:
    terms = compared.Terms(SUMMARY, OWN, empty(past.USUAL_TERMS), frozenset(), fields())
    received = empty(frames.SENT).with_columns(sha256=pl.lit(None, pl.String))
    return compared.with_past(rows, received, empty(frames.DAILY_COUNTS), empty(past.SUMS), (), compared.Known(), terms)


def batch_with(**given: pl.DataFrame) -> object:
    children = (
        "daily_counts",
        "delivery_sums",
        "cases",
        "procedure_counts",
        "scores",
        "check_results",
        "rejected_rows",
        "layouts",
    )
    named = {table: given.get(table, empty(rows_of(table))) for table in children}
    return Batch(
        deliveries=given.get("deliveries", empty(JUDGED)),
        outcomes=given.get("outcomes", empty(LAKE["outcomes"].schema)),
        **named,
    )


def facts_with(received: pl.DataFrame, rows: pl.DataFrame) -> object:
    nothing = read_filings({}, SUMMARY, headers())
    return facts.check(received, nothing, rows, SUMMARY, OWN)


def reference_with(**given: pl.DataFrame) -> object:
    usual = {"expected_days": EXPECTED_DAYS, "periods": MONTHS, "group_members": MEMBERSHIPS}
    return replace(Setting().reference(), **{name: given.get(name, empty(schema)) for name, schema in usual.items()})


def some(schema: pl.Schema, *names: str) -> pl.Schema:
    return pl.Schema({name: schema[name] for name in names})


JUDGED = pl.Schema(
    {name: dtype for name, dtype in RECEIVED.items() if name != "content"}
    | dict(some(LAKE["deliveries"].schema, "landing", "row_count", "status", "reason", "decided_at"))
)
CHECKED_ROWS = empty(frames.prepared(SUMMARY))
IN_SUMS = some(frames.DAILY_COUNTS, *(name for name in frames.DAILY_COUNTS if name not in {"unit_id", "business_date"}))
OF_ORDER = some(frames.SENT, "file", "unit_id", "business_date", "contract", "modified_at", "file_name")
OF_SENDING = some(frames.SENT, "file", "unit_id", "business_date", "modified_at", "file_name")
PLACED = frames.FILE | past.PAST | pl.Schema({"place": pl.Int64})
REPEATING = (
    frames.FILE
    | repeats.PAST_FILES
    | pl.Schema({"basis": pl.String, "place": pl.Int64, "dated": pl.Boolean, "total": pl.Int64})
)
OF_FIGURES = some(frames.DAILY_COUNTS, "file", "service_level", "online", "in_person", "postal", "total")
VALIDITY = some(UNITS, "unit_id", "valid_from", "valid_to", "calendar")
GROUPS = some(UNITS, "unit_id", "unit_group")
SCORED = frames.prepared(SCORES) | scores.COMPONENT_COLUMNS | pl.Schema({"field_rows": pl.UInt32})
DOORS = [
    Door("prepare: received", frames.SENT, lambda f: prepared_with(received=f), more=True),
    Door("prepare: terms", frames.TERMS, lambda f: prepared_with(terms=f)),
    Door("prepare: filings.rows", filed(SUMMARY), lambda f: prepared_with(rows=f)),
    Door("prepare: filings.texts", written(SUMMARY), lambda f: prepared_with(texts=f)),
    Door(
        "describe: findings",
        facts.FINDINGS,
        lambda f: messages.describe(f, read_filings({}, SUMMARY, headers()), SUMMARY.name),
    ),
    Door("countable: rows", frames.CASE_ROWS, lambda f: cases.countable(f, (), empty(frames.SPEAKING)), more=True),
    Door("countable: speaking", frames.SPEAKING, lambda f: cases.countable(empty(frames.CASE_ROWS), (), f)),
    Door("newest: sent", OF_SENDING, lambda f: cases.newest(f, ()), more=True),
    Door(
        "mark_repeats: rows",
        frames.CASE_ROWS,
        lambda f: cases.mark_repeats(f, empty(frames.CANDIDATES), empty(frames.PLACES)),
        more=True,
    ),
    Door(
        "mark_repeats: candidates",
        frames.CANDIDATES,
        lambda f: cases.mark_repeats(empty(frames.CASE_ROWS), f, empty(frames.PLACES)),
    ),
    Door(
        "mark_repeats: counted",
        frames.PLACES,
        lambda f: cases.mark_repeats(empty(frames.CASE_ROWS), empty(frames.CANDIDATES), f),
    ),
    Door("counted_cases: rows", frames.CASE_ROWS, cases.counted_cases, more=True),
    Door("procedure_counts: rows", frames.CASE_ROWS, cases.procedure_counts, more=True),
    Door("score_rows: rows", SCORED, lambda f: scores.score_rows(f, empty(COMPONENTS)), more=True),
    Door("score_rows: components", COMPONENTS, lambda f: scores.score_rows(empty(SCORED), f)),
    Door("sums_of_scores: scores", scores.SCORE_ROWS, scores.sums_of_scores),
    Door(
        "named_components: components",
        COMPONENTS,
        lambda f: named_components(empty(some(components.NAMED, "field", "business_date")), f, CALENDAR),
    ),
    Door("cases.daily_counts: rows", frames.CASE_ROWS, cases.daily_counts, more=True),
    Door(
        "tables.daily_counts: rows",
        pl.Schema({**frames.prepared(SUMMARY), "field_name": pl.String}),
        lambda f: tables.daily_counts(f, SUMMARY),
        more=True,
    ),
    Door("stated_sums: counts", frames.DAILY_COUNTS, lambda f: tables.stated_sums(f, SUMMARY.name)),
    Door("sums_of: counts", IN_SUMS, lambda f: past.sums_of(f, empty(frames.SENT)), more=True),
    Door(
        "sums_of: received",
        some(frames.SENT, "file", "contract"),
        lambda f: past.sums_of(empty(frames.DAILY_COUNTS), f),
        more=True,
    ),
    Door("in_order: received", OF_ORDER, order.in_order, more=True),
    Door("with_past: rows", frames.prepared(SUMMARY), past_with, more=True),
    Door("figures_of: counts", OF_FIGURES, cumulative.figures_of, more=True),
    Door("repeated_files: own", REPEATING, lambda f: repeated_with(own=f), more=True),
    Door("repeated_files: accepted", REPEATING, lambda f: repeated_with(accepted=f), more=True),
    Door("repeated_files: past", repeats.PAST_FILES, lambda f: repeated_with(past=f)),
    Door("with_seen_fields: rows", past_fields.NAMED, lambda f: seen_with(rows=f), more=True),
    Door("with_seen_fields: past", past_fields.PAST_FIELDS, lambda f: seen_with(past=f)),
    Door("with_seen_fields: here", past_fields.FIELDS_HERE, lambda f: seen_with(here=f)),
    Door("compare: own", PLACED, lambda f: compared_with(own=f), more=True),
    Door("compare: accepted", PLACED, lambda f: compared_with(accepted=f), more=True),
    Door("compare: past", past.PAST, lambda f: compared_with(past=f)),
    Door("compare: terms", past.USUAL_TERMS, lambda f: compared_with(terms=f)),
    Door("Registry: units", UNITS, Registry),
    Door("expected_days: units", VALIDITY, lambda f: expected_days(f, Cadence(), DAY, DAY), more=True),
    Door(
        "read_targets: units",
        GROUPS,
        lambda f: read_targets("unit_group,target_pct,legal_basis,valid_from,valid_to\n", f, organisation()),
        more=True,
    ),
    Door("read_baselines: units", GROUPS, lambda f: read_baselines("", f, organisation()), more=True),
    Door(
        "judge: facts",
        judging.facts_of(SUMMARY.name),
        lambda f: judging.judge(f, SUMMARY.name, "run"),
        more=True,
    ),
    Door(
        "judge: agreed",
        AGREED_SEVERITIES,
        lambda f: judging.judge(empty(judging.facts_of(SUMMARY.name)), SUMMARY.name, "run", agreed=f),
    ),
    Door("decide: verdicts", judging.VERDICTS, judging.decide),
    Door("Batch: deliveries", JUDGED, lambda f: batch_with(deliveries=f), more=True),
    Door("Batch: outcomes", LAKE["outcomes"].schema, lambda f: batch_with(outcomes=f)),
    Door("Batch: daily_counts", rows_of("daily_counts"), lambda f: batch_with(daily_counts=f), more=True),
    Door("Batch: delivery_sums", rows_of("delivery_sums"), lambda f: batch_with(delivery_sums=f), more=True),
    Door("Batch: cases", rows_of("cases"), lambda f: batch_with(cases=f), more=True),
    Door("Batch: procedure_counts", rows_of("procedure_counts"), lambda f: batch_with(procedure_counts=f), more=True),
    Door("Batch: scores", rows_of("scores"), lambda f: batch_with(scores=f), more=True),
    Door("Batch: check_results", rows_of("check_results"), lambda f: batch_with(check_results=f), more=True),
    Door("Batch: rejected_rows", rows_of("rejected_rows"), lambda f: batch_with(rejected_rows=f), more=True),
    Door("Reference: expected_days", EXPECTED_DAYS, lambda f: reference_with(expected_days=f)),
    Door("Reference: periods", MONTHS, lambda f: reference_with(periods=f)),
    Door("Reference: group_members", MEMBERSHIPS, lambda f: reference_with(group_members=f)),
    Door("land: received", RECEIVED, lambda f: land(Path("/nonexistent"), f, "batch")),
]
# Only wrong frames are handed over here: right ones would open a lake, or be read by rules that need more columns.
WRONG_ONLY = [
    Door(
        "check: received",
        some(frames.SENT, "file", "business_date", "modified_at", "cut_off", "valid_from", "valid_to"),
        lambda f: facts_with(f, CHECKED_ROWS),
        more=True,
    ),
    Door("check: rows", frames.prepared(SUMMARY), lambda f: facts_with(empty(frames.SENT), f), more=True),
    Door("keep_alerts: rows", LAKE["alerts"].schema, lambda f: keep_alerts(NO_LAKE, f)),
    Door(
        "counted_elsewhere: candidates",
        frames.CANDIDATES,
        lambda f: counted_elsewhere(NO_LAKE, f, empty(frames.SPEAKING)),
    ),
    Door(
        "counted_elsewhere: replacing",
        frames.SPEAKING,
        lambda f: counted_elsewhere(NO_LAKE, empty(frames.CANDIDATES), f),
    ),
]
names = pytest.mark.parametrize("door", [*DOORS, *WRONG_ONLY], ids=lambda door: door.name)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_takes_its_own_columns_in_any_order(door: Door) -> None:
    door.call(empty(door.schema).select(reversed(door.schema.names())))
    if door.more:
        door.call(empty(door.schema).with_columns(beside=pl.lit(None, pl.String)))


@names
def test_a_door_refuses_a_frame_without_one_of_its_columns(door: Door) -> None:
    for column in door.schema:
        with pytest.raises(FrameError, match=rf"^{re.escape(door.name)}: no column {column} "):
            door.call(empty(door.schema).drop(column))


@pytest.mark.slow
@names
def test_a_door_refuses_a_column_of_another_type_and_says_both(door: Door) -> None:
    for column, dtype in door.schema.items():
        message = re.escape(f"{door.name}: column {column} is Duration(time_unit='ns'), expected {dtype}")
        with pytest.raises(FrameError, match=f"^{message}$"):
            door.call(empty(door.schema).with_columns(pl.lit(None, pl.Duration("ns")).alias(column)))


@pytest.mark.parametrize("door", [door for door in (*DOORS, *WRONG_ONLY) if not door.more], ids=lambda door: door.name)
def test_a_door_refuses_columns_that_it_does_not_know(door: Door) -> None:
    with pytest.raises(FrameError, match=rf"^{re.escape(door.name)}: columns not expected: beside$"):
        door.call(empty(door.schema).with_columns(beside=pl.lit(None, pl.String)))


@pytest.mark.parametrize("table", ["units", "targets", "baselines", "metrics"])
def test_reference_tables_may_lack_only_what_may_be_null(table: str) -> None:
    for column in getattr(Setting().reference(), table).columns:
        kept = getattr(Setting().reference(), table).drop(column)
        if next(known.nullable for known in REFERENCE[table].columns if known.name == column):
            replace(Setting().reference(), **{table: kept})
        else:
            with pytest.raises(FrameError, match=rf"^Reference: {table}: no column {column} "):
                replace(Setting().reference(), **{table: kept})


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.name)
def test_what_is_read_has_the_columns_that_reading_promises(contract: Any) -> None:
    read = read_filings({}, contract, headers())
    checked(read.rows, filed(contract), "rows")
    checked(read.texts, written(contract), "texts")
    assert ("hidden" in read.rows.columns) is (contract is CASES)


def _frames_of(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """The parameters or fields that are frames."""
    if isinstance(node, ast.FunctionDef):
        given = [(one.arg, one.annotation) for one in (*node.args.args, *node.args.kwonlyargs)]
    else:
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
        given = [(ast.unparse(one.target), one.annotation) for one in fields]
    frame = re.compile(r"\bpl\.(DataFrame|LazyFrame)\b")
    return [name for name, kind in given if not name.startswith("_") and kind and frame.search(ast.unparse(kind))]


def _undescribed() -> Iterator[str]:
    for path in sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {
            id(below)
            for outer in ast.walk(tree)
            if isinstance(outer, ast.FunctionDef)
            for below in ast.walk(outer)
            if below is not outer
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_") or id(node) in inner:
                continue
            docstring = ast.get_docstring(node) or ""
            yield from (
                f"{path.relative_to(ROOT)}: {node.name}: {name}"
                for name in _frames_of(node)
                if f"`{name}`" not in docstring
            )


def test_every_frame_that_a_public_function_or_class_takes_is_described() -> None:
    assert list(_undescribed()) == []


@pytest.mark.parametrize("values", [[], [7], [3, 1, 2], [3, 1, 3], [2, 2, 2], [5, 1, 1, 5, 0]])
def test_the_places_of_what_stands_again(values: list[int]) -> None:
    expected = [place for place, value in enumerate(values) if values.count(value) > 1]
    assert repeated(pl.Series(values, dtype=pl.UInt64)).to_list() == expected

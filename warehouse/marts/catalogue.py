"""The statements of the marts in the order they run, and every published table. Runs nothing and opens no database.

A mart is one file, `marts/<name>.sql`; what several marts share is a step in `marts/intermediate/`, an expression
that they call a function in `marts/functions/`. The header of each
file says what it reads and, of a mart, its grain, keys and columns.
"""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import polars as pl

from transforms.check.rules import RULES, severities
from transforms.dictionary.columns import PUBLICATION, REFERENCE
from transforms.dictionary.contracts import MORE_COUNTS
from transforms.dictionary.table import Table
from warehouse.marts.header import Function, HeaderError, Statement, fault, read_function, read_statement

FOLDER = Path(__file__).parent

# What the statements may read besides each other: facts of the lake for the days asked for, all publications, and the
# small tables of a question: its periods, the days on which exports were expected, what the names of fields mean
# (transforms.reference.fields.NAMED), in which sums the units of a group count
# (transforms.reference.organisation.MEMBERSHIPS), the rules that are critical unless tyle.toml says otherwise
# (CRITICAL_RULES), what each metric sums, from which contracts and of which units, the versions that closed months keep
# (TERMS, RULES, OF_GROUPS, SIGNED of transforms.reference.metrics), whose figure a unit's points are (SCORE_MEMBERS),
# the reference data.
FACTS = ("deliveries", "daily_counts", "procedure_counts", "scores", "outcomes", "check_results", "decisions")
PUBLICATIONS = "publications"
SMALL = (
    "periods",
    "expected_days",
    "group_members",
    "field_names",
    "critical_rules",
    "metric_terms",
    "metric_rules",
    "metric_groups",
    "score_members",
    "signed_versions",
    *REFERENCE,
)
# Sums that need not be made anew (warehouse/marts/kept.py), and the counts of which there are none.
_COUNTS = ("in_person", "total", "postal_stated", "postal", "received", "settled", "settled_on_time", *MORE_COUNTS)
KEPT = {
    "kept_levels": "delivery_id VARCHAR, business_date DATE, service_level TINYINT, field_id VARCHAR, "
    f"is_without_field INTEGER, online BIGINT, {', '.join(f'{name} BIGINT' for name in _COUNTS)}",
    "kept_metric_figures": "delivery_id VARCHAR, business_date DATE, metric_id VARCHAR, metric_version INTEGER, "
    "numerator BIGINT, denominator BIGINT, is_stated INTEGER",
    "kept_field_months": "month VARCHAR, unit_id VARCHAR, field VARCHAR, last_stated DATE, online BIGINT, "
    "in_person BIGINT, total BIGINT",
    "kept_field_deliveries": "month VARCHAR, unit_id VARCHAR, delivery_id VARCHAR, decided_at TIMESTAMP",
}
UNSUMMED = {"unsummed_counts": "daily_counts", "unsummed_procedures": "procedure_counts"}  # and of which table
CRITICAL_RULES = pl.DataFrame(
    [
        (contract, rule)
        for contract in RULES
        for rule, severity in severities(contract).items()
        if severity == "critical"
    ],
    schema={"contract": pl.String, "rule": pl.String},
    orient="row",
)
INPUTS = (*FACTS, PUBLICATIONS, *SMALL, *KEPT, *UNSUMMED)


def load(folder: Path) -> dict[str, Statement]:
    """The statements in `folder` (marts) and its `intermediate` by name: each after those it reads, else by name.

    Raises HeaderError for a wrong header, a name that nothing or two files stand for, statements that read each other
    in a circle, and a column that two marts define.
    """
    paths = [*folder.glob("*.sql"), *(folder / "intermediate").glob("*.sql")]
    found: dict[str, Statement] = {}
    for path in sorted(paths, key=lambda path: (path.stem, path.parent)):
        if path.stem in {*found, *INPUTS, PUBLICATION.name}:
            raise fault(path, f"the name `{path.stem}` is taken")
        found[path.stem] = read_statement(path, is_mart=path.parent == folder)
    _check_columns(found.values())
    for statement in found.values():
        if unknown := [name for name in statement.reads if name not in found and name not in INPUTS]:
            raise HeaderError(
                f"{statement.name}.sql: `reads` names `{unknown[0]}`, which is neither a file nor an input"
            )
    return {name: found[name] for name in _order(found)}


def needed_for(statements: dict[str, Statement], name: str) -> tuple[str, ...]:
    """The statement of this name and all that it reads, directly or not, in the order they run."""
    needed = {name}
    for other in reversed(statements):  # each comes after those it reads
        if other in needed:
            needed.update(statements[other].reads)
    return tuple(other for other in statements if other in needed)


def _order(found: dict[str, Statement]) -> Iterator[str]:
    sorter = TopologicalSorter({name: set(found) & set(one.reads) for name, one in found.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(f"{name}.sql" for name in reversed(error.args[1]))
        raise HeaderError(f"{circle}: these files read each other in a circle") from error
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def _check_columns(statements: Iterable[Statement]) -> None:
    """Each column is defined once: one that two marts have belongs into the common dictionary."""
    first: dict[str, str] = {}
    for statement in statements:
        for column in statement.own:
            if column in first:
                where = "transforms/dictionary/mart_columns.py"
                message = f"`{column}` is also defined in {first[column]}.sql; move it to {where}"
                raise HeaderError(f"{statement.name}.sql: {message}")
            first[column] = statement.name


STATEMENTS = load(FOLDER)
FUNCTIONS: tuple[Function, ...] = tuple(read_function(path) for path in sorted((FOLDER / "functions").glob("*.sql")))
_MARTS = {name: one.table for name, one in sorted(STATEMENTS.items()) if one.table is not None}

MONTHLY = tuple(_MARTS)  # the tables that the statements derive, by month
PUBLISHED: dict[str, Table] = {**REFERENCE, **_MARTS, PUBLICATION.name: PUBLICATION}

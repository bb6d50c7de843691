"""Splits the result of a validation by business date and stores it as files. Judges and draws nothing.

A batch of days is judged at once, because a run of Great Expectations costs as much for one delivery as for thousands;
each day still gets a result of its own. Failing deliveries are listed from the facts: Great Expectations shortens its
lists, and the judge has checked that both count the same.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.suites import AGREED_COLUMN, KEY
from warehouse.places.whole import write_whole

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

Stored = dict[str, Any]


def keep(
    result: "ExpectationSuiteValidationResult",
    facts: pl.DataFrame,
    run_name: str,
    home: Path,
    at: datetime | None = None,
) -> None:
    """Write the result of each business date to `home`/gx/validations/<contract>/<date> <run_name>/<moment>/.

    `facts`: a row per delivery: `delivery`, `agreed`, `business_date`, and per rule the count of failing rows. `at`:
    the moment of judging, UTC. Each file is whole or absent.
    """
    moment = at or datetime.now(UTC)
    whole: Stored = result.to_json_dict()  # type: ignore[no-untyped-call]
    for day, stored in by_day(whole, facts):
        name = f"{day} {run_name}"
        stored["meta"] |= {"run_id": {"run_name": name, "run_time": moment.isoformat()}}
        folder = home / "gx" / "validations" / result.suite_name / name / f"{moment:%Y%m%dT%H%M%S.%fZ}"
        text = json.dumps(stored, ensure_ascii=False)
        # The lake keeps the verdicts themselves, so nothing here has to survive a power cut.
        write_whole(folder / f"facts-{result.suite_name}.json", text, durable=False, many_writers=True)


def by_day(result: Stored, facts: pl.DataFrame) -> Iterator[tuple[date, Stored]]:
    """The business dates of `facts` (columns as for `keep`), each with the result as if it had been judged alone."""
    evaluated = [outcome for outcome in result["results"] if "unexpected_count" in outcome["result"]]
    rules = [rule for outcome in evaluated if (rule := outcome["expectation_config"]["meta"]["rule"]) is not None]
    for (day,), own in facts.partition_by("business_date", as_dict=True).items():
        broken = own.select((pl.col(rule) != 0).any() for rule in rules).row(0, named=True) if rules else {}
        outcomes = [_of(outcome, own, broken) for outcome in result["results"]]
        held = sum(outcome["success"] for outcome in outcomes)
        statistics = {
            "evaluated_expectations": len(outcomes),
            "successful_expectations": held,
            "unsuccessful_expectations": len(outcomes) - held,
            "success_percent": held / len(outcomes) * 100,
        }
        own_words = {"results": outcomes, "success": held == len(outcomes), "statistics": statistics}
        yield day, {**result, "meta": dict(result["meta"]), **own_words}


def _of(outcome: Stored, facts: pl.DataFrame, broken: Mapping[str, bool]) -> Stored:
    """An expectation's outcome on some of the facts; errors and faults of the structure hold for all of them.

    `broken`: whether a delivery among them fails each rule.
    """
    rule, result = outcome["expectation_config"]["meta"]["rule"], outcome["result"]
    if rule is None:
        counted = {"element_count": facts.height} if outcome["success"] and "element_count" in result else {}
        return {**outcome, "result": {**result, **counted}}
    if "unexpected_count" not in result:
        return outcome
    failing: list[Stored] = []
    if broken[rule]:
        failing = facts.filter(pl.col(rule) != 0).select(KEY, AGREED_COLUMN, rule).to_dicts()
    percent = len(failing) / facts.height * 100
    result = {
        "element_count": facts.height,
        "unexpected_count": len(failing),
        "unexpected_percent": percent,
        "partial_unexpected_list": [delivery[rule] for delivery in failing[:20]],
        "unexpected_index_column_names": [KEY, AGREED_COLUMN],
        "unexpected_index_list": failing,
        "missing_count": 0,
        "missing_percent": 0.0,
        "unexpected_percent_total": percent,
        "unexpected_percent_nonmissing": percent,
    }
    return {**outcome, "success": not failing, "result": result}

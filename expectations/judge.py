"""Facts to verdicts: Great Expectations says which rule failed, the facts say on which deliveries.

Which rows failed is not asked of Great Expectations: it cuts its lists. What does not belong here: predicates.
"""

import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.deferred import deferred
from transforms.check.rules import severities
from transforms.check.rules.strictness import AGREED, OFF

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

# What Great Expectations imports for expectations that no suite here has: a third of its import.
_UNUSED = ("scipy.stats", "altair")

SCHEMA = pl.Schema(
    {
        "file": pl.UInt32,
        "rule": pl.String,
        "severity": pl.String,
        "outcome": pl.String,
        "failing": pl.Int64,
    }
)


class JudgeError(RuntimeError):
    """The judging itself failed: never a bad unit, always a fault of the pipeline."""


def judge(
    facts: pl.DataFrame,
    contract: str,
    run_name: str,
    home: Path | None = None,
    agreed: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Verdicts of SCHEMA, one row per delivery and rule: holds, breaks or cannot_evaluate, and failing rows.

    `agreed` (AGREED of transforms.check.rules.strictness): severities that differ from the rules' own; a rule that is off
    for a delivery has no verdict on it. They are kept with the results, beside each failing delivery.

    `facts`: `file`, `delivery` (its name in the stored results), and per rule the counts of transforms.check.facts.
    With `home`, a validation result is kept under `home`/gx for each `business_date` of the facts, whose date the run's
    name begins with; without, nothing is stored.
    Raises JudgeError when an expectation raised, or its count differs from the facts.
    """
    if facts.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    rules = severities(contract)
    other = pl.DataFrame(schema=AGREED) if agreed is None else agreed
    failed = _failed_rules(_with_agreed(facts, other), contract, run_name, home)
    verdicts = pl.concat([_verdicts(facts, rule, severity, rule in failed) for rule, severity in rules.items()])
    if other.is_empty():
        return verdicts
    return (
        verdicts.join(other.rename({"severity": "agreed"}), on=["file", "rule"], how="left", maintain_order="left")
        .with_columns(severity=pl.coalesce("agreed", "severity"))
        .filter(pl.col("severity") != OFF)
        .drop("agreed")
    )


def _verdicts(facts: pl.DataFrame, rule: str, severity: str, failed: bool) -> pl.DataFrame:
    """What one rule says of each delivery, in the rule's own severity."""
    outcome = (
        pl.when(pl.col(rule) == 0)
        .then(pl.lit("holds"))
        .when(pl.col(rule) > pl.col(f"{rule}__unknown"))
        .then(pl.lit("breaks"))
        .otherwise(pl.lit("cannot_evaluate"))
    )
    return facts.select(
        "file",
        rule=pl.lit(rule),
        severity=pl.lit(severity),
        outcome=outcome if failed else pl.lit("holds"),
        failing=rule,
    )


def decide(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Per file its `status` and `reason` (the rules that decided it, comma-separated; null if none).

    A critical rule that does not hold quarantines; a warning that breaks is accepted with warnings.
    """
    not_held = pl.col("outcome") != "holds"
    critical = not_held & (pl.col("severity") == "critical")
    warning = not_held & (pl.col("severity") == "warning")
    return verdicts.group_by("file", maintain_order=True).agg(
        status=pl.when(critical.any())
        .then(pl.lit("quarantined"))
        .when(warning.any())
        .then(pl.lit("accepted_with_warnings"))
        .otherwise(pl.lit("accepted")),
        reason=pl.when((critical | warning).any()).then(pl.col("rule").filter(critical | warning).str.join(", ")),
    )


def warm_up() -> None:
    """Import Great Expectations, which takes seconds, while something else is waited for."""
    if "expectations.context" in sys.modules:
        return
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    collecting = gc.isenabled()
    gc.disable()  # a quarter of the import, and later much of each collection, would go into what stays anyway
    try:
        with deferred(*_UNUSED):
            import expectations.context  # noqa: F401, PLC0415 - seconds and 250 MB, only where something is judged

        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def _with_agreed(facts: pl.DataFrame, agreed: pl.DataFrame) -> pl.DataFrame:
    """`facts` with what is agreed on each delivery in one text, as the suites want it."""
    said = agreed.group_by("file").agg(agreed=pl.format("{}={}", "rule", "severity").sort().str.join(", "))
    return facts.join(said, on="file", how="left", maintain_order="left").with_columns(pl.col("agreed").fill_null(""))


def _failed_rules(facts: pl.DataFrame, contract: str, run_name: str, home: Path | None) -> list[str]:
    """The rules whose expectation failed; what was said of each business date is kept where asked."""
    warm_up()
    from expectations.context import validate  # noqa: PLC0415
    from expectations.results import keep  # noqa: PLC0415

    result = validate(contract, facts)
    if home:
        keep(result, facts, run_name, home)
    return sorted(_failures(result, facts, severities(contract)))


def _failures(result: "ExpectationSuiteValidationResult", facts: pl.DataFrame, rules: Mapping[str, Any]) -> set[str]:
    """The rules whose expectation failed, after making sure that each was evaluated and saw what the facts say."""
    failed: set[str] = set()
    evaluated: set[str] = set()
    for outcome in result.results:
        config = outcome.expectation_config
        rule = config.meta.get("rule") if config and config.meta else None
        if raised := _raised(outcome.exception_info):
            raise JudgeError(f"{rule}: {raised}")
        if rule is None:
            if not outcome.success:
                raise JudgeError(f"facts are not as the suite expects: {outcome.result}")
            continue
        evaluated.add(rule)
        counted = facts.filter(pl.col(rule) > 0).height
        if outcome.result["unexpected_count"] != counted or outcome.success != (counted == 0):
            raise JudgeError(f"{rule}: {outcome.result['unexpected_count']} failures judged, {counted} in the facts")
        if not outcome.success:
            failed.add(rule)
    if evaluated != set(rules):
        raise JudgeError(f"rules not evaluated: {sorted(set(rules) - evaluated)}")
    return failed


def _raised(info: dict[str, Any]) -> str | None:
    """The message of what an expectation raised; Great Expectations says it for the whole, or per metric."""
    each = [info] if "raised_exception" in info else info.values()
    return next((str(one.get("exception_message")) for one in each if one.get("raised_exception")), None)

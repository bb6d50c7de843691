"""Turns facts into verdicts: Great Expectations says which rules failed, the facts say on which deliveries.

Great Expectations is not asked which deliveries failed, because it shortens its lists. Holds no predicate of a rule.
"""

import gc
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.deferred import deferred
from expectations.narrow import narrowed
from transforms.check.rules import severities
from transforms.check.rules.strictness import AGREED_SEVERITIES, OFF
from transforms.dictionary.frames import checked

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

# A third of the import of Great Expectations; only expectations that no suite here has, and texts in Markdown, need
# them.
_UNUSED = ("scipy.stats", "altair", "mistune")

VERDICTS = pl.Schema(
    {
        "file": pl.UInt32,
        "rule": pl.String,
        "severity": pl.String,
        "outcome": pl.String,
        "failing": pl.Int64,
    }
)
FOLLOW_UPS = pl.Schema({"file": pl.UInt32, "rule": pl.String})
DECISIONS = pl.Schema({"file": pl.UInt32, "status": pl.String, "reason": pl.String})


class JudgeError(RuntimeError):
    """The judging itself failed: always a fault of the program, never of a unit."""


@cache
def facts_of(contract: str) -> pl.Schema:
    """The columns of the facts of a contract: per delivery and rule, how many rows break it or leave it unknown."""
    counts = dict.fromkeys((name for rule in severities(contract) for name in (rule, f"{rule}__unknown")), pl.Int64)
    return pl.Schema({"file": pl.UInt32, "delivery": pl.String, "business_date": pl.Date, **counts})


def judge(
    facts: pl.DataFrame,
    contract: str,
    run_name: str,
    home: Path | None = None,
    agreed: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """VERDICTS, a row per delivery and rule: holds, breaks or cannot_evaluate, and how many rows fail.

    `facts`: the columns of `facts_of`, more allowed; `delivery` names a delivery in the stored results. `agreed`:
    AGREED_SEVERITIES, where they differ from the rules' own; a rule that is off for a delivery gives no verdict on it.
    With `home`, the validation result of each `business_date` is stored below `home`/gx, the agreed severities beside
    each failing delivery, under a name that begins with the date and ends with `run_name`.
    Raises JudgeError when an expectation raised an error, or counts otherwise than the facts.
    """
    checked(facts, facts_of(contract), "judge: facts", more=True)
    other = pl.DataFrame(schema=AGREED_SEVERITIES) if agreed is None else agreed
    checked(other, AGREED_SEVERITIES, "judge: agreed")
    if facts.is_empty():
        return pl.DataFrame(schema=VERDICTS)
    rules = severities(contract)
    failed = _failed_rules(_with_agreed(facts, other), contract, run_name, home)
    each = (_verdicts(facts, rule, severity, rule in failed) for rule, severity in rules.items())
    verdicts = pl.concat(each, rechunk=True)  # else each later step makes one piece of it
    if other.is_empty():
        return verdicts
    return (
        verdicts.join(other.rename({"severity": "agreed"}), on=["file", "rule"], how="left", maintain_order="left")
        .with_columns(severity=pl.coalesce("agreed", "severity"))
        .filter(pl.col("severity") != OFF)
        .drop("agreed")
    )


def _verdicts(facts: pl.DataFrame, rule: str, severity: str, failed: bool) -> pl.DataFrame:
    """The verdicts of one rule on each delivery, in the rule's own severity."""
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


def decide(verdicts: pl.DataFrame, follow_ups: pl.DataFrame | None = None) -> pl.DataFrame:
    """DECISIONS, a row per file: `status`, and `reason` (the deciding rules, comma-separated; null if none).

    `verdicts`: VERDICTS. A critical rule that does not hold quarantines a delivery; with a warning that does not hold
    it is accepted with warnings. `follow_ups`: FOLLOW_UPS, the rules that no reason names, as
    another one explains them.
    """
    checked(verdicts, VERDICTS, "decide: verdicts")
    explained = FOLLOW_UPS.to_frame() if follow_ups is None else follow_ups
    checked(explained, FOLLOW_UPS, "decide: follow_ups")
    not_held = verdicts.filter(pl.col("outcome") != "holds")
    named = not_held.join(explained.with_columns(follows=True), on=["file", "rule"], how="left", maintain_order="left")
    critical, warning = (pl.col("severity") == severity for severity in ("critical", "warning"))
    because = (critical | warning) & pl.col("follows").is_null()
    decided = named.group_by("file").agg(
        status=pl.when(critical.any())
        .then(pl.lit("quarantined"))
        .when(warning.any())
        .then(pl.lit("accepted_with_warnings"))
        .otherwise(pl.lit("accepted")),
        reason=pl.when(because.any()).then(pl.col("rule").filter(because).str.join(", ")),
    )
    return (
        verdicts.select("file")
        .unique(maintain_order=True)
        .join(decided, on="file", how="left", maintain_order="left")
        .with_columns(pl.col("status").fill_null("accepted"))
    )


def warm_up() -> None:
    """Import Great Expectations, which takes seconds, while the caller waits for something else."""
    if "expectations.context" in sys.modules:
        return
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    collecting = gc.isenabled()
    gc.disable()  # else collections take a quarter of the import, and later ones walk through all that stays
    try:
        with narrowed(), deferred(*_UNUSED):
            import expectations.context  # noqa: F401, PLC0415 - seconds and 250 MB, only where something is judged

        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def _with_agreed(facts: pl.DataFrame, agreed: pl.DataFrame) -> pl.DataFrame:
    """`facts` with `agreed`: the severities agreed on each delivery in one text, as the suites expect it."""
    listed = agreed.group_by("file").agg(agreed=pl.format("{}={}", "rule", "severity").sort().str.join(", "))
    return facts.join(listed, on="file", how="left", maintain_order="left").with_columns(pl.col("agreed").fill_null(""))


def _failed_rules(facts: pl.DataFrame, contract: str, run_name: str, home: Path | None) -> list[str]:
    """The rules whose expectation failed; with `home` the results of each business date are stored."""
    warm_up()
    from expectations.context import validate  # noqa: PLC0415
    from expectations.results import keep  # noqa: PLC0415

    result = validate(contract, facts)
    if home:
        keep(result, facts, run_name, home)
    return sorted(_failures(result, facts, severities(contract)))


def _failures(result: "ExpectationSuiteValidationResult", facts: pl.DataFrame, rules: Mapping[str, Any]) -> set[str]:
    """The rules whose expectation failed, once each was evaluated and counts what the facts count."""
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
        counted = (facts[rule] > 0).sum()
        if outcome.result["unexpected_count"] != counted or outcome.success != (counted == 0):
            raise JudgeError(f"{rule}: {outcome.result['unexpected_count']} failures judged, {counted} in the facts")
        if not outcome.success:
            failed.add(rule)
    if evaluated != set(rules):
        raise JudgeError(f"rules not evaluated: {sorted(set(rules) - evaluated)}")
    return failed


def _raised(info: dict[str, Any]) -> str | None:
    """The message of an error that an expectation raised; it stands for the whole or per metric."""
    each = [info] if "raised_exception" in info else info.values()
    return next((str(one.get("exception_message")) for one in each if one.get("raised_exception")), None)

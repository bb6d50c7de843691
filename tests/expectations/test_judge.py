"""The judge on facts: what it lets pass, what it holds back, and that it cannot fail silently."""

import json
from pathlib import Path

import polars as pl
import pytest

from expectations.judge import JudgeError, decide, judge
from transforms.rules import READABLE, severities

RULES = severities("summary")


def facts(*deliveries: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"file": number, "delivery": f"inbox/{number}.csv"}
        | dict.fromkeys([*RULES, *(f"{rule}__unknown" for rule in RULES)], 0)
        | broken
        for number, broken in enumerate(deliveries)
    ]
    return pl.DataFrame(rows, schema_overrides={"file": pl.UInt32})


def statuses(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return decide(judge(frame, "summary", "run")).sort("file").select("status", "reason").rows()


def test_each_outcome_leads_to_its_status() -> None:
    assert statuses(
        facts(
            {},
            {"total_is_sum": 2},
            {"total_is_sum": 2, "total_is_sum__unknown": 2},
            {"rate_has_decimals": 1},
            {"rate_has_decimals": 1, "total_is_sum": 1},
            {READABLE: 1},
        )
    ) == [
        ("accepted", None),
        ("quarantined", "total_is_sum"),
        ("quarantined", "total_is_sum"),
        ("accepted_with_warnings", "rate_has_decimals"),
        ("quarantined", "total_is_sum, rate_has_decimals"),
        ("quarantined", READABLE),
    ]


@pytest.mark.parametrize("rule", list(RULES))
def test_every_rule_is_judged_at_its_edge(rule: str) -> None:
    verdicts = judge(facts({}, {rule: 1}, {rule: 3, f"{rule}__unknown": 3}), "summary", "run").filter(rule=rule)
    assert verdicts.sort("file").select("outcome", "failing").rows() == [
        ("holds", 0),
        ("breaks", 1),
        ("cannot_evaluate", 3),
    ]


def test_no_failing_delivery_is_lost_beyond_the_lists_that_get_cut() -> None:
    many = facts(*({"total_is_sum": number % 2} for number in range(1000)))
    assert decide(judge(many, "summary", "run")).filter(status="quarantined").height == 500


def test_an_expectation_that_raises_is_no_verdict() -> None:
    broken = facts({}).with_columns(pl.lit("ba").alias("total_is_sum"))
    with pytest.raises(JudgeError, match=r"^total_is_sum: Column values"):
        judge(broken, "summary", "run")


def test_facts_of_another_structure_are_no_verdict() -> None:
    twice = pl.concat([facts({}), facts({})])
    with pytest.raises(JudgeError, match="not as the suite expects"):
        judge(twice, "summary", "run")


def test_results_are_kept_where_asked_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    judge(facts({"total_is_sum": 1}), "summary", "run-1")
    assert list(tmp_path.iterdir()) == []
    judge(facts({"total_is_sum": 1}), "summary", "run-2", tmp_path / "home")
    (stored,) = (tmp_path / "home").rglob("run-2/**/*.json")
    results = json.loads(stored.read_text())["results"]
    assert len(results) == len(RULES) + 2
    assert {r["expectation_config"]["severity"] for r in results} == {"critical", "warning", "info"}
    (failed,) = [r for r in results if not r["success"]]
    assert failed["expectation_config"]["meta"]["rule"] == "total_is_sum"


def test_no_delivery_no_verdict() -> None:
    assert judge(facts({}).clear(), "summary", "run").is_empty()

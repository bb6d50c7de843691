"""The judge on facts: what it lets pass, what it holds back, and that it cannot fail silently."""

import gc
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import expectations
from expectations import judge as judging
from expectations.context import validate
from expectations.judge import VERDICTS, JudgeError, decide, judge, warm_up
from expectations.results import keep
from tests.expectations.facts import DAY, RULES, facts
from transforms.check.rules import READABLE
from transforms.check.rules.strictness import Strictness


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
            {"corrected": 1},  # info: reported, decides nothing
            {"corrected": 1, "rate_has_decimals": 1},
        )
    ) == [
        ("accepted", None),
        ("quarantined", "total_is_sum"),
        ("quarantined", "total_is_sum"),
        ("accepted_with_warnings", "rate_has_decimals"),
        ("quarantined", "total_is_sum, rate_has_decimals"),
        ("quarantined", READABLE),
        ("accepted", None),
        ("accepted_with_warnings", "rate_has_decimals"),
    ]


def test_every_rule_is_judged_at_its_edge_and_for_the_delivery_that_breaks_it() -> None:
    each = [broken for rule in RULES for broken in ({rule: 1}, {rule: 3, f"{rule}__unknown": 3})]
    verdicts = judge(facts({}, *each), "summary", "run")
    expected = [
        found
        for number, rule in enumerate(RULES)
        for found in ((2 * number + 1, rule, "breaks", 1), (2 * number + 2, rule, "cannot_evaluate", 3))
    ]
    not_held = verdicts.filter(pl.col("outcome") != "holds").sort("file")
    assert not_held.select("file", "rule", "outcome", "failing").rows() == expected
    assert verdicts.height == len(RULES) * (len(each) + 1)


def test_no_failing_delivery_is_lost_beyond_the_lists_that_get_cut() -> None:
    many = facts(*({"total_is_sum": number % 2} for number in range(1000)))
    decided = decide(judge(many, "summary", "run"))
    assert decided.filter(status="quarantined").height == 500
    assert decided["file"].to_list() == list(range(1000))


def test_an_expectation_that_raises_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "checked", lambda frame, *_, **__: frame)  # the door would refuse these facts
    broken = facts({}).with_columns(pl.lit("ba").alias("total_is_sum"))
    with pytest.raises(JudgeError, match=r"^total_is_sum: Column values"):
        judge(broken, "summary", "run")


def test_facts_of_another_structure_are_no_verdict() -> None:
    twice = pl.concat([facts({}), facts({})])
    with pytest.raises(JudgeError, match=r"^facts are not as the suite expects: \{"):
        judge(twice, "summary", "run")


def test_results_are_kept_where_asked_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    judge(facts({"total_is_sum": 1}), "summary", "run-1")
    assert list(tmp_path.iterdir()) == []
    judge(facts({"total_is_sum": 1}), "summary", "run-2", tmp_path / "home")
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]
    assert "".join(capfd.readouterr()) == ""
    (stored,) = (tmp_path / "home").rglob("2022-08-01 run-2/**/*.json")
    results = json.loads(stored.read_text())["results"]
    assert len(results) == len(RULES) + 2
    assert {r["expectation_config"]["severity"] for r in results} == {"critical", "warning", "info"}
    (failed,) = [r for r in results if not r["success"]]
    assert failed["expectation_config"]["meta"]["rule"] == "total_is_sum"
    assert failed["expectation_config"]["description"] == "[critical] total_is_sum: (1) + (2) = (3)"
    assert failed["result"]["unexpected_index_column_names"] == ["delivery", "agreed"]
    assert "unexpected_index_query" not in failed["result"]


def test_stored_results_name_every_failing_delivery(tmp_path: Path) -> None:
    judge(facts(*[{"total_is_sum": 2}] * 300, {}), "summary", "run", tmp_path)
    (stored,) = tmp_path.rglob("*.json")
    (failed,) = [r["result"] for r in json.loads(stored.read_text())["results"] if not r["success"]]
    names = [row["delivery"] for row in failed["unexpected_index_list"]]
    assert names == [f"inbox/{number}.csv" for number in range(300)]


def test_each_business_date_has_its_result_and_all_are_judged(tmp_path: Path) -> None:
    days = [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    each = [facts({}), facts({}, {"total_is_sum": 1}, day=days[1]), facts({"rate_has_decimals": 1}, day=days[2])]
    renumbered = pl.concat(each).with_columns(file=pl.int_range(pl.len(), dtype=pl.UInt32))
    decided = decide(judge(renumbered, "summary", "run", tmp_path)).sort("file")
    assert decided["status"].to_list() == ["accepted", "accepted", "quarantined", "accepted_with_warnings"]
    assert sorted(path.name for path in tmp_path.glob("gx/validations/summary/*")) == [f"{day} run" for day in days]


def test_no_delivery_no_verdict() -> None:
    assert judge(facts({}).clear(), "summary", "run").is_empty()
    assert judge(facts({}).clear(), "summary", "run").schema == VERDICTS


def test_verdicts_are_one_row_a_delivery_and_rule() -> None:
    verdicts = judge(facts({"total_is_sum": 1}, {}), "summary", "run")
    assert verdicts.schema == VERDICTS
    assert verdicts.sort("file", maintain_order=True).select("file", "rule", "severity").rows() == [
        (file, rule, severity) for file in (0, 1) for rule, severity in RULES.items()
    ]
    assert verdicts.filter(pl.col("outcome") != "holds").rows() == [(0, "total_is_sum", "critical", "breaks", 1)]


def test_what_is_agreed_with_a_unit_is_judged_so_for_it_alone() -> None:
    broken = facts({"total_is_sum": 1}, {"total_is_sum": 1}, {"total_is_sum": 1})
    agreed = Strictness({0: {"total_is_sum": "off"}, 1: {"total_is_sum": "warning"}}).frame()
    verdicts = judge(broken, "summary", "run", agreed=agreed)
    assert verdicts.schema == VERDICTS
    assert verdicts.filter(rule="total_is_sum").select("file", "severity", "outcome").rows() == [
        (1, "warning", "breaks"),
        (2, "critical", "breaks"),
    ]
    assert decide(verdicts).sort("file")["status"].to_list() == ["accepted", "accepted_with_warnings", "quarantined"]


def test_what_is_agreed_stands_in_the_stored_results_beside_each_failing_delivery(tmp_path: Path) -> None:
    agreed = Strictness({0: {"total_is_sum": "warning", "is_no_copy": "off"}}).frame()
    judge(facts({"total_is_sum": 1}, {"total_is_sum": 1}), "summary", "run", tmp_path, agreed)
    (stored,) = tmp_path.rglob("*.json")
    (failed,) = [r["result"] for r in json.loads(stored.read_text())["results"] if not r["success"]]
    assert [row["agreed"] for row in failed["unexpected_index_list"]] == ["is_no_copy=off, total_is_sum=warning", ""]


@pytest.mark.parametrize(("counts", "judged", "counted"), [([-1], 1, 0), ([-1, 1], 2, 1)])
def test_a_count_that_great_expectations_sees_otherwise_is_no_verdict(
    counts: list[int], judged: int, counted: int
) -> None:
    with pytest.raises(JudgeError, match=f"^total_is_sum: {judged} failures judged, {counted} in the facts$"):
        judge(facts(*({"total_is_sum": count} for count in counts)), "summary", "run")


def test_a_rule_that_was_not_evaluated_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    more = RULES | {"forgotten": "critical"}
    monkeypatch.setattr(judging, "severities", lambda _: more)
    frame = facts({}).with_columns(forgotten=pl.lit(0, pl.Int64), forgotten__unknown=pl.lit(0, pl.Int64))
    with pytest.raises(JudgeError, match=r"^rules not evaluated: \['forgotten'\]$"):
        judge(frame, "summary", "run")


@pytest.mark.parametrize("collecting", [True, False])
def test_warming_up_leaves_the_collector_as_it_was_and_tells_nobody(
    collecting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GX_ANALYTICS_ENABLED", raising=False)
    monkeypatch.delitem(sys.modules, "expectations.context", raising=False)
    monkeypatch.delattr(expectations, "context", raising=False)  # what follows must find one module, not two
    (gc.enable if collecting else gc.disable)()
    try:
        warm_up()
        assert gc.isenabled() is collecting
    finally:
        gc.enable()
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert "expectations.context" in sys.modules


@pytest.mark.slow
def test_judging_does_not_load_what_no_suite_needs() -> None:
    program = """
import sys
from expectations.judge import judge
from tests.expectations.facts import facts

judge(facts({}, {"total_is_sum": 2}), "summary", "run")
print(*sorted({"scipy.stats", "altair"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_days_result_in_a_batch_is_that_of_the_day_alone(tmp_path: Path) -> None:
    first, second = facts({}, {"total_is_sum": 2}, {"rate_has_decimals": 1}), facts({}, {}, day=DAY + timedelta(days=1))
    batch = pl.concat([first, second]).with_columns(file=pl.int_range(pl.len(), dtype=pl.UInt32))
    judge(batch, "summary", "run", tmp_path / "together")
    for each in (first, second):
        judge(each, "summary", "run", tmp_path / "alone")
    together, alone = (_results(tmp_path / name) for name in ("together", "alone"))
    assert list(together) == ["2022-08-01 run", "2022-08-02 run"]
    assert together == alone
    assert [result["success"] for result in together.values()] == [False, True]
    counted = [result["statistics"]["unsuccessful_expectations"] for result in together.values()]
    assert counted == [2, 0]


def test_a_days_numbers_are_those_great_expectations_gives(tmp_path: Path) -> None:
    frame = facts({}, {"total_is_sum": 1}, *[{"total_is_sum": 2}] * 25)
    judge(frame, "summary", "run", tmp_path)
    (kept,) = _results(tmp_path).values()
    theirs = validate("summary", frame.with_columns(agreed=pl.lit(""))).to_json_dict()  # type: ignore[no-untyped-call]
    assert kept["statistics"] == theirs["statistics"]
    assert kept["success"] is theirs["success"] is False
    for ours, given in zip(kept["results"], theirs["results"], strict=True):
        assert ours["success"] is given["success"]
        assert {name: ours["result"][name] for name in given["result"]} == given["result"]


def _results(home: Path) -> dict[str, Any]:
    """The stored results by the names of their runs, without the times when they were made."""
    found = {}
    for file in sorted(home.rglob("*.json")):
        result = json.loads(file.read_text(encoding="utf-8"))
        meta = result.pop("meta")
        found[meta["run_id"]["run_name"]] = result
    return found


def test_a_result_lies_by_contract_date_run_and_moment_readable_and_whole(tmp_path: Path) -> None:
    frame = facts({"total_is_sum": 2}).with_columns(agreed=pl.lit(""))
    result, moment = validate("summary", frame), datetime(2022, 8, 2, 1, 2, 3, 4, tzinfo=UTC)
    for _ in range(2):  # the same moment once more replaces it
        keep(result, frame, "run", tmp_path, moment)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    expected = "gx/validations/summary/2022-08-01 run/20220802T010203.000004Z/facts-summary.json"
    assert file.relative_to(tmp_path).as_posix() == expected
    text = file.read_text(encoding="utf-8")
    assert "mỗi quy tắc một cột" in text
    stored = json.loads(text)
    assert stored["meta"]["run_id"] == {"run_name": "2022-08-01 run", "run_time": "2022-08-02T01:02:03.000004+00:00"}
    assert [result["result"].get("element_count") for result in stored["results"]] == [None, *[1] * (len(RULES) + 1)]

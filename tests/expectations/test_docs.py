"""The pages on what was checked, in a real browser: what they show, and that they ask nobody."""

import json
import os
import re
import time
from datetime import timedelta
from html import unescape
from pathlib import Path

import polars as pl
import pytest

from expectations.docs import build, index, judged_days, page, prune
from expectations.judge import JudgeError, judge
from tests.browser import Browser
from tests.expectations.facts import DAY, RULES, facts
from transforms.check.rules.strictness import AGREED_SEVERITIES

NAUGHTY = '<img src="http://192.0.2.1/x.png"><script>document.title="đã chạy"</script>$name & {}.csv'
LISTS = ("index", "2022-08", "2022-07")


def judged(home: Path, *deliveries: dict[str, int], run: str = "run", **named: object) -> Path:
    """Judge, make the page, and say where it is."""
    judge(facts(*deliveries, **named), "summary", run, home)  # type: ignore[arg-type]
    (made,) = build(home, [DAY])
    return made


@pytest.mark.slow
def test_a_page_opens_without_asking_anyone_and_shows_every_rule_and_failing_delivery(
    tmp_path: Path, browser: Browser
) -> None:
    broken = [{"total_is_sum": 3}] * 30 + [{"rate_has_decimals": 1}] * 2 + [{}]
    opened = browser.open(judged(tmp_path, *broken))
    assert opened.asked == frozenset()
    for rule, severity in RULES.items():
        assert f"[{severity}] {rule}: " in unescape(opened.dom)
    assert [number for number in range(33) if f"inbox/{number}.csv: " in opened.dom] == list(range(32))
    assert opened.dom.count(".csv: 3 dòng") == 30
    assert "30/33 lần gửi không đạt" in opened.dom
    assert opened.dom.index("[critical] total_is_sum") < opened.dom.index("[warning] rate_has_decimals")


def test_a_page_shows_beside_a_delivery_how_strictly_a_rule_is_taken_there(tmp_path: Path, browser: Browser) -> None:
    agreed = pl.DataFrame(
        [(0, "total_is_sum", "warning"), (0, "rate_is_right", "info"), (2, "total_is_sum", "off")],
        schema=AGREED_SEVERITIES,
        orient="row",
    )
    frame = facts({"total_is_sum": 3}, {"total_is_sum": 2, "rate_is_right": 1}, {}, {"rate_has_decimals": 1})
    judge(frame, "summary", "run", tmp_path, agreed)
    (made,) = build(tmp_path, [DAY])
    shown = browser.open(made).dom
    assert "[critical] total_is_sum: " in shown
    assert "inbox/0.csv: 3 dòng (ở đây: [warning])" in shown
    assert "inbox/1.csv: 2 dòng" in shown
    assert "inbox/3.csv: 1 dòng" in shown
    assert shown.count("ở đây") == 1


def test_results_stored_before_agreements_were_kept_can_still_be_drawn(tmp_path: Path) -> None:
    made = judged(tmp_path, {"total_is_sum": 1})
    (stored,) = tmp_path.rglob("validations/**/*.json")
    stored.write_text(stored.read_text(encoding="utf-8").replace('"agreed": "",', ""), encoding="utf-8")
    assert '"agreed": ' not in stored.read_text(encoding="utf-8")
    assert build(tmp_path, [DAY]) == [made]
    assert "inbox/0.csv: 1 dòng" in made.read_text(encoding="utf-8")


def test_the_same_results_in_great_expectations_own_page_do_ask(tmp_path: Path, browser: Browser) -> None:
    """So that the test above cannot pass because nobody was listening."""
    from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    judged(tmp_path, {"total_is_sum": 1})
    (stored,) = tmp_path.rglob("validations/**/*.json")
    theirs = tmp_path / "theirs.html"
    result = expectationSuiteValidationResultSchema.load(json.loads(stored.read_text(encoding="utf-8")))
    document = ValidationResultsPageRenderer().render(result)
    theirs.write_text(DefaultJinjaPageView().render(document), encoding="utf-8")
    assert any("code.jquery.com" in one for one in browser.open(theirs).asked)


def page_text(home: Path, name: str) -> str:
    return (index(home).parent / f"{name}.html").read_text(encoding="utf-8")


def test_what_a_sender_names_its_file_is_shown_and_not_carried_out(tmp_path: Path, browser: Browser) -> None:
    opened = browser.open(judged(tmp_path, {"total_is_sum": 1}, name=NAUGHTY))
    assert opened.asked == frozenset()
    assert f"{NAUGHTY.format(0)}: 1 dòng" in unescape(opened.dom)
    assert "<img" not in opened.dom
    assert "<script" not in opened.dom


def test_the_index_leads_to_each_day_the_latest_first(tmp_path: Path, browser: Browser) -> None:
    days = [DAY, DAY + timedelta(days=1)]
    judge(pl.concat([facts({}, day=days[0]), facts({"total_is_sum": 1}, day=days[1])]), "summary", "run", tmp_path)
    assert judged_days(tmp_path) == days
    assert build(tmp_path, days) == [page(tmp_path, day) for day in days]
    opened = browser.open(index(tmp_path))
    assert opened.asked == frozenset()
    assert opened.dom.index('href="2022-08-02.html"') < opened.dom.index('href="2022-08-01.html"')
    assert "summary: total_is_sum" in opened.dom
    assert "summary: đạt" in opened.dom


def test_each_month_has_its_list_and_the_index_the_newest_days_and_all_months(tmp_path: Path) -> None:
    days = [DAY, DAY + timedelta(days=1), DAY - timedelta(days=1)]
    judge(pl.concat([facts({}, day=day) for day in days]), "summary", "run", tmp_path)
    build(tmp_path, days[:2])
    build(tmp_path, days[2:])  # an older month comes later, from a backfill
    links = {name: re.findall(r'href="([-0-9a-z]+\.html)"', page_text(tmp_path, name)) for name in LISTS}
    assert links["index"] == ["2022-08-02.html", "2022-08-01.html", "2022-08.html", "2022-07.html"]
    assert links["2022-08"] == ["index.html", "2022-08-02.html", "2022-08-01.html"]
    assert links["2022-07"] == ["index.html", "2022-07-31.html"]
    assert "tháng 7/2022" in page_text(tmp_path, "index")


def test_a_month_whose_pages_are_gone_is_listed_no_more(tmp_path: Path) -> None:
    days = [DAY, DAY - timedelta(days=1)]
    judge(pl.concat([facts({}, day=day) for day in days]), "summary", "run", tmp_path)
    build(tmp_path, days)
    long_ago = time.time() - 11 * 86_400
    os.utime(page(tmp_path, days[1]), (long_ago, long_ago))
    assert prune(tmp_path, 10) == 1
    assert not (index(tmp_path).parent / "2022-07.html").exists()
    assert "2022-07" not in page_text(tmp_path, "index")


def test_months_of_pages_that_an_older_version_made_get_their_list(tmp_path: Path) -> None:
    days = [DAY, DAY - timedelta(days=1)]
    judge(pl.concat([facts({}, day=day) for day in days]), "summary", "run", tmp_path)
    build(tmp_path, days)
    (index(tmp_path).parent / "2022-07.html").unlink()
    build(tmp_path, [DAY])
    assert "2022-07-31.html" in page_text(tmp_path, "2022-07")


def test_a_day_judged_again_shows_both_the_latest_first(tmp_path: Path) -> None:
    judged(tmp_path, {"total_is_sum": 1}, run="first")
    text = judged(tmp_path, {}, run="second").read_text(encoding="utf-8")
    assert 'content="summary: đạt; summary: total_is_sum"' in text
    assert text.index("2022-08-01 second") < text.index("2022-08-01 first")


def test_a_page_tells_of_an_expectation_that_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.judge.checked", lambda frame, *_, **__: frame)  # it would refuse these
    with pytest.raises(JudgeError):
        judge(facts({}).with_columns(total_is_sum=pl.lit("ba")), "summary", "run", tmp_path)
    (made,) = build(tmp_path, [DAY])
    text = made.read_text(encoding="utf-8")
    assert "raised an exception" in text
    assert "Traceback" not in text


def test_a_result_cut_off_when_its_run_was_killed_is_left_out(tmp_path: Path) -> None:
    made = judged(tmp_path, {"total_is_sum": 1}, run="killed")
    (stored,) = tmp_path.rglob("validations/**/*.json")
    stored.write_bytes(stored.read_bytes()[:-500])
    assert judged(tmp_path, {}, run="next") == made
    assert 'content="summary: đạt"' in made.read_text(encoding="utf-8")


def test_a_day_without_results_has_no_page(tmp_path: Path) -> None:
    assert build(tmp_path, [DAY]) == []
    assert not index(tmp_path).exists()


def test_old_pages_go_and_can_be_made_anew(tmp_path: Path) -> None:
    made = judged(tmp_path, {})
    assert prune(tmp_path, 10) == 0
    eleven_days_ago = time.time() - 11 * 86_400
    os.utime(made, (eleven_days_ago, eleven_days_ago))
    assert prune(tmp_path, 10) == 1
    assert not made.exists()
    assert made.name not in index(tmp_path).read_text(encoding="utf-8")
    assert build(tmp_path, [DAY]) == [made]

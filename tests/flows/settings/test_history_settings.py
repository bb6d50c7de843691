"""What counts as unusual, set in tyle.toml for all, a contract, all exports, a unit; each overrides the one before."""

from datetime import timedelta
from pathlib import Path

import pytest

from flows.settings.tyle_toml import read_settings
from tests.flows.workspaces import MONDAY, outcomes, put, put_all, small_workspace, to_lake
from transforms.check.history.past import HistoryTerms
from transforms.dictionary.problems import ConfigurationError

LAYERS = """
exports = { history = { least_spread_pct = 2 } }
[history]
min_days = 10
width = 6
[history.cases]
width = 7
min_cases = 100
[[units.so-y-te]]
history = { width = 8 }
[[units.so-y-te]]
contract = "cases"
[units.so-noi-vu]
rules = { rate_is_usual = "off" }
"""


@pytest.mark.parametrize(
    ("unit_id", "contract", "terms"),
    [
        ("so-y-te", "summary", HistoryTerms(10, 30, 8, 2)),
        ("so-y-te", "cases", HistoryTerms(10, 100, 7, 2)),
        ("so-noi-vu", "summary", HistoryTerms(10, 30, 6, 2)),
        ("so-noi-vu", "ii06", HistoryTerms(10, 30, 6, 2)),
    ],
)
def test_each_layer_changes_only_what_it_names(
    tmp_path: Path, unit_id: str, contract: str, terms: HistoryTerms
) -> None:
    (tmp_path / "tyle.toml").write_text(LAYERS, encoding="utf-8")
    settings = read_settings(tmp_path)
    assert settings.history_terms(settings.exports_of(unit_id, contract)) == terms


def test_without_a_word_of_tyle_toml_the_defaults_hold(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)
    assert settings.history_terms(settings.exports_of("so-y-te", "summary")) == HistoryTerms()


def test_the_environment_goes_before_tyle_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tyle.toml").write_text(LAYERS, encoding="utf-8")
    monkeypatch.setenv("TYLE_HISTORY__CASES__WIDTH", "9")
    settings = read_settings(tmp_path)
    assert settings.history_terms(settings.exports_of("so-y-te", "cases")) == HistoryTerms(10, 100, 9, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[units.so-y-te]\nhistory = { width = 0 }\n", "units.so-y-te.history.width “0”: phải lớn hơn 0"),
        ("[history.summary]\nwidht = 5\n", "history.summary.widht: không có khóa này; gần giống: width"),
        ("[history.sumary]\nwidth = 5\n", "history.sumary: không có khóa này; gần giống: summary"),
        ("[history.summary]\nsummary = {}\n", "history.summary.summary"),
    ],
)
def test_a_wrong_term_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "tyle.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"^tyle.toml: dòng \\d: {message}"):
        read_settings(tmp_path)


@pytest.mark.slow
def test_a_unit_of_few_cases_is_compared_as_it_was_agreed(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", "[units.so-y-te]\nhistory = { min_cases = 5 }\n")
    tuesday = MONDAY + timedelta(days=1)
    for day in (MONDAY, tuesday):
        put_all(workspace, day)
        for unit_id in ("so-y-te", "so-noi-vu"):
            put(workspace, unit_id, day, "Đất đai;4;2;6")
        result = to_lake(workspace, day)
    assert outcomes(result) == {
        "so-y-te": "accepted_with_warnings",
        "so-noi-vu": "accepted",
        "ubnd-huyen-a": "accepted",
    }
    assert result.findings["rule"].to_list() == ["is_no_copy"]

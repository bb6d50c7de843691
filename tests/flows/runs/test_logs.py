"""A run's log for collectors: a line an event, JSON where asked for, nothing by default, never content of an export."""

import json
from pathlib import Path

import pytest

from flows.commands.shared import opened
from flows.settings.tyle_toml import read_settings
from flows.work.day import run_days
from tests.flows.workspaces import MONDAY, morning_after, put, small_workspace
from transforms.dictionary.problems import ConfigurationError
from warehouse.places.errors import LockedError


def logged(root: Path, settings: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a day with a right export, a wrong one and a missing one writes to stderr."""
    from datetime import UTC

    small_workspace(root, settings)
    workspace = opened(root)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    put(workspace, "so-noi-vu", MONDAY, "Hộ tịch;1;2;3")
    list(run_days(workspace, [MONDAY], now=morning_after(MONDAY).replace(tzinfo=UTC)))
    return capsys.readouterr().err


@pytest.mark.slow
def test_as_json_each_line_is_an_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = logged(tmp_path / "w", '[log]\nformat = "json"\n', capsys)
    lines = [json.loads(line) for line in log.splitlines()]
    assert all({"at", "level", "event"} <= set(line) and line["at"].endswith("Z") for line in lines)
    steps = [line["step"] for line in lines if line["event"] == "step"]
    assert steps == ["pull", "land", "check summary", "commit", "publish", "site", "docs", "alert"]
    deliveries = {line["unit_id"]: (line["level"], line["status"]) for line in lines if line["event"] == "delivery"}
    assert deliveries == {"so-y-te": ("warning", "quarantined"), "so-noi-vu": ("info", "accepted")}
    (missing,) = [line for line in lines if line["event"] == "delivery.missing"]
    assert (missing["unit_id"], missing["business_date"]) == ("ubnd-huyen-a", "2022-08-01")
    assert (lines[-1]["event"], lines[-1]["held_back"], lines[-1]["deliveries"]) == ("day", 2, 2)
    assert "Đất đai" not in log


@pytest.mark.slow
def test_as_text_it_is_a_line_too_and_by_default_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = logged(tmp_path / "text", '[log]\nformat = "text"\n', capsys)
    assert "WARNING delivery delivery_id=so-y-te:2022-08-01:summary:v1" in log
    assert logged(tmp_path / "off", "", capsys) == ""


def test_the_environment_asks_for_it_and_a_wrong_word_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYLE_LOG__FORMAT", "json")
    assert read_settings(tmp_path).log.format == "json"
    monkeypatch.setenv("TYLE_LOG__FORMAT", "xml")
    with pytest.raises(ConfigurationError, match=r"log\.format"):
        read_settings(tmp_path)


@pytest.mark.slow
def test_a_step_that_fails_is_told_by_its_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LockedError("Kho đang bận")

    monkeypatch.setattr("flows.work.outputs.publishing.publish_marts", locked)
    with pytest.raises(LockedError):
        logged(tmp_path / "w", '[log]\nformat = "json"\n', capsys)
    last = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (last["event"], last["step"], last["error"]) == ("step.failed", "publish", "LockedError")

"""prefect.yaml as it stands: what is deployed, when it runs, and that the flows take what it gives them."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.cli import main

FILE = Path(__file__).parents[2] / "prefect.yaml"


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def test_what_runs_when(file: dict[str, Any]) -> None:
    def told(one: dict[str, Any]) -> tuple[object, ...]:
        (schedule,) = one["schedules"]
        limit = one["concurrency_limit"]
        return (
            (one["entrypoint"], schedule["cron"], schedule["timezone"]),
            (limit["limit"], limit["collision_strategy"], one["work_pool"]["name"], one["tags"]),
        )

    vietnam = "Asia/Ho_Chi_Minh"
    assert {one["name"]: told(one) for one in file["deployments"]} == {
        "daily": (
            ("flows.daily.daily", "30 5 * * *", vietnam),
            (1, "ENQUEUE", "process", ["tyle", "daily"]),
        ),
        "watch": (
            ("flows.watching.watching", "0 8-18 * * 1-6", vietnam),
            (1, "CANCEL_NEW", "process", ["tyle", "watch"]),
        ),
    }
    assert file["pull"] == []


def test_the_flows_take_what_the_file_gives_and_need_nothing_else(file: dict[str, Any]) -> None:
    from prefect.flows import load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    for one in file["deployments"]:
        flow = load_flow_from_entrypoint(one["entrypoint"])
        parameters = inspect.signature(flow.fn).parameters
        assert set(one.get("parameters", {})) <= set(parameters)
        assert all(parameter.default is not parameter.empty for parameter in parameters.values())
        shown = parameter_schema(flow.fn).properties
        assert all(entry.get("description") for entry in shown.values()), shown
        assert flow.name == one["name"]


def test_only_what_tyle_cannot_tell_is_on(file: dict[str, Any]) -> None:
    from prefect.events.schemas.automations import AutomationCore

    block = {"block_document_id": "00000000-0000-0000-0000-000000000000"}
    read = [
        AutomationCore.model_validate(one | {"actions": [block | action for action in one["actions"]]})
        for one in file["automations"]
    ]
    assert {one.name: one.enabled for one in read} == {
        "tyle-daily-silent": True,
        "tyle-run-failed": True,
        "tyle-delivery-quarantined": False,
        "tyle-deliveries-missing": False,
        "tyle-alert-closed": False,
    }
    tags = {tag for one in file["deployments"] for tag in one["tags"]}
    assert {"tyle", "daily"} <= tags  # what the first two look for


def test_no_address_and_no_path_of_a_machine_stands_in_it() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert "://" not in text
    assert "block_document_id" not in text
    assert "directory" not in text


@pytest.mark.parametrize(
    ("api", "said"),
    [
        ("", "tyle: chưa đặt PREFECT_API_URL: automation cần một máy chủ Prefect chạy thường trực"),
        ("http://127.0.0.1:9/api", "tyle: máy chủ Prefect http://127.0.0.1:9/api không trả lời"),
    ],
)
def test_without_a_server_the_command_says_so_in_a_line(
    api: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", api)
    with pytest.raises(SystemExit) as ended:
        main(["automations", "--file", str(FILE)])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "không có danh sách automations"),
        ("deployments: []\n", "không có danh sách automations"),
        ("automations: [", "while parsing"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_line(text: str | None, said: str, tmp_path: Path) -> None:
    from flows.automations import apply_automations
    from flows.orchestration import OrchestrationError

    file = tmp_path / "prefect.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(OrchestrationError) as error:
        apply_automations(file)
    message = str(error.value)
    assert message.startswith(str(file))
    assert "\n" not in message
    assert (said if text is not None else "No such file") in message

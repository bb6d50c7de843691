"""prefect.yaml as it stands: what is deployed, when it runs, and that the flows take what it gives them."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.cli import main
from flows.scheduled.server.deployment_file import deployment_file

PROJECT = Path(__file__).parents[3]
FILE = deployment_file(PROJECT / "tests")


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


VIETNAM = "Asia/Ho_Chi_Minh"
AGAIN = {"env": {"PREFECT_FLOWS_DEFAULT_RETRIES": "2", "PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS": "300"}}
HOUR = 3600
# name → entrypoint, cron, limit of runs at once and what others do, retries, timeout in seconds
EXPECTED = {
    "daily": ("flows.scheduled.daily.daily", "30 5 * * *", (1, "ENQUEUE"), AGAIN, 2 * HOUR),
    "watch": ("flows.scheduled.watch.watch", "0 8-18 * * 1-6", (1, "CANCEL_NEW"), None, HOUR / 4),
    "backfill": ("flows.scheduled.backfill.backfill", None, (1, "ENQUEUE"), AGAIN, 24 * HOUR),
    "monthly-close": ("flows.scheduled.close.monthly_close", "0 7 5 * *", (1, "ENQUEUE"), AGAIN, 2 * HOUR),
    "lake-care": ("flows.scheduled.care.lake_care", "0 3 * * 0", (1, "ENQUEUE"), AGAIN, 2 * HOUR),
}


def test_what_runs_when_and_how(file: dict[str, Any]) -> None:
    from prefect.flows import load_flow_from_entrypoint

    def deployed(one: dict[str, Any]) -> tuple[object, ...]:
        (schedule,) = one.get("schedules") or [{"cron": None, "timezone": VIETNAM}]
        limit = one["concurrency_limit"]
        assert schedule["timezone"] == VIETNAM
        assert one["tags"] == ["tyle", one["name"]]
        assert one["work_pool"]["name"] == "process"
        assert one["work_pool"].get("work_queue_name") == ("daily" if one["name"] == "daily" else None)
        return (
            one["entrypoint"],
            schedule["cron"],
            (limit["limit"], limit["collision_strategy"]),
            one["work_pool"].get("job_variables"),
            load_flow_from_entrypoint(one["entrypoint"]).timeout_seconds,
        )

    assert {one["name"]: deployed(one) for one in file["deployments"]} == EXPECTED
    assert all(one["description"] for one in file["deployments"])
    assert file["pull"] == []


def test_the_file_travels_with_the_package_and_prefect_finds_it_in_the_projects_folder(tmp_path: Path) -> None:
    assert FILE.parent.name == "scheduled"
    assert (PROJECT / "prefect.yaml").samefile(FILE)
    (tmp_path / "prefect.yaml").write_text("deployments: []\n", encoding="utf-8")
    assert deployment_file(tmp_path) == tmp_path / "prefect.yaml"


def test_the_flows_take_what_the_file_gives_and_need_nothing_else(file: dict[str, Any]) -> None:
    from prefect.flows import load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    for one in file["deployments"]:
        flow = load_flow_from_entrypoint(one["entrypoint"])
        parameters = inspect.signature(flow.fn).parameters
        assert set(one.get("parameters", {})) <= set(parameters)
        needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
        assert not needed or not one.get("schedules"), needed
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
        "tyle-run-lost": True,
        "tyle-delivery-quarantined": False,
        "tyle-deliveries-missing": False,
        "tyle-alert-closed": False,
    }
    tags = {tag for one in file["deployments"] for tag in one["tags"]}
    assert {"tyle", "daily"} <= tags  # what the first two match


def test_no_address_and_no_path_of_a_machine_stands_in_it() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert "://" not in text
    assert "block_document_id" not in text
    assert "directory" not in text


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("", "tyle: chưa đặt PREFECT_API_URL: automation cần một máy chủ Prefect chạy thường trực"),
        ("http://127.0.0.1:9/api", "tyle: máy chủ Prefect http://127.0.0.1:9/api không trả lời"),
    ],
)
def test_without_a_server_the_command_says_so_in_a_line(
    api: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", api)
    with pytest.raises(SystemExit) as ended:
        main(["automations", "--file", str(FILE)])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "không có danh sách automations"),
        ("deployments: []\n", "không có danh sách automations"),
        ("automations: [", "while parsing"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_line(text: str | None, expected: str, tmp_path: Path) -> None:
    from flows.scheduled.environment import OrchestrationError
    from flows.scheduled.server.automations import apply_automations

    file = tmp_path / "prefect.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(OrchestrationError) as error:
        apply_automations(file)
    message = str(error.value)
    assert message.startswith(str(file))
    assert "\n" not in message
    assert (expected if text is not None else "No such file") in message

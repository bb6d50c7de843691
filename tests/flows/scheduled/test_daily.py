"""The Prefect flow on a real (temporary) Prefect server: same results as without one, and what it leaves to see."""

import json
import logging
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer
from typing import ClassVar
from uuid import UUID

import duckdb
import pytest
from pytest_httpserver import HTTPServer

from flows.commands.shared import read_secret_blocks
from flows.runs.lakes import lake_of
from flows.scheduled.environment import OrchestrationError
from flows.scheduled.server.deployment_file import deployment_file
from flows.settings.secrets import Secret
from flows.settings.workspace import Workspace, WorkspaceError, create_workspace
from flows.work.close import CloseRequest, close_month
from sources.export import SourceError
from tests.browser import Browser
from tests.end_to_end.attacking import UNREAD, attacked
from tests.flows.workspaces import MONDAY, morning_after, put, put_all, run, small_workspace, to_lake
from warehouse.lake.lake import Lake


def marts(root: Path) -> dict[str, list[tuple[object, ...]]]:
    tables = ("monthly_unit_rates", "monthly_group_rates", "monthly_field_rates", "daily_unit_rates", "export_status")
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as connection:
        return {name: connection.execute(f"FROM marts.{name} ORDER BY ALL").fetchall() for name in tables}


@pytest.mark.usefixtures("prefect")
def test_the_flow_does_what_the_direct_run_does_and_shows_it(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    from flows.scheduled.daily import daily

    in_prefect, direct = small_workspace(tmp_path / "a"), small_workspace(tmp_path / "b")
    tuesday = MONDAY + timedelta(days=1)
    states = []
    for day in (MONDAY, tuesday):
        for workspace in (in_prefect, direct):
            put_all(workspace, day)
            if day == MONDAY:
                put(workspace, "so-y-te", day, "Đất đai;1;2;4")
            else:
                put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3", tag="_lan2")
        moment = morning_after(day).replace(tzinfo=UTC)
        states.append(daily(day, str(in_prefect.root), now=moment, return_state=True))
        run(direct, day)

    assert [(state.name, state.type.value) for state in states] == [
        ("Quarantined", "COMPLETED"),
        ("Completed", "COMPLETED"),
    ]
    assert marts(in_prefect.root) == marts(direct.root)

    with get_client(sync_client=True) as client:
        names = {flow_run.name for flow_run in client.read_flow_runs()}
        assert names == {"daily 2022-08-01", "daily 2022-08-02"}
        key = ArtifactFilter(key=ArtifactFilterKey(any_=["day-2022-08-01"]))
        (artifact,) = client.read_artifacts(artifact_filter=key)
        task_runs = {task_run.name.rsplit("-", 1)[0] for task_run in client.read_task_runs()}
    (worst, *_) = json.loads(str(artifact.data))
    assert (worst["Đơn vị"], worst["Kết quả"], worst["Quy tắc vi phạm"]) == ("Sở Y tế", "bị giữ lại", "total_is_sum")
    assert f"(file://{in_prefect.root}/gx/docs/2022-08-01.html)" in str(artifact.description)
    assert {"pull", "land", "check summary", "commit", "publish", "docs"} <= task_runs


@pytest.mark.slow
def test_a_days_table_leads_to_its_checks_the_site_and_the_report_of_its_month(tmp_path: Path) -> None:
    from flows.scheduled.artifacts import day_description

    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    result = run(workspace, MONDAY)
    description = day_description(workspace, result)
    where = f"file://{workspace.root}"
    assert description.startswith("Kết quả ngày 01/08/2022")
    assert f"[Data Docs]({where}/gx/docs/2022-08-01.html)" in description
    assert f"[Trang số liệu]({where}/published/site/index.html)" in description
    assert "Báo cáo" not in description
    with lake_of(workspace) as lake:
        for hours in (0, 1):
            close_month(workspace, lake, CloseRequest("2022-08", "A", morning_after(MONDAY) + timedelta(hours=hours)))
    newest = f"{where}/reports/2022-08/20220801T233000Z/bao-cao-2022-08.html"
    assert f"[Báo cáo tháng 08/2022]({newest})" in day_description(workspace, result)
    assert (workspace.root / newest.removeprefix(f"{where}/")).is_file()


@pytest.mark.usefixtures("prefect")
@pytest.mark.parametrize("hour", ["00:30", "23:30"])
def test_without_a_date_it_is_the_day_before_the_scheduled_hour_in_vietnam(
    hour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.schemas.objects import FlowRun

    from flows.scheduled import daily, flow

    scheduled = {"flow_id": "00000000-0000-0000-0000-000000000000", "expected_start_time": f"2022-08-02T{hour}+07:00"}
    run_of_prefect = FlowRun.model_validate(scheduled)
    in_utc = FlowRun.model_validate_json(run_of_prefect.model_dump_json())
    for known in (run_of_prefect, in_utc):

        class Run:
            scheduled_start_time = known.expected_start_time
            parameters: ClassVar[dict[str, object]] = {}

        for module in (daily, flow):
            monkeypatch.setattr(module, "flow_run", Run)
        assert daily.run_name() == f"daily {MONDAY}"
    monkeypatch.setattr(Run, "parameters", {"business_date": MONDAY - timedelta(days=4)})
    assert daily.run_name() == "daily 2022-07-28"


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_a_run_takes_its_workspace_from_the_worker_and_refuses_what_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.scheduled.daily import daily

    monkeypatch.delenv("TYLE_WORKSPACE", raising=False)
    with pytest.raises(WorkspaceError, match=r"^chưa biết không gian làm việc: đặt TYLE_WORKSPACE"):
        daily(MONDAY)
    workspace = small_workspace(tmp_path / "w")
    monkeypatch.setenv("TYLE_WORKSPACE", str(workspace.root))
    now = morning_after(MONDAY).replace(tzinfo=UTC)
    with pytest.raises(WorkspaceError, match="chưa đến"):
        daily(MONDAY + timedelta(days=7), now=now)
    with pytest.raises(WorkspaceError, match="so-khong-co: không có đơn vị này"):
        daily(MONDAY, units=["so-khong-co"], now=now)
    put_all(workspace, MONDAY)
    assert daily(MONDAY, now=now, return_state=True).name == "Completed"
    assert workspace.published.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_a_run_cut_off_while_duckdb_works_ends_as_cut_off_and_is_not_retried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import TerminationSignal

    from flows.scheduled import daily
    from flows.scheduled.steps import TaskSteps

    def work(_workspace: Workspace, lake: Lake, *_: object) -> None:
        def endless() -> None:
            Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
            with lake.snapshot() as cursor:
                cursor.execute("SELECT count(*) FROM range(10_000_000) AS a, range(10_000_000) AS b WHERE a <> b")

        TaskSteps().call("endless", endless)

    monkeypatch.setattr(daily, "run_day", work)
    workspace = small_workspace(tmp_path / "w")
    crashed: list[UUID] = []
    flow = daily.daily.with_options(on_crashed=[lambda _flow, run, _state: crashed.append(run.id)], retries=1)
    before = signal.signal(signal.SIGTERM, lambda *_: None)  # Prefect sends it again once the run has ended
    try:
        with pytest.raises(TerminationSignal):
            flow(MONDAY, str(workspace.root), now=morning_after(MONDAY).replace(tzinfo=UTC))
    finally:
        signal.signal(signal.SIGTERM, before)
    with get_client(sync_client=True) as client:
        (left,) = [client.read_flow_run(run_id) for run_id in crashed]
    assert (left.state_name, left.run_count) == ("Crashed", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_what_left_the_configuration_is_a_warning_of_the_run(tmp_path: Path) -> None:
    from flows.scheduled.daily import daily

    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    targets = workspace.root / "reference" / "targets.csv"
    kept = [row for row in targets.read_text(encoding="utf-8").splitlines() if not row.startswith("departments")]
    targets.write_text("\n".join(kept) + "\n", encoding="utf-8")
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("prefect.flow_runs")
    log.addHandler(handler)
    try:
        daily(MONDAY, str(workspace.root), now=morning_after(MONDAY).replace(tzinfo=UTC))
    finally:
        log.removeHandler(handler)
    (line,) = found
    assert line.startswith("Cấu hình đã đổi: targets.csv: chỉ tiêu của departments từ 2022-01-01 không còn trong tệp")
    assert "\n" not in line


@pytest.mark.usefixtures("prefect")
def test_a_secret_may_be_kept_in_a_prefect_block(tmp_path: Path) -> None:
    from prefect.blocks.system import Secret as Block

    read_secret_blocks()  # as each command and each flow does first
    Block(value="Bi-Mat-9f3c7").save("syt-sftp")
    assert Secret(block="syt-sftp").read(tmp_path) == "Bi-Mat-9f3c7"
    with pytest.raises(SourceError, match=r"^khối Prefect “nham” chưa có giá trị$"):
        Secret(block="nham").read(tmp_path)


@pytest.mark.usefixtures("prefect")
def test_a_page_of_another_site_gets_nothing_from_the_server_of_one_run(
    browser: Browser, httpserver: HTTPServer
) -> None:
    """That of `tyle up`: tests/end_to_end/test_closed.py."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    httpserver.expect_request("/").respond_with_data("<title>evil</title>", content_type="text/html")
    with get_client(sync_client=True) as client:
        flow = client.create_flow_from_name("attacked")
        deployment = client.create_deployment(flow, "attacked")
        found = attacked(browser, httpserver.url_for("/"), f"{PREFECT_API_URL.value()}/", str(deployment), str(flow))
        assert {name: answer for name, answer in found.items() if answer[0] not in UNREAD or answer[2]} == {}
        mine = [one for one in client.read_deployments() if one.flow_id == flow]
        assert [(one.name, one.pull_steps) for one in mine] == [("attacked", [])]


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_events_come_once_for_what_the_ledger_opened_and_closed(tmp_path: Path) -> None:
    from flows.scheduled.daily import daily

    started = datetime.now(UTC)
    workspace = small_workspace(tmp_path / "w", "[run]\ncut_off_hour = 1\n")
    tuesday = MONDAY + timedelta(days=1)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3")
    put_all(workspace, tuesday)
    for day, hours in ((MONDAY, 0), (MONDAY, 1), (tuesday, 0)):
        daily(day, str(workspace.root), now=(morning_after(day) + timedelta(hours=hours)).replace(tzinfo=UTC))

    alert = {name: f"tyle.alert.{name}" for name in ("so-y-te.summary.total_is_sum", "ubnd-huyen-a.summary.missing")}
    expected = sorted(
        [
            ("tyle.delivery.quarantined", alert["so-y-te.summary.total_is_sum"]),
            ("tyle.delivery.missing", alert["ubnd-huyen-a.summary.missing"]),
            *(("tyle.alert.closed", resource) for resource in alert.values()),
        ]
    )
    found: list[tuple[str, str]] = []
    for _ in range(60):  # the server files events a little later
        found = sorted(events(started))
        if len([event for event in found if event[0] != "tyle.publication.switched"]) >= len(expected):
            break
        time.sleep(0.5)
    assert [event for event in found if event[0] != "tyle.publication.switched"] == expected
    assert len({resource for name, resource in found if name == "tyle.publication.switched"}) >= 2


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_watching_is_a_flow_too(tmp_path: Path) -> None:
    from flows.scheduled.watch import watch as watching

    started = datetime.now(UTC)
    workspace = small_workspace(tmp_path / "w")
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3")
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3")
    to_lake(workspace, MONDAY)
    evening = (morning_after(MONDAY) + timedelta(hours=13)).replace(tzinfo=UTC)
    states = [watching(str(workspace.root), now=evening, return_state=True) for _ in range(2)]
    assert [(state.name, state.type.value) for state in states] == [("Behind", "COMPLETED")] * 2
    expected = [("tyle.delivery.missing", "tyle.alert.ubnd-huyen-a.summary.missing")]
    for _ in range(60):
        if events(started):
            break
        time.sleep(0.5)
    assert events(started) == expected


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_a_server_that_takes_schedules_and_creates_no_run_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL
    from prefect.states import Scheduled

    from flows.scheduled.server.deployments import apply_deployments, deployed, wait_for_runs
    from flows.scheduled.server.health import examine_schedules

    root = small_workspace(tmp_path / "w").root
    monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))

    def found() -> tuple[str, str]:
        finding = examine_schedules(root)
        return finding.level, finding.message

    assert found() == ("fault", "máy chủ Prefect chưa có lịch chạy nào của tyle")
    for _ in range(2):
        apply_deployments(deployment_file(root))
    assert [one.name for one in deployed()] == ["backfill", "daily", "lake-care", "monthly-close", "watch"]
    with get_client(sync_client=True) as client:  # the queue hands out one run at a time, oldest first
        assert client.read_work_queue_by_name("daily", work_pool_name="process").concurrency_limit == 1
    scheduled = ("daily", "lake-care", "monthly-close", "watch")
    # this server's scheduler does not run, as one with the wrong sqlalchemy does not
    message = f"không tạo lần chạy nào cho {', '.join(scheduled)}"
    with pytest.raises(OrchestrationError, match=message):
        wait_for_runs(patience=0)
    assert found()[0] == "fault"
    assert message in found()[1]

    def plan(name: str, hours: int) -> None:
        moment = datetime.now(UTC) + timedelta(hours=hours)
        with get_client(sync_client=True) as client:
            one = client.read_deployment_by_name(f"{name}/{name}")
            client.create_flow_run_from_deployment(one.id, state=Scheduled(scheduled_time=moment))

    for name in scheduled:
        plan(name, 5)
    assert found() == ("ok", "5 lịch chạy, đều có lần chạy tới")
    plan("daily", -5)
    level, message = found()
    assert level == "warn"
    assert message.startswith("daily lẽ ra chạy lúc ")


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_the_hours_of_the_shipped_file_are_those_of_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    from flows.scheduled.server.deployments import apply_deployments

    def zones(file: Path) -> set[str]:
        apply_deployments(file)
        with get_client(sync_client=True) as client:
            (schedule,) = client.read_deployment_by_name("daily/daily").schedules
        return {schedule.schedule.timezone}

    root = create_workspace(tmp_path / "w", preset="blank").root
    monkeypatch.setenv("TYLE_WORKSPACE", str(root))
    assert zones(deployment_file(root)) == {"UTC"}
    own = root / "prefect.yaml"
    own.write_text(deployment_file(root).read_text(encoding="utf-8"), encoding="utf-8")
    assert zones(own) == {"Asia/Ho_Chi_Minh"}


@pytest.mark.slow
@pytest.mark.usefixtures("prefect")
def test_another_day_for_closing_months_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    from flows.scheduled.server.deployments import apply_deployments, deployed

    def closing_crons() -> tuple[str, ...]:
        apply_deployments(deployment_file(tmp_path))
        return {one.name: one.crons for one in deployed()}["monthly-close"]

    assert closing_crons() == ("0 7 5 * *",)
    shipped = deployment_file(tmp_path).read_text(encoding="utf-8")
    (tmp_path / "prefect.yaml").write_text(shipped.replace("0 7 5 * *", "0 7 10 * *"), encoding="utf-8")
    assert closing_crons() == ("0 7 10 * *",)


def events(since: datetime) -> list[tuple[str, str]]:
    """Our events as the server has them: name and resource."""
    from prefect.client.orchestration import get_client

    wanted = {"event": {"prefix": ["tyle."]}, "occurred": {"since": since.isoformat()}}
    with get_client(sync_client=True) as client:
        answer = client.request("POST", "/events/filter", json={"filter": wanted, "limit": 50})
    return [(event["event"], event["resource"]["prefect.resource.id"]) for event in answer.json()["events"]]

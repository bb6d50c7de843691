"""Alerts as recipients get them: once, repeated after some hours, closed; about no other unit; never lost."""

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from flows.settings.workspace import WorkspaceError, create_workspace, open_workspace
from flows.work.quarantine import reject
from tests.flows.alerts.alerting import (
    RIGHT,
    WRONG,
    alerting_workspace,
    evening,
    good_day,
    hook,
    ledger,
    posts,
    run_with_alerts,
    titles,
    url,
)
from tests.flows.workspaces import MONDAY, morning_after, outcomes, put, put_all, run, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.withdrawals import withdraw

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
HELD = "Sở Y tế: bị giữ lại"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def test_one_open_repeats_by_the_clock_one_close(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        put_all(workspace, day)
        put(workspace, "so-y-te", day, WRONG)
        run_with_alerts(workspace, day)
        run_with_alerts(workspace, day, now=morning_after(day) + timedelta(hours=3))
    assert titles(httpserver) == [HELD, "Sở Y tế: vẫn bị giữ lại", "Sở Y tế: vẫn bị giữ lại"]
    (alert,) = ledger(workspace)
    assert alert.days == [MONDAY, TUESDAY, WEDNESDAY]
    assert (alert.opened, alert.last_sent) == (morning_after(MONDAY), morning_after(WEDNESDAY))

    good_day(workspace, THURSDAY)
    run_with_alerts(workspace, THURSDAY, now=morning_after(THURSDAY) + timedelta(days=2))
    assert titles(httpserver)[3:] == ["Sở Y tế: đã khắc phục (bị giữ lại)"]
    assert "Ngày vẫn chưa được sửa: 1/8/2022, 2/8/2022, 3/8/2022" in posts(httpserver)[3]["message"]
    assert [alert.closed for alert in ledger(workspace)] == [morning_after(THURSDAY)]


@pytest.mark.slow
def test_what_a_closed_alert_told_of_is_no_news_of_the_next(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    for day, row in ((MONDAY, WRONG), (TUESDAY, RIGHT), (WEDNESDAY, WRONG)):
        put_all(workspace, day)
        put(workspace, "so-y-te", day, row)
        run_with_alerts(workspace, day)
    run_with_alerts(workspace, WEDNESDAY, now=morning_after(WEDNESDAY) + timedelta(hours=1))
    assert [alert.days for alert in ledger(workspace)] == [[MONDAY], [WEDNESDAY]]
    assert ledger(workspace)[1].delivery_id == f"so-y-te:{WEDNESDAY}:summary:v1"


@pytest.mark.slow
def test_what_a_person_rejected_is_told_no_more(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY)
    assert titles(httpserver) == [HELD]
    with open_lake(root) as lake:
        moment = morning_after(MONDAY) + timedelta(hours=1)
        reject(lake, Decision(f"so-y-te:{MONDAY}:summary:v1", "Trần B", "Đơn vị không gửi lại", moment))
    run_with_alerts(workspace, MONDAY, now=moment + timedelta(hours=48))
    assert "Sở Y tế: vẫn bị giữ lại" not in titles(httpserver)
    assert [alert for alert in ledger(workspace) if alert.closed is None] == []


@pytest.mark.slow
def test_a_day_reported_as_missing_is_news_again_when_its_delivery_is_withdrawn(
    root: Path, httpserver: HTTPServer
) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    (root / "inbox" / "so-y-te" / f"{MONDAY}.csv").unlink()
    run_with_alerts(workspace, MONDAY, now=evening(MONDAY))
    put(workspace, "so-y-te", MONDAY, RIGHT)
    run_with_alerts(workspace, MONDAY, now=evening(MONDAY, 21))
    assert [alert.rule for alert in ledger(workspace) if alert.closed is None] == []
    delivery_id = f"so-y-te:{MONDAY}:summary:v1"
    with open_lake(root) as lake:
        withdraw(lake, [Decision(delivery_id, "Lan", "gửi nhầm", evening(MONDAY, 22))])
    run_with_alerts(workspace, MONDAY, now=evening(MONDAY, 23))
    (again,) = [alert for alert in ledger(workspace) if alert.closed is None]
    assert (again.rule, again.delivery_id, again.faults) == ("missing", delivery_id, (f"{MONDAY}:1",))
    assert titles(httpserver)[-1].startswith("Sở Y tế: chưa gửi")
    put(workspace, "so-y-te", MONDAY, "Đất đai;2;2;4", tag="_lan2")
    run_with_alerts(workspace, MONDAY, now=evening(MONDAY, 23) + timedelta(hours=1))
    assert [alert.rule for alert in ledger(workspace) if alert.closed is None] == []


@pytest.mark.slow
def test_within_the_hours_set_nothing_is_repeated(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver), more="repeat_hours = 72\n")
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        put_all(workspace, day)
        put(workspace, "so-y-te", day, WRONG)
        run_with_alerts(workspace, day)
    assert titles(httpserver) == [HELD]


def test_a_message_says_unit_day_rule_rows_and_where_to_look(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, *(f"Lĩnh vực {letter};1;2;4" for letter in "ABCDE"))
    run_with_alerts(workspace, MONDAY)
    (post,) = posts(httpserver)
    lines = post["message"].splitlines()
    assert lines[:5] == [
        "Đơn vị: Sở Y tế (so-y-te)",
        "Loại dữ liệu: summary",
        "Ngày số liệu: 1/8/2022",
        "Quy tắc: total_is_sum: (1) + (2) = (3)",
        "Số dòng sai: 5",
    ]
    assert [line.split(",")[0] for line in lines[5:8]] == ["  dòng 2", "  dòng 3", "  dòng 4"]
    assert lines[8:] == ["Xem thêm: tyle quarantine show so-y-te:2022-08-01:summary:v1"]


@pytest.mark.slow
def test_english_where_it_is_asked_for(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver), more='lang = "en"\n')
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY)
    assert titles(httpserver) == ["Sở Y tế: held back"]
    assert "Look further: tyle quarantine show" in posts(httpserver)[0]["message"]


@pytest.mark.slow
def test_a_corrected_delivery_closes_and_a_faulty_correction_tells_what_is_new(
    root: Path, httpserver: HTTPServer
) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;-1;4;3", tag="_lan2")
    run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=1))
    rules = [post["message"].split("Quy tắc: ")[1].split(":")[0] for post in posts(httpserver)]
    assert sorted(rules[1:]) == ["numbers_not_negative", "total_is_sum"]
    put(workspace, "so-y-te", MONDAY, RIGHT, tag="_lan3")
    run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=2))
    assert titles(httpserver)[-1] == "Sở Y tế: đã khắc phục (bị giữ lại)"
    assert all(alert.closed for alert in ledger(workspace))


@pytest.mark.slow
def test_a_delivery_held_back_for_an_earlier_day_is_told_and_not_closed_by_the_same_run(
    root: Path, httpserver: HTTPServer
) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    good_day(workspace, TUESDAY)
    put_all(workspace, WEDNESDAY)
    put(workspace, "so-y-te", TUESDAY, "Đất đai;1;2;3", "Hộ tịch;9;9;9", tag="_lan2")
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    run_with_alerts(workspace, WEDNESDAY)
    run_with_alerts(workspace, WEDNESDAY, now=morning_after(WEDNESDAY) + timedelta(hours=1))
    assert titles(httpserver) == [HELD]
    assert ledger(workspace)[0].days == [MONDAY, TUESDAY]


@pytest.mark.slow
def test_a_faulty_correction_of_a_day_that_counts_is_told_and_a_better_one_closes(
    root: Path, httpserver: HTTPServer
) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    good_day(workspace)
    put(workspace, "so-y-te", MONDAY, WRONG, tag="_lan2")
    result = run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=1))
    assert outcomes(result)["so-y-te"] == "accepted"
    assert result.held_back["unit_id"].to_list() == ["so-y-te"]
    assert titles(httpserver) == [HELD]
    put(workspace, "so-y-te", MONDAY, "Đất đai;2;2;4", tag="_lan3")
    run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=2))
    assert titles(httpserver) == [HELD, "Sở Y tế: đã khắc phục (bị giữ lại)"]


@pytest.mark.slow
def test_a_restricted_run_tells_nothing_of_the_others(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    for unit_id in ("so-y-te", "ubnd-huyen-a"):
        put(workspace, unit_id, MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY, ("so-y-te",))
    assert titles(httpserver) == [HELD]
    run_with_alerts(workspace, MONDAY)
    assert sorted(titles(httpserver)) == [HELD, "UBND huyện A: bị giữ lại"]
    put_all(workspace, TUESDAY)
    later = morning_after(TUESDAY) + timedelta(days=2)
    run_with_alerts(workspace, TUESDAY, ("so-noi-vu",), now=later)
    assert len(titles(httpserver)) == 2
    run_with_alerts(workspace, TUESDAY, ("ubnd-huyen-a",), now=later)
    assert titles(httpserver)[2:] == ["UBND huyện A: đã khắc phục (bị giữ lại)"]
    assert [alert.unit_id for alert in ledger(workspace) if alert.closed is None] == ["so-y-te"]


@pytest.mark.slow
def test_a_run_of_an_old_day_tells_nothing(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    newest = MONDAY + timedelta(days=30)
    good_day(workspace, newest)
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    now = morning_after(newest) + timedelta(hours=1)
    assert outcomes(run_with_alerts(workspace, MONDAY, now=now))["so-y-te"] == "quarantined"
    assert ledger(workspace) == []
    assert titles(httpserver) == []


@pytest.mark.slow
def test_what_is_out_of_sight_is_not_repeated(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY)
    newest = MONDAY + timedelta(days=11)
    put_all(workspace, newest)
    (root / "inbox" / "so-y-te" / f"{newest}.csv").unlink()
    run_with_alerts(workspace, newest, now=evening(newest, 4))
    assert titles(httpserver) == [HELD]
    assert [alert.closed for alert in ledger(workspace)] == [None]


@pytest.mark.slow
def test_of_several_days_run_at_once_only_the_last_tells(root: Path, httpserver: HTTPServer) -> None:
    from datetime import UTC

    from flows.work.day import run_days

    workspace = alerting_workspace(root, hook(httpserver))
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        put_all(workspace, day)
    put(workspace, "so-y-te", MONDAY, WRONG)
    put(workspace, "ubnd-huyen-a", WEDNESDAY, WRONG)
    now = morning_after(WEDNESDAY).replace(tzinfo=UTC)
    results = list(run_days(workspace, [MONDAY, TUESDAY, WEDNESDAY], now=now))
    assert [len(result.alerts.opened) for result in results] == [0, 0, 2]
    assert sorted(titles(httpserver)) == [HELD, "UBND huyện A: bị giữ lại"]


@pytest.mark.slow
def test_many_at_once_are_one_message(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver), more="digest_above = 2\n")
    put_all(workspace, MONDAY)
    for unit_id in ("so-y-te", "so-noi-vu"):
        put(workspace, unit_id, MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY)
    assert len(titles(httpserver)) == 2
    put_all(workspace, TUESDAY)
    put(workspace, "ubnd-huyen-a", TUESDAY, WRONG)
    run_with_alerts(workspace, TUESDAY)
    assert titles(httpserver)[2:] == ["3 tin: 1 mới, 0 nhắc lại, 2 đã khắc phục"]
    assert posts(httpserver)[2]["message"].splitlines() == [
        "- UBND huyện A: bị giữ lại (total_is_sum; 2/8/2022)",
        "- Sở Nội vụ: đã khắc phục (bị giữ lại) (total_is_sum; 1/8/2022)",
        "- Sở Y tế: đã khắc phục (bị giữ lại) (total_is_sum; 1/8/2022)",
        "Xem thêm: tyle watch; tyle quarantine list",
    ]
    assert [alert.pending for alert in ledger(workspace)] == [None] * 3


@pytest.mark.slow
def test_routes_by_group_and_severity(root: Path, httpserver: HTTPServer) -> None:
    routes = f"""
[[alerts.routes]]
groups = ["districts"]
urls = ["{hook(httpserver, "/districts")}"]
[[alerts.routes]]
severities = ["warning"]
urls = ["{hook(httpserver, "/warnings")}"]
"""
    workspace = alerting_workspace(root, hook(httpserver), more=routes)
    put_all(workspace, MONDAY)
    for unit_id in ("so-y-te", "ubnd-huyen-a"):
        put(workspace, unit_id, MONDAY, WRONG)
    put(workspace, "so-noi-vu", MONDAY, sent=THURSDAY, content=(root / "inbox/so-noi-vu/2022-08-01.csv").read_bytes())
    run_with_alerts(workspace, MONDAY, now=morning_after(THURSDAY))
    assert sorted(titles(httpserver)) == [HELD, "UBND huyện A: bị giữ lại"]
    assert titles(httpserver, "/districts") == ["UBND huyện A: bị giữ lại"]
    assert titles(httpserver, "/warnings") == ["Sở Nội vụ: gửi muộn"]


@pytest.mark.slow
def test_what_one_way_refuses_is_tried_again_there_alone(root: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/down").respond_with_data("", status=500)
    workspace = alerting_workspace(root, url(httpserver, "/down"), hook(httpserver))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    result = run(workspace, MONDAY)
    assert result.published.publication is not None
    assert result.alerts.failures == ("kênh báo tin thứ 1: không gửi được; lần chạy sau sẽ gửi lại",)
    httpserver.clear_all_handlers()
    hook(httpserver, "/down")
    hook(httpserver)
    again = run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=1))
    assert (again.alerts.messages, again.alerts.failures) == (1, ())
    assert titles(httpserver, "/down") == [HELD, HELD]
    assert titles(httpserver) == [HELD]


@pytest.mark.slow
def test_without_urls_it_is_only_written_down(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    result = run_with_alerts(workspace, MONDAY)
    (alert,) = ledger(workspace)
    assert (alert.rule, alert.pending, alert.last_sent) == ("total_is_sum", None, None)
    assert (len(result.alerts.opened), result.alerts.messages) == (1, 0)
    good_day(workspace, TUESDAY)
    assert ledger(workspace)[0].closed == morning_after(TUESDAY)


@pytest.mark.slow
def test_missing_counts_from_the_cut_off_and_closes_when_the_unit_sends(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put(workspace, "so-noi-vu", MONDAY, RIGHT)
    put(workspace, "ubnd-huyen-a", MONDAY, RIGHT)
    assert outcomes(run_with_alerts(workspace, MONDAY))["so-y-te"] == "missing"
    assert titles(httpserver) == []
    run_with_alerts(workspace, MONDAY, now=evening(MONDAY))
    assert titles(httpserver) == ["Sở Y tế: chưa từng gửi"]
    assert "Xem thêm: tyle status --date 2022-08-01" in posts(httpserver)[0]["message"]
    put_all(workspace, TUESDAY)
    run_with_alerts(workspace, TUESDAY)
    assert titles(httpserver)[1:] == ["Sở Y tế: đã khắc phục (chưa gửi)"]
    assert "Ngày vẫn chưa được sửa: 1/8/2022" in posts(httpserver)[1]["message"]


KILLED_BEFORE_SENDING = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from flows.alerts.raising import record
from flows.settings.workspace import open_workspace
from warehouse.lake.opening import open_lake

workspace = open_workspace(Path(sys.argv[1]))
now = datetime.fromisoformat(sys.argv[2])
with open_lake(workspace.root) as lake:
    record(workspace, lake, now.date(), now)
    os.kill(os.getpid(), signal.SIGKILL)
"""
RUN = """
import sys
from datetime import datetime
from pathlib import Path
from flows.settings.workspace import open_workspace
from tests.flows.alerts.alerting import MONDAY, run_with_alerts

run_with_alerts(open_workspace(Path(sys.argv[1])), MONDAY, now=datetime.fromisoformat(sys.argv[2]))
"""


def child(code: str, root: Path, now: datetime) -> "subprocess.Popen[bytes]":
    paths = os.pathsep.join(sys.path)
    return subprocess.Popen([sys.executable, "-c", code, root, now.isoformat()], env=os.environ | {"PYTHONPATH": paths})


@pytest.mark.slow
def test_killed_between_ledger_and_sending_it_is_sent_once(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    to_lake(workspace, MONDAY)
    assert child(KILLED_BEFORE_SENDING, root, morning_after(MONDAY)).wait(60) == -signal.SIGKILL
    assert [alert.pending for alert in ledger(workspace)] == ["open"]
    assert titles(httpserver) == []
    for hours in (1, 2):
        run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=hours))
    assert titles(httpserver) == [HELD]


@pytest.mark.slow
def test_killed_between_sending_and_ledger_it_is_sent_once_more(root: Path, httpserver: HTTPServer) -> None:
    processes = []

    def kill(_: Request) -> Response:
        if processes:
            processes.pop().kill()
        return Response("")

    httpserver.expect_request("/hook", method="POST").respond_with_handler(kill)
    workspace = alerting_workspace(root, url(httpserver, "/hook"))
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    process = child(RUN, root, morning_after(MONDAY))
    processes.append(process)
    assert process.wait(120) == -signal.SIGKILL
    assert titles(httpserver) == [HELD]
    for hours in (1, 2):
        run_with_alerts(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=hours))
    assert titles(httpserver) == [HELD, HELD]


@pytest.mark.slow
def test_a_url_is_shown_in_no_error_and_kept_nowhere(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = alerting_workspace(root, "json://ten:MatKhau9f3c7@127.0.0.1:9/hook", "khong-phai-MatKhau9f3c7")
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    result = run_with_alerts(workspace, MONDAY)
    assert [failure.split(";")[0] for failure in result.alerts.failures] == [
        "kênh báo tin thứ 1: không gửi được",
        "kênh báo tin thứ 2: không phải địa chỉ apprise hợp lệ",
    ]
    assert "MatKhau9f3c7" not in repr(workspace) + repr(result) + repr(ledger(workspace))
    for value in ('["json://MatKhau9f3c7"', '{"a": "MatKhau9f3c7"}', "MatKhau9f3c7"):
        monkeypatch.setenv("TYLE_ALERTS__URLS", value)
        with pytest.raises(WorkspaceError) as error:
            open_workspace(root)
        assert "MatKhau9f3c7" not in str(error.value)
        assert "alerts" in str(error.value)


@pytest.mark.slow
def test_urls_from_the_environment(root: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    create_workspace(root)
    monkeypatch.setenv("TYLE_ALERTS__URLS", f'["{hook(httpserver)}", {{"env": "TYLE_TEST_HOOK"}}]')
    monkeypatch.setenv("TYLE_TEST_HOOK", hook(httpserver, "/second"))
    workspace = open_workspace(root)
    put(workspace, "so-y-te", MONDAY, WRONG)
    run_with_alerts(workspace, MONDAY, ("so-y-te",))
    assert titles(httpserver) == titles(httpserver, "/second") == [HELD]


def test_a_route_of_an_unknown_group_is_refused(root: Path) -> None:
    route = '[[alerts.routes]]\ngroups = ["huyen"]\nurls = ["json://127.0.0.1"]\n'
    with pytest.raises(
        WorkspaceError, match=r"^tyle\.toml: dòng 2: alerts\.routes\[1\]\.groups\[1\] “huyen”: không có"
    ):
        small_workspace(root, route)

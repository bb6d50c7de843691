"""How alerts are sent: as e-mail, and about cases without personal data."""

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.end_to_end.test_privacy import MARK, as_csv, case, slipped
from tests.flows.alerts.alerting import WRONG, alerting_workspace, hook, posts, run_with_alerts
from tests.flows.alerts.mail_server import mail_server
from tests.flows.workspaces import MONDAY, put, put_all, run


@pytest.mark.slow
def test_by_mail(tmp_path: Path) -> None:
    with mail_server() as mailbox:
        url = f"mailto://127.0.0.1:{mailbox.port}?from=tyle@example.org&to=phutrach@example.org&mode=insecure"
        workspace = alerting_workspace(tmp_path / "w", url)
        put_all(workspace, MONDAY)
        put(workspace, "so-y-te", MONDAY, WRONG)
        assert run_with_alerts(workspace, MONDAY).alerts.failures == ()
    (mail,) = mailbox.mails
    assert (mail["subject"], mail["to"]) == ("[tyle] Sở Y tế: bị giữ lại", "phutrach@example.org")
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Quy tắc: total_is_sum: (1) + (2) = (3)" in body.get_content()


@pytest.mark.slow
def test_a_mail_server_that_is_down_stops_no_run(tmp_path: Path) -> None:
    workspace = alerting_workspace(
        tmp_path / "w", "mailto://127.0.0.1:9?from=a@example.org&to=b@example.org&mode=insecure"
    )
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, WRONG)
    result = run(workspace, MONDAY)
    assert result.published.publication is not None
    assert result.alerts.failures == ("kênh báo tin thứ 1: không gửi được; lần chạy sau sẽ gửi lại",)


@pytest.mark.slow
def test_nothing_personal_is_told_of_cases(tmp_path: Path, httpserver: HTTPServer) -> None:
    routes = f'[[alerts.routes]]\nseverities = ["warning"]\nurls = ["{hook(httpserver)}"]\n'
    cases = "".join(f'[units.{unit}]\ncontract = "cases"\n' for unit in ("so-y-te", "so-noi-vu", "ubnd-huyen-a"))
    workspace = alerting_workspace(tmp_path / "w", hook(httpserver), more=routes + cases)
    rows = [case(number) for number in range(1, 30)]
    put(workspace, "so-y-te", MONDAY, content=slipped(rows))
    put(workspace, "so-noi-vu", MONDAY, content=as_csv([*rows, case(30, NgayTiepNhan=f"{MARK} A")]))
    put(workspace, "ubnd-huyen-a", MONDAY, content=as_csv([case(n, HinhThuc=f"{MARK} B") for n in range(40, 50)]))
    run_with_alerts(workspace, MONDAY)
    sent = "".join(post["title"] + post["message"] for post in posts(httpserver))
    assert "Sở Y tế: bị giữ lại" in sent
    assert "UBND huyện A: bị giữ lại" in sent
    assert "  dòng 2" in sent
    assert MARK not in sent
    assert "H55.14-220801-" not in sent

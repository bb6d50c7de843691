"""`tyle up`: a Prefect server, a worker, the deployment file's deployments and automations, stopped and begun again.

A unit's wrong export and three missing ones are told by mail (tyle's own alerts) and through the webhook (Prefect's
automations), once; so are a run that failed and the silence of a pipeline, and that the unit mended its export.
"""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from demo.clock import VIETNAM
from flows.scheduled.server.deployment_file import deployment_file
from flows.settings.workspace import Workspace
from tests.end_to_end.server import Server, until
from tests.flows.alerts.mail_server import Mailbox, mail_server
from tests.flows.workspaces import MONDAY, UNITS, put, small_workspace

HELD, MENDED = "so-y-te: bị giữ lại", "so-y-te: đã khắc phục"
MANY, SILENT = "Nhiều đơn vị chưa gửi số liệu", "Pipeline im lặng quá lâu"
FAILED, CUT = "watch: lần chạy bị lỗi", "daily: lần chạy bị lỗi"


def five_units(root: Path) -> Workspace:
    """One unit's export breaks a rule, one's is right, three are missing; alerts go by mail."""
    workspace = small_workspace(root, '[alerts]\nurls = [{ env = "TYLE_MAIL" }]\n')
    more = [line for line in UNITS.splitlines() if line.startswith("ubnd-huyen-a")]
    more = [
        more[0].replace("huyen-a", f"huyen-{letter}").replace("huyện A", f"huyện {letter.upper()}") for letter in "bc"
    ]
    (root / "reference" / "units.csv").write_text(UNITS + "\n".join(more) + "\n", encoding="utf-8")
    for letter in "bc":  # set up: a unit without a folder is not missed
        (root / "inbox" / f"ubnd-huyen-{letter}").mkdir()
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3")
    return workspace


def messages(httpserver: HTTPServer) -> Counter[str]:
    """The titles of different messages: Prefect posts one again that it could not note as sent (at least once)."""
    posts = {(post["title"], post["message"]) for post in (request.get_json() for request, _ in httpserver.log)}
    return Counter(title.removeprefix("[tyle] ") for title, _ in posts)


def silences(httpserver: HTTPServer) -> set[bool]:
    """Of the messages about silence: whether they name a last sign of life."""
    posts = (request.get_json() for request, _ in httpserver.log)
    return {"Lần cuối: " in post["message"] for post in posts if post["title"].endswith(SILENT)}


def subjects(mailbox: Mailbox) -> Counter[str]:
    return Counter(str(mail["subject"]).removeprefix("[tyle] ") for mail in mailbox.mails)


def scheduled_times(server: Server, name: str) -> set[str]:
    """Local hours at which runs of a deployment are scheduled."""
    wanted = {"deployments": {"id": {"any_": [server.deployment(name)]}}}
    moments = (run["expected_start_time"] for run in server.ask("POST", "flow_runs/filter", wanted))
    return {f"{datetime.fromisoformat(moment).astimezone(VIETNAM):%H:%M}" for moment in moments}


def all_on(server: Server) -> None:
    """All automations on, and no schedule of today runs."""
    for name, automation in server.automations().items():
        assert automation["enabled"] == (name in {"tyle-daily-silent", "tyle-run-failed", "tyle-run-lost"})
        server.ask("PATCH", f"automations/{automation['id']}", {"enabled": True})
    for name in ("daily", "watch", "monthly-close", "lake-care"):
        server.ask("POST", f"deployments/{server.deployment(name)}/pause_deployment")


@pytest.mark.slow
def test_what_is_wrong_is_told_once_by_mail_and_through_the_webhook(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    root = tmp_path / "w"
    with mail_server() as mailbox:
        mail = f"mailto://127.0.0.1:{mailbox.port}?from=tyle@example.org&to=phutrach@example.org&mode=insecure"
        workspace = five_units(root)
        text = deployment_file(root).read_text(encoding="utf-8")
        assert text.count("within: 93600") == 1
        # seconds, not 26 hours
        (root / "prefect.yaml").write_text(text.replace("within: 93600", "within: 10"), encoding="utf-8")
        server = Server(root, TYLE_MAIL=mail, TYLE_WEBHOOK=httpserver.url_for("/hook"))
        morning = datetime.combine(MONDAY + timedelta(days=1), datetime.min.time(), VIETNAM) + timedelta(hours=5.5)
        told = {"Sở Y tế: bị giữ lại": 1} | {f"UBND huyện {letter}: chưa từng gửi": 1 for letter in "ABC"}

        with server.up() as said:
            assert "Automation: 6 đã tạo" in said
            assert scheduled_times(server, "daily") == {"05:30"}
            assert scheduled_times(server, "watch") <= {f"{hour:02d}:00" for hour in range(8, 19)}
            assert re.search(r"^daily +30 5 \* \* \* +\d\d/\d\d 05:30, ", said, re.MULTILINE)
            all_on(server)
            before = {name: (one["id"], one["enabled"]) for name, one in server.automations().items()}

            # Nothing has run yet: that too is silence, and there is no last run to name.
            until(lambda: silences(httpserver) == {False})

            failing = server.begin("watch", morning, workspace=str(tmp_path / "none"))
            first = server.ended(server.begin("daily", morning))
            assert (first["name"], first["state_name"]) == ("daily 2022-08-01", "Quarantined")
            assert first["empirical_policy"]["retries"] == 2
            assert server.ended(failing)["state_name"] == "Failed"
            until(lambda: {HELD, MANY, FAILED} <= set(messages(httpserver)))
            assert subjects(mailbox) == told
            assert server.artifacts() >= {"day-2022-08-01", "rates-2022-08", "docs-2022-08-01"}
            cut = server.begin("daily", morning)
            until(lambda: server.state(cut) == "Running")

        del server.environment["TYLE_WEBHOOK"]
        with server.up() as said:
            assert "Automation: 6 không đổi" in said
            assert {name: (one["id"], one["enabled"]) for name, one in server.automations().items()} == before
            assert "đang tạm dừng" in said
            assert server.state(cut) in {"Crashed", "Quarantined"}  # cut off, or done before it could be
            assert subjects(mailbox) == told

            put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3", tag="_lan2")
            server.ended(server.begin("daily", morning))
            assert subjects(mailbox) == told | {"Sở Y tế: đã khắc phục (bị giữ lại)": 1}
            until(lambda: MENDED in messages(httpserver) and silences(httpserver) == {False, True})
            once = {title: count for title, count in messages(httpserver).items() if title not in {SILENT, CUT}}
            assert once == {HELD: 1, MANY: 1, FAILED: server.failed("watch"), MENDED: 1}
            events = until(lambda: (found := server.events("tyle."))["tyle.publication.switched"] >= 2 and found)
            del events["tyle.publication.switched"]
            assert events == {"tyle.delivery.quarantined": 1, "tyle.delivery.missing": 3, "tyle.alert.closed": 1}
            # A message that cannot be written is lost without a word.
            assert server.events("prefect.automation.action.executed")
            assert not server.events("prefect.automation.action.failed")

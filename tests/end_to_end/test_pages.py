"""`tyle up` in a workspace of the demo, as a person sees it: a day with a bad delivery, told, shown in the pages."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from demo.clock import VIETNAM
from demo.month import FIRST, plan_month, write_exports
from demo.reference import load_reference
from flows.commands.demo import settings
from flows.settings.workspace import create_workspace
from tests.browser import Browser
from tests.end_to_end.server import Server, until
from tests.flows.alerts.alerting import hook, titles

BAD_DAY = date(2022, 8, 10)  # a row of UBND huyện Đại Từ does not add up


@pytest.mark.nightly
def test_a_bad_delivery_is_told_and_the_pages_show_the_day(
    tmp_path: Path, httpserver: HTTPServer, browser: Browser
) -> None:
    root = tmp_path / "w"
    post = httpserver.url_for("/prefect")
    httpserver.expect_request("/prefect", method="POST").respond_with_data("")
    create_workspace(root, settings())
    alerts = json.dumps([hook(httpserver)])
    month = plan_month(load_reference())
    for offset in range((BAD_DAY - FIRST).days + 1):
        write_exports(root / "inbox", FIRST + timedelta(days=offset), month)
    server = Server(root, PREFECT_SERVER_UI_ENABLED="true", TYLE_WEBHOOK=post, TYLE_ALERTS__URLS=alerts)
    morning = datetime.combine(BAD_DAY + timedelta(days=1), datetime.min.time(), VIETNAM) + timedelta(hours=5.5)
    with server.up() as said:
        assert "Giao diện" in said
        run = server.ended(server.begin("daily", morning))
        assert (run["name"], run["state_name"]) == (f"daily {BAD_DAY}", "Quarantined")
        until(lambda: "UBND huyện Đại Từ: bị giữ lại" in titles(httpserver))

        def see(page: str, text: str, picture: str) -> str:
            return browser.see(f"{server.address}/{page}", text, tmp_path / picture, server.logged_in())

        shown = see(f"runs/flow-run/{run['id']}", "delivery_id=", "run.png")
        assert "Quarantined" in shown
        artifacts = see("artifacts", f"rates-{BAD_DAY:%Y-%m}", "artifacts.png")
        assert all(f"{kind}-{BAD_DAY}" in artifacts for kind in ("day", "docs"))
        ids = {one["key"]: one["id"] for one in server.ask("POST", "artifacts/filter", {})}
        day = see(f"artifacts/artifact/{ids[f'day-{BAD_DAY}']}", "Đại Từ", "day.png")
        assert "bị giữ lại" in day
        deployments = see("deployments", "monthly-close", "deployments.png")
        assert all(name in deployments for name in ("daily", "watch", "backfill", "lake-care"))

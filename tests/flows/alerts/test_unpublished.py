"""A publication that the audit refuses: the operator and the units are notified, and the cure that is named works."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from flows.settings.workspace import Workspace, open_workspace
from flows.work.outputs.publishing import publish_all
from flows.work.withdrawal import withdraw
from tests.flows.alerts.alerting import WRONG, alerting_workspace, hook, posts, titles, url
from tests.flows.workspaces import MONDAY, copy_of, morning_after, put, put_all, run
from warehouse.lake.opening import open_lake
from warehouse.ledger.decisions import Decision
from warehouse.places.errors import PublishError

TUESDAY = MONDAY + timedelta(days=1)
REFUSED = "Không công bố được: bản đang công bố giữ nguyên"
UNITS = Path("reference") / "units.csv"


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with Monday published."""
    workspace = alerting_workspace(tmp_path_factory.mktemp("published") / "workspace")
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    return workspace.root


def begin_later(workspace: Workspace) -> Workspace:
    """Units.csv as mistyped: Sở Y tế begins on Tuesday."""
    return _edited(
        workspace, UNITS, lambda line: line.replace("2022-01-01", str(TUESDAY)) if "so-y-te" in line else line
    )


def sending_to(workspace: Workspace, address: str) -> Workspace:
    return _edited(workspace, Path("tyle.toml"), lambda line: line.replace("urls = []", f'urls = ["{address}"]'))


def _edited(workspace: Workspace, file: Path, change: Callable[[str], str]) -> Workspace:
    path = workspace.root / file
    before = path.read_text(encoding="utf-8").splitlines()
    after = [change(line) for line in before]
    assert before != after
    path.write_text("\n".join(after) + "\n", encoding="utf-8")
    return open_workspace(workspace.root)


@pytest.mark.slow
def test_the_operator_and_the_units_are_notified_and_the_file_stays(
    published_once: Path, tmp_path: Path, httpserver: HTTPServer
) -> None:
    workspace = begin_later(sending_to(copy_of(published_once, tmp_path / "w"), hook(httpserver)))
    before = workspace.published.resolve()
    put_all(workspace, TUESDAY)
    put(workspace, "so-noi-vu", TUESDAY, WRONG)
    with pytest.raises(PublishError, match=f"so-y-te: 1 ngày .* withdraw so-y-te:{MONDAY}:summary:v1"):
        run(workspace, TUESDAY)
    assert titles(httpserver) == [REFUSED, "Sở Nội vụ: bị giữ lại"]
    assert f"tyle quarantine withdraw so-y-te:{MONDAY}:summary:v1" in posts(httpserver)[0]["message"]
    assert workspace.published.resolve() == before
    for hours, messages in ((1, 1), (25, 2)):  # retried, and the next day
        with pytest.raises(PublishError):
            run(workspace, TUESDAY, now=morning_after(TUESDAY) + timedelta(hours=hours))
        assert titles(httpserver).count(REFUSED) == messages

    restored = _edited(workspace, UNITS, lambda line: line.replace(str(TUESDAY), "2022-01-01"))
    assert run(restored, TUESDAY, now=morning_after(TUESDAY) + timedelta(hours=26)).published.publication is not None


@pytest.mark.slow
def test_the_cure_that_the_line_names_is_one(published_once: Path, tmp_path: Path) -> None:
    workspace = begin_later(copy_of(published_once, tmp_path / "w"))
    with open_lake(workspace.root) as lake:
        with pytest.raises(PublishError):
            publish_all(workspace, lake, morning_after(TUESDAY))
        decision = Decision(f"so-y-te:{MONDAY}:summary:v1", "Lan", "chưa thành lập", morning_after(TUESDAY))
        assert withdraw(workspace, lake, [decision]).published.publication is not None


@pytest.mark.slow
def test_a_channel_that_fails_hides_no_refusal(published_once: Path, tmp_path: Path, httpserver: HTTPServer) -> None:
    workspace = begin_later(sending_to(copy_of(published_once, tmp_path / "w"), url(httpserver, "/gone")))
    for _ in range(2):  # what did not arrive is sent by the next run
        with pytest.raises(PublishError, match="so-y-te: 1 ngày"):
            run(workspace, TUESDAY)
    assert titles(httpserver, "/gone").count(REFUSED) == 2


@pytest.mark.slow
def test_a_person_at_the_terminal_is_not_sent_what_is_on_the_screen(
    published_once: Path, tmp_path: Path, httpserver: HTTPServer
) -> None:
    workspace = begin_later(sending_to(copy_of(published_once, tmp_path / "w"), hook(httpserver)))
    with open_lake(workspace.root) as lake, pytest.raises(PublishError):
        publish_all(workspace, lake, morning_after(TUESDAY))
    assert posts(httpserver) == []

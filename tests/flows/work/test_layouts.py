"""Layouts of files from the run to a person's answer: remembered, held back for a question, confirmed."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.settings.workspace import Workspace
from tests.flows.commanding import Tyle
from tests.flows.intake.test_contracts import month
from tests.flows.workspaces import MONDAY, outcomes, put, put_all, run, small_workspace, to_lake

TUESDAY = MONDAY + timedelta(days=1)
ANSWER = ("--by", "Trần B", "--reason", "Cột phụ của phần mềm")
# The figures of the fourth column have no header.
UNCLEAR = "Lĩnh vực;Trực tuyến;Trực tiếp;;Tổng số\nĐất đai;5;1;99;{total}\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def send(workspace: Workspace, day: date, text: str) -> None:
    put(workspace, "so-y-te", day, content=text.encode())


def test_a_question_holds_back_until_somebody_answers_it_for_this_and_later_files(
    workspace: Workspace, tyle: Tyle
) -> None:
    put_all(workspace, MONDAY)
    send(workspace, MONDAY, UNCLEAR.format(total=6))
    day = run(workspace, MONDAY)
    assert outcomes(day)["so-y-te"] == "quarantined"
    (message,) = day.findings.filter(rule="layout_is_clear")["message"]
    assert "ô D2 không có tiêu đề" in message

    code, out, _ = tyle("layout", "list", "--workspace", workspace.root, "--json")
    (asked, *others) = json.loads(out)
    assert code == 2
    assert (asked["unit_id"], asked["person"], len(others)) == ("so-y-te", None, 2)
    assert f"tyle layout confirm {asked['layout']}" in message
    code, out, _ = tyle("layout", "show", asked["layout"], "--workspace", workspace.root)
    assert "“Trực tuyến” → Trực tuyến (1)" in out
    assert "Câu hỏi: " in out

    code, out, _ = tyle("layout", "confirm", asked["layout"], *ANSWER, "--workspace", workspace.root)
    assert code == 0
    assert f"so-y-te:{MONDAY}:summary:v1: được tính thành so-y-te:{MONDAY}:summary:v2" in out
    assert month(workspace.root)[:3] == (5, 1, 6)
    send(workspace, TUESDAY, UNCLEAR.format(total=6).replace("99", "98"))
    assert outcomes(to_lake(workspace, TUESDAY, ("so-y-te",)))["so-y-te"] == "accepted"
    code, out, _ = tyle("layout", "list", "--workspace", workspace.root)
    assert code == 0
    assert "Trần B đã xác nhận" in out


@pytest.mark.slow
def test_an_answer_lets_nothing_else_pass(workspace: Workspace, tyle: Tyle) -> None:
    send(workspace, MONDAY, UNCLEAR.format(total=7))
    to_lake(workspace, MONDAY, ("so-y-te",))
    _, out, _ = tyle("layout", "list", "--workspace", workspace.root, "--json")
    (asked,) = json.loads(out)
    code, out, _ = tyle("layout", "confirm", asked["layout"], *ANSWER, "--workspace", workspace.root)
    assert code == 2
    assert "vẫn bị giữ lại vì lý do khác" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (("none", *ANSWER), "không có bố cục nào mang mã none"),
        (("{clear}", *ANSWER), "không có câu hỏi nào"),
        (("{clear}", "--by", " ", "--reason", "x"), "--by: không được để trống"),
    ],
)
def test_what_cannot_be_confirmed_is_one_line(
    workspace: Workspace, tyle: Tyle, wrong: tuple[str, ...], reason: str
) -> None:
    put_all(workspace, MONDAY)
    to_lake(workspace, MONDAY)
    _, out, _ = tyle("layout", "list", "--workspace", workspace.root, "--json")
    clear = json.loads(out)[0]["layout"]
    asked = [part.format(clear=clear) for part in wrong]
    code, _, err = tyle("layout", "confirm", *asked, "--workspace", workspace.root)
    assert code == 1
    assert reason in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_a_changed_layout_is_noticed_and_counts(workspace: Workspace) -> None:
    put_all(workspace, MONDAY)
    to_lake(workspace, MONDAY)
    send(workspace, TUESDAY, "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Ghi chú\nĐất đai;5;1;6;\n")
    day = to_lake(workspace, TUESDAY, ("so-y-te",))
    assert outcomes(day)["so-y-te"] == "accepted"
    assert "cột mới: “Ghi chú”" in day.findings.filter(rule="layout_is_usual")["message"].item()

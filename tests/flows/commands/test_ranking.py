"""`tyle marts --metric`: the units in order, and one line for what is not there."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from flows.commands.ranking import show_ranking
from flows.commands.terminal import Terminal
from flows.settings.workspace import open_workspace
from reports.labels import Labels
from reports.month.rankings import rankings
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, copy_of, put_all, run, small_workspace
from tests.reports.rankings_made import MONTH, marts_of, row

MORE = """
[[metric]]
id = "in_person_share"
version = 1
name = "Tỷ lệ trực tiếp"
definition = "trực tiếp trên tổng số"
kind = "ratio"
numerator = [{ count = "in_person", levels = [4] }]
denominator = [{ count = "total", levels = [4] }]
direction = "down"

[[metric]]
id = "not_verified"
version = 1
name = "Chưa kiểm chứng"
definition = "chưa kiểm chứng"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
verified = false
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = small_workspace(tmp_path_factory.mktemp("ranked") / "workspace")
    metrics = workspace.root / "reference" / "metrics.toml"
    metrics.write_text(metrics.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    workspace = open_workspace(workspace.root)
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    return workspace.root


@pytest.fixture
def root(prepared: Path, tmp_path: Path) -> Path:
    return copy_of(prepared, tmp_path / "workspace").root


def test_units_in_order_of_a_metric(tyle: Tyle, root: Path) -> None:
    code, out, _ = tyle("marts", "--metric", "online_rate", "--workspace", root)
    assert code == 0
    assert out.splitlines()[0] == "Tỷ lệ hồ sơ xử lý trực tuyến (online_rate v1), tháng 8/2022; càng cao càng tốt"
    lines = [line.split() for line in out.splitlines()]
    assert ["1", "so-noi-vu", "Sở", "Nội", "vụ", "2/9", "22,22", "–"] in lines
    assert ["2", "so-y-te", "Sở", "Y", "tế", "1/8", "12,50", "–"] in lines
    assert [line[0] for line in lines if "ubnd-huyen-a" in line] == ["1"]
    code, other, _ = tyle("marts", "--metric", "in_person_share", "--group", "departments", "--workspace", root)
    assert "càng thấp càng tốt" in other
    assert "ubnd-huyen-a" not in other


def test_the_same_as_json_and_csv(tyle: Tyle, root: Path) -> None:
    asked = ("marts", "--metric", "online_rate", "--month", "2022-08", "--workspace", root)
    _, out, _ = tyle(*asked, "--json")
    found = json.loads(out)
    assert [metric["metric_id"] for metric in found["metrics"]] == ["online_rate"]
    ranks = {one["member"]: (one["rank"], one["numerator"], one["denominator"]) for one in found["rankings"]}
    assert ranks == {"so-noi-vu": (1, 2, 9), "so-y-te": (2, 1, 8), "ubnd-huyen-a": (1, 3, 10)}
    _, out, _ = tyle(*asked, "--format", "csv", "--group", "districts")
    header, line = (one.split(",") for one in out.splitlines())
    assert dict(zip(header, line, strict=True))["unit_name"] == "UBND huyện A"


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (["--metric", "online_rat"], "--metric online_rat: không có chỉ số này; gần giống: online_rate"),
        (["--metric", "Đ\x1b[31m"], "--metric Đ"),
        (["--metric", "meets_target"], "chỉ là định nghĩa bằng lời"),
        (["--metric", "not_verified"], "chỉ số này chưa bật vì nguồn chưa kiểm chứng"),
        (["--metric", "online_rate", "--month", "2022-07"], "--month 2022-07: chưa có số liệu của chỉ số online_rate"),
        (["--metric", "online_rate", "--month", "2099-01"], "tháng gần nhất: 2022-08"),
        (["--metric", "online_rate", "--group", "departmens"], "gần giống: departments"),
        (["--metric", "online_rate", "--group", "all"], "có: departments, districts"),
        (["--group", "departments"], "--group: chỉ dùng cùng với --metric"),
        ([], "thiếu --month"),
    ],
)
def test_what_is_not_there_is_one_line_with_the_nearest(tyle: Tyle, root: Path, asked: list[str], line: str) -> None:
    code, out, err = tyle("marts", *asked, "--workspace", root)
    assert (code, out) == (1, "")
    assert line in err
    assert err.count("\n") == 1
    assert "\x1b" not in err


def test_a_workspace_without_data_says_so(tyle: Tyle, tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "workspace").root
    code, _, err = tyle("marts", "--metric", "online_rate", "--workspace", root)
    assert code == 1
    assert "chưa có số liệu nào" in err


LONG = "so-nong-nghiep-va-phat-trien-nong-thon"


@pytest.mark.parametrize("width", [80, 200])
def test_the_table_is_within_the_screen_and_ids_are_whole(width: int) -> None:
    names = {"name": "Sở Nông nghiệp và Phát triển nông thôn và một tên dài hơn nữa cho đủ hai dòng"}
    rows = [row(LONG, 1, 123_456, 234_567, ties=2, previous_rank=92, rank_change=91, **names), row("b", None, 0, 4)]
    out = Terminal(file=io.StringIO(), width=width, soft_wrap=True, force_terminal=False)
    assert isinstance(out, Console)
    show_ranking(out, rankings(marts_of(rows), MONTH, Labels())["own"], Labels())
    shown = out.file.getvalue()
    table = [line for line in shown.splitlines() if not line.startswith(("=", "(", "Tỷ lệ của"))]
    assert max(map(len, table)) <= width
    assert LONG in shown
    assert "123.456/234.567" in shown
    assert "hai dòng" in " ".join(shown.split())

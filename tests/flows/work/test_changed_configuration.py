"""A configuration that changed under accepted deliveries: what becomes of them is one line, and no command is lost."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from flows.work.changed_configuration import Change, changes
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, copy_of, put, put_all, run, small_workspace
from warehouse.published.read import read_published

TUESDAY = MONDAY + timedelta(days=1)
SENT = f"1 lần gửi đã nhận từ {MONDAY} đến {MONDAY}"
ACCEPTED = f"so-y-te:{MONDAY}:summary:v1"
UNIT = "so-y-te,Sở Y tế,so,departments,1,2022-01-01,,pending,every_day,,\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Monday is accepted of three units and published."""
    found = small_workspace(tmp_path_factory.mktemp("prepared") / "w")
    put_all(found, MONDAY)
    run(found, MONDAY)
    return found.root


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Workspace:
    return copy_of(prepared, tmp_path / "w")


def change(workspace: Workspace, name: str, old: str, new: str) -> Workspace:
    file = workspace.root / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return open_workspace(workspace.root)


def changes_of(workspace: Workspace) -> list[Change]:
    with lake_of(workspace) as lake:
        return changes(workspace, lake)


WITHOUT_UNIT = ("reference/units.csv", UNIT, "")


@pytest.mark.parametrize(
    ("changed", "said", "remedy"),
    [
        (
            WITHOUT_UNIT,
            f"units.csv: so-y-te không còn trong tệp; {SENT} vẫn ở trong kho nhưng không được tính nữa",
            f"trả lại dòng so-y-te, với valid_to = {MONDAY}",
        ),
        pytest.param(
            ("reference/units.csv", "1,2022-01-01,,pending,every", "1,2022-01-01,2022-07-31,pending,every"),
            f"units.csv: so-y-te có hiệu lực từ 2022-01-01 đến 2022-07-31; {SENT} ngoài thời gian đó vẫn ở trong kho",
            f"sửa valid_from, valid_to để gồm cả {MONDAY} đến {MONDAY}",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("reference/units.csv", "Sở Y tế,so,departments", "Sở Y tế,so,districts"),
            f"units.csv: so-y-te chuyển từ khối departments sang khối districts; {SENT} được tính vào khối districts",
            "trả lại khối departments với valid_to",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("reference/targets.csv", "departments,55", "communes,55"),
            "targets.csv: chỉ tiêu của departments từ 2022-01-01 không còn trong tệp",
            "trả lại dòng",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("reference/metrics.toml", 'id = "meets_target"', 'id = "meets_it"'),
            "metrics.toml: meets_target v1 không còn trong tệp",
            "trả lại mục [[metric]]",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            (
                "reference/metrics.toml",
                'numerator = [{ count = "settled_on_time" }]',
                'numerator = [{ count = "settled_on_time", levels = [4] }]',
            ),
            "metrics.toml: on_time_rate v1 đã đổi (numerator_terms); mọi tháng của version này, kể cả tháng đã chốt",
            "định nghĩa mới là một version mới, với valid_from",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("reference/fields.csv", "ho-tich,Hộ tịch,", "so-ho-tich,Sổ hộ tịch,"),
            "fields.csv: ho-tich (Hộ tịch) không còn trong tệp",
            "ghi valid_to",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_becomes_of_accepted_deliveries_is_one_line(
    tyle: Tyle, workspace: Workspace, changed: tuple[str, str, str], said: str, remedy: str
) -> None:
    assert changes_of(workspace) == []
    change(workspace, *changed)
    code, out, _ = tyle("doctor", "--workspace", workspace.root, "--json")
    found = [finding for finding in json.loads(out)["findings"] if finding["check"] == "cấu hình và sổ"]
    assert [finding["level"] for finding in found] == ["warn"]
    assert code != 0
    assert found[0]["message"].startswith(said)
    assert remedy in found[0]["remedy"]
    _, _, err = tyle("run", "--date", MONDAY, "--workspace", workspace.root)
    assert any(line.startswith(f"Cấu hình đã đổi: {said}") and remedy in line for line in err.splitlines())


@pytest.mark.slow
def test_a_contract_that_is_no_longer_agreed_still_counts(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", '[[units.so-y-te]]\ncontract = "summary"\n')
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    changed = change(workspace, "tyle.toml", '"summary"', '"ii06"')
    (found,) = changes_of(changed)
    assert found.message.startswith(f"tyle.toml: so-y-te không còn gửi contract = summary; {SENT} vẫn được tính")
    run(changed, MONDAY)
    rates = read_published(changed.published, "2022-08", only=["daily_unit_rates"])["daily_unit_rates"]
    assert rates.filter(unit_id="so-y-te").height == 1


@pytest.mark.slow
def test_no_command_is_lost_where_a_unit_was_taken_away(tyle: Tyle, workspace: Workspace) -> None:
    put(workspace, "so-y-te", TUESDAY, "Đất đai;9;2;3")
    run(workspace, TUESDAY)
    held = f"so-y-te:{TUESDAY}:summary:v1"
    change(workspace, *WITHOUT_UNIT)
    why = ("--reason", "thử", "--by", "An")
    for command in (
        ("doctor",),
        ("status",),
        ("watch",),
        ("quarantine", "list"),
        ("quarantine", "show", held),
        ("quarantine", "show", ACCEPTED),
        ("layout", "list"),
        ("marts", "--month", "2022-08"),
        ("report", "--month", "2022-08", "--to", workspace.root / "out"),
        ("site",),
        ("docs",),
        ("run", "--date", TUESDAY),
        ("backfill", "--from", MONDAY, "--to", TUESDAY),
        ("correct", ACCEPTED, "--set", "Đất đai.total=4", *why),
        ("close", "--month", "2022-08", "--by", "An"),
        ("closings",),
        ("purge",),
        ("care",),
        ("quarantine", "release", held, *why),
    ):
        code, _, err = tyle(*command, "--workspace", workspace.root)
        assert code in {0, 1, 2, 3}, command
        assert all(line.startswith(("tyle: ", "Cấu hình đã đổi: ", "Chạy trực tiếp")) for line in err.splitlines()), err
    (taken_away,) = changes_of(open_workspace(workspace.root))
    named = taken_away.remedy.rpartition("tyle quarantine withdraw ")[2].split()
    assert ACCEPTED in named
    assert len(named) == 2
    assert tyle("quarantine", "withdraw", *named, *why, "--workspace", workspace.root)[0] == 0
    assert changes_of(open_workspace(workspace.root)) == []
    code, _, err = tyle("run", "--date", TUESDAY, "--workspace", workspace.root)
    assert (code, "Cấu hình đã đổi" in err) == (2, False)

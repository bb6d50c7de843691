"""Past reports as history: the appendices of a month become its figures, all units or none."""

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, WorkspaceError, create_workspace, open_workspace
from flows.work.import_report import Imported, Report, import_report
from tests.flows.intake.appendices import ALL, FORMATS, tables
from tests.flows.workspaces import put
from tests.reports.made import made
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import decisions, delivery
from warehouse.places.permissions import owner_only

MONTH, AS_OF = "2022-08", date(2022, 8, 25)
NOW = datetime(2022, 10, 1, 2)
DECISION = Decision("", "Phòng A", "Báo cáo 88/BC-VP", NOW)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Imported]:
    owner_only()
    root = tmp_path_factory.mktemp("imported") / "ws"
    create_workspace(root)
    workspace = open_workspace(root)
    file = root / "bao-cao.docx"
    file.write_bytes(FORMATS["docx"](tables()))
    with lake_of(workspace) as lake:
        return root, import_report(workspace, lake, Report(file, MONTH, AS_OF), DECISION)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    owner_only()
    create_workspace(tmp_path / "ws")
    return open_workspace(tmp_path / "ws")


def run(workspace: Workspace, file: bytes, **more: Any) -> Imported:
    path = workspace.root / "bao-cao.csv"
    path.write_bytes(file)
    with lake_of(workspace) as lake:
        return import_report(workspace, lake, Report(path, **{"month": MONTH, "as_of": AS_OF, **more}), DECISION)


def published(root: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as marts:
        return marts.sql(query).fetchall()


def test_the_month_has_the_figures_of_the_report_and_is_complete(imported: tuple[Path, Imported]) -> None:
    root, done = imported
    assert done.deliveries.height == 26
    assert done.totals == {"online": ALL[0], "in_person": ALL[1], "total": ALL[2]}
    (row,) = published(
        root,
        "SELECT online, in_person, total, online_rate_pct::VARCHAR, days_expected, days_accepted, is_complete "
        "FROM marts.monthly_group_rates WHERE month = '2022-08' AND unit_group = 'all'",
    )
    assert row == (*ALL[:3], "78.29", 26, 26, True)
    assert published(root, "SELECT count(*) FROM marts.export_status WHERE outcome = 'missing'") == [(0,)]


def test_who_imported_it_and_why_is_in_the_ledger(imported: tuple[Path, Imported]) -> None:
    workspace = open_workspace(imported[0])
    with lake_of(workspace) as lake:
        (made,) = decisions(lake, "so-y-te:2022-08-25:summary:v1").to_dicts()
        row, _ = delivery(lake, "so-y-te:2022-08-25:summary:v1") or pytest.fail("not stored")
    assert (made["decision"], made["person"], made["reason"]) == ("imported", "Phòng A", "Báo cáo 88/BC-VP")
    assert row["reason"].item() == "Nhập từ báo cáo bao-cao.docx theo quyết định của Phòng A: Báo cáo 88/BC-VP"
    assert (row["part"].item(), row["basis"].item()) == ("Sở Y tế", "month_to_date")


def test_the_same_report_again_changes_nothing_and_another_is_refused(
    imported: tuple[Path, Imported], tmp_path: Path
) -> None:
    workspace = open_workspace(Path(shutil.copytree(imported[0], tmp_path / "ws", symlinks=True)))
    file = workspace.root / "bao-cao.docx"
    report = Report(file, MONTH, AS_OF)
    with lake_of(workspace) as lake:
        assert import_report(workspace, lake, report, DECISION).deliveries.is_empty()
        whole, departments, districts = tables()
        departments[1][16][2:5] = ["86", "0", "86"]
        departments[1][0][2:5] = ["14.501", "4.357", "18.858"]
        whole[1][0][2:5] = ["14.501", "4.357", "18.858"]
        whole[1][2][2:5] = ["19.546", "5.420", "24.966"]
        file.write_bytes(FORMATS["docx"]([whole, departments, districts]))
        with pytest.raises(WorkspaceError, match="đã có số liệu khác: so-y-te:2022-08-25:summary:v1; không nhập gì"):
            import_report(workspace, lake, report, DECISION)


def test_one_wrong_unit_and_nothing_is_stored_unless_it_is_left_out(workspace: Workspace) -> None:
    given = tables(so_y_te="Sở Y Tá")
    given[1][1][15][2] = "43"  # Sở Xây dựng: 43 + 2 is not 44
    with pytest.raises(WorkspaceError) as raised:
        run(workspace, FORMATS["csv"](given))
    lines = str(raised.value).splitlines()
    assert any("không biết đơn vị “Sở Y Tá”" in line for line in lines)
    assert any("so-xay-dung: " in line and "total_is_sum" in line for line in lines)
    assert "không nhập gì" in lines[-1]
    assert not list((workspace.root / "landing").rglob("*.zip"))


@pytest.mark.slow
def test_a_unit_may_be_left_out_and_its_month_is_not_complete(workspace: Workspace) -> None:
    given = tables()
    given[1][1][15][5] = "12,00"  # a rate of Sở Xây dựng that is none
    with pytest.raises(WorkspaceError, match="--without so-xay-dung"):
        run(workspace, FORMATS["csv"](given))
    done = run(workspace, FORMATS["csv"](given), without=("Sở Xây dựng",))
    assert done.left_out == ("so-xay-dung",)
    assert done.deliveries.height == 25
    (row,) = published(
        workspace.root,
        "SELECT days_expected, days_accepted, is_complete FROM marts.monthly_group_rates "
        "WHERE month = '2022-08' AND unit_group = 'departments'",
    )
    assert row == (17, 16, False)


def test_units_that_did_not_exist_and_days_outside_the_month_are_refused(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="unit_exists_on_day"):
        run(workspace, FORMATS["csv"](tables()), month="2021-08", as_of=date(2021, 8, 25))
    with pytest.raises(WorkspaceError, match="không trong tháng 2022-08"):
        run(workspace, b"", as_of=date(2022, 9, 25))
    with pytest.raises(WorkspaceError, match="chưa đến"):
        run(workspace, b"", month="2022-11", as_of=date(2022, 11, 25))


@pytest.mark.slow
def test_a_month_that_has_other_deliveries_is_refused(workspace: Workspace) -> None:
    from tests.flows.workspaces import to_lake

    day = date(2022, 8, 19)
    put(workspace, "so-y-te", day, "Đất đai;1;2;3")
    to_lake(workspace, day)
    with pytest.raises(WorkspaceError, match="đã có số liệu khác: so-y-te:2022-08-19:summary:v1"):
        run(workspace, FORMATS["csv"](tables()))


@pytest.mark.slow
def test_the_report_that_tyle_wrote_can_be_read_back_in_every_format(workspace: Workspace) -> None:
    written = made("august")
    day = written.report.as_of
    assert run(workspace, written.docx, as_of=day).deliveries.height == 26
    for same in (written.xlsx, written.html.encode() if isinstance(written.html, str) else written.html):
        assert run(workspace, same, as_of=day).deliveries.is_empty()
    with pytest.raises(WorkspaceError) as raised:
        run(workspace, written.docx, as_of=AS_OF)
    assert "và 23 đơn vị nữa" in str(raised.value) or "đã có số liệu khác" in str(raised.value)

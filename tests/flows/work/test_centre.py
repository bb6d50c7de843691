"""The one-stop centre through whole days: expected only where agreed, watched like a unit, no part of the rates."""

from datetime import UTC, date, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from flows.work.inspect import check_file
from tests.flows.workspaces import MONDAY, UNITS, morning_after, outcomes, put, put_all, run, small_workspace, to_lake

CENTRE = "trung-tam"
ROW = f"{CENTRE},Trung tâm Phục vụ hành chính công,trung-tam,centres,1,2022-01-01,,pending,every_day,,\n"
AGREED = f"[units.{CENTRE}]\n"
TUESDAY = MONDAY + timedelta(days=1)


def workspace_with(root: Path, settings: str) -> Workspace:
    small_workspace(root)
    (root / "reference" / "units.csv").write_text(UNITS + ROW, encoding="utf-8")
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    return open_workspace(root)


def state(workspace: Workspace, day: date, received: int) -> None:
    """The centre's export of a day: so many cases received since the year began, and all but two settled on time."""
    text = f"Tiếp nhận;Đã giải quyết;Đúng hạn\n{received};{received};{received - 2}\n"
    put(workspace, CENTRE, day, content=text.encode())


def published(workspace: Workspace, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(workspace.published), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.slow
def test_nothing_is_expected_of_a_centre_without_settings(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path / "w", "")
    put_all(workspace, MONDAY)
    state(workspace, MONDAY, 9)
    assert outcomes(to_lake(workspace, MONDAY)).keys() == {"so-y-te", "so-noi-vu", "ubnd-huyen-a"}
    file = workspace.root / "inbox" / CENTRE / f"{MONDAY}.csv"
    verdict = check_file(workspace, file, CENTRE, MONDAY, morning_after(MONDAY).replace(tzinfo=UTC))
    assert (verdict.contract, verdict.status) == ("processing", "accepted")
    assert verdict.totals == {"received": 9, "settled": 9, "settled_on_time": 7}


@pytest.mark.slow
def test_its_exports_are_judged_watched_and_published_beside_the_rates(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path / "w", f'[exports]\nbasis = "month_to_date"\n{AGREED}')
    put_all(workspace, MONDAY)
    assert outcomes(to_lake(workspace, MONDAY))[CENTRE] == "missing"
    state(workspace, MONDAY, 900)
    to_lake(workspace, MONDAY)
    put_all(workspace, TUESDAY)
    state(workspace, TUESDAY, 899)
    result = run(workspace, TUESDAY)
    assert outcomes(result)[CENTRE] == "quarantined"
    figures = "received_ytd, settled_ytd, settled_on_time_ytd, days_expected, days_accepted, is_complete"
    assert published(workspace, f"SELECT {figures} FROM marts.monthly_processing") == [(900, 900, 898, 2, 1, False)]
    assert published(workspace, "SELECT unit_group FROM marts.monthly_group_rates ORDER BY ALL") == [
        ("all",),
        ("departments",),
        ("districts",),
    ]
    status = "SELECT business_date, contract, outcome, rules_broken FROM marts.export_status WHERE unit_id = "
    assert published(workspace, f"{status}'{CENTRE}' ORDER BY ALL") == [
        (MONDAY, "processing", "accepted", None),
        (TUESDAY, "processing", "quarantined", "year_to_date_grows"),
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (f'{AGREED}contract = "summary"\n', f"units.{CENTRE}.contract: đơn vị khối centres chỉ gửi"),
        (f'{AGREED}contract = "processing"\nbasis = "day"\n', 'basis = "year_to_date" đi với contract = "processing"'),
        ('[units.so-y-te]\nbasis = "year_to_date"\n', 'basis = "year_to_date" đi với contract = "processing"'),
        ('[exports]\nbasis = "year_to_date"\n', 'basis = "year_to_date" đi với contract = "processing"'),
        ('[rules.processing]\nrows_are_named = "off"\n', "không hạ mức được"),
    ],
)
def test_what_does_not_fit_a_centre_is_one_line(tmp_path: Path, settings: str, message: str) -> None:
    with pytest.raises(WorkspaceError, match=message) as error:
        workspace_with(tmp_path / "w", settings)
    assert "\n" not in str(error.value)

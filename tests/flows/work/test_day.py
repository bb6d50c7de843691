"""A day as its users see it: exports that come, are held back, come late, come twice, are corrected."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from demo.clock import in_vietnam
from tests.flows.workspaces import MONDAY, morning_after, outcomes, put, put_all, run, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.states import current_states


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def published(root: Path) -> dict[str, tuple[object, ...]]:
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT unit_id, online, in_person, total, online_rate_pct, is_complete FROM marts.monthly_unit_rates"
        ).fetchall()
    return {
        unit_id: (online, in_person, total, str(rate), whole) for unit_id, online, in_person, total, rate, whole in rows
    }


def test_a_good_day_is_published(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    result = run(workspace, MONDAY)
    assert outcomes(result) == dict.fromkeys(("so-y-te", "so-noi-vu", "ubnd-huyen-a"), "accepted")
    assert result.held_back.is_empty()
    assert published(root)["so-y-te"] == (1, 7, 8, "12.50", True)


@pytest.mark.slow
def test_running_a_day_again_changes_nothing(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    before = (published(root), (root / "published" / "marts.duckdb").resolve())
    again = run(workspace, MONDAY, now=morning_after(MONDAY) + timedelta(hours=1))
    assert again.stored.is_empty()
    assert again.published.publication is None
    assert (published(root), (root / "published" / "marts.duckdb").resolve()) == before


@pytest.mark.slow
def test_a_run_cut_off_before_its_page_has_it_made_by_the_next(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flows.work.days.refresh", killed)
        with pytest.raises(KeyboardInterrupt):
            run(workspace, MONDAY)
    again = run(workspace, MONDAY)
    assert again.stored.is_empty()
    assert again.docs is not None
    made = again.docs.stat().st_mtime_ns
    assert run(workspace, MONDAY).docs == again.docs
    assert again.docs.stat().st_mtime_ns == made


def test_a_broken_sum_is_held_back_alone_and_its_correction_counts(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    first = run(workspace, MONDAY)
    assert outcomes(first) == {"so-y-te": "quarantined", "so-noi-vu": "accepted", "ubnd-huyen-a": "accepted"}
    assert first.findings["message"].item().startswith("dòng 2, cột “Tổng số”: Trực tuyến (1) = 1, Trực tiếp (2) = 2")
    assert published(root)["so-y-te"] == (None, None, None, "None", False)

    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3", tag="_lan2")
    tuesday = MONDAY + timedelta(days=1)
    put_all(workspace, tuesday)
    second = run(workspace, tuesday)
    mended = second.stored.filter(unit_id="so-y-te", business_date=MONDAY)
    assert mended.select("version", "status").row(0) == (2, "accepted")
    assert outcomes(to_lake(workspace, MONDAY))["so-y-te"] == "accepted"
    assert published(root)["so-y-te"] == (2, 9, 11, "18.18", True)


@pytest.mark.slow
def test_a_missing_unit_is_said_then_late_then_counts(root: Path) -> None:
    workspace = small_workspace(root)
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3")
    put(workspace, "ubnd-huyen-a", MONDAY, "Đất đai;1;2;3")
    assert outcomes(run(workspace, MONDAY))["so-y-te"] == "missing"
    assert published(root)["so-y-te"][4] is False
    thursday = MONDAY + timedelta(days=3)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3", sent=thursday)
    to_lake(workspace, thursday)
    (state,) = to_lake(workspace, MONDAY, ("so-y-te",)).states.to_dicts()
    assert (state["outcome"], state["is_late"], state["rules_broken"]) == (
        "accepted_with_warnings",
        True,
        "is_in_time",
    )


@pytest.mark.slow
def test_a_run_that_comes_late_makes_no_unit_late(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    result = to_lake(workspace, MONDAY, now=morning_after(MONDAY + timedelta(days=30)))
    assert result.states["is_late"].to_list() == [False] * 3


def test_a_unit_is_not_missed_on_days_off_its_calendar(root: Path) -> None:
    workspace = small_workspace(root)
    sunday = MONDAY + timedelta(days=6)
    assert set(outcomes(to_lake(workspace, sunday))) == {"so-y-te", "ubnd-huyen-a"}


@pytest.mark.slow
def test_the_same_file_under_another_name_is_a_duplicate(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    to_lake(workspace, MONDAY)
    path = root / "inbox" / "so-y-te" / f"{MONDAY}.csv"
    put(workspace, "so-y-te", MONDAY, tag="_copy", content=path.read_bytes())
    again = run(workspace, MONDAY)
    assert again.stored["status"].to_list() == ["duplicate"]
    assert published(root)["so-y-te"] == (1, 7, 8, "12.50", True)
    assert to_lake(workspace, MONDAY).stored.is_empty()


@pytest.mark.slow
def test_a_restricted_run_says_nothing_about_the_others(root: Path) -> None:
    workspace = small_workspace(root)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3")
    assert outcomes(to_lake(workspace, MONDAY, ("so-y-te",))) == {"so-y-te": "accepted"}
    with open_lake(root) as lake:
        assert current_states(lake, MONDAY, MONDAY)["unit_id"].to_list() == ["so-y-te"]


@pytest.mark.slow
def test_a_restricted_run_makes_no_other_unit_missing_anywhere(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    put(workspace, "so-y-te", tuesday, "Đất đai;1;2;3")
    evening = in_vietnam(tuesday + timedelta(days=1), 20)  # after every cut-off
    result = run(workspace, tuesday, ("so-y-te",), evening)
    assert [alert.unit_id for alert in result.alerts.opened] == []
    assert result.units == ("so-y-te",)
    with open_lake(root) as lake:
        assert current_states(lake, tuesday, tuesday)["unit_id"].to_list() == ["so-y-te"]
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as connection:
        status = connection.execute("SELECT unit_id, business_date, outcome FROM marts.export_status").fetchall()
    assert sorted(status) == [
        ("so-noi-vu", MONDAY, "accepted"),
        ("so-y-te", MONDAY, "accepted"),
        ("so-y-te", tuesday, "accepted"),
        ("ubnd-huyen-a", MONDAY, "accepted"),
    ]


@pytest.mark.slow
def test_a_source_that_cannot_be_asked_stops_no_other_unit(root: Path) -> None:
    source = '{ kind = "http", url = "http://127.0.0.1:9/{date}", attempts = 1 }'
    broken = f"[run]\npull_attempts = 1\n[units.so-y-te]\nsource = {source}\n"
    workspace = small_workspace(root, broken)
    put_all(workspace, MONDAY)
    result = to_lake(workspace, MONDAY)
    assert outcomes(result) == {"so-y-te": "missing", "so-noi-vu": "accepted", "ubnd-huyen-a": "accepted"}
    assert "127.0.0.1:9" in result.failures["so-y-te"]


@pytest.mark.slow
def test_month_to_date_figures_are_not_added_up(root: Path) -> None:
    workspace = small_workspace(root, '[units.so-y-te]\nbasis = "month_to_date"\n')
    for offset, online in enumerate((3, 5, 9)):
        day = MONDAY + timedelta(days=offset)
        put_all(workspace, day)
        put(workspace, "so-y-te", day, f"Đất đai;{online};1;{online + 1}")
        to_lake(workspace, day)
    run(workspace, day)
    assert published(root)["so-y-te"] == (9, 1, 10, "90.00", True)
    assert published(root)["so-noi-vu"] == (6, 21, 27, "22.22", True)


def test_an_empty_inbox_is_a_day_of_missing_units_not_a_failure(root: Path) -> None:
    result = run(small_workspace(root), MONDAY)
    assert set(outcomes(result).values()) == {"missing"}
    assert published(root)["so-y-te"] == (None, None, None, "None", False)


@pytest.mark.slow
def test_garbage_beside_good_files_is_quarantined_with_its_reason(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, content=b"\x89PNG\r\n")
    result = to_lake(workspace, MONDAY)
    assert outcomes(result)["so-y-te"] == "quarantined"
    assert "PNG" in result.findings["message"].item()


@pytest.mark.slow
def test_rules_are_taken_as_strictly_as_tyle_toml_says(root: Path) -> None:
    workspace = small_workspace(
        root,
        '[rules.summary]\ntotal_is_sum = "warning"\n'
        '[units.so-noi-vu]\nrules = { total_is_sum = "off" }\n'
        '[units.ubnd-huyen-a]\nrules = { total_is_sum = "critical" }\n',
    )
    for unit_id in ("so-y-te", "so-noi-vu", "ubnd-huyen-a"):
        put(workspace, unit_id, MONDAY, "Đất đai;1;2;4")
    result = to_lake(workspace, MONDAY)
    assert outcomes(result) == {
        "so-y-te": "accepted_with_warnings",
        "so-noi-vu": "accepted",
        "ubnd-huyen-a": "quarantined",
    }


@pytest.mark.slow
def test_a_copy_of_the_day_before_is_taken_with_a_warning_and_a_falling_month_is_not(root: Path) -> None:
    workspace = small_workspace(root, '[units.so-noi-vu]\nbasis = "month_to_date"\n')
    tuesday = MONDAY + timedelta(days=1)
    for day, cumulative in ((MONDAY, 50), (tuesday, 49)):
        put_all(workspace, day)
        put(workspace, "so-y-te", day, "Đất đai;40;2;42")
        put(workspace, "so-noi-vu", day, f"Đất đai;{cumulative};0;{cumulative}")
        result = to_lake(workspace, day)
    assert outcomes(result) == {
        "so-y-te": "accepted_with_warnings",
        "so-noi-vu": "quarantined",
        "ubnd-huyen-a": "accepted",
    }
    messages = " ".join(result.findings["message"])
    assert "is_no_copy" in messages
    assert "trùng với ngày 01/08/2022" in messages
    assert "trực tuyến trước 50, nay 49; tổng số trước 50, nay 49" in messages

"""Days taken in spans with one publication: the same marts as day by day; it goes on where it was cut short."""

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.cli import main
from flows.runs.steps import DirectSteps
from flows.settings.workspace import Workspace
from flows.work.backfill import BackfillRequest, BackfillResult, Progress, plan, run_backfill
from flows.work.outputs.marts import month_marts
from tests.flows.workspaces import MONDAY, LakeSteps, copy_of, morning_after, put, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.states import current_states

ALL = {"so-noi-vu", "so-y-te", "ubnd-huyen-a"}
DAYS = [MONDAY + timedelta(days=number) for number in range(9)]


def filled(root: Path, settings: str = "") -> Workspace:
    """Nine days of the three units; one day of one unit is wrong, one of another is missing."""
    workspace = small_workspace(root, settings)
    for day in DAYS:
        for unit_id in sorted(ALL):  # no day like another
            put(workspace, unit_id, day, f"Đất đai;2;{day.day};{day.day + 2}", "Hộ tịch;0;5;5")
    put(workspace, "so-y-te", DAYS[2], "Đất đai;1;2;4")
    (workspace.root / "inbox" / "ubnd-huyen-a" / f"{DAYS[4]}.csv").unlink()
    return workspace


def request(
    first: date = DAYS[0], last: date = DAYS[-1], units: tuple[str, ...] = (), lacking: bool = False
) -> BackfillRequest:
    return BackfillRequest(first, last, morning_after(DAYS[-1]), units, lacking)


def backfilled(workspace: Workspace, asked: BackfillRequest, reported: list[Progress] | None = None) -> BackfillResult:
    with open_lake(workspace.root) as lake:
        return run_backfill(workspace, lake, asked, DirectSteps(), (reported if reported is not None else []).append)


def backfilled_to_lake(workspace: Workspace, asked: BackfillRequest) -> BackfillResult:
    """Without the publication at the end."""
    with open_lake(workspace.root) as lake:
        return run_backfill(workspace, lake, asked, LakeSteps())


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BackfillResult]:
    """The nine days taken and published, and the backfill's result."""
    workspace = filled(tmp_path_factory.mktemp("backfill") / "w")
    return workspace.root, backfilled(workspace, request())


def figures(workspace: Workspace) -> dict[str, pl.DataFrame]:
    """The marts without what differs by the moment of the run."""
    with open_lake(workspace.root) as lake:
        marts = month_marts(workspace, lake, "2022-08")
    moments = (
        "received_at",
        "decided_at",
        "received_at_utc",
        "decided_at_utc",
        "kind",
        "shown_in",
        "affects_published",
    )
    return {
        name: frame.drop(moments, strict=False)
        for name, frame in marts.items()
        if name not in {"restatements", "metrics"}
    }


def publications(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in (workspace.root / "published").glob("marts-*.duckdb"))


@pytest.mark.slow
def test_the_marts_are_those_of_a_run_day_by_day_and_one_publication_is_made(tmp_path: Path) -> None:
    daily, spans = filled(tmp_path / "daily"), filled(tmp_path / "spans")
    for day in DAYS:
        to_lake(daily, day)
    reported: list[Progress] = []
    result = backfilled(spans, request(), reported)
    assert len(publications(spans)) == 1
    assert [(progress.done, progress.total) for progress in reported] == [(7, 9), (9, 9)]
    expected, found = figures(daily), figures(spans)
    assert expected.keys() == found.keys()
    for name, frame in expected.items():
        assert found[name].equals(frame), name
    assert result.held_back.select("unit_id", "business_date", "outcome").rows() == [
        ("so-y-te", DAYS[2], "quarantined"),
        ("ubnd-huyen-a", DAYS[4], "missing"),
    ]


@pytest.mark.slow
def test_what_is_there_already_is_not_taken_again(taken: tuple[Path, BackfillResult], tmp_path: Path) -> None:
    made, first = taken
    again = backfilled(copy_of(made, tmp_path / "w"), request())
    assert first.stored.height == 26
    assert (again.stored.height, again.published.publication) == (0, None)


@pytest.mark.slow
def test_one_that_was_killed_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = filled(tmp_path)

    class KilledError(Exception):
        pass

    def killed(progress: Progress) -> None:
        raise KilledError

    with open_lake(workspace.root) as lake, pytest.raises(KilledError):
        run_backfill(workspace, lake, request(), DirectSteps(), killed)
    assert publications(workspace) == []
    result = backfilled(workspace, request())
    assert result.stored["business_date"].unique().sort().to_list() == DAYS[7:]
    assert len(publications(workspace)) == 1


@pytest.mark.slow
def test_what_changed_is_taken_as_a_new_version(taken: tuple[Path, BackfillResult], tmp_path: Path) -> None:
    workspace = copy_of(taken[0], tmp_path / "w")
    put(workspace, "so-noi-vu", DAYS[1], "Đất đai;3;3;6")
    result = backfilled_to_lake(workspace, request())
    assert result.stored.select("delivery_id", "status").rows() == [(f"so-noi-vu:{DAYS[1]}:summary:v2", "accepted")]


@pytest.mark.slow
def test_only_what_is_lacking_is_asked_for(tmp_path: Path) -> None:
    workspace = filled(tmp_path, "[run]\nbackfill_days = 2\n")
    backfilled_to_lake(workspace, request())
    with open_lake(workspace.root) as lake:
        asked = [span.asked.rows() for span in plan(workspace, lake, request(lacking=True))]
    assert asked == [
        [("so-y-te", "summary", DAYS[2], DAYS[2])],
        [("ubnd-huyen-a", "summary", DAYS[4], DAYS[4])],
    ]
    put(workspace, "so-noi-vu", DAYS[1], "Đất đai;3;3;6")  # changed, but accepted before: not asked for
    put(workspace, "ubnd-huyen-a", DAYS[4], "Đất đai;3;3;6")
    assert backfilled_to_lake(workspace, request(lacking=True)).stored["unit_id"].to_list() == ["ubnd-huyen-a"]


@pytest.mark.slow
def test_a_unit_is_asked_for_its_lacking_days_alone(tmp_path: Path) -> None:
    """Of a unit that lacks two days of a span, the days between are not taken, even where their files changed."""
    workspace = filled(tmp_path)
    for day in (DAYS[0], DAYS[3]):
        (workspace.root / "inbox" / "so-noi-vu" / f"{day}.csv").unlink()
    backfilled_to_lake(workspace, request())
    for day in DAYS:
        put(workspace, "so-noi-vu", day, f"Đất đai;{day.day};9;{day.day + 9}")
    put(workspace, "so-y-te", DAYS[2], "Đất đai;1;2;5")
    result = backfilled_to_lake(workspace, request(lacking=True))
    assert result.stored.select("unit_id", "business_date").sort("unit_id", "business_date").rows() == [
        ("so-noi-vu", DAYS[0]),
        ("so-noi-vu", DAYS[3]),
        ("so-y-te", DAYS[2]),
    ]


@pytest.mark.slow
def test_of_two_contracts_the_lacking_one_is_asked_for(tmp_path: Path) -> None:
    two = '[[units.so-y-te]]\n[[units.so-y-te]]\ncontract = "processing"\nsource = { path = "inbox/xu-ly" }\n'
    workspace = filled(tmp_path, two)
    backfilled_to_lake(workspace, request(DAYS[0], DAYS[0]))
    put(workspace, "so-y-te", DAYS[0], "Đất đai;5;5;10")
    with open_lake(workspace.root) as lake:
        (span,) = plan(workspace, lake, request(DAYS[0], DAYS[0], lacking=True))
    assert span.asked.rows() == [("so-y-te", "processing", DAYS[0], DAYS[0])]
    assert backfilled_to_lake(workspace, request(DAYS[0], DAYS[0], lacking=True)).stored.is_empty()


@pytest.mark.slow
def test_a_backfill_of_some_units_records_nothing_of_the_others(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    result = backfilled_to_lake(workspace, request(units=("ubnd-huyen-a",)))
    assert set(result.held_back["unit_id"]) == {"ubnd-huyen-a"}
    with open_lake(workspace.root) as lake:
        assert current_states(lake, DAYS[0], DAYS[-1])["unit_id"].unique().to_list() == ["ubnd-huyen-a"]


def test_spans_are_consecutive_days_of_units_valid_then(tmp_path: Path) -> None:
    workspace = filled(tmp_path, "[run]\nbackfill_days = 4\n")
    with open_lake(workspace.root) as lake:
        spans = plan(workspace, lake, request())
        one_unit = plan(workspace, lake, request(units=("so-y-te",)))
        before_all = plan(workspace, lake, request(date(2021, 12, 30), date(2021, 12, 31)))
    assert [(span.first, span.last) for span in spans] == [(DAYS[0], DAYS[3]), (DAYS[4], DAYS[7]), (DAYS[8], DAYS[8])]
    assert all(set(span.asked["unit_id"]) == ALL for span in spans)
    assert all(span.asked["unit_id"].to_list() == ["so-y-te"] for span in one_unit)
    assert [span.asked.rows() for span in before_all] == [[]]


@pytest.mark.slow
def test_a_failing_source_stops_no_other_and_is_named(tmp_path: Path) -> None:
    nobody = "[run]\npull_attempts = 1\n"
    nobody += '[units.so-y-te.source]\nkind = "http"\nattempts = 1\nurl = "http://127.0.0.1:9/{date}"\n'
    workspace = filled(tmp_path, nobody)
    result = backfilled_to_lake(workspace, request())
    assert list(result.failures) == ["so-y-te"]
    assert set(result.stored["unit_id"]) == {"so-noi-vu", "ubnd-huyen-a"}
    assert result.held_back.filter(unit_id="so-y-te").height == len(DAYS)


@pytest.mark.slow
def test_the_command_says_what_is_open_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = filled(tmp_path)
    asked = ("backfill", "--from", f"{DAYS[0]}", "--to", f"{DAYS[-1]}", "--workspace", str(workspace.root))
    with pytest.raises(SystemExit) as ended:
        main(asked)
    assert ended.value.code == 2
    out = capsys.readouterr().out
    assert "01/08/2022–07/08/2022  20 lần gửi mới, 1 bị giữ lại  (7/9 ngày)" in out
    assert "Sở Y tế: bị giữ lại" in out
    assert "UBND huyện A: chưa gửi" in out
    with pytest.raises(SystemExit):
        main((*asked, "--json"))
    assert json.loads(capsys.readouterr().out)["stored"] == {}


def test_queueing_needs_a_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    workspace = small_workspace(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(("backfill", "--from", "2022-08-01", "--to", "2022-08-02", "--queue", "--workspace", str(workspace.root)))
    assert ended.value.code == 1
    assert capsys.readouterr().err == "tyle: --queue cần máy chủ Prefect: đặt PREFECT_API_URL\n"

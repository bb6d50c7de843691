"""One extract with the cases of all units: split by the unit that handles or received each case, without a name."""

import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.intake.shared import split_one
from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from flows.work.day import DayResult
from tests.flows.commanding import Tyle
from tests.flows.intake.test_sides import CASES, COMMUNES, EXPECTED, counted
from tests.flows.workspaces import MONDAY, UNITS, put, run, small_workspace, to_lake
from tests.flows.workspaces import outcomes as outcomes_of
from tests.writers.workbook import workbook
from warehouse.published.read import read_published

HEADER = ["STT", "Mã hồ sơ", "Họ tên chủ hồ sơ", "Đơn vị tiếp nhận", "Cơ quan giải quyết", "Kênh thực hiện"]
HEADER += ["Trạng thái", "Ngày tiếp nhận", "Ngày hẹn trả", "Lĩnh vực", "Mức độ"]
PERSON = "Nguyễn Thị ZQXMARK"
Row = list[str]


def workspace_of(root: Path, count_for: str = "handling", more: str = "") -> Workspace:
    settings = f'[[shared]]\nid = "cong"\ncontract = "cases"\ncount_for = "{count_for}"\n{more}'
    small_workspace(root, settings)
    units = [
        f"{unit_id},{name},xa,communes,{number},2022-01-01,,pending,every_day,,"
        for number, (unit_id, name) in enumerate(COMMUNES.items(), start=1)
    ]
    (root / "reference" / "units.csv").write_text("\n".join([UNITS.splitlines()[0], *units]) + "\n", encoding="utf-8")
    return open_workspace(root)


def rows(made: Sequence[tuple[str, str]], first: int = 1, **changed: str) -> list[Row]:
    """A row for each case (handling and receiving unit, ids or other names)."""
    found = []
    for number, (handling, receiving) in enumerate(made, start=first):
        own = dict(
            zip(HEADER, ["", "", PERSON, "", "", "2", "4", "01/08/2022", "12/08/2022", "Đất đai", "4"], strict=True)
        )
        own |= {"STT": str(number), "Mã hồ sơ": f"H55.14-220801-{number:04d}"}
        own |= {"Đơn vị tiếp nhận": COMMUNES.get(receiving, receiving)}
        own |= {"Cơ quan giải quyết": COMMUNES.get(handling, handling)} | changed
        found.append(list(own.values()))
    return found


def extract(*made: Row, around: bool = False) -> bytes:
    """The extract; `around`: with lines above, a header repeated on the next page, and a signature."""
    if not around:
        return ("\n".join(";".join(row) for row in [HEADER, *made]) + "\n").encode()
    half = len(made) // 2
    pages = [*made[:half], HEADER, *made[half:]]
    table = [
        ["DANH SÁCH HỒ SƠ TOÀN TỈNH"],
        [],
        HEADER,
        *pages,
        [],
        ["", f"Người lập: {PERSON}"],
        ["Tổng cộng: 6 hồ sơ"],
    ]
    return workbook(table)


def send(workspace: Workspace, content: bytes, day: date = MONDAY, tag: str = "") -> DayResult:
    put(workspace, "shared/cong", day, content=content, tag=tag)
    return to_lake(workspace, day)


def outcomes(result: DayResult) -> dict[str, str]:
    """unit_id → outcome of the day, without the extract itself."""
    return {unit_id: one for unit_id, one in outcomes_of(result).items() if not unit_id.startswith("@")}


def told(workspace: Workspace, result: DayResult) -> str:
    """All that the lake and the result of a run say, but for the place of the original."""
    with lake_of(workspace) as lake, lake.snapshot() as cursor:
        tables = ("deliveries", "daily_counts", "cases", "check_results", "rejected_rows", "layouts", "outcomes")
        frames = [cursor.execute(f"FROM lake.{table}").pl() for table in tables]
    frames += [result.findings, result.states]
    return "".join(frame.drop("source_uri", "landing", strict=False).write_ndjson() for frame in frames)


@pytest.mark.parametrize("around", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("count_for", ["receiving", pytest.param("handling", marks=pytest.mark.slow)])
def test_each_case_counts_once_for_the_chosen_unit(tmp_path: Path, count_for: str, around: bool) -> None:
    workspace = workspace_of(tmp_path / "w", count_for)
    put(workspace, "shared/cong", MONDAY, content=extract(*rows(CASES), around=around))
    result = run(workspace, MONDAY)
    assert set(outcomes(result).values()) == {"accepted"}, result.findings["message"].to_list()
    assert {unit_id: len(ids) for unit_id, ids in counted(workspace).items()} == EXPECTED[count_for]
    marts = read_published(workspace.published, "2022-08", only=["monthly_unit_rates", "monthly_group_rates"])
    months = marts["monthly_unit_rates"].select("unit_id", "total", "counted_for").rows()
    assert sorted(months) == [(unit_id, count, count_for) for unit_id, count in EXPECTED[count_for].items()]
    assert marts["monthly_group_rates"].filter(unit_group="all")["total"].to_list() == [len(CASES)]
    assert "ZQXMARK" not in told(workspace, result)


def test_faulty_rows_are_those_of_their_unit_and_an_unknown_unit_is_an_entry_without_a_name(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w", more="max_faulty_rows_pct = 40\n")
    faulty = rows([("xa-a", "xa-b")], 20, **{"Kênh thực hiện": "9"})  # 1 of 3 rows of xã A, 1 of 2 of xã C
    faulty += rows([("xa-c", "xa-c")], 21, **{"Ngày tiếp nhận": ""})
    made = rows([("xa-a", "xa-a"), ("xa-a", "xa-a"), ("xa-b", "xa-a"), ("xa-c", "xa-c")])
    unknown = rows([(PERSON, "xa-a"), (PERSON, "xa-b"), ("", "xa-c")], 30)
    result = send(workspace, extract(*made, *faulty, *unknown))
    assert outcomes(result) == {"xa-a": "accepted_with_warnings", "xa-b": "accepted", "xa-c": "quarantined"}
    assert {unit_id: len(ids) for unit_id, ids in counted(workspace).items()} == {"xa-a": 2, "xa-b": 1, "xa-c": 0}
    held = result.stored.filter(pl.col("unit_id").str.starts_with("@cong/"))
    assert held["status"].to_list() == ["quarantined"] * 2
    digits = sha256((workspace.root / "inbox" / "shared" / "cong" / f"{MONDAY}.csv").read_bytes()).hexdigest()[:12]
    assert set(result.stored["file_name"]) == {f"{digits}.csv"}
    said = " ".join(result.findings.filter(pl.col("rule") == "readable")["message"])
    assert "không biết đơn vị ghi ở 2 dòng" in said
    assert "dòng có số liệu mà không ghi đơn vị (dòng 10)" in said
    assert "ZQXMARK" not in told(workspace, result)
    assert "nguyen" not in told(workspace, result)


def test_a_name_that_nobody_knows_matters_only_where_it_decides(tmp_path: Path) -> None:
    """Handled by an office that is no unit: that of its receiver, where the receiving unit counts."""
    made = [("Chi nhánh Văn phòng đăng ký đất đai", "xa-a"), ("xa-b", "xa-b"), ("xa-c", "xa-c")]
    result = send(workspace_of(tmp_path / "r", "receiving"), extract(*rows(made)))
    assert set(outcomes(result).values()) == {"accepted"}
    result = send(workspace_of(tmp_path / "h", "handling"), extract(*rows(made)))
    assert outcomes(result) == {"xa-a": "missing", "xa-b": "accepted", "xa-c": "accepted"}
    assert result.stored.filter(status="quarantined").height == 1


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", 'without_cases = "zero"\n'])
@pytest.mark.parametrize("count_for", ["handling", "receiving"])
def test_a_case_that_goes_over_to_another_unit_goes_over_with_the_restated_extract(
    tmp_path: Path, count_for: str, more: str
) -> None:
    """Where a unit had a case and has none now, only `without_cases = "zero"` says that it had none."""
    workspace = workspace_of(tmp_path / "w", count_for, more)
    send(workspace, extract(*rows(CASES)))
    moved = [*CASES[:1], ("xa-c", "xa-c"), *CASES[2:]]
    if more:
        moved = [("xa-c", "xa-c") if one == ("xa-b", "xa-a") else one for one in CASES]
    again = send(workspace, extract(*rows(moved)), tag="_lan2")
    changed = {"handling": {"xa-b", "xa-c"}, "receiving": {"xa-a", "xa-c"}}[count_for]
    assert set(again.stored.filter(~pl.col("unit_id").str.starts_with("@"), status="accepted")["unit_id"]) == changed
    expected = Counter(one[0] if count_for == "handling" else one[1] for one in moved)
    assert {unit_id: len(ids) for unit_id, ids in counted(workspace).items() if ids} == expected


@pytest.mark.slow
@pytest.mark.parametrize(("without_cases", "outcome"), [("missing", "missing"), ("zero", "accepted")])
def test_a_unit_without_a_row_is_missing_or_had_no_case_as_agreed(
    tmp_path: Path, without_cases: str, outcome: str
) -> None:
    workspace = workspace_of(tmp_path / "w", more=f'without_cases = "{without_cases}"\n')
    for number in range(4):
        day = MONDAY + timedelta(days=number)
        made = rows([("xa-a", "xa-a"), ("xa-b", "xa-a")], 1 + 2 * number, **{"Ngày tiếp nhận": f"{day:%d/%m/%Y}"})
        result = send(workspace, extract(*made), day)
        assert outcomes(result) == {"xa-a": "accepted", "xa-b": "accepted", "xa-c": outcome}
    nothing = send(workspace, extract(), MONDAY + timedelta(days=5))
    assert set(outcomes(nothing).values()) == {outcome if without_cases == "zero" else "missing"}


@pytest.mark.slow
@pytest.mark.parametrize("count_for", ["handling", "receiving"])
def test_once_a_unit_has_the_unknown_name_the_rows_are_its_own(tmp_path: Path, tyle: Tyle, count_for: str) -> None:
    workspace = workspace_of(tmp_path / "w", count_for)
    made = [("xa-a", "xa-a"), ("xa-c", "xa-c"), ("Xã C mới", "Xã C mới"), ("Xã C mới", "Xã C mới")]
    send(workspace, extract(*rows(made)))
    assert {unit_id: len(ids) for unit_id, ids in counted(workspace).items()} == {"xa-a": 1, "xa-b": 0, "xa-c": 1}
    _, out, _ = tyle("units", "alias", "Xã C mới", "xa-c", "--by", "An", "--workspace", workspace.root)
    assert f"xa-c:{MONDAY}:cases:v2: đã nhận" in out
    assert {unit_id: len(ids) for unit_id, ids in counted(workspace).items()} == {"xa-a": 1, "xa-b": 0, "xa-c": 3}


@pytest.mark.parametrize("by", ["sheet", "block"])
def test_a_sheet_or_a_title_names_no_person(tmp_path: Path, by: str) -> None:
    workspace = workspace_of(tmp_path / "w", more=f'by = "{by}"\n')
    good = [[COMMUNES["xa-a"]], HEADER, *rows([("xa-a", "xa-a")])]
    wrong = [[f"Bà {PERSON}"], [*HEADER[:3], *HEADER[4:5]], *(row[:4] for row in rows([("xa-b", "xa-b")]))]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, table in (("UBND xã A", good), (f"Bà {PERSON}", wrong), (f"Ông {PERSON}", good)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(table):
                sheet.write_row(at, 0, row)
    result = send(workspace, out.getvalue())
    assert result.stored.filter(status="quarantined").height
    assert "ZQXMARK" not in told(workspace, result)
    assert "zqxmark" not in told(workspace, result)


_SIDE = st.sampled_from(list(COMMUNES))


@pytest.mark.slow
@given(made=st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=20), shuffled=st.randoms())
@settings(max_examples=5)
def test_the_units_together_have_each_case_once(made: list[tuple[str, str]], shuffled: st.DataObject) -> None:
    listed = rows(made)
    shuffled.shuffle(listed)  # type: ignore[attr-defined]
    for count_for, side in (("handling", 0), ("receiving", 1)):
        with tempfile.TemporaryDirectory() as folder:
            workspace = workspace_of(Path(folder) / "w", count_for)
            (shared,) = workspace.settings.shared_exports
            found = split_one(workspace, shared, extract(*listed), {"business_date": MONDAY})
            sizes = {
                part.unit_id: part.content.read.rows.height
                for part in found.parts
                if part.content.read.rows is not None
            }
            assert sizes == Counter(one[side] for one in made)
            send(workspace, extract(*listed))
            assert {unit: len(ids) for unit, ids in counted(workspace).items() if ids} == sizes

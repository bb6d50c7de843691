"""The main job as a newcomer runs it: `tyle demo`, then the published file opened by a plain duckdb.

`make test` runs the month without Prefect, which takes two thirds of the time; `make test-slow` the command as it is.
"""

import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from demo.events import EVENTS
from demo.month import centre_of, deliveries_of, plan_month
from demo.reference import load_reference
from demo.styles import STYLES
from demo.writers import suffix
from flows.commands import demo as command
from flows.settings.workspace import Workspace
from flows.work.day import DayResult
from tests.flows.workspaces import run
from tests.reports.made import (
    tables_of_docx,
    tables_of_html,
    tables_of_xlsx,
    text_of_docx,
    text_of_html,
    text_of_pdf,
)
from tests.reports.test_printed import ROWS
from warehouse.lake.opening import open_lake
from warehouse.marts.catalogue import PUBLISHED

MONTH = "2022-08"
AS_OF = "2022-08-19"
# Printed in the report of 19 August 2022: groups and the whole province, (1), (2), (3) and rate.
PRINTED_GROUPS = {
    "departments": (14500, 4357, 18857, Decimal("76.89")),
    "districts": (5045, 1063, 6108, Decimal("82.60")),
    "all": (19545, 5420, 24965, Decimal("78.29")),
}
BELOW_TARGET = ["Sở Lao động Thương binh và Xã hội", "UBND TP Thái Nguyên", "UBND huyện Phú Lương"]


def tyle(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TYLE_"))}
    return subprocess.run(
        [Path(sys.executable).with_name("tyle"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=clean | environment,
        timeout=600,
    )


def directly(workspace: Workspace, days: Sequence[date], now: datetime) -> list[DayResult]:
    return [run(workspace, day, now=now.replace(tzinfo=None)) for day in days]


def without_prefect(root: Path) -> str:
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "connected", lambda _: nullcontext())
        patch.setattr(command, "run_orchestrated", directly)
        assert command.run_demo(root, Console(file=out, width=250)) is False
    return out.getvalue()


def as_a_newcomer(root: Path) -> str:
    ended = tyle("demo", root)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""
    return ended.stdout


@pytest.fixture(scope="module", params=[without_prefect, pytest.param(as_a_newcomer, marks=pytest.mark.slow)])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's workspace and what it printed."""
    root = tmp_path_factory.mktemp("demo") / "var"
    return root, request.param(root)


def query(root: Path, sql: str) -> list[tuple[object, ...]]:
    config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True, config=config) as connection:
        return connection.execute(sql).fetchall()


def counted(root: Path) -> list[tuple[object, ...]]:
    both = "SELECT * FROM marts.monthly_unit_rates UNION BY NAME SELECT * FROM marts.monthly_group_rates"
    return query(root, f"FROM ({both}) ORDER BY ALL")


def printed_units() -> dict[str, tuple[object, ...]]:
    with (files("reference") / "demo" / "august-2022.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    # The report prints 42 for UBND TP Thái Nguyên; its own figures make 41,85.
    rates = {row["unit_id"]: row["printed_rate_pct"].replace(",", ".") for row in rows}
    rates["ubnd-tp-thai-nguyen"] = "41.85"
    return {
        row["unit_id"]: (*(int(row[c]) for c in ("online", "in_person", "total")), Decimal(rates[row["unit_id"]]))
        for row in rows
    }


def test_all_29_rows_equal_the_printed_report(demo: tuple[Path, str]) -> None:
    root, _ = demo
    select = "SELECT {}, online, in_person, total, online_rate_pct FROM marts.{} WHERE month = '2022-08'"
    where = f" AND as_of = DATE '{AS_OF}'"
    units = query(root, select.format("unit_id", "monthly_unit_rates") + where)
    groups = query(root, select.format("unit_group", "monthly_group_rates") + where)
    assert {unit: tuple(figures) for unit, *figures in units} == printed_units()
    assert {group: tuple(figures) for group, *figures in groups} == PRINTED_GROUPS
    assert len(units) + len(groups) == 29


def test_the_units_below_target_are_those_the_report_names(demo: tuple[Path, str]) -> None:
    root, out = demo
    below = query(
        root,
        "SELECT unit_name FROM marts.monthly_unit_rates WHERE NOT meets_target ORDER BY unit_group, report_order",
    )
    assert [name for (name,) in below] == BELOW_TARGET
    assert [line for line in out.splitlines() if line.startswith("Dưới chỉ tiêu")][2].count("UBND huyện Phú Lương")


def test_everything_held_back_on_the_way_is_mended_and_said(demo: tuple[Path, str]) -> None:
    root, out = demo
    status = query(
        root,
        "SELECT unit_id, business_date::VARCHAR, outcome, version, is_late FROM marts.export_status "
        "WHERE version > 1 OR is_late OR outcome <> 'accepted' ORDER BY ALL",
    )
    assert status == [
        ("so-tu-phap", "2022-08-09", "accepted_with_warnings", 1, True),
        ("ubnd-huyen-dai-tu", "2022-08-10", "accepted", 2, False),
        ("ubnd-tp-thai-nguyen", "2022-08-19", "accepted_with_warnings", 1, False),
    ]
    for text in (
        "Sở Tư pháp: chưa gửi",
        "(phải là 9)",
        "đã nhận phiên bản 2",
        "gửi trùng",
        "Sở Tư pháp (số liệu ngày 09/08): nay mới có, gửi muộn, đã nhận",
        "= 42",
    ):
        assert text in out


def test_what_changed_after_it_was_published_is_in_the_history(demo: tuple[Path, str]) -> None:
    root, out = demo
    history = query(
        root,
        "SELECT unit_id, business_date::VARCHAR, kind, version_before, total_before, outcome_before, affects_published "
        "FROM marts.restatements ORDER BY business_date",
    )
    assert history == [
        ("so-tu-phap", "2022-08-09", "late_first", None, None, "missing", True),
        ("ubnd-huyen-dai-tu", "2022-08-10", "correction", 1, None, "quarantined", True),
    ]
    assert out.count("Thay đổi sau công bố") == 2


def test_the_change_since_april_is_the_one_the_report_prints(demo: tuple[Path, str]) -> None:
    root, out = demo
    change = query(
        root,
        "SELECT baseline_month, baseline_rate_pct, baseline_change_points FROM marts.monthly_group_rates "
        "WHERE unit_group = 'all'",
    )
    assert change == [("2022-04", Decimal("48.69"), Decimal("29.60"))]
    assert "tăng 29,60 điểm phần trăm so với tháng 4/2022 (48,69%)" in out


def test_the_three_appendices_stand_on_the_screen(demo: tuple[Path, str]) -> None:
    _, out = demo
    for row in ("14.500", "24.965", "78,29", "8,70", "41,85", "82,60"):
        assert row in out
    assert out.count("Phụ lục 0") == 3


def test_the_headline_figures_of_all_procedures_come_from_the_centre_s_exports(demo: tuple[Path, str]) -> None:
    root, out = demo
    found = query(root, "FROM marts.monthly_processing")
    centre, name = "trung-tam-phuc-vu-hanh-chinh-cong", "Trung tâm Phục vụ hành chính công"
    days = (date(2022, 8, 1), date(2022, 8, 31), date.fromisoformat(AS_OF))
    of_month = (None, None, None, None)  # nobody knows what stood at the end of July
    of_year = (627616, 612911, 611808, Decimal("99.82"))
    first, share_of_days = date(2022, 8, 1), Decimal("100.00")
    row = (MONTH, centre, name, *days, *of_month, *of_year, 19, 19, True, False, None, first, share_of_days)
    assert found == [row]
    assert (
        f"{name}, mọi thủ tục, từ đầu năm: tiếp nhận 627.616, đã giải quyết 612.911, đúng hạn 611.808 (99,82%)" in out
    )
    for mart in ("monthly_unit_rates", "monthly_field_rates", "daily_unit_rates"):
        assert query(root, f"SELECT count(*) FROM marts.{mart} WHERE unit_id = '{centre}'") == [(0,)]
    status = query(root, f"SELECT outcome, count(*) FROM marts.export_status WHERE unit_id = '{centre}' GROUP BY ALL")
    assert status == [("accepted", 19)]


def test_the_report_is_written_in_four_formats_with_the_printed_figures(demo: tuple[Path, str]) -> None:
    root, out = demo
    assert f"Báo cáo (docx, xlsx, pdf, html): {root.resolve() / 'report'}" in out
    files = sorted((root / "report").iterdir())
    assert [file.name for file in files] == [f"bao-cao-{MONTH}.{kind}" for kind in ("docx", "html", "pdf", "xlsx")]
    docx, html, pdf, xlsx = (file.read_bytes() for file in files)
    rows = [row for table in tables_of_docx(docx) for row in table]
    assert rows == [row for table in ROWS for row in table]
    assert rows == [row for table in tables_of_html(html) for row in table]
    assert len(rows) == len([row for table in tables_of_xlsx(xlsx) for row in table])
    for text in (text_of_docx(docx), text_of_html(html), text_of_pdf(pdf)):
        assert "đạt 78,29% (19.545/24.965 hồ sơ), tăng 29,60 điểm phần trăm" in text
        for figure in ("627.616", "612.911", "99,82%"):
            assert figure in text
        assert "/BC-STTTT" in text


@pytest.mark.slow
def test_running_a_day_or_all_again_changes_no_number_and_adds_no_version(demo: tuple[Path, str]) -> None:
    root, _ = demo
    before = counted(root), query(root, "SELECT * FROM marts.export_status ORDER BY ALL")
    for again in (("run", "--date", "2022-08-10", "--workspace", root), ("demo", root)):
        ended = tyle(*again)
        assert ended.returncode == 0, ended.stderr
    assert (counted(root), query(root, "SELECT * FROM marts.export_status ORDER BY ALL")) == before


def test_the_file_describes_itself(demo: tuple[Path, str]) -> None:
    root, _ = demo
    blank = query(
        root,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'marts' "
        "AND coalesce(comment, '') = ''",
    )
    assert blank == []
    keys = query(root, "SELECT count(*) FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'")
    assert keys == [(len(PUBLISHED),)]


def test_what_is_planted_is_exactly_what_is_held_back(demo: tuple[Path, str]) -> None:
    """The plan of the month is its key: every file with its status and the rule that decides it."""
    root, _ = demo
    month = plan_month(load_reference())
    key = {}
    known: set[tuple[str, date, bytes]] = set()
    for day in sorted({sending.arrives for sending in month.sendings}):
        for file in (*deliveries_of(day, month), *centre_of(day, month)):
            repeated = (file.unit_id, file.business_date, file.content) in known
            known.add((file.unit_id, file.business_date, file.content))
            key[f"inbox/{file.path}"] = ("duplicate", None) if repeated else ("accepted", None)
    for first, sending in ((event.sendings[0], sending) for event in EVENTS for sending in event.sendings):
        place = f"inbox/{sending.unit_id}/{sending.business_date}{sending.tag}{suffix(STYLES[sending.unit_id])}"
        if sending.total_off_by:
            key[place] = ("quarantined", "total_is_sum")
        if first.arrives > sending.business_date + timedelta(days=1):
            key[place] = ("accepted_with_warnings", "is_in_time")
        if sending.totals_rate:
            key[place] = ("accepted_with_warnings", "rate_has_decimals")
    with open_lake(root) as lake, lake.snapshot() as cursor:
        stored = cursor.execute(
            "SELECT source_uri, status, "
            "string_agg(rule, ',' ORDER BY rule) FILTER (outcome <> 'holds' AND severity <> 'info') "
            "FROM lake.deliveries LEFT JOIN lake.check_results USING (delivery_id) GROUP BY ALL"
        ).fetchall()
    assert {place: (status, rules) for place, status, rules in stored} == key
    assert [status for status, _ in key.values()].count("accepted") == len(key) - 4

"""July 2025 from 120 units' exports to the report: districts have ended, communes begun on 1 July, much is lacking.

Very long names, a unit that sends nothing, one without a case, one that lacks a day; charts on.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pypdf
import pytest

from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.outputs import report
from reports.month.content import Report
from tests.flows.workspaces import put, run
from tests.reports.ink import ink, outside
from tests.reports.made import (
    flat,
    tables_of_docx,
    tables_of_html,
    tables_of_xlsx,
    text_of_docx,
    text_of_html,
    text_of_pdf,
)

pytestmark = pytest.mark.slow

JUNE, FIRST, SECOND = date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 2)
LONG = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông và nông nghiệp " * 4
ODD = {
    "dai": LONG.strip(),
    "khong-dau-cach": "Trungtâmphụcvụhànhchínhcông" * 4,
    "khong-gui": "Sở <Không gửi> & “Nguyễn”",
    "khong-ho-so": "Sở Không phát sinh hồ sơ",
    "thieu": "Sở Thiếu ngày",
}
TARGETS = "unit_group,target_pct,legal_basis,valid_from,valid_to\n" + "".join(
    f"{group},55.00,Quyết định số 1/QĐ-UBND,2025-01-01,\n" for group in ("departments", "districts", "communes", "all")
)


@dataclass(frozen=True)
class Written:
    """The report and its files, by their suffix."""

    report: Report
    docx: bytes
    xlsx: bytes
    pdf: bytes
    html: bytes


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    workspace = province(tmp_path_factory.mktemp("province") / "w")
    (workspace.root / "inbox" / "khong-gui").mkdir(parents=True)  # set up: a unit without a folder is not missed
    for day in (JUNE, FIRST, SECOND):
        for number, unit_id in enumerate(workspace.registry.on(day)["unit_id"]):
            online = number % 9 + 1
            counts = "0;0;0" if unit_id == "khong-ho-so" else f"{online};4;{online + 4}"
            if unit_id != "khong-gui" and not (unit_id == "thieu" and day == SECOND):
                put(workspace, unit_id, day, f"Đất đai;{counts}")
    for day in (JUNE, SECOND):  # the run of 2 July takes 1 July too
        run(workspace, day)
    content = report.content(workspace, "2025-07", report.published_figures(workspace, "2025-07"))
    files = {Path(name).suffix[1:]: one for name, one in report.documents(workspace, content).items()}
    return Written(content, **files)


def province(root: Path) -> Workspace:
    """The shipped units and as many odd ones as make 120 in July 2025."""
    create_workspace(root, "[report]\ncharts = true\n")
    file = root / "reference" / "units.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    counted = [row for row in rows if row["unit_group"] != "centres"]
    there = sum(not row["valid_to"] or row["valid_to"] > f"{SECOND}" for row in counted)
    more = ODD | {f"don-vi-{n}": f"Đơn vị thứ {n}" for n in range(120 - there - len(ODD))}
    pattern = next(row for row in rows if row["unit_group"] == "departments")
    given = {"valid_from": "2022-01-01", "valid_to": "", "calendar": "every_day", "aliases": "", "successors": ""}
    rows += [
        pattern | given | {"unit_id": id_, "name": name, "report_order": str(100 + order)}
        for order, (id_, name) in enumerate(more.items())
    ]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (root / "reference" / "targets.csv").write_text(TARGETS, encoding="utf-8")
    return open_workspace(root)


@cache
def communes() -> list[str]:
    shipped = Path(report.__file__).parents[3] / "reference" / "units.csv"
    with shipped.open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file) if row["valid_from"] == f"{FIRST}"]


def test_each_format_has_the_120_units_of_july_and_no_district(written: Written) -> None:
    assert len(communes()) == 92
    for tables in (tables_of_docx(written.docx), tables_of_html(written.html)):
        first, departments, villages = tables
        assert [row[1] for row in first] == ["Sở, ban, ngành (*)", "Xã, phường", "Tổng (*)"]
        assert [row[1] for row in villages[1:]] == communes()
        assert len(departments[1:]) + len(villages[1:]) == 120
    sheets = tables_of_xlsx(written.xlsx)
    assert [row[1] for row in sheets[2][1:] if row[1] != "Tổng cộng"] == communes()
    packed = "".join(text_of_pdf(written.pdf).split())
    assert [name for name in (*ODD.values(), *communes()) if "".join(name.split()) not in packed] == []


def test_what_lacks_is_blank_or_marked_and_no_case_is_zero(written: Written) -> None:
    for tables in (tables_of_docx(written.docx), tables_of_html(written.html)):
        by_name = {row[1]: row[2:] for row in tables[1]}
        assert by_name[f"{ODD['khong-gui']} (**)"] == ("", "", "", "")
        assert by_name[ODD["khong-ho-so"]] == ("0", "0", "0", "")
        assert f"{ODD['thieu']} (*)" in by_name
        assert ODD["dai"] in by_name
    sheet = {row[1]: row[2:6] for row in tables_of_xlsx(written.xlsx)[1]}
    assert sheet[f"{ODD['khong-gui']} (**)"] == (None, None, None, None)
    assert sheet[ODD["khong-ho-so"]] == (0, 0, 0, None)
    for text in (text_of_docx(written.docx), text_of_html(written.html), text_of_pdf(written.pdf)):
        assert f"Chưa đủ số liệu đến ngày 2/7/2025: {ODD['khong-gui']} (chưa có ngày nào); " in text
        assert f"{ODD['thieu']} (mới có 1/2 ngày)" in text


def test_the_trend_goes_over_the_reform_and_the_calendar_says_who_lacks_which_day(written: Written) -> None:
    trend, channels, *others = written.report.pictures
    assert [part.split(":")[0] for part in trend.alternative.split("; ")] == ["6/25", "7/25"]
    assert [part.split(":")[0] for part in channels.alternative.split("; ")] == ["6/25", "7/25"]
    ranked = [one for one in others if "Tỷ lệ trực tuyến tại" in one.title]
    assert sum(one.alternative.count("%") for one in ranked) == 118
    alternative = "; ".join(one.alternative for one in others if "từng ngày" in one.title)
    assert f"{ODD['khong-gui']}: chưa gửi 1/7/2025, 2/7/2025" in alternative
    assert f"{ODD['thieu']}: chưa gửi 2/7/2025" in alternative


def test_tables_of_the_pdf_repeat_their_header_and_pages_are_numbered(written: Written) -> None:
    pages = [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(written.pdf)).pages]
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    tables = [page for page in pages if re.search(r"UBND xã [^\d]+ \d+ \d+ \d+ \d+,\d\d", page)]
    assert len(tables) >= 3
    assert [page[:60] for page in tables if "STT Đơn vị" not in page] == []


@pytest.mark.nightly
def test_nothing_of_it_is_printed_outside_the_margins(written: Written) -> None:
    assert outside(ink(written.pdf)) == []

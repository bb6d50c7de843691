"""What changed since a published report: every printed figure, its delivery, in every format."""

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest

from reports.formats.document import read_document
from reports.formats.docx import write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.formats.xlsx import write_xlsx
from reports.month.changes import Changes, compare
from tests.reports.example import CENTRE, PROCESSING, marts, processed, unit
from tests.reports.made import OFFICE, demo_template, made, text_of_docx, text_of_html, text_of_pdf

SINCE = datetime(2022, 8, 19, 22, 30)
CORRECTED = "so-b:2022-08-09:summary:v2"


def rows(online: int) -> list[dict[str, Any]]:
    return [
        unit("so-a", "Sở A", "departments", 1, 1, 1),
        unit("so-b", "Sở B", "departments", 2, online, 10),
        unit("huyen-c", "UBND huyện C", "districts", 1, 5, 5),
    ]


def deliveries(*named: tuple[str, str, str, str | None]) -> pl.DataFrame:
    schema = {"delivery_id": pl.String, "unit_id": pl.String, "contract": pl.String, "kind": pl.String}
    return pl.DataFrame(list(named), schema=schema, orient="row")


def changes(online: int, *named: tuple[str, str, str, str | None], received: int = 627_616) -> Changes:
    before = marts(rows(90), [processed()])
    after = marts(rows(online), [processed(received_ytd=received)])
    return compare(before, after, "2022-08", SINCE, deliveries(*named))


def test_a_corrected_delivery_stands_behind_every_figure_it_changed_and_behind_no_other() -> None:
    found = changes(
        40,
        (CORRECTED, "so-b", "summary", "correction"),
        ("so-a:2022-08-09:summary:v2", "so-a", "summary", "correction"),
        (f"{CENTRE}:2022-08-19:processing:v2", CENTRE, "processing", None),
    )
    by_scope: dict[str, dict[str, tuple[object, object]]] = {}
    for row in found.rows:
        by_scope.setdefault(row.scope, {})[row.measure] = (row.before, row.after)
    assert by_scope == {
        "departments": {
            "online": (91, 41),
            "total": (102, 52),
            "online_rate_pct": (Decimal("89.22"), Decimal("78.85")),
        },
        "all": {
            "online": (96, 46),
            "total": (112, 62),
            "online_rate_pct": (Decimal("85.71"), Decimal("74.19")),
            "baseline_change_points": (Decimal("37.02"), Decimal("25.50")),
        },
        "so-b": {"online": (90, 40), "total": (100, 50), "online_rate_pct": (Decimal("90.00"), Decimal("80.00"))},
    }
    named = {row.scope: [cause.delivery_id for cause in row.causes] for row in found.rows}
    assert named["so-b"] == [CORRECTED]
    assert CORRECTED in named["departments"]
    assert CENTRE not in str(named)


def test_a_headline_figure_is_changed_by_a_delivery_of_the_centre_alone() -> None:
    centre = f"{CENTRE}:2022-08-19:processing:v2"
    found = changes(90, (centre, CENTRE, "processing", None), (CORRECTED, "so-b", "summary", None), received=627_617)
    (row,) = found.rows
    assert (row.measure, row.before, row.after) == ("received_ytd", 627_616, 627_617)
    assert [cause.delivery_id for cause in row.causes] == [centre]


def test_nothing_changed_is_said_too() -> None:
    assert changes(90).rows == ()
    assert changes(90).title.startswith("Không số nào thay đổi")


def test_a_change_without_a_delivery_says_so() -> None:
    assert {row.text[4] for row in changes(40).rows} == {"không do lần gửi nào"}


def test_headline_figures_that_came_only_later_are_changes() -> None:
    before = marts(rows(90)) | {"monthly_processing": pl.DataFrame([], schema=PROCESSING)}
    found = compare(before, marts(rows(90), [processed()]), "2022-08", SINCE, deliveries())
    assert {(row.measure, row.before) for row in found.rows} == {
        ("received_ytd", None),
        ("settled_ytd", None),
        ("on_time_ytd_pct", None),
        ("days_accepted", None),
    }


@pytest.mark.slow
def test_the_changes_stand_in_every_format() -> None:
    found = changes(40, (CORRECTED, "so-b", "summary", "correction"))
    report = replace(made("august").report, changes=found)
    docx = write_docx(report, OFFICE, demo_template())
    blocks = read_document(docx)
    for text in (text_of_docx(docx), text_of_pdf(write_pdf(blocks)), text_of_html(write_html(blocks))):
        packed = "".join(text.split())
        assert "THAYĐỔISOVỚIBÁOCÁOĐÃCÔNGBỐ" in packed
        assert f"SởBTỷlệ(%)90,0080,00{CORRECTED}(đơnvịgửilại)" in packed
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(report)))["Thay đổi"]
    assert ("Sở B", "Tỷ lệ (%)", 90, 80, f"{CORRECTED} (đơn vị gửi lại)") in list(sheet.iter_rows(values_only=True))
    assert "Thay đổi" not in openpyxl.load_workbook(io.BytesIO(made("august").xlsx)).sheetnames
    assert "THAY ĐỔI SO VỚI" not in text_of_docx(made("august").docx)

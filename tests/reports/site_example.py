"""Published marts for the tests of the site: the odd month of tests.reports.example, with days, fields and faults."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from demo.clock import VIETNAM
from reports.site.pages import write_site
from reports.site.view import Site, Terms, view
from tests.reports import example
from tests.reports.example import marts, rate, unit
from warehouse.marts.catalogue import PUBLISHED

SENTENCES = {("summary", "total_is_sum"): ("(1) + (2) = (3)", "(1) + (2) = (3)")}


def published(rows: list[dict[str, Any]], fields: dict[str, dict[str, tuple[int, int]]] | None = None, **names: Any):
    """What `read_published` gives: `rows` of unit months, `fields` of units, and whole rows of other tables by name."""
    found: dict[str, pl.DataFrame] = {}
    for month in sorted({row["month"] for row in rows}):
        made = marts([row for row in rows if row["month"] == month])
        for name in ("monthly_unit_rates", "monthly_group_rates"):
            of_month = made[name].with_columns(month=pl.lit(month))
            found[name] = pl.concat([found[name], of_month]) if name in found else of_month
        found |= {name: made[name] for name in ("units", "targets")}
    field_rows = [
        {"month": "2022-08", "unit_id": id_, "field": field, "online": one, "in_person": two, "total": one + two}
        | {"online_rate_pct": rate(one, one + two)}
        for id_, own in (fields or {}).items()
        for field, (one, two) in own.items()
    ]
    publication = {"publication_id": "20220819T223000Z", "known_at": datetime(2022, 8, 19, 22, 30)}
    metric = {"metric_id": "online_rate", "metric_version": 1, "name": "Tỷ lệ", "definition": "(1) chia cho (3)"}
    metrics = [
        metric | {"name_en": "Rate", "definition_en": "(1) divided by (3)"},
        metric | {"metric_id": "own", "name": "Của tỉnh", "definition": "tự định nghĩa"},
    ]
    given = {"monthly_field_rates": field_rows, "publication": [publication], "metrics": metrics} | names
    return found | {
        name: pl.DataFrame([{c: row.get(c) for c in schema} for row in own], schema=schema)
        for name, own in ({"export_status": [], "check_failures": []} | given).items()
        for schema in [PUBLISHED[name].schema]
    }


def odd(communes: int = 114) -> dict[str, pl.DataFrame]:
    """Six units and `communes`: long names, nothing sent, no cases, no target, begun mid-year, a day held back."""
    long = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông và nông nghiệp " * 4
    rows = [
        unit("dai", long.strip(), "departments", 1, 123_456_789, 1),
        unit(
            "khong-gui", "Sở <Không gửi> & “Nguyễn”", "departments", 2, None, None, days_accepted=0, is_complete=False
        ),
        unit("khong-ho-so", "Sở Không phát sinh hồ sơ", "departments", 3, 0, 0),
        unit("thieu", "Sở Thiếu ngày", "departments", 4, 1, 9, days_accepted=17, is_complete=False, online_needed=5)
        | {"previous_rate_pct": Decimal(90), "change_points": Decimal(-80), "previous_is_complete": False},
        unit("khong-dau-cach", "Trungtâmphụcvụhànhchínhcông" * 4, "departments", 5, 7, 0),
        unit("khong-chi-tieu", "Sở Không chỉ tiêu", "departments", 6, 5, 5, target_pct=None, meets_target=None),
    ]
    rows += [unit(f"xa-{n}", f"UBND xã Nguyễn Huệ {n}", "communes", n, n, 115 - n) for n in range(1, communes + 1)]
    july = {"month": "2022-07", "period_from": date(2022, 7, 1), "period_to": date(2022, 7, 31)}
    before = [row | july | {"as_of": date(2022, 7, 31)} for row in rows if row["unit_id"] != "xa-1"]
    key = {"month": "2022-08", "contract": "summary", "is_late": False}
    status = [
        key | {"unit_id": row["unit_id"], "business_date": date(2022, 8, 1) + timedelta(days=day), "version": 1}
        | {"outcome": "missing" if row["unit_id"] == "khong-gui" else "accepted"}
        for row in rows
        for day in range(19)
    ]  # fmt: skip
    bad = next(row for row in status if row["unit_id"] == "thieu" and row["business_date"].day == 5)
    bad["outcome"] = "quarantined"
    failure = {"delivery_id": "thieu:2022-08-05:summary:v1", "rule": "total_is_sum", "unit_id": "thieu", "version": 1}
    failure |= {"business_date": date(2022, 8, 5), "contract": "summary", "month": "2022-08", "severity": "critical"}
    failure |= {"outcome": "broken", "failing": 1, "sample": "Trực tuyến (1) = 120"}
    fields = {"thieu": {"Đất đai": (0, 8), "Hộ tịch <a>": (1, 1)}}
    made = published([*before, *rows], fields, export_status=status, check_failures=[failure])
    began = pl.when(pl.col("unit_id") == "xa-1").then(date(2022, 8, 3)).otherwise(date(2022, 1, 1))
    return made | {"units": made["units"].with_columns(valid_from=began)}


def decided() -> dict[str, pl.DataFrame]:
    """The month of tests.reports.example with decisions, as published."""
    made = example.decided()
    rest = published([unit("c", "Sở C", "departments", 3, 10, 5)], {"a": {"Đất đai": (480, 120)}})
    units = made["units"].with_columns(valid_from=date(2022, 1, 1))
    return rest | made | {"units": units, "export_status": rest["export_status"]}


def decided_pages(below: int = 0) -> dict[str, str]:
    """Its pages."""
    made = view(decided(), "2022-08", Terms("Tỷ lệ", "Rate", below, example.NAMES))
    return {path: content.decode() for path, content in write_site(made, SENTENCES, VIETNAM).items()}


def site(below: int = 0, communes: int = 114) -> Site:
    """The odd month as a site."""
    return view(odd(communes), "2022-08", Terms("Tỷ lệ hồ sơ trực tuyến", "Online rate", below, example.NAMES))


def pages(below: int = 0, communes: int = 114) -> dict[str, str]:
    """Its pages."""
    return {path: content.decode() for path, content in write_site(site(below, communes), SENTENCES, VIETNAM).items()}

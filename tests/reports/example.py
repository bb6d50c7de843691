"""Monthly marts for the tests of reports: the real August 2022, and a month in which everything odd happens at once.

Rates are computed here independently, half up, so that a report that computes its own is noticed.
"""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Any

import polars as pl

from flows.work.outputs.labels import labels_of
from tests.reference import organisation
from warehouse.marts.catalogue import PUBLISHED

NAMES = labels_of(organisation())
KNOWN_AT = datetime(2022, 8, 19, 22, 30)
PROCESSING = {
    "month": pl.String,
    "unit_id": pl.String,
    "as_of": pl.Date,
    "received": pl.Int64,
    "settled": pl.Int64,
    "settled_on_time": pl.Int64,
    "on_time_pct": pl.Decimal(5, 2),
    "received_ytd": pl.Int64,
    "settled_ytd": pl.Int64,
    "settled_on_time_ytd": pl.Int64,
    "on_time_ytd_pct": pl.Decimal(5, 2),
    "days_expected": pl.Int32,
    "days_accepted": pl.Int32,
    "is_complete": pl.Boolean,
}
CENTRE = "trung-tam-phuc-vu-hanh-chinh-cong"


def rate(part: int, whole: int) -> Decimal | None:
    """Per cent, half up to two decimals; None of nothing."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None


def unit(
    unit_id: str, name: str, group: str, order: int, online: int | None, in_person: int | None, **other: Any
) -> dict[str, Any]:
    """A row of monthly_unit_rates as of 19 August 2022, complete unless `other` says otherwise; None: nothing came."""
    total = None if online is None or in_person is None else online + in_person
    rate_pct = None if online is None or total is None else rate(online, total)
    return {
        "month": "2022-08",
        "unit_id": unit_id,
        "period_from": date(2022, 8, 1),
        "period_to": date(2022, 8, 31),
        "as_of": date(2022, 8, 19),
        "unit_name": name,
        "unit_group": group,
        "report_order": order,
        "online": online,
        "in_person": in_person,
        "total": total,
        "online_rate_pct": rate_pct,
        "target_pct": Decimal("55.00"),
        "meets_target": None if rate_pct is None else rate_pct >= 55,
        "days_expected": 19,
        "days_accepted": 19,
        "is_complete": True,
    } | other


def marts(rows: Iterable[dict[str, Any]], processing: Iterable[dict[str, Any]] = ()) -> dict[str, pl.DataFrame]:
    """The marts a report is made from, with the groups' sums and the baseline of April."""
    units = list(rows)
    groups = []
    for group in (*dict.fromkeys(row["unit_group"] for row in units), "all"):
        members = [row for row in units if group in (row["unit_group"], "all")]
        sums: dict[str, Any] = {name: sum(m[name] for m in members) for name in ("days_expected", "days_accepted")}
        counted = [m for m in members if m["total"] is not None]
        sums |= {name: sum(m[name] for m in counted) if counted else None for name in ("online", "in_person", "total")}
        sums |= {"units_expected": len(members), "units_counted": len(counted)}
        groups.append(units[0] | sums | {"unit_group": group, "is_complete": all(m["is_complete"] for m in members)})
        groups[-1]["online_rate_pct"] = rate(sums["online"], sums["total"]) if counted else None
        if group == "all" and sums["total"]:
            baseline = Decimal("48.69")
            change = groups[-1]["online_rate_pct"] - baseline
            groups[-1] |= {"baseline_month": "2022-04", "baseline_rate_pct": baseline, "baseline_change_points": change}
            groups[-1]["baseline_is_complete"] = True
    names = [{"unit_id": row["unit_id"], "name": row["unit_name"]} for row in units]
    targets = [("departments", "793"), ("districts", "793"), ("all", "793")]
    basis = "Quyết định số 793/QĐ-UBND ngày 15/4/2022 của UBND tỉnh Thái Nguyên"
    return {
        "monthly_unit_rates": _frame("monthly_unit_rates", units),
        "monthly_group_rates": _frame("monthly_group_rates", groups),
        "export_status": _frame("export_status", [day for row in units for day in _days(row)]),
        "monthly_processing": pl.DataFrame(list(processing), schema=PROCESSING),
        "units": _frame("units", names),
        "targets": _frame(
            "targets",
            [
                {
                    "scope": group,
                    "unit_group": group,
                    "target_pct": Decimal(55),
                    "legal_basis": basis,
                    "valid_from": date(2022, 1, 1),
                    "metric_id": "online_rate",
                }
                for group, _ in targets
            ],
        ),
    }


def _days(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Outcomes of a unit's 19 days: those after the accepted ones are held back, or missing where none was accepted."""
    key = {name: row[name] for name in ("month", "unit_id")} | {"contract": "summary", "is_late": False, "version": 1}
    bad = "quarantined" if row["days_accepted"] else "missing"
    return [
        key | {"business_date": date(2022, 8, day), "outcome": "accepted" if day <= row["days_accepted"] else bad}
        for day in range(1, row["days_expected"] + 1)
    ]


def earlier(month: str, online: int | None, in_person: int = 0, **other: Any) -> pl.DataFrame:
    """The whole province in another month; `online` None: nothing was accepted."""
    row = unit("all", "", "departments", 1, online, in_person, month=month)
    frame = marts([row | ({"days_accepted": 0, "is_complete": False} if online is None else {}) | other])
    return frame["monthly_group_rates"].filter(unit_group="all")


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = PUBLISHED[name].schema
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def processed(**other: Any) -> dict[str, Any]:
    """The headline figures that the real report prints."""
    return {
        "month": "2022-08",
        "unit_id": CENTRE,
        "as_of": date(2022, 8, 19),
        "received_ytd": 627_616,
        "settled_ytd": 612_911,
        "settled_on_time_ytd": 611_808,
        "on_time_ytd_pct": Decimal("99.82"),
        "days_expected": 19,
        "days_accepted": 19,
        "is_complete": True,
    } | other


def august() -> dict[str, pl.DataFrame]:
    """The real month: 26 units, as printed."""
    root = files("reference")
    with (root / "units.csv").open(encoding="utf-8") as file:
        known = {row["unit_id"]: row for row in csv.DictReader(file)}
    with (root / "demo" / "august-2022.csv").open(encoding="utf-8") as file:
        figures = list(csv.DictReader(file))
    rows = []
    for row in figures:
        of = known[row["unit_id"]]
        counts = int(row["online"]), int(row["in_person"])
        rows.append(unit(row["unit_id"], of["name"], of["unit_group"], int(of["report_order"]), *counts))
    return marts(rows, [processed()])


def override(unit_id: str, day: int, kind: str, **other: Any) -> dict[str, Any]:
    """A row of overrides, decided on 20 August 2022, 18:00 UTC: the 21st in Vietnam."""
    before = f"{unit_id}:2022-08-{day:02d}:summary:v1"
    return {
        "override_id": f"{before}#{kind}",
        "month": "2022-08",
        "unit_id": unit_id,
        "business_date": date(2022, 8, day),
        "contract": "summary",
        "delivery_id": f"{unit_id}:2022-08-{day:02d}:summary:v2",
        "override_kind": kind,
        "decided_at": datetime(2022, 8, 20, 18),
    } | other


def decided() -> dict[str, pl.DataFrame]:
    """A month with a released wrong sum, a correction and a rule made weaker on 19 days; one unit has nothing of it."""
    by_person = {"person": "Trần B", "reason": "Công văn 12 <nháp> & bản giấy"}
    what = "dòng 2: quy tắc corrected: số liệu được sửa (tyle correct) (Đất đai, Tổng số (3): 9 → 6)"
    overrides = [
        override("a", 1, "released", rules_broken="total_is_sum", sample="dòng 2: sai tổng", **by_person),
        override("b", 2, "corrected", sample=what, **by_person),
        *(
            override("d", day, "total_is_sum") | {"override_kind": "eased", "rules_broken": "total_is_sum"}
            for day in range(1, 20)
        ),
        override("centre", 3, "corrected", sample="(Tiếp nhận: 1 → 2; Công văn 15 – Phòng A)", contract="processing"),
    ]
    ids = {
        name: ",".join(row["override_id"] for row in overrides if row["unit_id"] == name)
        for name in ("a", "b", "d", "centre")
    }
    rows = [
        unit("a", "Sở A", "departments", 1, 480, 120, total=609, online_rate_pct=Decimal("78.82")),
        unit("b", "Sở B", "departments", 2, 4, 2),
        unit("c", "Sở C", "departments", 3, 10, 5),
        unit("d", "Huyện D", "districts", 1, 30, 40, days_accepted=18, is_complete=False),
    ]
    rows = [row | {"has_override": row["unit_id"] in ids, "override_ids": ids.get(row["unit_id"])} for row in rows]
    found = marts(rows, [processed()])
    of_group = {"all": "a,b,d", "departments": "a,b", "districts": "d"}
    joined = {group: ",".join(ids[name] for name in names.split(",")) for group, names in of_group.items()}
    groups = found["monthly_group_rates"].with_columns(
        has_override=pl.lit(True), override_ids=pl.col("unit_group").replace_strict(joined)
    )
    processing = found["monthly_processing"].with_columns(has_override=pl.lit(True), override_ids=pl.lit(ids["centre"]))
    return found | {
        "monthly_group_rates": groups,
        "monthly_processing": processing,
        "overrides": _frame("overrides", overrides),
    }


def odd() -> dict[str, pl.DataFrame]:
    """120 units, very long and awkward names, nothing sent, nothing to count, new units, days lacking, no headline."""
    long = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông và nông nghiệp " * 4
    rows = [
        unit("dai", f"{long.strip()}", "departments", 1, 123_456_789, 1),
        unit(
            "khong-gui", "Sở <Không gửi> & “Nguyễn”", "departments", 2, None, None, days_accepted=0, is_complete=False
        ),
        unit("khong-ho-so", "Sở Không phát sinh hồ sơ", "departments", 3, 0, 0),
        unit("thieu", "Sở Thiếu ngày", "departments", 4, 1, 9, days_accepted=17, is_complete=False),
        unit("khong-dau-cach", "Trungtâmphụcvụhànhchínhcông" * 4, "departments", 5, 7, 0),
    ]
    rows += [unit(f"xa-{n}", f"UBND xã Nguyễn Huệ {n}", "communes", n, n, 115 - n) for n in range(1, 116)]
    return marts(rows)

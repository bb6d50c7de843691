"""A site with rankings, from pairs of counts: what the marts would hold of them, ranked here by counting."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from demo.clock import VIETNAM
from reports.site.pages import write_site
from reports.site.view import Site, Terms, view
from tests.reports import example
from tests.reports.example import rate, unit
from tests.reports.site_example import SENTENCES, published
from transforms.reference.metrics import MetricBook
from warehouse.marts.catalogue import PUBLISHED

Pair = tuple[int, int]  # numerator, denominator
METRICS = """
[[metric]]
id = "online_rate"
version = 1
name = "Tỷ lệ trực tuyến"
name_en = "Online rate"
definition = "(1)/(3)"
definition_en = "(1)/(3), in English"

[[metric]]
id = "own"
version = 1
name = "Chỉ số <của> tỉnh"
definition = "không có tiếng Anh"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
min_denominator = 10

[[metric]]
id = "of_field"
version = 1
name = "Của một lĩnh vực"
definition = "một lĩnh vực"
kind = "ratio"
numerator = [{ count = "online", fields = ["dat-dai"] }]
denominator = [{ count = "total", fields = ["dat-dai"] }]

[[metric]]
id = "Lạ/../lùng"
version = 1
name = "Ít hơn là tốt"
definition = "mã có dấu"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
direction = "down"
"""


def _rates(month: str, overview: Sequence[dict[str, Any]], metrics: Mapping[str, Mapping[str, Pair]]) -> pl.DataFrame:
    groups = {row["unit_id"]: row["unit_group"] for row in overview}
    online = {row["unit_id"]: (row["online"], row["total"]) for row in overview if row["total"] is not None}
    rows = [
        {"month": month, "metric_id": metric, "metric_version": 1, "scope": "unit", "member": id_, "unit_group": group}
        | {"numerator": pairs[id_][0], "denominator": pairs[id_][1], "rate": rate(*pairs[id_])}
        | {"is_small": metric == "own" and pairs[id_][1] < 10}
        if id_ in pairs
        else {"month": month, "metric_id": metric, "metric_version": 1, "scope": "unit", "member": id_}
        | {"unit_group": group}
        for metric, pairs in ({"online_rate": online} | dict(metrics)).items()
        for id_, group in groups.items()
    ]
    return PUBLISHED["monthly_rates"].conform(pl.DataFrame(rows, infer_schema_length=None))


def _ranked(rates: pl.DataFrame, before: Mapping[tuple[str, str], int]) -> pl.DataFrame:
    found = []
    for row in rates.to_dicts():
        rivals = [
            other["rate"] * (1 if row["metric_id"].startswith("Lạ") else -1)
            for other in rates.to_dicts()
            if (other["metric_id"], other["unit_group"]) == (row["metric_id"], row["unit_group"])
            and other["rate"] is not None
            and not other["is_small"]
        ]
        is_ranked = row["rate"] is not None and not row["is_small"]
        own = (row["rate"] or 0) * (1 if row["metric_id"].startswith("Lạ") else -1)
        rank = 1 + sum(rival < own for rival in rivals) if is_ranked else None
        then = before.get((row["metric_id"], row["member"]))
        found.append(
            row
            | {"rank": rank, "ties": rivals.count(own) if is_ranked else None, "ranked_of": len(rivals)}
            | {"previous_rank": then, "rank_change": None if rank is None or then is None else then - rank}
            | {"is_complete": True, "has_override": False, "previous_is_complete": None if then is None else True}
            | {"list_order": (0 if is_ranked else 1000) + (rank or 0)}
        )
    return PUBLISHED["rankings"].conform(pl.DataFrame(found, infer_schema_length=None))


def ranked_site(
    overview: Sequence[dict[str, Any]],
    metrics: Mapping[str, Mapping[str, Pair]],
    below: int = 0,
    before: Sequence[dict[str, Any]] = (),
    metrics_before: Mapping[str, Mapping[str, Pair]] | None = None,
    fields: dict[str, dict[str, Pair]] | None = None,
) -> Site:
    """`overview`: rows of monthly_unit_rates; `metrics`: pairs of units by metric; `before`: of the month before."""
    marts = published([*before, *overview], fields)
    now = _rates("2022-08", overview, metrics)
    july = _rates("2022-07", before, metrics_before or {}) if before else now.clear()
    ranks = {
        (metric, member): rank
        for metric, member, rank in _ranked(july, {}).select("metric_id", "member", "rank").iter_rows()
        if rank is not None
    } if before else {}  # fmt: skip
    marts |= {
        "monthly_rates": pl.concat([july, now]),
        "rankings": _ranked(now, ranks),
        "metrics": MetricBook.from_toml(METRICS).metrics,
    }
    return view(marts, "2022-08", Terms("Tỷ lệ", "Rates", below, example.NAMES))


def pages_of(site: Site) -> dict[str, str]:
    return {path: content.decode() for path, content in write_site(site, SENTENCES, VIETNAM).items()}


def ranked_pages(below: int = 0) -> dict[str, str]:
    """Seventeen departments and 92 communes, with ties, few cases, nothing sent and changes of rank."""
    units = [unit(f"so-{n}", f"Sở Đổi mới số {n}", "departments", n, 300 - 3 * n, 10 * n) for n in range(1, 17)]
    units.append(unit("so-im", "Sở Không gửi", "departments", 17, None, None, days_accepted=0, is_complete=False))
    units += [unit(f"xa-{n}", f"UBND xã Nguyễn Huệ {n}", "communes", n, 40 + n // 3, 60) for n in range(1, 93)]
    own = {row["unit_id"]: (row["online"], row["total"] + 100) for row in units if row["total"] is not None}
    own["xa-92"] = (5, 9)
    july = {"month": "2022-07"}
    before = [row | july | {"online": 900 - (row["report_order"] * 37) % 89 if row["total"] else None} for row in units]
    before = [row | {"total": row["online"] and row["online"] + row["in_person"]} for row in before]
    metrics = {"own": own, "Lạ/../lùng": {"so-1": (1, 1000), "so-2": (999, 1000)}}
    then = {id_: (part - place * 37 % 23, whole) for place, (id_, (part, whole)) in enumerate(own.items()) if whole > 9}
    return pages_of(ranked_site(units, metrics, below, before, {"own": then}))

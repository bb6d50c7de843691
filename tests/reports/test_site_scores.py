"""Published points on the pages: only where there are any, beside own figures that may be withheld."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from demo.clock import VIETNAM
from reports.site.pages import SCORES_PAGE, write_site
from reports.site.view import Terms, view
from tests.reports import example
from tests.reports.example import unit
from tests.reports.site_example import SENTENCES, published
from transforms.reference.metrics import MetricBook

BOARD = """
[[metric]]
id = "online_rate"
version = 1
name = "Tỷ lệ"
name_en = "Rate"
definition = "(1) chia cho (3)"

[[metric]]
id = "speed"
version = 1
name = "Tiến độ <nhanh>"
name_en = "Speed"
definition = "điểm tiến độ"
kind = "given"
maximum = 20
component = ["Tiến độ giải quyết"]
beside = "online_rate"
tolerance = 1

[[metric]]
id = "openness"
version = 1
name = "Công khai"
definition = "điểm công khai"
kind = "given"
maximum = 18
component = ["Công khai, minh bạch"]

[[metric]]
id = "board"
version = 1
name = "Tổng hợp"
definition = "tổng điểm"
kind = "given"
maximum = 38
component = ["Tổng điểm"]
parts = ["speed", "openness"]
"""


def scored(metric: str, member: str, points: str, maximum: str, **more: Any) -> dict[str, Any]:
    lost = Decimal(maximum) - Decimal(points)
    rate = round(Decimal(points) * 100 / Decimal(maximum), 2)
    own = {"month": "2022-08", "metric_id": metric, "metric_version": 1, "member": member, "unit_group": "departments"}
    scope = "all" if member == "all" else "unit"
    figures = {"points": Decimal(points), "points_maximum": Decimal(maximum), "points_lost": lost, "rate": rate}
    return own | figures | {"scope": scope, "scored_on": date(2022, 8, 5)} | more


def marts_with(*, with_scores: bool = True) -> dict[str, pl.DataFrame]:
    units = [unit("a", "Sở A", "departments", 1, 80, 20), unit("b", "Sở B", "departments", 2, 3, 97)]
    own = {"beside_metric_id": "online_rate", "tolerance": Decimal(1)}
    scores = [
        scored("openness", "a", "16.5", "18"),
        scored("speed", "a", "16.1", "20", own_rate=Decimal(80), difference=Decimal("0.5"), agrees=True, **own),
        scored("board", "a", "32.6", "38"),
        scored("speed", "b", "18", "20", own_rate=Decimal(3), difference=Decimal(87), agrees=False, **own),
        scored("board", "all", "30.25", "38"),
    ]
    ranks = [
        {"month": "2022-08", "metric_id": metric, "metric_version": 1, "unit_group": "departments", "member": member}
        | {"list_order": rank, "rank": rank, "ties": 1, "ranked_of": 2, "is_complete": True, "has_override": False}
        for metric, member, rank in (("speed", "b", 1), ("speed", "a", 2))
    ]
    dated = {"period_from": date(2022, 8, 1), "period_to": date(2022, 8, 31), "as_of": date(2022, 8, 19)}
    given = {"monthly_scores": scores, "rankings": ranks, "monthly_rates": [row | dated for row in scores]}
    return published(units, **(given if with_scores else {})) | {"metrics": MetricBook.from_toml(BOARD).metrics}


def pages(below: int = 0, *, with_scores: bool = True) -> dict[str, str]:
    marts = marts_with(with_scores=with_scores)
    made = view(marts, "2022-08", Terms("Tỷ lệ", "Rate", below, example.NAMES))
    return {path: content.decode() for path, content in write_site(made, SENTENCES, VIETNAM).items()}


def text_of(page: str) -> str:
    """The words of a page without its tags."""
    return pl.select(pl.lit(page).str.replace_all(r"<style>[\s\S]*?</style>|<[^>]+>", " ")).item()


def words(page: str) -> str:
    return " ".join(text_of(page).split())


def test_a_unit_has_its_components_with_what_is_lost_its_rank_and_the_own_figure() -> None:
    page = words(pages()["don-vi/a.html"])
    assert "Tiến độ &lt;nhanh&gt; 16,10 20,00 3,90 80,50% 2/2 5/8/2022 Tỷ lệ: 80,00% (+0,50) khớp" in page
    assert "Công khai 16,50 18,00 1,50 91,67% – 5/8/2022 –" in page
    assert page.index("Tiến độ &lt;nhanh&gt; 16,10") < page.index("Công khai 16,50") < page.index("Tổng hợp 32,60")
    assert "Tỷ lệ: 3,00% (+87,00) lệch" in words(pages()["don-vi/b.html"])


def test_the_whole_and_all_units_have_a_page() -> None:
    page = words(pages()[SCORES_PAGE])
    assert "Tổng hợp 30,25 38,00 7,75 79,61% 5/8/2022 –" in page
    assert "Sở A 16,10 16,50 32,60" in page
    assert "Sở B 18,00 – – Tiến độ &lt;nhanh&gt;" in page  # where both should agree and do not
    english = words(pages()[f"en/{SCORES_PAGE}"])
    assert "Speed (20.00)" in english
    assert 'lang="vi">Công khai' in pages()[f"en/{SCORES_PAGE}"]


def test_an_own_rate_that_is_withheld_stands_beside_no_points_either() -> None:
    found = pages(below=5)
    assert "Tỷ lệ: ẩn" in words(found["don-vi/b.html"])
    assert "87,00" not in found["don-vi/b.html"]
    assert "Sở B 18,00 – – Tiến độ" not in words(found[SCORES_PAGE])  # it would say where the withheld rate is


def test_without_points_the_pages_are_what_they_were() -> None:
    found = pages(with_scores=False)
    assert SCORES_PAGE not in found
    assert not any("Điểm đã công bố" in page or "Published points" in page for page in found.values())

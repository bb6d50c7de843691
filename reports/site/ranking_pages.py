"""The pages of rankings: which there are, in which orders, and what their marks mean in both languages."""

from typing import Any

from reports.month.rankings import Ranking
from reports.site.rankings import folder_of

# Why a unit has no rank, or what is to be known of its row.
RANK_MARKS = {
    "=": (
        "đồng hạng: cùng tỷ lệ thì cùng hạng, hạng sau bỏ cách",
        "tied: equal rates share a rank, the next is left out",
    ),
    "(*)": ("chưa đủ số liệu của mọi ngày phải gửi", "data of some days are lacking"),
    "(**)": ("chưa có số liệu nào của chỉ số này", "no data of this metric"),
    "(***)": ("mẫu số nhỏ hơn {}: không xếp hạng", "denominator below {}: not ranked"),
    "(0)": ("mẫu số bằng 0: không có tỷ lệ", "the denominator is 0: there is no rate"),
    "(#)": (
        "tử số không nằm trong mẫu số: không có tỷ lệ",
        "the numerator is not within the denominator: there is no rate",
    ),
    "†": ("có số liệu tính theo quyết định", "rests on a decision"),
    "(~)": (
        "tháng trước khối này chưa đủ số liệu, nên thay đổi hạng chưa nói lên điều gì",
        "data of the month before are lacking in this group, so the change says little",
    ),
}
_ORDERS = (("rank", "index.html"), ("name", "ten.html"), ("change", "thay-doi.html"))
_ORDERED = 1000  # units: of more, a page by rank alone


def places_of(rankings: tuple[Ranking, ...]) -> list[tuple[str, str, dict[str, Any]]]:
    """The page on which a metric is chosen, and those of each metric, one for each order."""
    if not rankings:
        return []
    places: list[tuple[str, str, dict[str, Any]]] = [("xep-hang.html", "rankings", {})]
    for ranking in rankings:
        orders = _ORDERS if sum(len(group.rows) for group in ranking.groups) <= _ORDERED else _ORDERS[:1]
        for order, file in orders:
            given = {"ranking": ranking, "order": order, "orders": dict(orders)}
            places.append((f"xep-hang/{folder_of(ranking.metric_id)}/{file}", "ranking", given))
    return places

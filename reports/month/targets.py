"""For whom no target is in force on a day, and since when, in words. Takes no target of another time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from reports import vietnamese as vn
from reports.labels import Labels

ONLINE_RATE = "online_rate"
HOW_TO_ENTER = "Ghi chỉ tiêu mới thành một dòng của reference/targets.csv."


@dataclass(frozen=True)
class Lapse:
    """Scopes (groups, or `all`) without a target on a day; `ended`: the last day of the one before (None: none was).

    `begins`: the first day of the next one (None: none is entered).
    """

    scopes: tuple[str, ...]
    ended: date | None
    begins: date | None = None


def lapses(targets: pl.DataFrame, scopes: Iterable[str], day: date, metric_id: str = ONLINE_RATE) -> list[Lapse]:
    """The scopes that have no target of this metric on `day`, those together whose last one ended on the same day.

    `targets`: the mart of that name. A group whose units have targets of their own has one.
    """
    rows = targets.filter(metric_id=metric_id).to_dicts()
    found: dict[tuple[date | None, date | None], list[str]] = {}
    for scope in dict.fromkeys(scopes):
        own = [row for row in rows if row["unit_group"] == scope]
        if not any(row["valid_from"] <= day <= (row["valid_to"] or date.max) for row in own):
            ended = max((row["valid_to"] for row in own if row["valid_to"] and row["valid_to"] < day), default=None)
            begins = min((row["valid_from"] for row in own if row["valid_from"] > day), default=None)
            found.setdefault((ended, begins), []).append(scope)
    return [Lapse(tuple(names), ended, begins) for (ended, begins), names in found.items()]


def lapses_of_month(marts: Mapping[str, pl.DataFrame], month: str) -> list[Lapse]:
    """Those of the groups that monthly_group_rates has without a target in `month`, on the last day that counts.

    None where nobody ever had a target: then nothing is compared, and there is nothing to renew. `marts`: also
    monthly_unit_rates, targets.
    """
    rows = (marts[name].filter(month=month) for name in ("monthly_group_rates", "monthly_unit_rates"))
    groups, units = (frame.select("unit_group", "target_pct", "as_of") for frame in rows)
    with_own = units.filter(pl.col("target_pct").is_not_null())["unit_group"].implode()
    without = groups.filter(pl.col("target_pct").is_null(), ~pl.col("unit_group").is_in(with_own)).sort("unit_group")
    if without.is_empty() or marts["targets"].filter(metric_id=ONLINE_RATE).is_empty():
        return []
    return lapses(marts["targets"], without["unit_group"], without["as_of"][0])


def sentence(lapse: Lapse, names: Labels, lang: str = "vi") -> str:
    """One sentence: for whom there is no target, and since when."""
    number = 1 if lang == "en" else 0
    who = "; ".join(names.name(scope)[number] for scope in _in_order(lapse.scopes, names))
    if lang == "en":
        since = f": the last one ended on {lapse.ended.day} {lapse.ended:%B %Y}" if lapse.ended else ""
        following = f"; the next one begins on {lapse.begins.day} {lapse.begins:%B %Y}" if lapse.begins else ""
        return f"No target is in force for {who}{since}{following}."
    since = f": chỉ tiêu trước hết hiệu lực {vn.day(lapse.ended)}" if lapse.ended else ""
    following = f"; chỉ tiêu tiếp theo từ {vn.day(lapse.begins)}" if lapse.begins else ""
    return f"Không có chỉ tiêu đang có hiệu lực cho {who}{since}{following}."


def _in_order(scopes: Iterable[str], names: Labels) -> list[str]:
    own = list(scopes)
    return [*names.in_order(own), *names.sums_in_order(own), *(one for one in own if one == "all")]

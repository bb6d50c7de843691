"""Units in order of a metric, from the published marts, as report, pages and terminal show them. Ranks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from reports import vietnamese as vn
from reports.labels import Labels

# What `listed` adds to the columns of the mart `rankings`. Metrics of kind given have points in place of counts.
_FIGURES = ("numerator", "denominator", "points", "points_maximum", "target", "meets_target")
_NOTES = {
    "=": "= Đồng hạng: cùng tỷ lệ thì cùng hạng, hạng sau bỏ cách.",
    "(*)": "(*) Chưa đủ số liệu của mọi ngày phải gửi.",
    "(**)": "(**) Chưa có số liệu nào của chỉ số này được chấp nhận; để trống, không phải bằng 0.",
    "(***)": "(***) Mẫu số nhỏ hơn {min_denominator}: không xếp hạng.",
    "(0)": "(0) Mẫu số bằng 0: không có tỷ lệ.",
    "(#)": "(#) Không có tỷ lệ: tử số không nằm trong mẫu số.",
    "†": "† Có số liệu tính theo quyết định, xem bảng marts.overrides.",
    "(~)": "(~) Tháng trước khối này chưa đủ số liệu, nên thay đổi hạng chưa nói lên điều gì.",
}


@dataclass(frozen=True)
class Ranked:
    """A unit: `part` of `whole` are cases, or points of a metric of kind given; `rate` in per cent; None where none.

    `rank`: None where few cases (`is_small`) or no rate; `ties`: how many share it. `change`: of ranks since the month
    before, positive is better; `is_change_sure`: whether the data of that month are complete. `hidden`: withheld.
    """

    unit_id: str
    name: str
    rank: int | None
    ties: int | None
    part: int | Decimal | None
    whole: int | Decimal | None
    rate: Decimal | None
    previous_rank: int | None
    change: int | None
    is_small: bool
    is_complete: bool
    is_change_sure: bool
    has_override: bool
    target: Decimal | None = None
    meets: bool | None = None
    hidden: bool = False

    @property
    def is_tied(self) -> bool:
        """Whether others have the same rank."""
        return self.ties is not None and self.ties > 1

    @property
    def mark(self) -> str:
        """Why the unit has no rank, or that its data are not complete; a key of the notes."""
        if self.part is None:
            return "(**)"
        if self.is_small:
            return "(***)"
        if self.rate is None:
            return "(0)" if self.whole == 0 else "(#)"
        return "" if self.is_complete else "(*)"

    @property
    def marks(self) -> tuple[str, ...]:
        """All marks of the row; a withheld one has none."""
        if self.hidden:
            return ()
        unsure = "" if self.change is None or self.is_change_sure else "(~)"
        return tuple(filter(None, ("=" if self.is_tied else "", self.mark, "†" if self.has_override else "", unsure)))

    @property
    def text(self) -> tuple[str, ...]:
        """The cells: rank, name, part, whole, rate, rank of the month before, change."""
        label = " ".join(filter(None, (self.name, self.mark, "†" if self.has_override else "")))
        rank = "–" if self.rank is None else f"{self.rank}{'=' if self.is_tied else ''}"
        before = "–" if self.previous_rank is None else str(self.previous_rank)
        unsure = "(~)" if "(~)" in self.marks else ""
        changed = f"{signed(self.change)} {unsure}".rstrip()
        return (rank, label, figure(self.part), figure(self.whole), vn.percent(self.rate), before, changed)


@dataclass(frozen=True)
class RankedGroup:
    """A group's units in order; `ranked_of`: how many of them have a rank."""

    group: str
    ranked_of: int
    rows: tuple[Ranked, ...]


@dataclass(frozen=True)
class Ranking:
    """A metric in a month, group by group. `metric`: its row of the mart `metrics`, in the version of that month."""

    month: str
    metric: Mapping[str, Any]
    groups: tuple[RankedGroup, ...]

    @property
    def metric_id(self) -> str:
        """Its id."""
        return str(self.metric["metric_id"])

    @property
    def label(self) -> str:
        """Name, id and version."""
        return f"{self.metric['name']} ({self.metric_id} v{self.metric['metric_version']})"

    @property
    def is_given(self) -> bool:
        """Whether its figures are points of a scoreboard."""
        return bool(self.metric["metric_kind"] == "given")

    @property
    def has_figures(self) -> bool:
        """Whether any unit has figures of it, withheld ones too."""
        return any(row.hidden or row.part is not None for group in self.groups for row in group.rows)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns of Ranked.text."""
        figures = ("Điểm", "Điểm tối đa") if self.is_given else ("Tử số", "Mẫu số")
        return ("Hạng", "Đơn vị", *figures, "Tỷ lệ (%)", "Hạng tháng trước", "Thay đổi hạng")

    @property
    def order(self) -> str:
        """What rank 1 is."""
        return "càng thấp càng tốt" if self.metric["direction"] == "down" else "càng cao càng tốt"

    @property
    def notes(self) -> tuple[str, ...]:
        """What the marks of the rows mean."""
        used = {mark for group in self.groups for row in group.rows for mark in row.marks}
        smallest = vn.count(self.metric["min_denominator"] or 0)
        return tuple(note.format(min_denominator=smallest) for mark, note in _NOTES.items() if mark in used)


def listed(marts: Mapping[str, pl.DataFrame], month: str, metric_id: str = "") -> pl.DataFrame:
    """The rows of `rankings` of a month in order, with `unit_name` and figures of monthly_rates; "": of all metrics.

    `marts`: rankings, monthly_rates and units. A column that an older publication lacks is null; without the table
    there are no rows.
    """
    if "rankings" not in marts:
        return pl.DataFrame(schema={"metric_id": pl.String, "unit_group": pl.String})
    rows = marts["rankings"].filter(month=month).filter(pl.col("metric_id") == metric_id if metric_id else pl.lit(True))
    rates = marts["monthly_rates"].filter(month=month, scope="unit")
    lacking = [pl.lit(None).alias(name) for name in _FIGURES if name not in rates.columns]
    key = ["metric_id", "unit_group", "member"]
    names = marts["units"].select(member="unit_id", unit_name="name")
    return (
        rows.join(names, on="member", how="left")
        .join(rates.with_columns(lacking).select(*key, *_FIGURES), on=key, how="left")
        .sort("metric_id", "unit_group", "list_order")
    )


def rankings(marts: Mapping[str, pl.DataFrame], month: str, names: Labels, metric_id: str = "") -> dict[str, Ranking]:
    """Each metric with units in that month (YYYY-MM), by id; "": all metrics.

    `marts`: rankings, monthly_rates, metrics and units; `names`: of the groups, for their order.
    """
    rows = listed(marts, month, metric_id)
    metrics = {(row["metric_id"], row["metric_version"]): row for row in marts["metrics"].iter_rows(named=True)}
    found: dict[str, Ranking] = {}
    for (id_,), own in rows.group_by("metric_id", maintain_order=True):
        groups = {str(group): part for (group,), part in own.group_by("unit_group", maintain_order=True)}
        ordered = names.in_order(groups)
        found[str(id_)] = Ranking(
            month=month,
            metric=metrics[id_, own["metric_version"][0]],
            groups=tuple(
                RankedGroup(
                    group, groups[group]["ranked_of"][0], tuple(map(_ranked, groups[group].iter_rows(named=True)))
                )
                for group in ordered
            ),
        )
    return found


def _ranked(row: Mapping[str, Any]) -> Ranked:
    is_given = row["points"] is not None
    return Ranked(
        unit_id=row["member"],
        name=row["unit_name"] or row["member"],
        rank=row["rank"],
        ties=row["ties"],
        part=row["points"] if is_given else row["numerator"],
        whole=row["points_maximum"] if is_given else row["denominator"],
        rate=row["rate"],
        previous_rank=row["previous_rank"],
        change=row["rank_change"],
        is_small=bool(row["is_small"]),
        is_complete=row["is_complete"],
        is_change_sure=row["previous_is_complete"] is not False,
        has_override=row["has_override"],
        target=row["target"],
        meets=row["meets_target"],
    )


def figure(value: int | Decimal | None) -> str:
    """A count, or points with two decimals; none is blank."""
    if value is None:
        return ""
    return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else vn.count(value)


def signed(change: int | None) -> str:
    """A change of rank with plus or minus; none is a dash."""
    return "–" if change is None else f"{change:+d}".replace("-", "−") if change else "0"

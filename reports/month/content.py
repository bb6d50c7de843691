"""The sentences and tables of a report, from the monthly marts; all formats print these. Computes no rate.

Where the marts have no figure, the sentence says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from reports import vietnamese as vn
from reports.errors import ReportError
from reports.labels import Labels
from reports.month.appendices import Appendix, appendices
from reports.month.changes import Changes
from reports.month.overrides import Decided, Sentences, cut
from reports.month.ranking_appendices import RankingAppendix
from reports.month.score_appendix import ScoreAppendix
from reports.month.targets import lapses_of_month, sentence


@dataclass(frozen=True)
class Chart:
    """A chart as PNG or JPEG; `alternative` says in words what it shows, for readers who do not see it."""

    title: str
    content: bytes
    alternative: str


@dataclass(frozen=True)
class Report:
    """All that is printed about one month. `as_of`: the last business date counted; `known_at` (UTC): the newest fact.

    `below` names the units below their target, `incomplete` those without all their days; both are whole sentences.
    """

    month: str
    period: str
    as_of: date
    known_at: datetime
    processing: tuple[str, ...]
    rate: str
    below: str
    incomplete: str
    appendices: tuple[Appendix, ...]
    changes: Changes | None = None
    pictures: tuple[Chart, ...] = ()
    rankings: tuple[RankingAppendix, ...] = ()
    scores: ScoreAppendix | None = None

    @property
    def first_ranking(self) -> int:
        """The number of the first ranking's appendix: they follow the charts."""
        return len(self.appendices) + 1 + bool(self.pictures)

    @property
    def scores_number(self) -> int:
        """The number of the appendix of published points, behind the rankings."""
        return self.first_ranking + len(self.rankings)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences, in the order of the report."""
        return tuple(text for text in (*self.processing, self.rate, self.below, self.incomplete) if text)


def write_report(
    marts: Mapping[str, pl.DataFrame],
    month: str,
    known_at: datetime,
    province: str,
    service: str,
    baseline_note: str = "",
    changes: Changes | None = None,
    rules: Sentences | None = None,
    names: Labels | None = None,
) -> Report:
    """The report of `month` (YYYY-MM) from `marts`: monthly_unit_rates, monthly_group_rates, targets and units.

    monthly_processing and overrides may be missing. `province`, `service`: their names in the sentences;
    `baseline_note` follows the baseline month; `rules`: what the rule of a contract asks, in words; `names`: of the
    groups. Raises ReportError when the month has no figures.
    """
    units, groups = (marts[name].filter(month=month) for name in ("monthly_unit_rates", "monthly_group_rates"))
    if units.is_empty():
        raise ReportError(f"tháng {vn.month(month)}: chưa có số liệu để làm báo cáo")
    first, last, as_of = units.select("period_from", "period_to", "as_of").row(0)
    whole = groups.row(by_predicate=pl.col("unit_group") == "all", named=True)
    overrides = marts.get("overrides")
    called = names or Labels()
    decided = Decided(None if overrides is None else overrides.filter(month=month), rules or {}, called.zone)
    return Report(
        month=month,
        period=f"tháng {vn.month(month)}" + ("" if first.day == 1 else f" (từ {vn.day(first)} đến {vn.day(last)})"),
        as_of=as_of,
        known_at=known_at,
        processing=tuple(_processing(marts, month, province, decided)),
        rate=_rate(whole, service, baseline_note, called.in_sentence),
        below=" ".join(
            [
                _below(_ranked(units, called), marts["targets"], service),
                *(sentence(lapse, called) for lapse in lapses_of_month(marts, month)),
            ]
        ),
        incomplete=_incomplete(_ranked(units, called)),
        appendices=tuple(appendices(units, groups, month, province, service, decided, called)),
        changes=changes,
    )


def _processing(marts: Mapping[str, pl.DataFrame], month: str, province: str, decided: Decided) -> list[str]:
    """Received, settled, on time, of the year so far: a sentence per unit that states them (there is usually one)."""
    stated = marts.get("monthly_processing", pl.DataFrame({"month": []}, schema={"month": pl.String}))
    rows = stated.filter(month=month)
    if rows.is_empty() or rows["received_ytd"].null_count() == rows.height:
        return [f"Tình hình xử lý hồ sơ trên địa bàn {province}: chưa nhận được số liệu của tháng {vn.month(month)}."]
    names = dict(marts["units"].select("unit_id", "name").iter_rows())
    return [
        _processed(row, province, names.get(row["unit_id"], row["unit_id"]) if rows.height > 1 else "")
        + _noted(decided.about(row, named_too=False))  # of the year so far: not what stands behind the month before
        for row in rows.sort("unit_id").iter_rows(named=True)
    ]


def _processed(row: Mapping[str, Any], province: str, name: str) -> str:
    received, settled = (
        "chưa có số liệu" if row[figure] is None else f"{vn.count(row[figure])} hồ sơ"
        for figure in ("received_ytd", "settled_ytd")
    )
    if row["on_time_ytd_pct"] is not None:
        on_time = f"đạt {vn.percent(row['on_time_ytd_pct'])}%"
    else:
        on_time = "không tính được vì chưa có hồ sơ đã xử lý" if row["settled_ytd"] == 0 else "chưa có số liệu"
    days = "" if row["is_complete"] else f" ({_days(row)})"
    return (
        f"Tình hình xử lý hồ sơ trên địa bàn {province}{f' ({name})' if name else ''} đến ngày {vn.day(row['as_of'])}: "
        f"đã tiếp nhận {received}; đã xử lý {settled}; tỷ lệ hồ sơ giải quyết đúng hạn {on_time}{days}."
    )


def _noted(texts: list[str]) -> str:
    return f" Ghi chú: {'; '.join(cut(texts, 'bảng marts.overrides'))}." if texts else ""


def _rate(whole: Mapping[str, Any], service: str, baseline_note: str, everyone: str) -> str:
    start = f"Tỷ lệ hồ sơ TTHC giải quyết {service} tính đến ngày {vn.day(whole['as_of'])} {everyone}"
    if whole["total"] is None:
        return f"{start} không tính được: chưa có số liệu nào được chấp nhận."
    if whole["online_rate_pct"] is None:
        return f"{start} không tính được: chưa có hồ sơ nào."
    figures = (
        f"đạt {vn.percent(whole['online_rate_pct'])}% ({vn.count(whole['online'])}/{vn.count(whole['total'])} hồ sơ)"
    )
    change = ""
    if whole["baseline_change_points"] is not None:
        lacking = ", tháng này chưa đủ số liệu" if whole.get("baseline_is_complete") is False else ""
        when = f"tháng {vn.month(whole['baseline_month'])} ({vn.percent(whole['baseline_rate_pct'])}%{lacking})"
        change = f", {vn.change(whole['baseline_change_points'])} so với {when}{baseline_note and ' ' + baseline_note}"
    noted = " Trong đó có số liệu tính theo quyết định, xem ghi chú ở Phụ lục 01." if whole.get("has_override") else ""
    return f"{start} {figures}{change}.{noted}"


def _below(units: pl.DataFrame, targets: pl.DataFrame, service: str) -> str:
    """The units, in report order, under their target; those without all their days are marked."""
    judged = units.filter(pl.col("meets_target").is_not_null())
    if judged.is_empty():
        return f"Chưa có đơn vị nào có chỉ tiêu và có hồ sơ để so sánh về tỷ lệ hồ sơ TTHC giải quyết {service}."
    below = judged.filter(~pl.col("meets_target"))
    goals = judged["target_pct"].unique().to_list()
    goal = f"chỉ tiêu {vn.short_percent(goals[0])}%" if len(goals) == 1 else "chỉ tiêu được giao"
    bases = targets.filter(
        pl.col("metric_id") == "online_rate",
        pl.col("valid_from") <= units["as_of"][0],
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= units["as_of"][0]),
    )
    legal = [text for text in bases["legal_basis"].unique(maintain_order=True).to_list() if text]
    goal += f" theo {legal[0]}" if len(legal) == 1 else ""
    if below.is_empty():
        return f"Không có đơn vị nào trong số có hồ sơ có tỷ lệ hồ sơ TTHC giải quyết {service} thấp hơn {goal}."
    named = "; ".join(_named(row, with_target=len(goals) > 1) for row in below.iter_rows(named=True))
    return (
        f"Tỷ lệ hồ sơ TTHC giải quyết {service} chưa đồng đều: {below.height} đơn vị có tỷ lệ thấp hơn {goal}: {named}."
    )


def _named(row: Mapping[str, Any], *, with_target: bool) -> str:
    parts = [f"{vn.percent(row['online_rate_pct'])}%"]
    if with_target:
        parts.append(f"chỉ tiêu {vn.short_percent(row['target_pct'])}%")
    if not row["is_complete"]:
        parts.append("chưa đủ số liệu")
    if row.get("has_override"):
        parts.append("có ghi chú ở phụ lục")
    return f"{row['unit_name']} ({', '.join(parts)})"


def _incomplete(units: pl.DataFrame) -> str:
    lacking = units.filter(~pl.col("is_complete"))
    if lacking.is_empty():
        return ""
    named = "; ".join(f"{row['unit_name']} ({_days(row)})" for row in lacking.iter_rows(named=True))
    return f"Chưa đủ số liệu đến ngày {vn.day(units['as_of'][0])}: {named}."


def _days(row: Mapping[str, Any]) -> str:
    if row["days_accepted"] == 0:
        return "chưa có ngày nào"
    return f"mới có {row['days_accepted']}/{row['days_expected']} ngày"


def _ranked(units: pl.DataFrame, names: Labels) -> pl.DataFrame:
    """The units in report order."""
    places = {group: place for place, group in enumerate(names.in_order(units["unit_group"].unique()))}
    return units.sort(pl.col("unit_group").replace_strict(places, return_dtype=pl.Int32), "report_order")

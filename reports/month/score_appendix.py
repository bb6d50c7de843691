"""The report's appendix of published points: all units together, and a line for each unit. Computes no rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from reports import vietnamese as vn
from reports.labels import Labels
from reports.month.scores import WHOLE, Score, scores_of

Cell = str | int | Decimal | None
_OF_WHOLE = ("Thành phần", "Điểm", "Điểm tối đa", "Điểm bị mất", "Tỷ lệ (%)", "Chỉ số tự tính (%)", "Chênh lệch")
_OF_UNITS = (
    "Đơn vị",
    "Tổng điểm",
    "Điểm tối đa",
    "Điểm bị mất",
    "Hạng",
    "Mất nhiều điểm nhất",
    "Không khớp số tự tính",
)
_ABOUT = (
    "Điểm do bảng điểm chính thức công bố, lần gần nhất trong tháng; không tự tính. Chỉ số tự tính đặt bên cạnh là của "
    "cùng tháng; chênh lệch là tỷ lệ điểm trừ chỉ số tự tính, tính bằng điểm phần trăm."
)
_TIED = "= Đồng hạng: cùng tỷ lệ thì cùng hạng, hạng sau bỏ cách."
_DIFFERS = "(≠) Hai số phải khớp theo mức cho phép trong reference/metrics.toml mà không khớp."


@dataclass(frozen=True)
class ScoreTable:
    """One table: `rows` under `header`, figures as numbers; `bold`: the indexes of totals."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bold: tuple[int, ...] = ()

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The rows as text."""
        return tuple(tuple(map(_text, row)) for row in self.rows)


@dataclass(frozen=True)
class ScoreAppendix:
    """The appendix: `about` says whose points these are; `notes` what the marks mean."""

    title: str
    about: str
    tables: tuple[ScoreTable, ...]
    notes: tuple[str, ...] = ()


def score_appendix(marts: Mapping[str, pl.DataFrame], month: str, names: Labels) -> ScoreAppendix | None:
    """The appendix of `month` (YYYY-MM); None where there are no points.

    `marts`: as for reports.month.scores.scores_of, and units; `names`: of the groups.
    """
    scores = scores_of(marts, month)
    if not scores:
        return None
    tables = [_of_whole(scores[WHOLE], names.name(WHOLE)[0])] if WHOLE in scores else []
    group_of = dict(
        marts["monthly_scores"].filter(month=month, scope="unit").select("member", "unit_group").iter_rows()
    )
    units = marts["units"].filter(pl.col("unit_id").is_in(list(group_of))).sort("report_order", "unit_id")
    listed = [(group_of[id_], name, scores[id_]) for id_, name in units.select("unit_id", "name").iter_rows()]
    for group in names.in_order(group for group, _, _ in listed):
        own = [(name, scored) for of, name, scored in listed if of == group]
        tables.append(_of_units(own, names.name(group)[0]))
    every = [one for own in scores.values() for one in own]
    notes = [_TIED] if any((one.ties or 0) > 1 for one in every) else []
    notes += [_DIFFERS] if any(one.agrees is False for one in every) else []
    return ScoreAppendix(f"Điểm đã công bố, tháng {vn.month(month)}", _ABOUT, tuple(tables), tuple(notes))


def _of_whole(scores: Sequence[Score], name: str) -> ScoreTable:
    rows = [(one.names[0], one.points, one.maximum, one.lost, one.rate, _own(one), _difference(one)) for one in scores]
    return ScoreTable(name, _OF_WHOLE, tuple(rows), tuple(at for at, one in enumerate(scores) if one.is_whole))


def _own(score: Score) -> str:
    if score.own_metric_id is None:
        return "–"
    figure = "chưa có số liệu" if score.own_rate is None else vn.percent(score.own_rate)
    return f"{score.own_names[0]}: {figure}"


def _difference(score: Score) -> str:
    if score.difference is None:
        return "–"
    signed = f"{score.difference:+.2f}".replace("-", "−").replace(".", ",")
    return f"{signed} (≠)" if score.agrees is False else signed


def _of_units(units: Sequence[tuple[str, Sequence[Score]]], name: str) -> ScoreTable:
    rows: list[tuple[Cell, ...]] = []
    for unit, scores in units:
        whole = next((one for one in scores if one.is_whole), None)
        parts = [one for one in scores if not one.is_whole]
        worst = max(parts, key=lambda one: one.lost, default=None)
        lost = f"{worst.names[0]} (−{vn.points(worst.lost)})" if worst is not None and worst.lost > 0 else "–"
        differing = "; ".join(f"{one.names[0]} (≠)" for one in scores if one.agrees is False) or "–"
        figures = (whole.points, whole.maximum, whole.lost) if whole else (None, None, None)
        rows.append((unit, *figures, _rank(whole), lost, differing))
    return ScoreTable(name, _OF_UNITS, tuple(rows))


def _rank(whole: Score | None) -> str:
    if whole is None or whole.rank is None:
        return "–"
    return f"{whole.rank}{'=' if (whole.ties or 0) > 1 else ''}/{whole.ranked_of}"


def _text(cell: Cell) -> str:
    if cell is None:
        return "–"
    return vn.points(cell) if isinstance(cell, Decimal) else str(cell)

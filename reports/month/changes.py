"""What changed since a published report: every printed figure that differs, with the deliveries that changed it.

Compares two states of the marts; the caller gives the deliveries between them. Computes no rate.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from reports import vietnamese as vn
from reports.labels import Labels
from reports.outcomes import DECISIONS

KINDS = {
    "correction": "đơn vị gửi lại",
    "release": DECISIONS["released"].vi,
    "late_first": "nay mới gửi",
    "amendment": "đã sửa số liệu",
    "withdrawal": DECISIONS["withdrawn"].vi,
}
PROCESSING = "processing"  # the contract of the headline figures
HEADER = ("Đơn vị", "Chỉ số", "Đã báo cáo", "Nay là", "Do lần gửi")

_RATES = {
    "online": "Trực tuyến (1)",
    "in_person": "Trực tiếp (2)",
    "total": "Tổng số (3)",
    "online_rate_pct": "Tỷ lệ (%)",
    "target_pct": "Chỉ tiêu (%)",
    "days_accepted": "Số ngày có số liệu",
}
_SINCE_BASELINE = {"baseline_change_points": "Tăng/giảm so với tháng gốc (điểm phần trăm)"}
_PROCESSING = {
    "received_ytd": "Đã tiếp nhận từ đầu năm",
    "settled_ytd": "Đã xử lý từ đầu năm",
    "on_time_ytd_pct": "Đúng hạn từ đầu năm (%)",
    "days_accepted": "Số ngày có số liệu",
}

Value = int | Decimal | None


@dataclass(frozen=True)
class Cause:
    """A delivery accepted or withdrawn since the report, and its kind (a key of KINDS, or "")."""

    delivery_id: str
    kind: str

    @property
    def text(self) -> str:
        """The delivery and its kind in Vietnamese."""
        return f"{self.delivery_id} ({KINDS[self.kind]})" if self.kind in KINDS else self.delivery_id


@dataclass(frozen=True)
class Change:
    """One figure: `scope` is a unit_id or a group, `measure` the mart's column; None where there was or is none."""

    scope: str
    name: str
    measure: str
    label: str
    before: Value
    after: Value
    causes: tuple[Cause, ...]

    @property
    def text(self) -> tuple[str, ...]:
        """The cells under HEADER."""
        causes = "; ".join(cause.text for cause in self.causes) or "không do lần gửi nào"
        return (self.name, self.label, _said(self.before), _said(self.after), causes)


@dataclass(frozen=True)
class Changes:
    """The figures that changed between two moments (UTC), both counted up to `as_of`."""

    since: datetime
    as_of: date
    rows: tuple[Change, ...]

    @property
    def title(self) -> str:
        """How many figures changed, and since when, in one line."""
        count = f"{len(self.rows)} số đã thay đổi" if self.rows else "Không số nào thay đổi"
        moment = f"{self.since:%H:%M:%S ngày %d/%m/%Y} (UTC)"
        return f"{count} so với báo cáo theo hiểu biết lúc {moment}, số liệu đến ngày {vn.day(self.as_of)}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON; rates are text, so that no decimal is lost."""
        rows = [
            {
                "scope": row.scope,
                "name": row.name,
                "measure": row.measure,
                "before": _plain(row.before),
                "after": _plain(row.after),
                "deliveries": [{"delivery_id": cause.delivery_id, "kind": cause.kind or None} for cause in row.causes],
            }
            for row in self.rows
        ]
        return {"since": self.since.isoformat(), "as_of": self.as_of.isoformat(), "figures": rows}


def compare(
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    month: str,
    since: datetime,
    deliveries: pl.DataFrame,
    names: Labels | None = None,
) -> Changes:
    """What differs in `month` between two states of the marts that count up to the same day.

    `before`, `after`: the marts by name. `deliveries` (delivery_id, unit_id, contract, kind): those accepted or
    withdrawn since, for days of the month; `kind` as in the mart `restatements`, or null. `names`: of the groups. The
    rows: groups first, then units in report order, then the figures of all procedures.
    """

    def pair(name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        return before[name].filter(month=month), after[name].filter(month=month)

    called = names or Labels()
    rates = _RATES | {"online": f"{called.online[0]} (1)", "in_person": f"{called.in_person[0]} (2)"}
    units = after["monthly_unit_rates"].filter(month=month).sort("unit_group", "report_order", "unit_id")
    of_rates = deliveries.filter(pl.col("contract") != PROCESSING).join(
        units.select("unit_id", "unit_group"), on="unit_id"
    )
    rows = [
        *differing(
            *pair("monthly_group_rates"),
            "unit_group",
            rates | _SINCE_BASELINE,
            called.in_report,
            lambda group: of_rates.filter((pl.col("unit_group") == group) | (group == "all")),
        ),
        *differing(
            pair("monthly_unit_rates")[0],
            units,
            "unit_id",
            rates,
            _names(units, "unit_name"),
            lambda unit: of_rates.filter(unit_id=unit),
        ),
    ]
    if "monthly_processing" in after:
        rows += differing(
            *pair("monthly_processing"),
            "unit_id",
            _PROCESSING,
            _names(after["units"], "name"),
            lambda unit: deliveries.filter(unit_id=unit, contract=PROCESSING),
        )
    return Changes(since, units["as_of"][0], tuple(rows))


def differing(
    before: pl.DataFrame,
    after: pl.DataFrame,
    key: str,
    labels: Mapping[str, str],
    name_of: Callable[[str], str],
    causes_of: Callable[[str], pl.DataFrame],
) -> Iterator[Change]:
    """The figures named in `labels` that are not the same in `before` and `after` for a member of the column `key`.

    `causes_of`: the deliveries (delivery_id, kind) behind the figures of a member.
    """
    was, now = ({row[key]: row for row in frame.iter_rows(named=True)} for frame in (before, after))
    for member in dict.fromkeys((*now, *was)):
        old, new = was.get(member, {}), now.get(member, {})
        changed = [measure for measure in labels if old.get(measure) != new.get(measure)]
        if not changed:
            continue
        named = causes_of(member).select("delivery_id", "kind").sort("delivery_id")
        causes = tuple(Cause(delivery_id, kind or "") for delivery_id, kind in named.iter_rows())
        for measure in changed:
            yield Change(member, name_of(member), measure, labels[measure], old.get(measure), new.get(measure), causes)


def _names(frame: pl.DataFrame, column: str) -> Callable[[str], str]:
    names = dict(frame.select("unit_id", column).iter_rows())
    return lambda unit: names.get(unit, unit)


def _said(value: Value) -> str:
    if value is None:
        return "–"
    return vn.count(value) if isinstance(value, int) else vn.percent(value)


def _plain(value: Value) -> int | str | None:
    return str(value) if isinstance(value, Decimal) else value

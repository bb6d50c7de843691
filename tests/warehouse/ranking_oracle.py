"""`rankings` again, by hand: of each unit, how many others of its group are better. Shares nothing with marts/*.sql."""

from collections.abc import Sequence

from tests.warehouse.metric_oracle import Metric
from tests.warehouse.oracle import Row, Rows


def rankings(rates: Rows, before: Rows, metrics: Sequence[Metric], order: dict[str, int]) -> Rows:
    """The month's rows. `rates`, `before`: rows of monthly_rates of the month and of the one before it.

    `order`: places of the units in the report.
    """
    found: Rows = {}
    for row in _units(rates):
        rivals = _rivals(rates, row)
        metric = next(one for one in metrics if (one.id, one.version) == (row["metric_id"], row["metric_version"]))
        rank, then = _rank(row, rivals, metric), _before(row, before, metric)
        known = [one["previous_is_complete"] for one in rivals if one["previous_is_complete"] is not None]
        listed = sorted(rivals, key=lambda one: _place(one, metric, order))
        found[row["month"], row["metric_id"], row["unit_group"], row["member"]] = {
            **{name: row[name] for name in ("month", "metric_id", "metric_version", "unit_group", "member", "rate")},
            "month_start": row["month_start"],
            **{name: row[name] for name in ("is_small", "is_complete", "has_override", "override_ids")},
            "list_order": listed.index(row) + 1,
            "rank": rank,
            "ties": None if rank is None else sum(_rank(one, rivals, metric) == rank for one in rivals),
            "ranked_of": sum(_is_ranked(one) for one in rivals),
            "previous_rank": then,
            "rank_change": None if rank is None or then is None else then - rank,
            "previous_is_complete": None if then is None else (all(known) if known else None),
        }
    return found


def _units(rates: Rows) -> list[Row]:
    return [row for row in rates.values() if row["scope"] == "unit"]


def _rivals(rates: Rows, row: Row) -> list[Row]:
    same = ("metric_id", "unit_group")
    return [one for one in _units(rates) if all(one[name] == row[name] for name in same)]


def _is_ranked(row: Row) -> bool:
    return row["rate"] is not None and not row["is_small"]


def _rank(row: Row, rivals: list[Row], metric: Metric) -> int | None:
    if not _is_ranked(row):
        return None
    others = [one["rate"] for one in rivals if _is_ranked(one)]
    return 1 + sum(rate > row["rate"] if metric.direction == "up" else rate < row["rate"] for rate in others)


def _before(row: Row, before: Rows, metric: Metric) -> int | None:
    if metric.contracts == ["processing"]:
        return None
    key = ("metric_id", "metric_version", "unit_group", "member")
    was = [one for one in _units(before) if all(one[name] == row[name] for name in key)]
    return _rank(was[0], _rivals(before, was[0]), metric) if was else None


def _place(row: Row, metric: Metric, order: dict[str, int]) -> tuple[object, ...]:
    part = 0 if _is_ranked(row) else 1 if row["rate"] is not None else 2
    rate = 0 if row["rate"] is None else row["rate"]
    return part, -rate if metric.direction == "up" else rate, order[row["member"]], row["member"]

"""What becomes of accepted deliveries whose unit, group, contract, field, target or metric left the configuration.

Changes nothing: each change is a line for `tyle doctor` and for the beginning of a run.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from logging import WARNING

import polars as pl

from flows.runs.log import log_event
from flows.settings.tyle_toml import FILE
from flows.settings.workspace import Workspace
from transforms.dictionary.contracts import CASES
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import span
from warehouse.ledger.uncovered import NAMED, accepted_contracts, accepted_of, outside_of_validity
from warehouse.places.errors import PublishError
from warehouse.published.read import read_published

Report = Callable[[str], None]  # shows a line to the person who began the run

_PUBLISHED = ("units", "targets", "metrics", "fields")
# of a metric's definition: what its figures depend on
_COMPUTED = ("metric_kind", "numerator_terms", "denominator_terms", "contracts", "direction", "decimals", "is_enabled")
_NOW = " now"


@dataclass(frozen=True)
class Change:
    """What changed, how many deliveries that concerns and what becomes of them; how to keep them as they were."""

    message: str
    remedy: str

    @property
    def line(self) -> str:
        """Both in one line."""
        return f"Cấu hình đã đổi: {self.message}. Để giữ như trước: {self.remedy}"


def changes(workspace: Workspace, lake: Lake) -> list[Change]:
    """All changes of the configuration under accepted deliveries, compared with the lake and with what is published."""
    return [
        *_outside(workspace, lake),
        *_contracts(workspace, lake),
        *_since_publication(workspace, lake),
    ]


def report_changes(workspace: Workspace, lake: Lake, report: Report) -> None:
    """Log each change as a warning when a run begins, and report its line."""
    for change in changes(workspace, lake):
        log_event("configuration.changed", WARNING, what=change.message, remedy=change.remedy)
        report(change.line)


def not_reported(_line: str) -> None:
    """Report nothing: for a run that only logs."""


def _outside(workspace: Workspace, lake: Lake) -> Iterator[Change]:
    for row in outside_of_validity(lake, workspace.registry.units).iter_rows(named=True):
        accepted = _accepted(row)
        stays = "vẫn ở trong kho nhưng không được tính nữa, và bảng đã công bố giữ nguyên cho đến khi có quyết định"
        withdraw = f"hoặc thu hồi từng lần gửi: tyle quarantine withdraw {' '.join(row['delivery_ids'])}"
        withdraw += " …" if row["deliveries"] > NAMED else ""
        if row["valid_from"] is None:
            yield Change(
                f"units.csv: {row['unit_id']} không còn trong tệp; {accepted} {stays}",
                f"trả lại dòng {row['unit_id']}, với valid_to = {row['last']} nếu đơn vị đã kết thúc, {withdraw}",
            )
        else:
            validity = f"{row['valid_from']} đến {row['valid_to'] or 'nay'}"
            yield Change(
                f"units.csv: {row['unit_id']} có hiệu lực từ {validity}; {accepted} ngoài thời gian đó {stays}",
                f"sửa valid_from, valid_to để gồm cả {row['first']} đến {row['last']}, {withdraw}",
            )


def _contracts(workspace: Workspace, lake: Lake) -> Iterator[Change]:
    """Contracts that a unit sent until recently; one that ended longer ago is no news."""
    covered = span(lake)
    if covered is None:
        return
    since = covered[1] - timedelta(days=workspace.settings.run.lookback_days)
    registered = set(workspace.registry.units["unit_id"])
    accepted = accepted_contracts(lake, since)
    yield from _sides(workspace, accepted)
    for row in accepted.iter_rows(named=True):
        agreed = {exports.contract for exports in workspace.settings.all_exports_of(row["unit_id"])}
        if row["unit_id"] in registered and row["contract"] not in agreed:
            yield Change(
                f"{FILE}: {row['unit_id']} không còn gửi contract = {row['contract']}; {_accepted(row)} vẫn được tính "
                "như trước, từ nay không chờ và không lấy tệp loại này nữa",
                f"nếu không có ý đó, ghi lại [[units.{row['unit_id']}]] contract = {row['contract']}",
            )


def _sides(workspace: Workspace, accepted: pl.DataFrame) -> Iterator[Change]:
    """The units whose cases count for the other of their two units from now on, in one line."""
    cases = accepted.filter(contract=CASES.name)
    now = [workspace.settings.exports_of(unit_id, CASES.name).count_for for unit_id in cases["unit_id"]]
    changed = cases.with_columns(now=pl.Series(now, dtype=pl.String)).filter(pl.col("counted_for") != pl.col("now"))
    for was, units in changed.group_by("counted_for", maintain_order=True):
        named = ", ".join(units["unit_id"].head(NAMED)) + (" …" if units.height > NAMED else "")
        found = {"deliveries": units["deliveries"].sum(), "first": units["first"].min(), "last": units["last"].max()}
        yield Change(
            f"{FILE}: count_for của {units.height} đơn vị ({named}) từ {was[0]} thành {units['now'][0]}; "
            f"{_accepted(found)} vẫn được tính như trước, từ nay mỗi hồ sơ tính cho đơn vị kia",
            f"nếu không có ý đó, ghi lại count_for = {was[0]}; để cả kỳ tính một cách: tyle correct từng lần gửi",
        )


def _since_publication(workspace: Workspace, lake: Lake) -> Iterator[Change]:
    """What differs from the reference data of the last publication; nothing where there is none that can be read."""
    try:
        before = read_published(workspace.published, "", only=_PUBLISHED)
    except PublishError:
        return
    yield from _groups(workspace, lake, before["units"])
    again = "các tháng được tính lại"
    for scope, since in _gone(before["targets"], workspace.targets, "scope", "valid_from"):
        yield Change(
            f"targets.csv: chỉ tiêu của {scope} từ {since} không còn trong tệp; {again} không so với chỉ tiêu đó nữa",
            "trả lại dòng; chỉ tiêu hết hiệu lực thì ghi valid_to",
        )
    yield from _metrics(before["metrics"], workspace.metrics.metrics)
    for field_id, name in _gone(before["fields"], workspace.fields.fields, "field_id", "name"):
        yield Change(
            f"fields.csv: {field_id} ({name}) không còn trong tệp; số liệu đã nhận giữ nguyên, {again} ghi lĩnh vực "
            "này theo tên mà tệp của đơn vị ghi",
            "trả lại dòng; lĩnh vực không còn dùng thì ghi valid_to",
        )


def _metrics(before: pl.DataFrame, now: pl.DataFrame) -> Iterator[Change]:
    """Versions of metrics that left the file, and those that are computed in another way than when published."""
    remedy = "trả lại mục [[metric]] như cũ; định nghĩa mới là một version mới, với valid_from"
    for metric, version in _gone(before, now, "metric_id", "metric_version"):
        yield Change(
            f"metrics.toml: {metric} v{version} không còn trong tệp; các tháng của version này, kể cả tháng đã chốt, "
            "không còn được tính chỉ số này trong monthly_rates; các bảng khác vẫn tính như trước nhưng được công bố "
            "không kèm định nghĩa này",
            remedy,
        )
    if not set(_COMPUTED) <= set(before.columns):
        return  # published before definitions were computed
    both = before.filter("is_enabled").join(now, on=["metric_id", "metric_version"], suffix=_NOW)
    for row in both.sort("metric_id", "metric_version").iter_rows(named=True):
        changed = [name for name in _COMPUTED if row[name] != row[name + _NOW]]
        if changed:
            yield Change(
                f"metrics.toml: {row['metric_id']} v{row['metric_version']} đã đổi ({', '.join(changed)}); mọi tháng "
                "của version này, kể cả tháng đã chốt, được tính lại theo định nghĩa mới",
                remedy,
            )


def _groups(workspace: Workspace, lake: Lake, before: pl.DataFrame) -> Iterator[Change]:
    moved = before.join(workspace.registry.units.select("unit_id", now="unit_group"), on="unit_id").filter(
        pl.col("unit_group") != pl.col("now")
    )
    accepted = {row["unit_id"]: row for row in accepted_of(lake, moved["unit_id"].to_list()).iter_rows(named=True)}
    for unit_id, was, now in moved.select("unit_id", "unit_group", "now").sort("unit_id").iter_rows():
        if unit_id in accepted:
            yield Change(
                f"units.csv: {unit_id} chuyển từ khối {was} sang khối {now}; {_accepted(accepted[unit_id])} được tính "
                f"vào khối {now} từ lần công bố tới, kể cả của các ngày trước",
                f"nếu chỉ chuyển từ một ngày, trả lại khối {was} với valid_to và thêm một đơn vị mới ở khối {now}",
            )


def _gone(before: pl.DataFrame, now: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The values of these columns that were there before, told apart by the first column and a date or version."""
    key = list(columns) if columns[1] != "name" else [columns[0]]
    return before.join(now, on=key, how="anti").select(columns).sort(columns).rows()


def _accepted(row: Mapping[str, object]) -> str:
    return f"{row['deliveries']} lần gửi đã nhận từ {row['first']} đến {row['last']}"

"""Corrects figures of stored deliveries: reads the original again, judges it anew, stores it as the next version.

A person asks for it with `tyle correct`; entries of reference/corrections.toml that came after their delivery are
applied by the next run. Pulls nothing; how a figure is changed: transforms.reference.corrections.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from logging import WARNING
from typing import Any

import polars as pl

from flows.intake.batch import judged_batch, retried
from flows.intake.check import Checked, check_deliveries
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.originals import received_again
from flows.work.outputs.docs import refresh
from flows.work.outputs.publishing import RunResult, publish_all
from flows.work.quarantine import store_if_clean
from transforms.check.frames import FINDINGS
from transforms.check.rules.common import CORRECTED, CORRECTION_RULES
from transforms.check.rules.shared import GROUP_TOTAL_IS_SUM
from transforms.check.tables import stated_sums
from transforms.dictionary.columns import LAKE
from transforms.dictionary.contracts import CONTRACTS, MORE_COUNTS
from transforms.dictionary.shared_senders import is_shared
from transforms.reference.corrections import Correction
from transforms.reference.set_figures import from_json, read_set, to_json
from warehouse.lake.lake import Lake
from warehouse.ledger import corrections as ledger
from warehouse.ledger.corrections import Correctable, correctable, correctable_of
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import counts_of, held_for_a_sum
from warehouse.places.errors import DecisionError, WarehouseError

_MOST_OTHERS = 500  # parts of a shared file judged again after a correction; each takes some tenths of a second
_SHOWN = 3  # broken rules named in a refusal
_STORED = pl.Schema(LAKE["deliveries"].schema | {"file": pl.UInt32})
_FOUND = pl.Schema(FINDINGS | {"message": pl.String, "delivery_id": pl.String})


@dataclass(frozen=True)
class Corrected(RunResult):
    """What a correction did: `corrected_as`, the new version, with its status.

    `messages`: what was changed, a line each; `totals`: what counts now (cases; in_person includes cases by post);
    `released`: deliveries of other units in the same shared file, held back for a sum that is right now.
    """

    delivery_id: str
    corrected_as: str
    status: str
    messages: tuple[str, ...]
    totals: dict[str, int]
    released: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "delivery_id": self.delivery_id,
            "corrected_as": self.corrected_as,
            "status": self.status,
            "messages": list(self.messages),
            "totals": self.totals,
            "released": list(self.released),
        } | self.published.as_dict()


@dataclass(frozen=True, eq=False)
class Reviewed:
    """What a run made of the entries of corrections.toml that were not applied yet.

    `stored`: the new versions, a row each (the lake's `deliveries`, and `file`); `findings`: their faulty rows (columns
    FINDINGS, and `message`, `delivery_id`); `failures`: delivery_id → why its entries are not applied.
    """

    stored: pl.DataFrame = field(default_factory=_STORED.to_frame)
    findings: pl.DataFrame = field(default_factory=_FOUND.to_frame)
    failures: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"corrected": self.stored["delivery_id"].to_list(), "not_corrected": self.failures}


@dataclass(frozen=True, eq=False)
class _Target:
    """A delivery to read again; `figures`: all that persons set in it, now or before; `new`: the changes wanted now."""

    found: Correctable
    figures: tuple[Correction, ...]
    new: tuple[Correction, ...]
    decision: Decision

    @property
    def delivery_id(self) -> str:
        return self.decision.delivery_id


def correct(workspace: Workspace, lake: Lake, decision: Decision, sets: Sequence[str] = ()) -> Corrected:
    """Set figures of one delivery right (`sets`, as transforms.reference.set_figures reads them), and publish.

    Without `sets` the entries of corrections.toml are applied; a list of cases is only read again. Raises DecisionError
    where a text is wrong, the delivery neither counts nor waits, a figure is not there once, a critical rule is still
    broken or nothing changes; PurgedError when the original was removed.
    """
    target, checked, stored = retried(lambda: _correct(workspace, lake, decision, sets))
    delivery, new = target.found.delivery, stored.row(0, named=True)
    released = _released_with_it(workspace, lake, delivery, decision)
    published = publish_all(workspace, lake, new["decided_at"])
    refresh(workspace, [delivery["business_date"]])
    _log(decision.delivery_id, new["delivery_id"])
    return Corrected(
        decision.delivery_id,
        new["delivery_id"],
        new["status"],
        tuple(_messages(checked, 0, CORRECTED)),
        stated_sums(checked.counts, delivery["contract"]),
        released,
        published=published,
    )


def _released_with_it(
    workspace: Workspace, lake: Lake, delivery: dict[str, Any], decision: Decision
) -> tuple[str, ...]:
    """Of a shared file the other parts that were held back only for a sum which is right with the corrected figure."""
    if delivery["part"] is None:
        return ()
    waiting = held_for_a_sum(lake, delivery["landing"], GROUP_TOTAL_IS_SUM.id)
    reason = f"dòng tổng đúng sau khi sửa {decision.delivery_id}: {decision.reason}"
    found = []
    for held in waiting[:_MOST_OTHERS]:
        stored = store_if_clean(workspace, lake, Decision(held, decision.person, reason, decision.at))
        if stored is not None:
            found.append(stored)
    return tuple(found)


def apply_reviewed(workspace: Workspace, lake: Lake, now: datetime, units: Sequence[str] = ()) -> Reviewed:
    """Apply the entries of corrections.toml that are not applied yet in what counts or is held back, of any date.

    `units`: only theirs. An entry that cannot be applied stops no other; its delivery stays as it is. Publishes
    nothing.
    """
    entries = {key: own for key, own in workspace.corrections.entries.items() if not units or key[0] in units}
    if not entries:
        return Reviewed()
    targets = [
        target
        for key, found in correctable_of(lake, entries, CORRECTION_RULES).items()
        if (target := _pending(found, entries[key], now)) is not None
    ]
    done = [Reviewed()]
    for contract in sorted({target.found.delivery["contract"] for target in targets}):
        own = [target for target in targets if target.found.delivery["contract"] == contract]
        done.append(_apply(workspace, lake, own, contract))
    failures = {delivery_id: why for one in done for delivery_id, why in one.failures.items()}
    for delivery_id in failures:  # why: not in the log, as it names figures
        log_event("correct.failed", WARNING, delivery_id=delivery_id)
    return Reviewed(
        pl.concat([one.stored for one in done]), pl.concat([one.findings for one in done], how="diagonal"), failures
    )


def _correct(
    workspace: Workspace, lake: Lake, decision: Decision, sets: Sequence[str]
) -> tuple[_Target, Checked, pl.DataFrame]:
    if is_shared(decision.delivery_id):
        raise DecisionError(
            f"{decision.delivery_id}: là tệp chung, không có số liệu riêng; sửa lần gửi của từng đơn vị"
        )
    found = correctable(lake, decision.delivery_id, CORRECTION_RULES)
    delivery = found.delivery
    key = (delivery["unit_id"], delivery["business_date"], delivery["contract"])
    by_case = CONTRACTS[delivery["contract"]].by_case
    if sets and by_case:
        raise DecisionError(f"{decision.delivery_id}: danh sách hồ sơ không có số để sửa; bỏ --set để đọc lại tệp")
    try:
        now = tuple(read_set(one, delivery, decision.person, decision.reason, decision.at.date()) for one in sets)
    except ValueError as error:
        raise DecisionError(str(error)) from error
    entries = workspace.corrections.entries.get(key, ())
    if not (now or entries or by_case):
        raise DecisionError(
            f"{decision.delivery_id}: reference/corrections.toml không có mục nào cho lần gửi này; hãy thêm --set"
        )
    places = [one.place for one in now]
    if len(set(places)) < len(places):
        raise DecisionError(f"{decision.delivery_id}: --set ghi hai lần cùng một số")
    figures = _figures(found, now)
    target = _Target(found, figures, now or entries, decision)
    received = received_again(workspace, lake, delivery)
    checked = _check(workspace, lake, received, [target], delivery["contract"])
    if fault := _fault(checked, 0, target, of_all=bool(now)):
        raise DecisionError(f"{decision.delivery_id}: {fault}")
    if found.counts and _is_same(lake, checked, found):
        raise DecisionError(f"{decision.delivery_id}: đọc lại không thay đổi gì")
    return target, checked, _store(lake, received, checked, {0: target})


def _pending(found: Correctable, entries: Iterable[Correction], now: datetime) -> _Target | None:
    """The delivery with the entries that its stored messages do not name; a figure set by hand goes before the file."""
    figures = _figures(found, ())
    applied = [message for rule, message in found.messages if rule == CORRECTED]
    stale = [message for rule, message in found.messages if rule != CORRECTED]
    by_hand = {one.place for one in figures}
    new = tuple(
        entry
        for entry in entries
        if entry.place not in by_hand and not entry.is_applied(applied) and entry.fault_in(stale) is None
    )
    if not new:
        return None
    person = ", ".join(dict.fromkeys(entry.by for entry in new))
    reason = " | ".join(dict.fromkeys(entry.reason for entry in new))
    return _Target(found, figures, new, Decision(found.delivery["delivery_id"], person, reason, now))


def _apply(workspace: Workspace, lake: Lake, targets: Sequence[_Target], contract: str) -> Reviewed:
    """Read these deliveries of a contract again, store those that pass, and say why the others do not."""
    failures: dict[str, str] = {}
    originals, read = [], {}
    for file, target in enumerate(targets):
        try:
            originals.append(received_again(workspace, lake, target.found.delivery, file))
            read[file] = target
        except WarehouseError as error:
            failures[target.delivery_id] = str(error)
    if not read:
        return Reviewed(failures=failures)
    received = pl.concat(originals)
    checked = _check(workspace, lake, received, read.values(), contract)
    faults = {file: _fault(checked, file, target, of_all=False) for file, target in read.items()}
    failures |= {read[file].delivery_id: fault for file, fault in faults.items() if fault}
    passed = {file: target for file, target in read.items() if not faults[file]}
    if not passed:
        return Reviewed(failures=failures)
    try:
        stored = _store(lake, received, checked, passed)
    except DecisionError as error:  # decided by someone else meanwhile: the next run sees what is right
        return Reviewed(failures=failures | {target.delivery_id: str(error) for target in passed.values()})
    for file, new in stored.select("file", "delivery_id").iter_rows():
        _log(passed[file].delivery_id, new)
    findings = checked.findings.join(stored.select("file", "delivery_id"), on="file")
    return Reviewed(stored.select(_STORED.names()), findings, failures)


def _figures(found: Correctable, now: Sequence[Correction]) -> tuple[Correction, ...]:
    """What persons set in the delivery before and now; the same bytes are read, so it all applies again."""
    places = {one.place for one in now}
    before = from_json(found.figures_set, found.delivery)
    return (*(one for one in before if one.place not in places), *now)


def _check(
    workspace: Workspace, lake: Lake, received: pl.DataFrame, targets: Iterable[_Target], contract: str
) -> Checked:
    own = [figure for target in targets for figure in target.figures]
    corrected = replace(workspace, corrections=workspace.corrections.beside(own))
    return check_deliveries(corrected, received, contract, "correct", lake)


def _fault(checked: Checked, file: int, target: _Target, *, of_all: bool) -> str | None:
    """Why the delivery is not stored with its new changes: `of_all` must apply, or at least one of them."""
    stale, done = _messages(checked, file, CORRECTION_RULES[1]), _messages(checked, file, CORRECTED)
    faults = [f"{one.figure}: {fault}" for one in target.new if (fault := one.fault_in(stale))]
    if faults and (of_all or len(faults) == len(target.new)):
        return f"không sửa được {'; '.join(faults)}"
    if checked.decisions.filter(file=file)["status"].item() != "quarantined":
        return None
    critical = checked.verdicts.filter(pl.col("severity") == "critical", pl.col("outcome") != "holds", file=file)
    broken = checked.findings.filter(pl.col("rule").is_in(critical["rule"].implode()), file=file)["message"].to_list()
    more = f" (và {len(broken) - _SHOWN} dòng nữa)" if len(broken) > _SHOWN else ""
    changed = "sau khi sửa vẫn" if done else "đọc lại thì"
    return f"{changed} bị giữ lại: {'; '.join(broken[:_SHOWN])}{more}"


def _is_same(lake: Lake, checked: Checked, found: Correctable) -> bool:
    """Whether the new version would state what the counting one does, with the same changes."""
    before = counts_of(lake, found.delivery["delivery_id"])
    # What an older version did not read is no correction.
    unread = [name for name in MORE_COUNTS if before[name].null_count() == before.height]
    columns = [name for name in before.columns if name in checked.counts.columns and name not in unread]
    now = checked.counts.select(pl.col(name).cast(before.schema[name]) for name in columns)
    said = [message for rule, message in found.messages if rule == CORRECTED]
    same = before.select(columns).sort(columns).equals(now.sort(columns))
    return same and sorted(said) == sorted(_messages(checked, 0, CORRECTED))


def _store(lake: Lake, received: pl.DataFrame, checked: Checked, targets: dict[int, _Target]) -> pl.DataFrame:
    files = pl.DataFrame({"file": list(targets)}, schema={"file": pl.UInt32})
    decided = {
        file: f"Sửa theo quyết định của {target.decision.person}: {target.decision.reason}"
        for file, target in targets.items()
    }
    reason = pl.concat_str(
        pl.col("file").replace_strict(decided, default=None, return_dtype=pl.String),
        pl.format(" ({})", "reason").fill_null(""),
    )
    own = {
        name: getattr(checked, name).join(files, on="file", how="semi", maintain_order="left")
        for name in ("decisions", "verdicts", "findings", "counts", "sums", "cases", "procedures", "scores", "layouts")
    }
    own["decisions"] = own["decisions"].with_columns(reason=reason)
    at = next(iter(targets.values())).decision.at
    landed = received.join(files, on="file", how="semi", maintain_order="left")
    batch = judged_batch(landed, [replace(checked, **own)], LAKE["outcomes"].schema.to_frame(), at)
    decisions = {
        file: ledger.Correction(target.decision, to_json(target.figures) if target.figures else None)
        for file, target in targets.items()
    }
    return ledger.correct(lake, batch, decisions)


def _messages(checked: Checked, file: int, rule: str) -> list[str]:
    return checked.findings.filter(file=file, rule=rule)["message"].to_list()


def _log(delivery_id: str, corrected_as: str) -> None:
    log_event("correct", delivery_id=delivery_id, corrected_as=corrected_as)

"""A person's decision about a held back delivery: release it, so that it counts, or reject it. Pulls nothing."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from flows.intake.batch import judged_batch, retried
from flows.intake.check import Checked, check_deliveries
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.originals import received_again
from flows.work.outputs.docs import refresh
from flows.work.outputs.publishing import RunResult, publish_all
from flows.work.shared_again import take_again
from transforms.check.rules.delivery import UNIT_EXISTS
from transforms.check.rules.rule import READABLE
from transforms.check.tables import stated_sums
from transforms.dictionary.columns import LAKE
from transforms.dictionary.contracts import CONTRACTS
from transforms.dictionary.shared_senders import is_no_unit, is_shared
from warehouse.lake.lake import Lake
from warehouse.ledger.decisions import Decision, held_delivery
from warehouse.ledger.decisions import reject as record_rejection
from warehouse.ledger.decisions import release as store_release
from warehouse.ledger.deliveries import shared_delivery
from warehouse.places.errors import DecisionError

# Where one of these rules is broken, a figure is missing or is no figure: no decision can replace it.
_SHOWN = 3  # new deliveries named
_WITHOUT_FIGURES = (READABLE, "values_stated", "rows_are_named", "numbers_not_negative", "level_known")


@dataclass(frozen=True)
class Released(RunResult):
    """What a release did: `released_as`, the new delivery, with its status; the critical rules overridden.

    `messages`: the rows that broke those rules; `totals`: what counts now (cases; in_person includes cases by post).
    """

    delivery_id: str
    released_as: str
    status: str
    overridden: tuple[str, ...]
    messages: tuple[str, ...]
    totals: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "delivery_id": self.delivery_id,
            "released_as": self.released_as,
            "status": self.status,
            "overridden": list(self.overridden),
            "messages": list(self.messages),
            "totals": self.totals,
        } | self.published.as_dict()


def release(workspace: Workspace, lake: Lake, decision: Decision, *, override: bool = False) -> Released:
    """Read a held delivery again from its original, check it by the current rules, store it as counting, and publish.

    `override`: also where it could not be read before, so that nobody has seen which rules it breaks.
    Raises DecisionError when it does not wait for a decision, its original is damaged, figures are missing in it, or
    there is no such unit on its business date;
    PurgedError when the original was removed; MeanwhileError when other runs keep counting its cases.
    """
    held = held_delivery(lake, decision.delivery_id)
    if is_shared(held["unit_id"]):
        return _released_whole(workspace, lake, held, decision)
    held, checked, overridden, stored = retried(lambda: _store(workspace, lake, decision, override=override))
    published = publish_all(workspace, lake, decision.at)
    refresh(workspace, [held["business_date"]])
    released_as = stored["delivery_id"].item()
    log_event("release", delivery_id=decision.delivery_id, released_as=released_as, overridden=",".join(overridden))
    return Released(
        decision.delivery_id,
        released_as,
        stored["status"].item(),
        overridden,
        tuple(checked.findings.filter(pl.col("rule").is_in(overridden))["message"]),
        stated_sums(checked.counts, held["contract"]),
        published=published,
    )


def _released_whole(workspace: Workspace, lake: Lake, held: dict[str, Any], decision: Decision) -> Released:
    """Take a shared export, or what was held back of it, again by the settings and names of today."""
    stored = take_again(workspace, lake, shared_delivery(lake, held), held, decision)
    units = stored.filter(~is_no_unit())
    published = publish_all(workspace, lake, decision.at)
    refresh(workspace, [held["business_date"]])
    names = ", ".join(units["delivery_id"].head(_SHOWN)) + (" …" if units.height > _SHOWN else "")
    status = "quarantined" if (units["status"] == "quarantined").any() else "accepted"
    return Released(decision.delivery_id, names, status, (), (), {}, published=published)


def store_if_clean(workspace: Workspace, lake: Lake, decision: Decision) -> str | None:
    """Store a held delivery as counting if nothing holds it back any more; the id of the new delivery, or None.

    Raises as `release` does. Publishes nothing.
    """
    held = held_delivery(lake, decision.delivery_id)
    received = received_again(workspace, lake, held)
    checked = check_deliveries(workspace, received, held["contract"], f"again {decision.delivery_id}", lake)
    if checked.decisions["status"].item() == "quarantined":
        return None
    stored = retried(lambda: _store(workspace, lake, decision))[-1]
    log_event("release", delivery_id=decision.delivery_id, released_as=stored["delivery_id"].item(), overridden="")
    return str(stored["delivery_id"].item())


def _store(
    workspace: Workspace, lake: Lake, decision: Decision, *, override: bool = False
) -> tuple[dict[str, Any], Checked, tuple[str, ...], pl.DataFrame]:
    """The held delivery, its new check, the critical rules it breaks, and the stored row that counts now."""
    held = held_delivery(lake, decision.delivery_id)
    received = received_again(workspace, lake, held)
    checked = check_deliveries(
        workspace, received, held["contract"], f"release {decision.delivery_id}", lake, released=True
    )
    _refuse_outside_validity(checked, held)
    _refuse_without_figures(checked, held)
    broken = checked.verdicts.filter(pl.col("severity") == "critical", pl.col("outcome") != "holds")
    overridden = tuple(broken["rule"])
    if not override:
        _refuse_unseen_faults(checked, held, overridden)
    batch = judged_batch(received, [_accepted(checked, overridden, decision)], _no_outcomes(), decision.at)
    return held, checked, overridden, store_release(lake, batch, decision, ", ".join(overridden) or None)


def reject(lake: Lake, decision: Decision) -> None:
    """Record that a held delivery never counts. Raises DecisionError when it does not wait for a decision."""
    record_rejection(lake, decision)
    log_event("reject", delivery_id=decision.delivery_id)


def _refuse_unseen_faults(checked: Checked, held: dict[str, Any], broken: tuple[str, ...]) -> None:
    """A file that could not be read before, and breaks rules now: the person who decides does not know them yet."""
    if READABLE not in (held["reason"] or "").split(", ") or not broken:
        return
    found = checked.findings.filter(pl.col("rule").is_in(broken))["message"].to_list()
    more = f" (và {len(found) - 1} dòng nữa)" if len(found) > 1 else ""
    message = (
        f"{held['delivery_id']}: nay đọc được, nhưng trái quy tắc; {found[0] if found else ', '.join(broken)}{more}"
    )
    raise DecisionError(f"{message}; nếu vẫn cho qua: thêm --override")


def _refuse_outside_validity(checked: Checked, held: dict[str, Any]) -> None:
    """There is no unit that day for which the figures could count."""
    found = checked.findings.filter(rule=UNIT_EXISTS.id)["message"]
    if found.is_empty():
        return
    message = f"{held['delivery_id']}: không thể cho qua; {found[0]}"
    raise DecisionError(f"{message}; nếu đơn vị có hiệu lực ngày đó: sửa reference/units.csv, rồi cho qua lại")


def _refuse_without_figures(checked: Checked, held: dict[str, Any]) -> None:
    counts = CONTRACTS[held["contract"]].counts
    lacking = pl.col("rule").is_in(_WITHOUT_FIGURES) | (
        (pl.col("rule") == "numbers_readable") & pl.col("column").is_in(counts)
    )
    critical = checked.verdicts.filter(pl.col("severity") == "critical")["rule"]
    found = checked.findings.filter(lacking & pl.col("rule").is_in(critical.to_list()))["message"].to_list()
    if found:
        more = f" (và {len(found) - 1} dòng nữa)" if len(found) > 1 else ""
        message = f"{held['delivery_id']}: không thể cho qua vì thiếu số liệu đọc được; {found[0]}{more}"
        raise DecisionError(message)


def _accepted(checked: Checked, overridden: tuple[str, ...], decision: Decision) -> Checked:
    """The check, with the decision instead of the verdict."""
    status = pl.lit("accepted_with_warnings") if overridden else pl.col("status")
    decided = f"Cho qua theo quyết định của {decision.person}: {decision.reason}"
    reason = pl.concat_str(pl.lit(decided), pl.format(" ({})", "reason").fill_null(""))
    return replace(checked, decisions=checked.decisions.with_columns(status=status, reason=reason))


def _no_outcomes() -> pl.DataFrame:
    return LAKE["outcomes"].schema.to_frame()

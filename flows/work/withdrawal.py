"""A person's decision that an accepted delivery counts no more. Pulls and reads nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.outputs.publishing import RunResult, publish_all
from transforms.dictionary.shared_senders import is_shared
from warehouse.lake.lake import Lake
from warehouse.ledger import withdrawals
from warehouse.ledger.decisions import Decision
from warehouse.places.errors import DecisionError


@dataclass(frozen=True)
class TakenBack(RunResult):
    """What a withdrawal did.

    `withdrawn`: the deliveries named; `missing`: unit_id, business_date and contract of the days that have no figures
    now; `counting`: the earlier versions that count again; `left_out`: lists of cases that may have left out rows
    because a withdrawn delivery counted the case, to be read again with `tyle correct`.
    """

    withdrawn: tuple[str, ...]
    missing: tuple[dict[str, Any], ...]
    counting: tuple[str, ...]
    left_out: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "withdrawn": list(self.withdrawn),
            "missing": [row | {"business_date": row["business_date"].isoformat()} for row in self.missing],
            "counting": list(self.counting),
            "left_out": list(self.left_out),
        } | self.published.as_dict()


def withdraw(workspace: Workspace, lake: Lake, decisions: Sequence[Decision], *, previous: bool = False) -> TakenBack:
    """Withdraw accepted deliveries, all or none, and publish; alerts go out with the next run or watch.

    `previous`: the accepted version before each counts again; otherwise its day is missing. Raises DecisionError where
    one does not count, or no version before it can count.
    """
    for decision in decisions:
        if is_shared(decision.delivery_id):
            raise DecisionError(
                f"{decision.delivery_id}: là tệp chung, không có số liệu riêng; thu hồi từng đơn vị của nó"
            )
    done = withdrawals.withdraw(lake, decisions, previous=previous)
    for decision in decisions:
        log_event("withdraw", delivery_id=decision.delivery_id, previous=previous)
    published = publish_all(workspace, lake, done.at)
    days = ("unit_id", "business_date", "contract")
    missing = done.withdrawn.select(days).unique(maintain_order=True).join(done.counting, on=days, how="anti")
    return TakenBack(
        withdrawn=tuple(decision.delivery_id for decision in decisions),
        missing=tuple(missing.to_dicts()),
        counting=tuple(done.counting["delivery_id"]),
        left_out=done.left_out,
        published=published,
    )

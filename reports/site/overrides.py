"""What the site shows of the decisions behind a unit's figures. Shows no person and no corrected figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Override:
    """What was decided in the same way about the data of some days; who decided, and which figures, is not public.

    As in the mart overrides; `rules`: pairs of contract and rule; `decided_at`: UTC without zone.
    """

    days: tuple[date, ...]
    kind: str
    contract: str
    rules: tuple[tuple[str, str], ...]
    reason: str | None
    decided_at: datetime
    ids: tuple[str, ...]


def overrides_of(overrides: pl.DataFrame | None, row: Mapping[str, Any], below: int) -> tuple[Override, ...]:
    """What was decided about a unit's month, `row`; `overrides`: the mart of that name, None where there is none.

    A reason may name counts, so where counts `below` some number are withheld it is too.
    """
    ids = (row.get("override_ids") or "").split(",")
    if overrides is None:
        return ()
    alike: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for one in overrides.filter(pl.col("override_id").is_in(ids)).sort("business_date", "override_id").to_dicts():
        what = (*(one[name] for name in ("override_kind", "contract", "rules_broken", "person", "reason")),)
        alike.setdefault((*what, one["decided_at"].date()), []).append(one)
    return tuple(
        Override(
            days=tuple(dict.fromkeys(one["business_date"] for one in rows)),
            kind=kind,
            contract=contract,
            rules=tuple((contract, rule.strip()) for rule in (rules or "").split(",") if rule.strip()),
            reason=None if below else reason,
            decided_at=rows[-1]["decided_at"],
            ids=tuple(one["override_id"] for one in rows),
        )
        for (kind, contract, rules, _, reason, _), rows in alike.items()
    )

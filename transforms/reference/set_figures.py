"""Figures that a person sets right for one stored delivery (`tyle correct --set`): their text and how they are kept.

How they are applied: transforms.reference.corrections.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from transforms.dictionary.text import fold
from transforms.reference.corrections import Correction, faults

SYNTAX = "[lĩnh vực[@mức độ]].cột=số, ví dụ: Đất đai.total=150; dòng tổng cộng: total.online=120 hoặc .online=120"
_SET = re.compile(r"(?P<field>.*?)(?:@(?P<level>\d+))?\.(?P<column>[a-z0-9_]+)\s*=\s*(?P<value>[^=]*)", re.DOTALL)
_KEPT = ("field", "level", "column", "value", "reason", "by")


def read_set(text: str, delivery: Mapping[str, Any], person: str, reason: str, since: date) -> Correction:
    """One figure from the text of `--set` (SYNTAX), for a delivery (its row of the ledger).

    The last `.` before the last `=` ends the name of the field, so that a name may hold both. Raises ValueError in one
    line.
    """
    if not (match := _SET.fullmatch(text.strip())):
        raise ValueError(f"--set {text!r}: phải là {SYNTAX}")
    field, level = match["field"].strip(), match["level"]
    given = _given(delivery) | {
        "column": match["column"],
        "value": _number(text, match["value"].strip()),
        "reason": reason,
        "by": person,
        "since": since,
    }
    if fold(field) not in {"", "total"}:
        given["field"] = field
    if level is not None:
        given["level"] = int(level)
    return _checked(given, f"--set {text!r}")


def to_json(figures: Iterable[Correction]) -> str:
    """The figures as a decision keeps them."""
    rows = [{key: getattr(one, key) for key in _KEPT} | {"since": one.since.isoformat()} for one in figures]
    return json.dumps(rows, ensure_ascii=False)


def from_json(text: str | None, delivery: Mapping[str, Any]) -> tuple[Correction, ...]:
    """The figures that a decision kept, for a delivery of the same unit, day and contract (its row of the ledger)."""
    return tuple(
        Correction(**_given(delivery) | row | {"since": date.fromisoformat(row["since"]), "expect": None})
        for row in json.loads(text or "[]")
    )


def _given(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a correction that the delivery states."""
    return {"unit": delivery["unit_id"], "date": delivery["business_date"], "contract": delivery["contract"]}


def _checked(given: dict[str, Any], where: str) -> Correction:
    if fault := next(faults(given | {"expect": ""}, {given["unit"]}), None):
        raise ValueError(f"{where}: {fault}")
    return Correction(**given, expect=None)


def _number(text: str, value: str) -> int | float:
    try:
        return int(value) if value.isdecimal() else float(value.replace(",", "."))
    except ValueError as error:
        raise ValueError(
            f"--set {text!r}: {value!r} không phải số; viết liền, không dấu phân cách hàng nghìn"
        ) from error

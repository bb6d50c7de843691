"""Which decisions stand behind printed figures, in an office's words. Marks no row and computes no figure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

import polars as pl

from reports import vietnamese as vn

Sentences = Mapping[tuple[str, str], str]  # contract and rule → what the rule asks
_ALIKE = ("override_kind", "contract", "person", "reason", "rules_broken")
_DAYS, _IDS, _MOST = 3, 3, 5  # named in a statement; statements of a row


@dataclass(frozen=True, eq=False)
class Decided:
    """What is known of the overrides that rows name.

    `overrides`: the mart, of one month, or None in a publication that has none yet. `sentences`: the rules in words;
    `zone`: of the days of decisions.
    """

    overrides: pl.DataFrame | None = None
    sentences: Sentences = field(default_factory=dict)
    zone: tzinfo = UTC

    def about(self, row: Mapping[str, Any], *, named_too: bool = True) -> list[str]:
        """What was decided about a row of a mart, by whom, when and why, with the decisions' ids.

        One text for all days decided in the same way. Ids that the mart does not have are named alone, or left out.
        """
        asked = (row.get("override_ids") or "").split(",") if row.get("override_ids") else []
        found = [] if self.overrides is None else self._known(asked)
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for one in found:
            what = _inside(one["sample"]) if one["override_kind"] == "corrected" else None
            groups.setdefault((*(one[name] for name in _ALIKE), what, _day(one, self.zone)), []).append(one)
        texts = [_statement(rows, self.sentences, self.zone) for rows in groups.values()]
        unknown = sorted(set(asked) - {one["override_id"] for one in found})
        return [*texts, *([f"có quyết định {_listed(unknown, _IDS, 'quyết định')}"] if unknown and named_too else [])]

    def _known(self, ids: list[str]) -> list[dict[str, Any]]:
        assert self.overrides is not None  # noqa: S101
        return self.overrides.filter(pl.col("override_id").is_in(ids)).sort("business_date", "override_id").to_dicts()


def cut(texts: list[str], where: str) -> list[str]:
    """The first statements of a row; `where` all of them are."""
    more = len(texts) - _MOST
    return [*texts[:_MOST], f"và {more} quyết định nữa, xem {where}"] if more > 0 else texts


def _statement(rows: list[dict[str, Any]], sentences: Sentences, zone: tzinfo) -> str:
    first = rows[0]
    days = list(dict.fromkeys(vn.day(row["business_date"]) for row in rows))
    whose = f"số liệu ngày {_listed(days, _DAYS, 'ngày')}"
    ids = f"(mã: {_listed([row['override_id'] for row in rows], _IDS, 'mã')})"
    broken = [rule.strip() for rule in (first["rules_broken"] or "").split(",") if rule.strip()]
    rules = ", ".join(f"“{sentences.get((first['contract'], rule), rule)}”" for rule in broken)
    decided = f"theo quyết định của {first['person']} ngày {_day(first, zone)}, lý do: {first['reason']}"
    match first["override_kind"]:
        case "released":
            return f"{whose} trái quy tắc {rules}, được cho qua {decided} {ids}"
        case "corrected" if first["person"]:
            return f"{whose} đã sửa {decided}; sửa: {_inside(first['sample'])} {ids}"
        case "corrected":
            return f"{whose} đã sửa theo reference/corrections.toml: {_inside(first['sample'])} {ids}"
    return f"{whose} trái quy tắc {rules}, vẫn được tính vì quy tắc này đã hạ mức hoặc tắt trong tyle.toml {ids}"


def _day(row: Mapping[str, Any], zone: tzinfo) -> str:
    """The day of the decision, as clocks in the zone show it."""
    return vn.day(row["decided_at"].replace(tzinfo=UTC).astimezone(zone).date())


def _inside(sample: str | None) -> str:
    """What stands in the last brackets of a finding: the figures that were corrected."""
    text, depth = sample or "", 0
    for place in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if text[place] == "(" and depth == 0 and text.endswith(")"):
            return text[place + 1 : -1]
    return text


def _listed(names: list[str], most: int, what: str) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" và {more} {what} nữa" if more > 0 else "")

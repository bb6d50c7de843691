"""What the reading of a file rests on, whether that is new for its unit, and whether it raises a question.

Judges nothing: transforms.check.rules.delivery has the rules.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import md5
from typing import Any

import polars as pl

from transforms.check.frames import SENT
from transforms.dictionary.frames import checked
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text, fold
from transforms.read.headers.search import Layout

# The layouts of a unit's earlier deliveries: the first and the last business date of a time in which each was used. No
# time begins before the first day of a batch and ends on it or later.
KNOWN_LAYOUTS = pl.Schema(
    {
        "unit_id": pl.String,
        "contract": pl.String,
        "layout": pl.String,
        "description": pl.String,
        "first": pl.Date,
        "last": pl.Date,
    }
)
CONFIGURED = "configured"  # in a description: the mark of what a person has written down
_DIGITS = re.compile(r"\d+")
_OF_SENDER = pl.Schema({name: SENT[name] for name in ("file", "unit_id", "contract", "business_date")})
# What is added to each delivery; `layout_change` compares with the unit's last layout.
LAYOUT_COLUMNS = pl.Schema(
    {
        "layout": pl.String,
        "layout_description": pl.String,
        "layout_question": pl.String,
        "layout_question_en": pl.String,
        "layout_is_confirmed": pl.Boolean,
        "layout_change": pl.String,
        "layout_change_en": pl.String,
    }
)


@dataclass(frozen=True)
class LayoutHistory:
    """`known`: KNOWN_LAYOUTS of earlier deliveries. `confirmed`: the ids of layouts whose questions were answered."""

    known: pl.DataFrame
    confirmed: frozenset[str] = frozenset()


NO_LAYOUTS = LayoutHistory(KNOWN_LAYOUTS.to_frame())


def with_layouts(
    received: pl.DataFrame,
    layouts: Mapping[int, Layout],
    history: LayoutHistory,
    senders: Mapping[int, str] | None = None,
) -> pl.DataFrame:
    """`received` (SENT, more columns allowed) with LAYOUT_COLUMNS; null for a file in which no table was found.

    `senders`: whose layout a file has, where that is not its unit: that of a shared export is one for all its units.
    A layout is new where no delivery of the unit for an earlier business date had it, and one had another.
    """
    checked(received, _OF_SENDER, "with_layouts: received", more=True)
    checked(history.known, KNOWN_LAYOUTS, "with_layouts: history.known")
    texts = {key: description(layout) for key, layout in {id(one): one for one in layouts.values()}.items()}
    sent = received.select(_OF_SENDER.names()).rows()
    own = [
        (file, unit, contract, day, identity((senders or {}).get(file, unit), contract, text), text)
        for file, unit, contract, day in sent
        if (layout := layouts.get(file)) and (text := texts[id(layout)])
    ]
    known: dict[tuple[str, str], list[tuple[date, date, str, str]]] = {}
    for unit, contract, mark, text, first, last in history.known.iter_rows():
        known.setdefault((unit, contract), []).append((first, last, mark, text))
    for _, unit, contract, day, mark, text in own:
        known.setdefault((unit, contract), []).append((day, day, mark, text))
    since: dict[tuple[str, str, str], date] = {}
    for (unit, contract), items in known.items():
        for first, _, mark, _ in items:
            since[unit, contract, mark] = min(first, since.get((unit, contract, mark), first))
    rows = []
    for file, unit, contract, day, mark, text in own:
        questions = layouts[file].questions
        is_new = since[unit, contract, mark] >= day
        changes = _changes(known[unit, contract], text, day) if is_new else []
        rows.append(
            (
                file,
                mark,
                text,
                *(_joined(questions, lang) for lang in ("vi", "en")),
                mark in history.confirmed,
                *(_joined(changes, lang) for lang in ("vi", "en")),
            )
        )
    found = pl.DataFrame(rows, schema={"file": pl.UInt32, **LAYOUT_COLUMNS}, orient="row")
    return received.join(found, on="file", how="left", maintain_order="left")


def described_by(history: LayoutHistory, contract: str, shown: Callable[[str], str]) -> LayoutHistory:
    """`history` with the descriptions of a contract's layouts changed by `shown`, and their ids with them."""
    rows = [
        row | {"description": (text := shown(row["description"])), "layout": identity(row["unit_id"], contract, text)}
        if row["contract"] == contract
        else row
        for row in history.known.iter_rows(named=True)
    ]
    return replace(history, known=pl.DataFrame(rows, schema=KNOWN_LAYOUTS))


def description(layout: Layout) -> str:
    """What the reading rests on, as JSON: the sheet (digits as #), the columns in their order with their headers.

    Also the headers of the columns that are not read, and the questions; of a layout that a person has written down
    the mark of what was written.
    """
    placed = sorted(layout.columns, key=lambda column: layout.columns[column])
    names = {**layout.names, **layout.compared}
    content = {
        "sheet": _DIGITS.sub("#", layout.sheet),
        "columns": {column: names[column] for column in placed},
        "unread": sorted(layout.unread),
        "questions": [question.vi for question in layout.questions],
    }
    return json.dumps(content | ({CONFIGURED: layout.configured} if layout.configured else {}), ensure_ascii=False)


@lru_cache(65_536)  # units, times the few layouts of each
def identity(unit_id: str, contract: str, text: str) -> str:
    """The id of a unit's layout, from its description: twelve hexadecimal digits.

    Spelling, case and the order of the columns that are not read do not count.
    """
    return _hash(f"{unit_id}/{contract}/{_sameness(text)}")[:12]


@lru_cache(4096)
def _sameness(text: str) -> str:
    content = json.loads(text)
    columns = [(column, fold(name)) for column, name in content["columns"].items()]
    same = [fold(content["sheet"]), columns, sorted(fold(name) for name in content["unread"])]
    return _hash(json.dumps([*same, content[CONFIGURED]] if CONFIGURED in content else same))


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _changes(known: Sequence[tuple[date, date, str, str]], text: str, day: date) -> list[Text]:
    """What is different in a new layout from the unit's last layout before `day`.

    Nothing where a person has written down another layout since then: the change is that person's.
    """
    earlier = [item for item in known if item[0] < day]
    if not earlier:
        return []
    before, now = json.loads(max(earlier, key=lambda item: (item[1], item[2]))[3]), json.loads(text)
    return [] if before.get(CONFIGURED) != now.get(CONFIGURED) else list(_differences(before, now))


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[Text]:
    found: list[Text] = []
    if fold(before["sheet"]) != fold(now["sheet"]):
        found.append(
            Text(f"trang “{before['sheet']}” → “{now['sheet']}”", f"sheet “{before['sheet']}” → “{now['sheet']}”")
        )
    old, new = before["columns"], now["columns"]
    for column in [column for column in new if column in old and fold(old[column]) != fold(new[column])]:
        found.append(
            Text(
                f"{label(column)}: “{old[column]}” → “{new[column]}”",
                f"{label(column, 'en')}: “{old[column]}” → “{new[column]}”",
            )
        )
    names_before = [*(old[c] for c in old if c not in new), *before["unread"]]
    names_now = [*(new[c] for c in new if c not in old), *now["unread"]]
    keys_before, keys_now = {fold(name) for name in names_before}, {fold(name) for name in names_now}
    added = [name for name in names_now if fold(name) not in keys_before]
    gone = [name for name in names_before if fold(name) not in keys_now]
    if added:
        found.append(Text(f"cột mới: {_quoted(added)}", f"new columns: {_quoted(added)}"))
    if gone:
        found.append(Text(f"không còn cột: {_quoted(gone)}", f"columns gone: {_quoted(gone)}"))
    return found or [Text("thứ tự cột khác trước", "another order of the columns")]


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _joined(texts: tuple[Text, ...] | list[Text], lang: str) -> str | None:
    return "; ".join(text.in_language(lang) for text in texts) if texts else None

"""Whether the sums that a shared file states are those of its units, after corrections. Applies no rule.

The rules: transforms.check.rules.shared.
"""

from collections.abc import Mapping

import polars as pl

from transforms.check.shared.parts import PartRead, PartTotal
from transforms.dictionary.contracts import Contract
from transforms.dictionary.labels import label
from transforms.read.refusal import quoted

_NAMED = 5  # units named in a message
# What is added to each delivery: whether it belongs to a sum; why one is wrong, or cannot be compared (null: neither).
GROUP_COLUMNS = pl.Schema(
    {
        "in_group_total": pl.Boolean(),
        **dict.fromkeys(("group_fault", "group_fault_en", "group_unread", "group_unread_en"), pl.String()),
    }
)


_Key = tuple[int, int]  # of a sum in its file


def with_group_faults(
    received: pl.DataFrame, rows: pl.DataFrame, contract: Contract, parts: Mapping[int, PartRead]
) -> pl.DataFrame:
    """`received` with GROUP_COLUMNS. `rows`: as transforms.check.prepare gives them; `parts`: of shared files.

    A sum is right if it is that of its units as the file states them, or after what corrections changed in them.
    """
    concerned = {file: part for file, part in parts.items() if part.totals}
    source = dict(received.select("file", "source_uri").iter_rows()) if concerned else {}
    changes: dict[tuple[str, _Key], dict[str, int]] = {}
    for file, changed in _changes(concerned, rows, contract).items():
        for total in concerned[file].totals:
            added = changes.setdefault((source[file], total.key), {})
            added |= {column: added.get(column, 0) + value for column, value in changed.items()}
    found = [
        (
            file,
            True,
            *_worded(part.totals, {total.key: changes.get((source[file], total.key), {}) for total in part.totals}),
        )
        for file, part in concerned.items()
    ]
    frame = pl.DataFrame(found, schema={"file": pl.UInt32, **GROUP_COLUMNS}, orient="row")
    found_all = received.join(frame, on="file", how="left", maintain_order="left")
    return found_all.with_columns(pl.col("in_group_total").fill_null(False))


def _changes(parts: Mapping[int, PartRead], rows: pl.DataFrame, contract: Contract) -> dict[int, dict[str, int]]:
    """File → by how much its figures are other ones than it states."""
    if contract.by_case or not parts:
        return {}
    details = rows.filter(pl.col("kind") == "detail", pl.col("file").is_in(list(parts)))
    summed = details.group_by("file").agg(
        pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()) for column in contract.counts
    )
    found: dict[int, dict[str, int]] = {}
    for row in summed.iter_rows(named=True):
        file = row.pop("file")
        own = parts[file].totals[0].own
        changed = {c: now - was for c, now in row.items() if now is not None and (was := own.get(c)) is not None}
        found[file] = {column: change for column, change in changed.items() if change}
    return found


def _worded(
    totals: tuple[PartTotal, ...], changes: Mapping[_Key, Mapping[str, int]]
) -> tuple[str | None, str | None, str | None, str | None]:
    wrong = [total for total in totals if total.holds and total.is_wrong and total.differing(changes[total.key])]
    unread = [total for total in totals if total.is_unknown and total not in wrong]
    return (
        "; ".join(_fault(total, "vi") for total in wrong) or None,
        "; ".join(_fault(total, "en") for total in wrong) or None,
        "; ".join(_unread(total, "vi") for total in unread) or None,
        "; ".join(_unread(total, "en") for total in unread) or None,
    )


def _fault(total: PartTotal, lang: str) -> str:
    words = ("dòng", "ghi", "các đơn vị cộng lại") if lang == "vi" else ("row", "states", "its units add up to")
    differing = ", ".join(
        f"{label(column, lang)}: {words[1]} {total.printed[column]}, {words[2]} {total.summed[column]}"
        for column in total.differing({})
    )
    right = ""
    if total.is_whole:
        right = "; dòng tổng của các khối đều đúng" if lang == "vi" else "; the sums of the groups are right"
    return f"{words[0]} {total.row} {quoted(total.name)}: {differing}{right}"


def _unread(total: PartTotal, lang: str) -> str:
    row = "dòng" if lang == "vi" else "row"
    if total.unread:
        units = ", ".join(map(quoted, total.unread[:_NAMED])) + (", …" if len(total.unread) > _NAMED else "")
        why = f"số của {units} không đọc được" if lang == "vi" else f"figures of {units} are no numbers"
    else:
        why = "có ô không phải là số" if lang == "vi" else "a cell is no number"
    return f"{row} {total.row} {quoted(total.name)}: {why}"

"""Why rows of a shared file cannot count for a unit, in one line with what a person may do. Holds nothing back."""

from collections.abc import Iterable

import polars as pl

from transforms.check.shared.names import Names
from transforms.check.shared.owners import Owner
from transforms.read.refusal import Refusal, quoted, refuse

_SHOWN = 10  # row numbers in a message


def unknown_name(owner: Owner, names: Names, sender: str, *, hidden: bool) -> Refusal:
    """For a name that means no unit, several, or one that this export does not hold. `hidden`: must not be shown."""
    rows = _listed(sorted(owner.rows))
    shared = sender.removeprefix("@")
    name = "“…”" if hidden else quoted(owner.name)
    if owner.kind == "foreign":
        return refuse(
            f"{owner.ids[0]} không thuộc tệp chung này (dòng {rows}): thêm vào units của [[shared]] id = {shared}, "
            "hoặc bỏ các dòng đó",
            f"{owner.ids[0]} is no unit of this shared export (rows {rows}): add it to `units` of {shared}",
            row=owner.rows[0],
        ).refusal
    if not owner.name:
        return refuse(
            f"dòng có số liệu mà không ghi đơn vị (dòng {rows})",
            f"rows with figures and without a unit (rows {rows})",
            row=owner.rows[0],
        ).refusal
    if hidden:
        return refuse(
            f'không biết đơn vị ghi ở {len(owner.rows)} dòng: xem tệp, rồi tyle units alias "TÊN" ĐƠN-VỊ',
            f"{len(owner.rows)} rows name a unit that is not known: see the file, then tyle units alias NAME UNIT",
            row=owner.rows[0],
        ).refusal
    near = names.registry.nearest(owner.name, owner.day)
    listed = ", ".join(f"{known} ({unit_id})" for unit_id, known in near)
    first = near[0][0] if near else "ĐƠN-VỊ"
    command = f"tyle units alias {_argument(owner.name)} {first}"
    if owner.kind == "unclear":
        return refuse(
            f"tên {name} có thể là nhiều đơn vị: {', '.join(owner.ids)} (dòng {rows}): hãy ghi đủ tên",
            f"{name} may mean several units: {', '.join(owner.ids)} (rows {rows}): write the name in full",
            row=owner.rows[0],
        ).refusal
    return refuse(
        f"không biết đơn vị {name} (dòng {rows}); gần giống: {listed}; nếu đúng là một trong số đó: {command}",
        f"unit {name} is not known (rows {rows}); nearest: {listed}; if it is one of these: {command}",
        row=owner.rows[0],
    ).refusal


def appears_twice(owner: Owner, own: pl.DataFrame, by: str) -> Refusal | None:
    """For a unit that a file names at two places; None where it does not. `own`: `table` and `of_file` of its rows."""
    if by == "row":
        places = own["of_file"].to_list()
    elif by == "group":
        places = owner.runs
    elif by in ("sheet", "block"):
        places = own.group_by("table", maintain_order=True).agg(pl.col("of_file").first())["of_file"].to_list()
    else:
        places = list(owner.spellings.values())
    if len(places) < 2:
        return None
    return refuse(
        f"{owner.ids[0]} có hai lần trong tệp (dòng {_listed(places)}): mỗi đơn vị chỉ ghi một lần, một tên",
        f"{owner.ids[0]} stands twice in the file (rows {_listed(places)}): name each unit once, by one name",
        row=places[1],
    ).refusal


def _listed(rows: Iterable[int]) -> str:
    numbers = list(dict.fromkeys(rows))
    more = f" … ({len(numbers)} dòng)" if len(numbers) > _SHOWN else ""
    return ", ".join(map(str, numbers[:_SHOWN])) + more


def _argument(name: str) -> str:
    """A name as an argument of a command, in double quotes."""
    plain = " ".join(name.split())[:80]
    return '"' + "".join(letter for letter in plain if letter not in '"`$\\!') + '"'

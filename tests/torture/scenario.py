"""The days of the torture: who sends what when, and what the month must then say, worked out by hand and not by tyle.

Six units over four days and two months: right and wrong exports, corrections, a copy, a late export, a unit that sends
its cases one by one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.settings.workspace import Workspace, create_workspace, open_workspace
from tests.flows.workspaces import put
from tests.transforms.test_cases import GOOD

DAYS = (date(2022, 7, 29), date(2022, 8, 1), date(2022, 8, 2), date(2022, 8, 3))
CASES = "so-y-te"
SUMMARIES = ("so-noi-vu", "so-xay-dung", "so-du-lich", "ubnd-huyen-a", "ubnd-huyen-b")
SETTINGS = f'[units.{CASES}]\ncontract = "cases"\n'
_COLUMNS = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
_GROUPS = {True: "districts", False: "departments"}
UNITS = "\n".join(
    [
        _COLUMNS,
        *(
            f"{unit_id},{unit_id},so,{_GROUPS['huyen' in unit_id]},{number},2022-01-01,,pending,every_day,,"
            for number, unit_id in enumerate((CASES, *SUMMARIES), start=1)
        ),
    ]
)


@dataclass(frozen=True)
class Sent:
    """An export in the inbox from day number `comes` on, and its sums, which do not count where it is wrong."""

    unit_id: str
    day: date
    comes: int
    content: bytes
    online: int
    total: int
    is_good: bool = True
    tag: str = ""
    rows: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def _summary(unit_id: str, number: int, online: int, *, comes: int, tag: str = "", wrong: int = 0) -> Sent:
    lines = [f"Đất đai;{online};7;{online + 7 + wrong}", f"Hộ tịch;{number};{online};{number + online}"]
    content = "\n".join(["Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", *lines, ""]).encode()
    total = 2 * online + number + 7
    return Sent(unit_id, DAYS[number], comes, content, online + number, total, not wrong, tag, 2)


def _cases(number: int, ids: tuple[int, ...], counted: int, tag: str = "", *, comes: int) -> Sent:
    day = DAYS[number]
    rows = [
        GOOD | {"MaHoSo": f"H55.14-220729-{one:04d}", "NgayTiepNhan": f"{day:%Y%m%d}080000", "DonViXuLy": CASES}
        for one in ids
    ]
    return Sent(CASES, day, comes, json.dumps(rows).encode(), counted, counted, tag=tag, rows=counted)


def _sent() -> tuple[Sent, ...]:
    sent = [
        _summary(unit_id, number, 10 * place + 3 * number, comes=number)
        for place, unit_id in enumerate(SUMMARIES, start=1)
        for number in range(len(DAYS))
        if (unit_id, number) not in {("so-du-lich", 0), ("ubnd-huyen-b", 1)}
    ]
    sent += [
        _summary("so-du-lich", 0, 31, comes=0, wrong=1),
        _summary("so-du-lich", 0, 32, comes=2, tag="_lan2"),  # the export held back, corrected
        _summary("ubnd-huyen-b", 1, 55, comes=3),  # late
        _summary("so-noi-vu", 0, 77, comes=1, tag="_lan2"),  # corrections of what counted
        _summary("so-noi-vu", 0, 78, comes=3, tag="_lan3"),
        _summary("so-xay-dung", 1, 99, comes=2, tag="_lan2"),
        _summary("so-xay-dung", 2, 44, comes=3, tag="_lan2", wrong=2),  # a wrong correction: what counted goes on
        _summary("ubnd-huyen-a", 2, 46, comes=3, tag="_sao"),  # a copy of what counts
        _cases(0, (1, 2, 3), 3, comes=0),
        _cases(1, (3, 4, 5), 2, comes=1),  # 3 is counted already
        _cases(2, (6,), 1, comes=2),
        _cases(3, (6, 7, 8, 9), 3, comes=3),
    ]
    return tuple(sent)


SENT = _sent()
BY_BYTES: Mapping[str, Sent] = {one.sha256: one for one in SENT}


def new_workspace(root: Path) -> Workspace:
    """An empty workspace of the six units."""
    create_workspace(root)
    (root / "tyle.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "reference" / "units.csv").write_text(UNITS, encoding="utf-8")
    return open_workspace(root)


def deliver(workspace: Workspace, number: int) -> None:
    """Put what comes on a day into the inbox, each file as of the day it comes."""
    for one in SENT:
        if one.comes == number:
            path = put(workspace, one.unit_id, one.day, tag=one.tag, sent=DAYS[number], content=one.content)
            assert path.is_file()

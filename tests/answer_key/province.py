"""A province of any size: its units, what each sends and how it writes. Holds no figures and no days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Literal

from demo.styles import EXCEL_CSV, STYLES
from demo.writers import Style
from tests.writers import Way, fitted

Contract = Literal["summary", "ii06", "cases"]

# Of twenty units twelve send a CSV of counts, four another format, two form II.06 and two a list of cases.
_KINDS = ("csv", "csv", "csv", "csv", "other", "csv", "csv", "ii06", "csv", "cases") * 2
_CSV: tuple[Style | Way, ...] = (
    *(style for style in dict.fromkeys(STYLES.values()) if style.format.startswith("csv")),
    EXCEL_CSV,
    fitted(Way("csv_semicolon", numbers="spaces", header="upper", totals="last")),
    fitted(Way("csv_tab", header="three_level", groups="subtotals", encoding="utf-16")),
    fitted(Way("csv_comma", numbers="english", header="snake", dashes=True, encoding="cp1258")),
)
_OTHER: tuple[Style | Way, ...] = (
    *(style for style in dict.fromkeys(STYLES.values()) if not style.format.startswith("csv")),
    fitted(Way("xls", header="two_level", totals="first", footer=True)),
    fitted(Way("xlsx", numbers="vietnamese", groups="headings", dashes=True)),
    fitted(Way("html", numbers="no_break_spaces", header="no_diacritics", column_numbers=True, normal_form="NFD")),
    fitted(Way("json_data", header="camel")),
    fitted(Way("ndjson", header="snake", ordinals=False, encoding="utf-8-sig")),
    fitted(Way("xml", header="camel", totals="last")),
)
_GROUPS = (
    ("departments", "so", "Sở Số"),
    ("districts", "ubnd-huyen", "UBND huyện Số"),
    ("communes", "xa", "UBND xã Số"),
)


@dataclass(frozen=True)
class Member:
    """One unit. `writes`: how its counts by field are written; `is_small`: fewer than 30 cases a day."""

    number: int
    contract: Contract
    basis: Literal["day", "month_to_date"]
    writes: Style | Way
    is_small: bool
    level_is_agreed: bool

    @property
    def unit_id(self) -> str:
        """As in units.csv."""
        return f"don-vi-{self.number:04d}"

    @property
    def group(self) -> str:
        """As in units.csv."""
        return _GROUPS[self.number % 3][0]

    @property
    def name(self) -> str:
        """As in units.csv."""
        return f"{_GROUPS[self.number % 3][2]} {self.number}"


def province(number: int) -> list[Member]:
    """So many units; every eighth or so sends cumulative figures, every tenth has few cases."""
    csv, other = cycle(_CSV), cycle(_OTHER)
    members = []
    for n in range(1, number + 1):
        kind = _KINDS[n % len(_KINDS)]
        writes = next(csv) if kind == "csv" else next(other) if kind == "other" else EXCEL_CSV
        contract: Contract = kind if kind in ("ii06", "cases") else "summary"
        # A list of cases counts each case once, so it has no cumulative figures.
        cumulative = (contract != "cases" and n % 8 == 0) or (contract == "ii06" and n % 8 == 1)
        basis = "month_to_date" if cumulative else "day"
        if isinstance(writes, Style):
            writes = replace(writes, basis=basis)
        members.append(Member(n, contract, basis, writes, n % 10 == 3, contract != "ii06" or n % 3 > 0))
    return members


def units_csv(members: list[Member]) -> str:
    """reference/units.csv of the province."""
    lines = [
        f"{m.unit_id},{m.name},{_GROUPS[m.number % 3][1]},{m.group},{m.number},2022-01-01,,pending,working_days,,"
        for m in members
    ]
    header = "unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"
    return "\n".join([header, *lines]) + "\n"


def tyle_toml(members: list[Member]) -> str:
    """What is agreed with each unit, where it differs from the defaults."""
    return "".join(line for member in members for line in _section(member))


def _section(member: Member) -> Iterator[str]:
    agreed = {"contract": f'"{member.contract}"'} if member.contract != "summary" else {}
    agreed |= {"basis": f'"{member.basis}"'} if member.basis != "day" else {}
    agreed |= {"service_level": "4"} if member.contract == "ii06" and member.level_is_agreed else {}
    if member.contract == "ii06" and not member.level_is_agreed:
        agreed |= {"rules": '{ levels_told = "info" }'}  # else a warning beside that of each story
    if agreed:
        yield f"[units.{member.unit_id}]\n"
        yield from (f"{key} = {value}\n" for key, value in agreed.items())

"""The sections [[shared]] of tyle.toml: one export that holds several units. Reads no reference data and no file."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from flows.settings.exports import Exports
from flows.settings.section import Several
from flows.settings.sources import FolderSource, Source
from transforms.dictionary.shared_senders import sender

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
Form = Literal["column", "row", "group", "sheet", "block"]


def _checked_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("chỉ gồm chữ thường không dấu, chữ số và dấu -")
    return text


class Shared(Exports):
    """One export for several units: where it is, how it names its units, and which they are.

    Until `within` has put unit ids in their place, `units` and `without` may also name groups.
    """

    id: Annotated[str, AfterValidator(_checked_id)] = Field(description="names the export in messages, status, alerts")
    source: Source = FolderSource(path="inbox/shared/{unit_id}")
    by: Form = Field(
        "column",
        description="column: each row states its unit; row: each row is a unit; group: a heading row names the unit of "
        "the rows below it; sheet: a sheet for each unit; block: a table for each unit, under a title that names it",
    )
    dates: Literal["file", "column"] = Field(
        "file", description="column: the file holds several days, each row states its own; else all are of one day"
    )
    without_cases: Literal["missing", "zero"] = Field(
        "missing", description="of cases: a unit of which the file has no row is missing, or had no case that day"
    )
    units: Several[str] = Field((), description="ids or groups; default: all units")
    without: Several[str] = Field((), description="ids or groups that send this kind of export by themselves")

    @property
    def sender(self) -> str:
        """What stands in place of a unit's id for the export itself."""
        return sender(self.id)

    def within(self, groups: Mapping[str, str], centres: Collection[str]) -> "Shared":
        """The same with ids alone in `units`; `groups`: unit → group; `centres`: units that no default includes."""

        def ids(named: Collection[str]) -> set[str]:
            return {unit_id for unit_id, group in groups.items() if unit_id in named or group in named}

        chosen = ids(self.units) if self.units else {unit_id for unit_id in groups if unit_id not in centres}
        left = chosen - ids(self.without)
        return self.model_copy(update={"units": tuple(u for u in groups if u in left), "without": ()})


def conflicts(shared: Collection[Shared]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The ids that stand twice: the path of the key, and why."""
    seen: list[str] = []
    for number, one in enumerate(shared):
        if one.id in seen:
            yield ("shared", number, "id"), f"trùng với [[shared]] thứ {seen.index(one.id) + 1}"
        seen.append(one.id)

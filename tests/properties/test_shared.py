"""Any file of several units: a row is a unit's, a sum, or held back, never two of these and never none."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.reference import headers, organisation, registry
from transforms.check.shared.names import Names, group_names
from transforms.check.shared.owners import Row, owners

DAY = date(2022, 8, 19)
NAMES = (
    "Sở Y tế",
    "so-noi-vu",
    "UBND huyện Phú Bình",
    "Sở Lạ",
    "Tổng cộng",
    "Cộng",
    "Sở, ban, ngành",
    "Huyện",
    "Đất đai",
)
GROUPS = {"so-y-te": "departments", "so-noi-vu": "departments", "ubnd-huyen-phu-binh": "districts"}
COVERED = ("so-y-te", "so-noi-vu")

lines = st.lists(
    st.tuples(st.sampled_from((*NAMES, None)), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 2)),
    max_size=25,
)


def _rows(given_lines: list[tuple[Any, ...]]) -> list[Row]:
    tables = sorted(table for *_, table in given_lines)
    return [
        Row(at, table, at + 2, name, DAY, speaks, is_sum, is_roman)
        for at, ((name, speaks, is_sum, is_roman, _), table) in enumerate(zip(given_lines, tables, strict=True))
    ]


@given(given_lines=lines, by=st.sampled_from(["column", "row", "group", "sheet", "block"]), has_fields=st.booleans())
def test_each_row_with_figures_belongs_to_one_owner_or_one_sum(
    given_lines: list[tuple[Any, ...]], by: str, has_fields: bool
) -> None:
    rows = _rows(given_lines)
    names = Names(registry(), COVERED, group_names(organisation()), headers())
    found = owners(rows, names, by, lambda text: text == "Đất đai", GROUPS, has_fields=has_fields)
    if found.refusal is not None:
        return
    summed = [at for one in found.sums for at in one.ats]
    assert len(summed) == len(set(summed))
    assert not found.owner_of.keys() & set(summed)
    speaking = {row.at for row in rows if row.speaks}
    assert speaking <= found.owner_of.keys() | set(summed)
    for one in found.sums:
        for scope in one.scopes:
            assert len(scope.parts) == len(set(scope.parts))
            assert all(0 <= part < len(found.owners) for part in scope.parts)
    for number, owner in enumerate(found.owners):
        own = [row.row for row in rows if found.owner_of.get(row.at) == number]
        assert sorted(owner.rows) == own
        assert owner.kind != "unit" or set(owner.ids) <= set(COVERED)

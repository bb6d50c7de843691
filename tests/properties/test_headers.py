"""Words above, behind and below the names of counts, and a second block: never the numbers of another block."""

from hypothesis import assume, event, given
from hypothesis import strategies as st

from tests.properties.reading import Counts, read
from tests.properties.strategies import ordinary_table
from tests.properties.test_round_trip import could_be_decimals
from tests.reference import headers
from tests.writers import Table
from tests.writers.table import entries

THREE = ("Trực tuyến", "Trực tiếp", "Tổng số")
_WORDS = headers().words
_FITS = _WORDS.fits["summary"]["online"] & _WORDS.fits["summary"]["total"]
# Said of a column that is no count of cases filed. The tables are of a day, and no level is agreed.
FOREIGN = sorted(
    phrase for phrase, sense in _WORDS.phrases if sense.kind == "says" and sense.value not in _FITS | {"part"}
)
FOREIGN += sorted(
    phrase for phrase, sense in _WORDS.phrases if sense.kind == "basis" and sense.value not in ("any", "day")
)
FOREIGN = [phrase for phrase in FOREIGN if "#" not in phrase]
UNKNOWN = ["UBND huyện", "Đề án 06", "Cổng quốc gia", "Hồ sơ liên thông", "xyz", "Nhóm 2", "Kiosk"]
FITTING = ["Trong ngày", "Số hồ sơ", "Hồ sơ tiếp nhận", "Trong kỳ", "Kết quả tiếp nhận", "Thực hiện"]


def figures(table: Table, factor: int = 1) -> list[list[str]]:
    return [[str(n * factor) for n in (e.online, e.in_person, e.online + e.in_person)] for e in entries(table)]


def expected(table: Table) -> Counts:
    return [(e.field, e.online, e.in_person, e.online + e.in_person) for e in entries(table)]


def written(table: Table, *blocks: tuple[str, int], where: str = "above", spacer: bool = False) -> bytes:
    """A CSV with a block of counts for each (words, factor)."""
    upper, lower, below = ["Lĩnh vực"], [""], [""]
    rows = [[entry.field] for entry in entries(table)]
    for number, (words, factor) in enumerate(blocks):
        gap = [""] if spacer and number else []
        upper += [*gap, *([words, "", ""] if where == "above" else [""] * 3)]
        lower += [*gap, *(f"{name} ({words})" if where == "behind" else name for name in THREE)]
        below += [*gap, *([f"({words})"] * 3)]
        for row, counts in zip(rows, figures(table, factor), strict=True):
            row += [*gap, *counts]
    lines = [upper, lower] if where == "above" else [["Lĩnh vực", *lower[1:]], *([below] if where == "below" else [])]
    return "".join(";".join(line) + "\n" for line in [*lines, *rows]).encode()


PLACES = st.sampled_from(["above", "behind", "below"])


@given(ordinary_table(), st.sampled_from([*FOREIGN, *UNKNOWN]), PLACES)
def test_a_block_of_other_figures_is_never_counted(table: Table, words: str, where: str) -> None:
    assert read(written(table, (words, 1), where=where)).counts is None


@given(ordinary_table(), st.sampled_from(FITTING), st.sampled_from([*FOREIGN, *UNKNOWN]), PLACES, st.booleans())
def test_beside_another_block_only_the_right_one_is_counted(
    table: Table, own: str, other: str, where: str, first: bool
) -> None:
    blocks = [(own, 1), (other, 3)] if first else [(other, 3), (own, 1)]
    result = read(written(table, *blocks, where=where, spacer=not first))
    event("accepted" if result.counts is not None else f"refused: {result.refused_for[:40]}")
    assert result.counts in (None, expected(table))


@given(ordinary_table(), st.sampled_from(FITTING), st.sampled_from(["above", "behind"]))
def test_a_block_that_fits_is_counted(table: Table, words: str, where: str) -> None:
    assume(not could_be_decimals(table))
    assert read(written(table, (words, 1), where=where)).counts == expected(table)

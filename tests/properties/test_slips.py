"""However the cells of lists of cases are mixed up, under whatever contract they come, a check names no person."""

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.intake.batch import judged_batch
from flows.intake.check import Checked, check_deliveries
from flows.intake.pull import received_frame
from flows.settings.exports import Exports
from flows.settings.workspace import Workspace
from sources.export import Export
from tests.end_to_end.slips import CITIZEN, COLUMNS, MARK, PERSONAL, PHONE, PLANTED, Rows, as_csv, cases
from tests.flows.workspaces import MONDAY, morning_after, small_workspace
from tests.writers.workbook import workbook
from transforms.check.privacy import with_file_names
from transforms.dictionary.columns import LAKE
from transforms.dictionary.contracts import CONTRACTS

NAME = PERSONAL["ChuHoSo"]
WHERE = "somewhere"  # the place of a file, which only the ledger knows


@st.composite
def mixed(draw: st.DrawFn) -> Rows:
    """Sound cases whose header is in another order than their cells, with persons planted into header and cells.

    A column that states the id of a case or a person's name keeps its header, perhaps elsewhere and with more words: a
    list without any such word is a table like others to all who read it under another contract.
    """
    order = draw(st.permutations(range(len(COLUMNS))))
    header = [COLUMNS[at] for at in order]
    for at in draw(st.sets(st.integers(0, len(header) - 1), max_size=3)):
        if header[at] not in {"MaHoSo", "ChuHoSo"}:
            header[at] = draw(
                st.sampled_from([NAME, PHONE, CITIZEN, f"{header[at]} {NAME}", f"{header[at]} ({PHONE})"])
            )
    rows = cases(draw(st.integers(1, 9000)), 4)
    if draw(st.booleans()):  # the cells follow their header
        rows = [[row[at] for at in order] for row in rows]
    for row in rows:
        for at in draw(st.sets(st.integers(0, len(row) - 1), max_size=2)):
            row[at] = draw(st.sampled_from([NAME, PHONE, CITIZEN, "", f"{row[at]} {NAME}"]))
    above = draw(st.sampled_from([[], [[f"Danh sách hồ sơ của bà {MARK}"]], [[PHONE]]]))
    return [*above, header, *rows]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small_workspace(tmp_path_factory.mktemp("slips") / "w")


def said(checked: Checked, received: pl.DataFrame) -> str:
    """All that a batch would store, and what the judge and the messages say."""
    landed = received.with_columns(landing=pl.lit("x"))
    batch = judged_batch(landed, [checked], LAKE["outcomes"].schema.to_frame(), morning_after(MONDAY))
    frames = [
        with_file_names(batch.deliveries).drop("source_uri"),
        checked.verdicts,
        checked.findings,
        batch.rejected_rows,
    ]
    frames += [batch.daily_counts, batch.delivery_sums, batch.cases, batch.check_results, batch.layouts]
    return "".join(frame.write_ndjson() for frame in frames)


@given(
    contract=st.sampled_from(sorted(CONTRACTS)),
    tables=st.lists(st.tuples(mixed(), st.booleans()), min_size=4, max_size=4),
    lang=st.sampled_from(["vi", "en"]),
)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_person_is_named(workspace: Workspace, contract: str, tables: list[tuple[Rows, bool]], lang: str) -> None:
    agreed = Exports.model_validate({"contract": contract} | _basis(contract))
    pulled = []
    for number, (rows, is_book) in enumerate(tables):
        content = workbook(rows, f"Bà {MARK}") if is_book else as_csv(rows)
        name = f"{MARK} {number}.{'xlsx' if is_book else 'csv'}"
        export = Export(date(2022, 8, 1), f"{WHERE}/{name}", name, morning_after(MONDAY), content)
        pulled.append(("so-y-te", agreed, export))
    received = received_frame(pulled, morning_after(MONDAY)).with_row_index("number")
    received = received.with_columns(file=pl.col("number").cast(pl.UInt32)).drop("number")
    checked = check_deliveries(workspace, received, contract, "slips", lang=lang)
    text = said(checked, received)
    assert [planted for planted in PLANTED if planted in text.replace("20220801", "")] == []


def _basis(contract: str) -> dict[str, str]:
    return {"basis": "year_to_date"} if contract == "processing" else {}

"""However the columns of a list of cases slip, no person is named anywhere but in the original and its place.

Names, telephone and citizen numbers are planted into each column, into headers, titles, notes, sheets, keys and names
of files. Then all bytes that a run wrote are searched, and all that was printed and sent. Only the lake's ledger knows
where a file lay (`source_uri`, `landing`): a run must recognise it the next day.
"""

import io
import itertools
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pypdf
import pytest
from pytest_httpserver import HTTPServer

from tests.end_to_end.attacks import texts
from tests.end_to_end.slips import (
    COLUMNS,
    MARK,
    PHONE,
    PLANTED,
    Row,
    as_csv,
    cases,
    in_headers,
    named,
    slipped,
)
from tests.flows.alerts.alerting import hook, posts
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, small_workspace
from tests.writers.workbook import workbook
from transforms.dictionary.columns import LAKE
from transforms.dictionary.contracts import CONTRACTS
from warehouse.lake.opening import open_lake

FILE = f"Nguyen Van {MARK} {PHONE}"
_A_UNIT = 4  # files of a unit and day

Export = tuple[str, str, bytes]  # what it is, the end of its name, its bytes


def exports(step: int) -> list[Export]:
    """Every `step`th way, all of them with 1; each has cases of its own."""
    made: list[Export] = [("right", ".csv", as_csv([list(COLUMNS), *cases(9000)]))]
    number = itertools.count(1, 20)
    for what, rows in [*slipped(1), *in_headers(1)][::step]:
        first = next(number)
        own = [[renumbered(cell, first) for cell in row] for row in rows]
        made.append((what, ".csv", as_csv(own)) if len(made) % 3 else (what, ".xlsx", workbook(own)))
    made += named(next(number))
    return made


def renumbered(cell: str, first: int) -> str:
    """Cases of another file have other ids."""
    prefix, _, number = cell.rpartition("-")
    return f"{prefix}-{int(number) + first:04d}" if prefix == "H55.14-220801" else cell


def workspace_of(root: Path, made: list[Export], alerts: str, contracts: Sequence[str] = ("cases",)) -> Path:
    """A workspace whose units send these lists of cases; every other file bears a person's name.

    `contracts`: what the units should send, in turn.
    """
    units = [f"don-vi-{number}" for number in range(-(-len(made) // _A_UNIT))]
    settings = f'[alerts]\nurls = ["{alerts}"]\n[log]\nformat = "json"\n'
    for number, unit in enumerate(units):
        settings += f'[units.{unit}]\ncontract = "{contracts[number % len(contracts)]}"\n'
    small_workspace(root)
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    lines = ["unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"]
    lines += [f"{unit},Sở số {n},so,departments,{n},2022-01-01,,pending,every_day,," for n, unit in enumerate(units)]
    (root / "reference" / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for number, (_, suffix, content) in enumerate(made):
        folder = root / "inbox" / units[number // _A_UNIT]
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{MONDAY} {number} {FILE if number % 2 else ''}{suffix}"
        file.write_bytes(content)
        os.utime(file, (1_659_340_800 + number, 1_659_340_800 + number))
    (root / "inbox" / units[0] / f"{MONDAY} {FILE} link.csv").symlink_to(root / "tyle.toml")
    return root


def written(root: Path) -> Iterator[tuple[str, str]]:
    """All that the run wrote, as text, but for originals, inbox and where a file lay."""
    with open_lake(root) as lake, lake.snapshot() as cursor:
        for table in LAKE:
            rows = cursor.execute(f"FROM lake.{table}").pl()
            yield f"lake.{table}", rows.drop("source_uri", "landing", strict=False).write_ndjson()
    for file in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
        place = file.relative_to(root).as_posix()
        if place.startswith(("inbox/", "landing/", "lake/")):
            continue
        content = file.read_bytes()
        yield place, content.decode("utf-8", "replace")
        if file.suffix == ".parquet":
            yield place, pl.read_parquet(file).write_ndjson()
        if file.suffix in {".docx", ".xlsx"}:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{place}!{name}", archive.read(name).decode("utf-8", "replace")
        if file.suffix == ".pdf":
            yield place, "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
        if file.suffix == ".duckdb":
            with duckdb.connect() as database:
                database.execute(f"ATTACH '{file}' AS kept (READ_ONLY)")
                tables = database.sql("SELECT concat_ws('.', 'kept', schema_name, table_name) FROM duckdb_tables()")
                for (table,) in tables.fetchall():
                    yield f"{place}!{table}", str(database.sql(f"FROM {table}").fetchall())


def leaks(text: str) -> list[str]:
    return [planted for planted in PLANTED if planted in text]


OTHERS = tuple(name for name, contract in CONTRACTS.items() if not contract.by_case)
# What holds no word or number of a case is no list of cases for anyone who reads it as a table of counts.
_NO_CASES = ("sheet of nothing", "no list", "by key", "key twice", "element")


@pytest.mark.slow
@pytest.mark.parametrize("step", [40, 1])
def test_no_person_is_named(
    step: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> None:
    made = exports(step)
    root = workspace_of(tmp_path / "w", made, hook(httpserver))
    tyle = searched(root, len(made), capsys, httpserver)
    _, months, _ = tyle("marts", "--month", "2022-08", "--json", "--workspace", root)
    assert sum(unit["total"] or 0 for unit in json.loads(months)["monthly_unit_rates"]) > 0


@pytest.mark.slow
@pytest.mark.parametrize("step", [60, 1])
def test_no_person_is_named_where_the_unit_should_send_counts(
    step: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> None:
    made = [one for one in exports(step) if one[0] not in _NO_CASES]
    root = workspace_of(tmp_path / "w", made, hook(httpserver), OTHERS)
    searched(root, len(made), capsys, httpserver)


def searched(root: Path, count: int, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer) -> Tyle:
    """Run a day of `count` files, let every command show it, and search all that it printed, sent and wrote."""
    tyle, at = Tyle(capsys), ("--workspace", root)
    printed = {"run": tyle("run", "--date", MONDAY, *at)}
    assert printed["run"][0] == 2, printed["run"]
    for command in (("status", "--date", MONDAY), ("quarantine", "list"), ("layout", "list"), ("doctor",)):
        printed[" ".join(map(str, command))] = tyle(*command, *at)
        printed[" ".join(map(str, command)) + " --json"] = tyle(*command, "--json", *at)
    printed["report"] = tyle("report", "--month", "2022-08", "--to", root / "report", *at)
    with open_lake(root) as lake, lake.snapshot() as cursor:
        ids = cursor.execute("SELECT delivery_id FROM lake.deliveries").pl()["delivery_id"]
        layouts = cursor.execute("SELECT DISTINCT layout FROM lake.layouts").pl()["layout"]
    assert len(ids) == count
    for one in ids[::5]:
        printed[one] = tyle("quarantine", "show", one, *at)
        printed[f"{one} --json"] = tyle("quarantine", "show", one, "--json", *at)
    for layout in layouts[::9]:
        printed[layout] = tyle("layout", "show", layout, *at)
    for number, file in enumerate(sorted((root / "inbox").rglob(f"{MONDAY}*"))[::6]):
        asked = ("check", file, "--unit", file.parent.name, "--date", MONDAY)
        page = ("--explain", "--page", root / f"page-{number}.html")
        if not file.is_symlink():
            printed[f"check {number}"] = tyle(*asked, *page, *at)
            printed[f"check {number} --json"] = tyle(*asked, "--lang", "en", "--json", *at)
    assert {name: leaks(out + err) for name, (_, out, err) in printed.items() if leaks(out + err)} == {}
    sent = [text for post in posts(httpserver) for text in texts(post)]
    assert sent
    assert [text for text in sent if leaks(text)] == []
    assert [place for place, text in written(root) if leaks(text)] == []
    return tyle


@pytest.mark.slow
def test_no_file_is_named_of_which_there_are_too_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace_of(tmp_path / "w", [("", ".csv", as_csv([list(COLUMNS), *cases(1)]))], "json://127.0.0.1:9")
    with (root / "tyle.toml").open("a") as settings:
        settings.write("[run]\nfiles_per_day = 2\n")
    for number in range(5):
        (root / "inbox" / "don-vi-0" / f"{MONDAY} 1 {FILE} {number}.csv").write_bytes(as_csv([list(COLUMNS)]))
    _, out, err = Tyle(capsys)("run", "--date", MONDAY, "--json", "--workspace", root)
    assert "chỉ lấy 2 tệp đầu theo tên" in out + err
    assert leaks(out + err) == []


def test_a_file_is_still_found_by_what_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hashlib import sha256

    rows: list[Row] = [list(COLUMNS), *cases(1)]
    rows[1][COLUMNS.index("KenhThucHien")] = "9"
    content = as_csv(rows)
    root = workspace_of(
        tmp_path / "w", [("", ".csv", as_csv([*rows, *cases(30)])), ("", ".csv", content)], "json://127.0.0.1:9"
    )
    _, out, _ = Tyle(capsys)("run", "--date", MONDAY, "--workspace", root)
    assert sha256(content).hexdigest()[:12] + ".csv" in out
    assert "cột “KenhThucHien”" in out

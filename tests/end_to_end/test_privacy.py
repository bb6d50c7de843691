"""No personal field of the portal's sync object gets further than the bytes it came in.

Every such field carries a mark. Right, faulty and unreadable exports are run in Prefect, and every command that shows
them is called. Then the mark is searched for wherever the run left something: lake, published file, results of the
judge and their pages, Prefect's database (logs, artifacts, task runs), and all that was printed.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import polars as pl
import pytest

from flows.cli import main
from tests.flows.workspaces import MONDAY, small_workspace
from tests.transforms.test_cases import GOOD
from tests.writers.workbook import workbook

pytestmark = pytest.mark.slow  # test_slipped_columns.py has the first story of the same

MARK = "ZQXMARK"
PERSONAL = """
    ChuHoSo NguoiUyQuyen SoGiayToUyQuyen LoaiGiayToUyQuyen SoGiayToChuHoSo LoaiGiayToChuHoSo SoDinhDanh DinhDanhCHS
    NgaySinhChuHoSo DiaChiChuHoSo EmailChuHoSo SoDienThoaiChuHoSo Fax MaDoiTuong TrichYeuHoSo GhiChu NoiDungXuLy
    TaiLieuNop DanhSachGiayToKetQua DinhKem UrlDetail NguoiXuLy ChucDanhNguoiXuLy TenNguoiNop
""".split()  # noqa: SIM905
Rows = list[dict[str, str]]


def case(number: int, **changed: str) -> dict[str, str]:
    marks = {field: f"{MARK}{field}{number}" for field in PERSONAL}
    return GOOD | {"MaHoSo": f"H55.14-220801-{number:04d}", "NgayTiepNhan": "20220801081500"} | marks | changed


def as_json(rows: Rows) -> bytes:
    nested = [row | {"TaiLieuNop": [{"TenTepDinhKem": MARK, "Base64": MARK}]} for row in rows]
    return json.dumps({"data": nested, "nguoiGui": MARK}, ensure_ascii=False).encode()


def as_xml(rows: Rows) -> bytes:
    root = ElementTree.Element("DanhSach")
    for row in rows:
        item = ElementTree.SubElement(root, "HoSo")
        for name, value in row.items():
            ElementTree.SubElement(item, name).text = value
    return ElementTree.tostring(root, encoding="utf-8")


def as_csv(rows: Rows) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: Rows) -> bytes:
    return workbook([list(rows[0]), *(list(row.values()) for row in rows)])


def slipped(rows: Rows) -> bytes:
    """One cell too many in each row: names stand under codes and dates."""
    lines = as_csv(rows).decode().splitlines()
    return "\n".join([lines[0], *(f"{MARK};{line}" for line in lines[1:])]).encode()


def without_header(rows: Rows) -> bytes:
    return b"\n".join(as_csv(rows).splitlines()[1:])


good = [case(number) for number in range(1, 41)]
# What stands in the columns of field and procedure is a person's name.
named = [
    case(number, TenLinhVuc=f"Nguyễn {MARK} {number}", MaLinhVuc=f"{MARK}{number}", MaTTHC=f"Trần {MARK}")
    for number in range(301, 321)
]
some_faulty = [case(41, KenhThucHien="9"), case(42, NgayTiepNhan=""), *(case(n) for n in range(43, 90))]
EXPORTS = {
    "0-named": as_json(named),
    "1-json": as_json(good),
    "2-xml": as_xml(some_faulty),
    "3-csv": as_csv([case(90, MaHoSo=f"{MARK}ma", DonViXuLy=f"{MARK}don-vi", TrangThaiHoSo=f"{MARK}tt")]),
    "4-xlsx": as_xlsx([case(number) for number in range(91, 101)]),
    "5-slipped": slipped(good),
    "6-headless": without_header(good),
    "7-cut": as_json(good)[:-40],
    "8-garbled": as_csv([case(200, ChuHoSo=f"{MARK} NguyÔn V¨n TÞch", TenLinhVuc="TuyÕn sinh")]),
}


@pytest.fixture(scope="module", params=["directly", "in Prefect"])
def way(request: pytest.FixtureRequest) -> str:
    """How the day is run. Prefect, which keeps much of a run, takes half a minute."""
    return str(request.param)


@pytest.fixture(scope="module")
def workspace(way: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of two units, one that sends cases, one that sends the same files as summaries by mistake."""
    workspace = small_workspace(tmp_path_factory.mktemp("privacy") / "w", '[units.so-y-te]\ncontract = "cases"\n')
    for unit_id in ("so-y-te", "so-noi-vu"):
        folder = workspace.root / "inbox" / unit_id
        folder.mkdir(parents=True, exist_ok=True)
        for number, (name, content) in enumerate(EXPORTS.items(), start=1):
            file = folder / f"{MONDAY}_{name}"
            file.write_bytes(content)
            os.utime(file, (date(2022, 8, 1).toordinal(), number))
    return workspace.root


def run_in_prefect(root: Path) -> str:
    """A day's run in a process of its own; Prefect logs all it can."""
    run = subprocess.run(
        [Path(sys.executable).with_name("tyle"), "run", "--date", str(MONDAY), "--orchestrated", "--workspace", root],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith(("TYLE_", "PREFECT_"))}
        | {"PREFECT_LOGGING_LEVEL": "DEBUG"},
        timeout=300,
    )
    assert run.returncode == 2, run.stderr
    return run.stdout + run.stderr


def tyle(root: Path, *arguments: object) -> str:
    """A command in this process: all it prints."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out), pytest.raises(SystemExit) as ended:
        main([*map(str, arguments), "--workspace", str(root)])
    assert ended.value.code in (0, 2), out.getvalue()
    return out.getvalue()


def run_directly(root: Path) -> str:
    """A day's run in this process."""
    return tyle(root, "run", "--date", MONDAY)


RUNS = {"directly": run_directly, "in Prefect": run_in_prefect}


@pytest.fixture(scope="module")
def printed(workspace: Path, way: str) -> str:
    """All that a run and the commands after it print."""
    output = [RUNS[way](workspace), tyle(workspace, "status", "--date", MONDAY)]
    output += [tyle(workspace, "quarantine", "list"), tyle(workspace, "docs", "--date", MONDAY)]
    with duckdb.connect(str(workspace / "published" / "marts.duckdb"), read_only=True) as marts:
        ids = marts.sql("SELECT DISTINCT delivery_id FROM marts.check_failures").fetchall()
    output += [tyle(workspace, "quarantine", "show", id_) for (id_,) in ids]
    for file in sorted((workspace / "inbox" / "so-y-te").iterdir()):
        asked = ("check", file, "--unit", "so-y-te", "--date", MONDAY)
        explained = ("--contract", "cases", "--explain", "--page", workspace / f"{file.name}.html", "--lang", "en")
        output.append(tyle(workspace, *asked, *explained))
        output.append(tyle(workspace, *asked, "--contract", "summary", "--json"))
    return "".join(output)


def kept(root: Path) -> Iterator[tuple[str, str]]:
    """Every file with its content, except where the exports themselves lie."""
    for file in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
        place = file.relative_to(root).as_posix()
        if place.startswith(("inbox/", "landing/")):
            continue
        yield place, file.read_bytes().decode("latin-1")
        if file.suffix == ".parquet":
            yield place, pl.read_parquet(file).write_ndjson()
        if file.suffix == ".duckdb":
            with duckdb.connect() as database:  # attached under a name that does not depend on the file's
                database.execute(f"ATTACH '{file}' AS kept (READ_ONLY)")
                tables = database.sql("SELECT concat_ws('.', 'kept', schema_name, table_name) FROM duckdb_tables()")
                for (table,) in tables.fetchall():
                    yield place, str(database.sql(f"FROM {table}").fetchall())


def test_the_run_took_the_cases_in_and_held_the_rest_back(workspace: Path, printed: str) -> None:
    cases = pl.read_parquet(sorted((workspace / "lake" / "data").rglob("cases/**/*.parquet")))
    assert cases["case_id"].n_unique() >= 50
    assert "bị giữ lại" in printed
    assert "cột “KenhThucHien”" in printed


def test_no_personal_field_is_kept_anywhere(workspace: Path, way: str, printed: str) -> None:
    assert printed
    places = [place for place, text in kept(workspace) if MARK in text]
    assert places == []
    assert any(place.startswith(".prefect/") for place, _ in kept(workspace)) == (way == "in Prefect")
    assert any(place.startswith("gx/validations/") for place, _ in kept(workspace))
    assert any(place == f"gx/docs/{MONDAY}.html" for place, _ in kept(workspace))


def test_no_personal_field_is_printed(printed: str) -> None:
    assert [line for line in printed.splitlines() if MARK in line] == []

"""A national body of its own: five departments, a fiscal year, its own groups, place, clock and language.

Nothing that tyle shows of it names another organisation, place or country. What stays is language: pages in both, the
terminal, the report and the comments of the published file in Vietnamese.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from lxml import html

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.outputs.marts import month_marts
from tests.flows.commanding import Tyle

DAY = date(2024, 3, 31)  # the end of the fiscal year
MONTH = "2024-03"
OWN = """name,unit_group,calendar
Northland Roads,Ministries,yearly
Northland Fisheries,Ministries,yearly
Passports and Visas,Agencies,yearly
Parks Northland,Agencies,yearly
Weather Service,Agencies,yearly
"""
FIGURES = {  # service → online, in person; made up
    "northland-roads": {"Driving licences": (900, 100), "Number plates": (50, 50)},
    "northland-fisheries": {"Fishing permits": (20, 80)},
    "passports-and-visas": {"Passports": (4000, 6000), "Visas": (700, 0)},
    "parks-northland": {"Camping permits": (333, 667)},
    "weather-service": {"Forecasts for farmers": (0, 12)},
}
FOREIGN = re.compile(
    r"Thái Nguyên|Bắc Kạn|\bSở\b|\bUBND\b|Ủy ban nhân dân|Việt Nam|VIỆT NAM|Vietnam|Viet Nam|tỉnh\b|[Pp]rovince|huyện\b"
)


def configured(folder: Path) -> Workspace:
    """As docs/organisation.md says: units in a CSV, then place, clock and language."""
    (folder / "own.csv").write_text(OWN, encoding="utf-8")
    root = create_workspace(folder / "body", preset="blank", units=folder / "own.csv").root
    file = root / "reference" / "organisation.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ('time_zone = "UTC" ', 'time_zone = "America/Toronto" '),
        ('zone_name = "giờ UTC" ', 'zone_name = "Ottawa time" '),
        ('zone_name_en = "UTC"', 'zone_name_en = "Ottawa time"'),
        ('language = "vi" ', 'language = "en" '),
        ("year_ends = 12 ", "year_ends = 3 "),
        ('name = ""\nkind = ""', 'name = "Northland"\nkind = ""'),
        ('joined = ""', 'joined = "and"'),
        ('online = { name = "Trực tuyến", name_en = "Online" }', 'online = { name = "Digital" }'),
        ('in_person = { name = "Trực tiếp", name_en = "In person" }', 'in_person = { name = "Other channels" }'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    office = root / "reference" / "report.toml"
    office.write_text(office.read_text(encoding="utf-8").replace("[địa bàn …]", "Northland"), encoding="utf-8")
    (root / "reference" / "targets.csv").write_text(
        "unit_group,target_pct,legal_basis,valid_from,valid_to\nministries,60,Digital plan 2022,2022-04-01,\n",
        encoding="utf-8",
    )
    for unit_id, services in FIGURES.items():
        lines = ["Field,Online,In person,Total", *(f"{name},{a},{b},{a + b}" for name, (a, b) in services.items())]
        export = root / "inbox" / unit_id / f"{DAY}.csv"
        export.parent.mkdir()
        export.write_text("\n".join(lines) + "\n", encoding="utf-8")
        sent = datetime(2024, 4, 1, 12, tzinfo=UTC).timestamp()
        os.utime(export, (sent, sent))
    return open_workspace(root)


@pytest.fixture
def body(tmp_path: Path, tyle: Tyle) -> Workspace:
    workspace = configured(tmp_path)
    code, out, err = tyle("run", "--date", DAY, "--workspace", workspace.root)
    assert (code, FOREIGN.findall(out + err)) == (0, []), out + err
    return workspace


def test_all_five_are_in_the_marts_with_their_channels_and_a_year_is_complete(body: Workspace) -> None:
    with lake_of(body) as lake:
        marts = month_marts(body, lake, MONTH)
    sums = {unit: tuple(map(sum, zip(*services.values(), strict=True))) for unit, services in FIGURES.items()}
    units = marts["monthly_unit_rates"]
    found = {row["unit_id"]: (row["online"], row["in_person"]) for row in units.to_dicts()}
    assert found == sums
    assert units.select("days_expected", "days_accepted", "is_complete").unique().rows() == [(1, 1, True)]
    groups = {row["unit_group"]: row for row in marts["monthly_group_rates"].to_dicts()}
    assert groups.keys() == {"ministries", "agencies", "all"}
    assert groups["ministries"]["online"] == 970
    assert groups["ministries"]["meets_target"]
    assert groups["all"]["total"] == sum(a + b for a, b in sums.values())


@pytest.mark.slow
def test_no_other_month_of_the_year_expects_anything(body: Workspace) -> None:
    with lake_of(body) as lake:
        marts = month_marts(body, lake, "2024-02")
    assert marts["monthly_unit_rates"].is_empty()


def shown(body: Workspace, folder: Path, tyle: Tyle) -> Iterator[tuple[str, str]]:
    """All that tyle shows of the body, by where it stands."""
    for command in (("status", "--month", MONTH), ("status", "--date", DAY), ("marts", "--month", MONTH), ("doctor",)):
        _, out, err = tyle(*command, "--workspace", body.root)
        yield " ".join(map(str, command)), out + err
    _, out, err = tyle("report", "--month", MONTH, "--to", folder / "report", "--workspace", body.root)
    yield "report", out + err
    for file in (folder / "report").iterdir():
        if file.suffix in {".docx", ".xlsx"}:
            with ZipFile(BytesIO(file.read_bytes())) as parts:
                texts = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")]
            yield file.name, re.sub(r"<[^>]+>", " ", " ".join(texts))
        elif file.suffix == ".html":
            yield file.name, html.fromstring(file.read_bytes()).text_content()
    for page in (body.root / "published" / "site").rglob("*.html"):
        yield page.name, html.fromstring(page.read_bytes()).text_content()
    with duckdb.connect(str(body.published), read_only=True) as file:
        for table, comment in file.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall():
            columns = file.sql(f"SELECT comment FROM duckdb_columns() WHERE table_name = '{table}'").fetchall()
            rows = file.sql(f"FROM marts.{table}").fetchall()
            yield f"marts.{table}", " ".join(map(str, (comment, columns, rows)))


@pytest.mark.slow
def test_nothing_that_is_shown_names_another_organisation_place_or_country(
    body: Workspace, tmp_path: Path, tyle: Tyle
) -> None:
    places = dict(shown(body, tmp_path, tyle))
    assert len(places) > 20
    assert {place: FOREIGN.findall(text) for place, text in places.items() if FOREIGN.search(text)} == {}


@pytest.mark.slow
def test_the_first_pages_are_in_its_language_and_on_its_clock(body: Workspace) -> None:
    site = body.root / "published" / "site"
    first = html.fromstring((site / "index.html").read_bytes())
    assert first.get("lang") == "en"
    text = " ".join(first.text_content().split())
    assert "All units" in text
    assert "Ministries" in text
    assert "(Ottawa time)" in text
    assert "Digital (1)" in text
    assert "Other channels (2)" in text
    assert "Online" not in text.replace("Online rate of public-service cases", "")
    assert first.xpath("//a[@class='switch']/@href") == ["vi/index.html"]
    other = html.fromstring((site / "vi" / "index.html").read_bytes())
    assert (other.get("lang"), other.xpath("//a[@class='switch']/@href")) == ("vi", ["../index.html"])


@pytest.mark.slow
def test_its_channels_have_its_names_on_the_screen_in_the_report_and_in_the_file(
    body: Workspace, tmp_path: Path, tyle: Tyle
) -> None:
    places = dict(shown(body, tmp_path, tyle))
    for place in ("marts --month 2024-03", "bao-cao-2024-03.xlsx", "bao-cao-2024-03.docx", "bao-cao-2024-03.html"):
        assert "igital (1)" in places[place]
        assert "ther channels (2)" in places[place]
    assert "Digital (1): " in places["marts.monthly_unit_rates"]
    assert "Trực tuyến (1)" not in places["marts.monthly_unit_rates"]

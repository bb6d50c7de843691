"""A run of units whose names, files, headers and cells are attacks: nothing of it acts where it is shown."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from lxml import html as lxml_html
from pytest_httpserver import HTTPServer

from flows.settings.workspace import open_workspace
from tests.end_to_end.attacks import ATTACKS, acting, texts, unseen
from tests.flows.alerts.alerting import hook, posts
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, small_workspace

HEADER = ["Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số"]


def named(attack: str) -> str:
    """The attack as the name of a unit, which is on one line."""
    return "".join(c for c in attack if c.isprintable())[:200]


def exports(attack: str) -> list[list[list[str]]]:
    """A wrong total in a row named by the attack; an unknown header; a right file with a field nobody knows."""
    return [
        [HEADER, [attack, "1", "2", "4"]],
        [["Lĩnh vực", "Trực tuyến", "Trực tiếp", f"Tổng số {attack}"], ["Đất đai", "1", "2", "3"]],
        [HEADER, ["Đất đai", "1", "2", "3"], [attack, "1", "2", "3"]],
    ]


@pytest.fixture
def hostile(tmp_path: Path, httpserver: HTTPServer) -> Path:
    """A workspace in which each unit is an attack."""
    root = small_workspace(tmp_path / "w", f'[alerts]\nurls = ["{hook(httpserver)}"]\ndigest_above = 50\n').root
    units = io.StringIO()
    writer = csv.writer(units)
    columns = "unit_id name unit_type unit_group report_order valid_from valid_to code calendar aliases successors"
    writer.writerow(columns.split())
    attacks = [text for name, text in ATTACKS.items() if name != "surrogate"]  # no file of text holds half a pair
    for number, attack in enumerate(attacks):
        unit_id = f"don-vi-{number}"
        name = f"{named(attack)} {number}"
        writer.writerow([unit_id, name, "so", "departments", number, "2022-01-01", "", "pending", "every_day", "", ""])
        folder = root / "inbox" / unit_id
        folder.mkdir(parents=True)
        for order, rows in enumerate(exports(attack)):
            text = io.StringIO()
            csv.writer(text, delimiter=";").writerows(rows)
            place = attack.replace("/", "∕").replace("\0", "")[:60]
            file = folder / f"{MONDAY}{order}{place}.csv"
            file.write_bytes(text.getvalue().encode())
            os.utime(file, (1_659_340_800 + order, 1_659_340_800 + order))
    (root / "reference" / "units.csv").write_text(units.getvalue(), encoding="utf-8")
    open_workspace(root)
    return root


def pages(root: Path) -> Iterator[Path]:
    yield from (root / "published").rglob("site/**/*.html")
    yield from (root / "gx" / "docs").glob("*.html")


@pytest.mark.slow
def test_nothing_acts(hostile: Path, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer) -> None:
    tyle = Tyle(capsys)
    at = ("--workspace", hostile)
    printed = [tyle("run", "--date", MONDAY, *at), tyle("quarantine", "list", *at), tyle("layout", "list", *at)]
    printed += [tyle("status", "--date", MONDAY, *at), tyle("marts", "--month", "2022-08", *at)]
    code, held, _ = tyle("quarantine", "list", "--json", *at)
    ids = [row["delivery_id"] for row in json.loads(held)]
    assert len(ids) > 20
    assert all(one in printed[1][1] for one in ids)
    of_all_versions = [f"{one[:-1]}{version}" for one in ids[::3] for version in (1, 2, 3)]
    printed += [tyle("quarantine", "show", one, *at) for one in of_all_versions]
    assert [code for code, _, _ in printed[:1]] == [2], printed[0]
    for _, out, err in printed:
        assert unseen(out + err) == []
        assert max(map(len, out.splitlines()), default=0) < 6000
    assert code == 2
    assert unseen(held) == []

    sent = [text for post in posts(httpserver) for text in texts(post)]
    assert len(sent) > 1
    for text in sent:
        assert acting(text) == []
        assert unseen(text) == []

    found = list(pages(hostile))
    assert len(found) > 2
    for page in found:
        tree = lxml_html.fromstring(page.read_text(encoding="utf-8"))
        assert tree.xpath("//*[@onerror] | //a[contains(@href, 'evil')] | //img[contains(@src, 'evil')]") == [], page
        assert not [one for one in tree.xpath("//script") if "alert(1)" in (one.text or "")], page
        assert unseen(tree.text_content(), "\n\t\xa0") == [], page

    _, table, _ = tyle("marts", "--month", "2022-08", "--format", "csv", *at)
    read = pl.read_csv(table.encode())
    assert read["total"].dtype == pl.Int64
    assert read.filter(pl.col("unit_name").str.contains(r"^\s*[=+\-@]")).is_empty()

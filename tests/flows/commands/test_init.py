"""`tyle init`: what a new workspace begins with."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.settings.presets import presets
from flows.settings.workspace import Workspace, WorkspaceError, create_workspace, open_workspace
from tests.flows.commanding import Tyle
from tests.reference import registry, text
from transforms.dictionary.text import fold

OWN = """name;unit_group
Ministry of Roads;Federal ministries
Ministry of Fish & Game;Federal ministries
Parks;Agencies
"""


def made(folder: Path, preset: str, units: str = "") -> Workspace:
    file = folder / "own.csv"
    file.write_text(units, encoding="utf-8")
    return create_workspace(folder / "w", preset=preset, units=file if units else None)


def test_without_a_choice_it_is_what_it_was(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    assert workspace.registry.units.equals(registry().units)
    assert workspace.registry.on(date(2022, 8, 1)).height == 27
    assert not (workspace.root / "reference" / "README.md").exists()


def test_it_says_that_the_shipped_targets_have_ended(tyle: Tyle, tmp_path: Path) -> None:
    code, out, _ = tyle("init", tmp_path / "w")
    assert code == 0
    assert "Toàn tỉnh: chỉ tiêu trước hết hiệu lực 31/12/2022." in out
    assert "hết hiệu lực" not in tyle("init", tmp_path / "x", "--blank")[1]


@pytest.mark.parametrize("preset", presets())
def test_every_preset_opens_and_says_what_it_does_not_have(preset: str, tmp_path: Path, tyle: Tyle) -> None:
    code, out, _ = tyle("init", tmp_path / "w", "--from", preset)
    assert code == 0
    assert "\n  chưa có " in out
    assert (tmp_path / "w/reference/README.md").is_file()
    open_workspace(tmp_path / "w")


def test_the_2022_preset_has_the_units_of_the_report_and_its_target(tmp_path: Path) -> None:
    workspace = made(tmp_path, "vn-thai-nguyen-2022")
    shipped = registry().units
    assert workspace.registry.units.equals(shipped.filter(shipped["unit_group"] != "communes"))
    assert workspace.targets.height == 3


def test_the_2025_preset_has_92_communes_and_the_departments_that_every_province_has(tmp_path: Path) -> None:
    workspace = made(tmp_path, "vn-thai-nguyen-2025")
    units = workspace.registry.on(date(2025, 7, 1))
    assert dict(units.group_by("unit_group").len().iter_rows()) == {"departments": 10, "communes": 92, "centres": 1}
    assert workspace.registry.on(date(2025, 6, 30)).is_empty()
    assert workspace.registry.resolve("Sở Nông nghiệp & Môi trường tỉnh Thái Nguyên", date(2026, 1, 1)) == (
        "so-nong-nghiep-va-moi-truong"
    )
    assert (workspace.targets.height, workspace.baselines.height) == (0, 0)
    with (workspace.root / "reference/units.csv").open(encoding="utf-8") as file:
        assert {row["successors"] for row in csv.DictReader(file)} == {""}


def test_blank_holds_nothing_of_anybody(tmp_path: Path) -> None:
    workspace = made(tmp_path, "blank")
    frames = (workspace.registry.units, workspace.targets, workspace.baselines, workspace.fields.fields)
    assert [frame.height for frame in frames] == [0, 0, 0, 0]
    assert workspace.holidays == frozenset()
    for name in ("organisation.toml", "metrics.toml", "report.toml"):
        words = fold((workspace.root / "reference" / name).read_text(encoding="utf-8"))
        for word in ("Thái Nguyên", "UBND", "Việt Nam", "tỉnh"):
            assert f" {fold(word)} " not in f" {words} "


def test_the_blank_metrics_are_those_of_the_shipped_file(tmp_path: Path) -> None:
    ids = made(tmp_path, "blank").metrics.metrics.select("metric_id", "metric_version")
    shipped = create_workspace(tmp_path / "x").metrics.metrics
    of_this_country = pl.col("metric_kind") == "given"  # the groups of a decision of its government
    assert ids.equals(shipped.filter(~of_this_country.fill_null(False)).select(ids.columns))


def test_the_blank_titles_are_those_of_the_shipped_file_without_places(tmp_path: Path) -> None:
    blank, shipped = made(tmp_path, "blank").titles, create_workspace(tmp_path / "x").titles
    assert (blank.labels, blank.measures) == (shipped.labels, shipped.measures)
    assert blank.words == {**shipped.words, "offices": (), "provinces": ()}


def test_units_in_two_columns_bring_their_groups(tmp_path: Path) -> None:
    workspace = made(tmp_path, "blank", OWN)
    assert workspace.registry.units.select("unit_id", "unit_group", "report_order").rows() == [
        ("ministry-of-roads", "federal-ministries", 1),
        ("ministry-of-fish-game", "federal-ministries", 2),
        ("parks", "agencies", 3),
    ]
    assert [(group.id, group.name.vi) for group in workspace.organisation.groups] == [
        ("federal-ministries", "Federal ministries"),
        ("agencies", "Agencies"),
    ]


def test_groups_that_a_preset_has_are_known_by_id_and_by_name(tmp_path: Path) -> None:
    own = "name,unit_group\nSở Y tế,departments\nUBND xã A,Xã, phường\n".replace("Xã, phường", '"Xã, phường"')
    workspace = made(tmp_path, "vn", own + "Điện lực,Doanh nghiệp\n")
    assert workspace.registry.units["unit_group"].to_list() == ["departments", "communes", "doanh-nghiep"]
    assert [group.id for group in workspace.organisation.groups] == [
        *("departments", "communes", "centres", "doanh-nghiep"),
    ]
    assert workspace.registry.units["unit_type"].to_list() == ["so", "xa", "so"]


def test_units_with_ids_of_their_own_are_of_the_first_group(tmp_path: Path) -> None:
    workspace = made(tmp_path, "blank", "unit_id,name\nroads,Ministry of Roads\n")
    assert workspace.registry.units.select("unit_id", "unit_group").rows() == [("roads", "units")]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ("Ministry of Roads,Ministries\n", "own.csv: dòng 1: dòng đầu phải là tên cột"),
        ("", "own.csv: dòng 1: dòng đầu phải là tên cột"),
        ("name,unit_group\nRoads\nParks\n", "own.csv: dòng 2: phải có 2 ô như dòng tiêu đề\nown.csv: dòng 3: phải có"),
        ("name,unit_group\nRoads,\n", "own.csv: dòng 2: cột unit_group: không được để trống"),
        ("name,unit_group\nRoads,A\nRoads,A\n", "own.csv: dòng 3: cột unit_id “roads”: trùng với dòng 2"),
        ("name,grup\nRoads,A\n", "own.csv: dòng 1: cột grup: không có cột này"),
    ],
)
def test_a_wrong_file_of_units_is_named_and_nothing_is_made(units: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(units, encoding="utf-8")
    with pytest.raises(WorkspaceError) as error:
        create_workspace(tmp_path / "w", preset="blank", units=file)
    assert said in str(error.value)
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "hue"], "--from hue: không có bộ này; có: blank, vn, vn-thai-nguyen-2022, vn-thai-nguyen-2025"),
        (["--blank", "--from", "vn"], "chỉ dùng --blank, hoặc --from"),
        (["--units", "own.csv"], "--units đi với --blank hoặc --from"),
        (["--blank", "--units", "khong-co.csv"], "khong-co.csv: không có tệp này"),
    ],
)
def test_a_wrong_choice_is_a_line(options: list[str], said: str, tmp_path: Path, tyle: Tyle) -> None:
    code, _, err = tyle("init", tmp_path / "w", *options)
    assert code == 1
    assert said in err
    assert not (tmp_path / "w").exists()


def test_a_workspace_without_the_file_reads_the_shipped_one(tmp_path: Path) -> None:
    root = create_workspace(tmp_path / "w").root
    (root / "reference/organisation.toml").unlink()
    assert open_workspace(root).organisation == open_workspace(create_workspace(tmp_path / "x").root).organisation


def test_a_wrong_organisation_is_named_alone(tmp_path: Path) -> None:
    root = create_workspace(tmp_path / "w").root
    wrong = text("organisation.toml").replace('id = "departments"', 'id = "Departments"')
    (root / "reference/organisation.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(WorkspaceError) as error:
        open_workspace(root)
    assert str(error.value).startswith("reference/organisation.toml: dòng ")
    assert "\n" not in str(error.value)

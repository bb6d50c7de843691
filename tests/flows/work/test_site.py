"""`tyle run` makes the pages of what it publishes; `tyle site` makes them anew; their failure stops nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from flows.cli import main
from flows.runs.lakes import lake_of
from flows.settings.tyle_toml import read_settings
from flows.settings.workspace import Workspace
from flows.work.outputs import site as sites
from tests.flows.workspaces import MONDAY, put, put_all, run, small_workspace, to_lake
from transforms.dictionary.problems import ConfigurationError
from warehouse.published.site import put_site


def folder(workspace: Workspace) -> Path:
    return workspace.root / "published"


def page(workspace: Workspace, name: str = "index.html") -> str:
    return (folder(workspace) / "site" / name).read_text(encoding="utf-8")


def kept(workspace: Workspace) -> set[str]:
    """The publications of which anything is left, by kind."""
    names = {path.name for path in folder(workspace).iterdir() if path.name.startswith(("site-", "marts-"))}
    return {f"{name[:4]} {name.split('-', 1)[1].split('.')[0]}" for name in names}


def test_a_publication_has_its_pages(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    result = run(workspace, MONDAY)
    assert result.published.publication
    publication = result.published.publication.publication_id
    assert result.published.site.path == folder(workspace) / "site" / "index.html"
    assert (folder(workspace) / "site").readlink() == Path(f"site-{publication}")
    assert publication in page(workspace)
    assert "Sở Y tế" in page(workspace, "don-vi/so-y-te.html")
    assert "Department" in page(workspace, "en/index.html")
    definitions = page(workspace, "en/phuong-phap.html").split("<dl>")[1].split("</dl>")[0]
    assert "cases filed online divided by all cases" in definitions
    assert "lang=vi" not in definitions  # each has its English text
    made = (folder(workspace) / "site").stat().st_mtime_ns
    assert run(workspace, MONDAY).published.site == result.published.site
    assert (folder(workspace) / "site").stat().st_mtime_ns == made


@pytest.mark.slow
def test_the_trend_has_the_month_before(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    july = MONDAY - timedelta(days=1)
    for day in (july, MONDAY):
        put_all(workspace, day)
    to_lake(workspace, july)
    run(workspace, MONDAY)
    assert ">7/2022</th>" in page(workspace, "don-vi/so-y-te.html").replace("<em>(chưa đủ)</em>", "").replace(" <", "<")


@pytest.mark.slow
def test_pages_go_with_their_publication(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", "[publish]\nkeep = 1\ngrace_hours = 0\n")
    for offset in range(3):
        put_all(workspace, MONDAY + timedelta(days=offset))
        run(workspace, MONDAY + timedelta(days=offset))
    newest = "20220803T223000Z"
    # old pages go at the next publication, before its own are made: until then those of the one before are shown
    assert kept(workspace) == {f"{kind} {id_}" for kind in ("site", "mart") for id_ in (newest, "20220802T223000Z")}
    assert newest in page(workspace)
    assert [path.name for path in folder(workspace).glob(".site-*")] == []


@pytest.mark.slow
def test_other_settings_make_other_pages_of_the_same_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    before = (folder(workspace) / "site").resolve()
    command = ["site", "--workspace", str(workspace.root)]
    for limit, is_new in ((0, False), (5, True)):
        (workspace.root / "tyle.toml").write_text(f"[site]\nsuppress_below = {limit}\n", encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 0
        assert capsys.readouterr().out.strip() == str(folder(workspace) / "site" / "index.html")
        assert ((folder(workspace) / "site").resolve() != before) is is_new
    assert "&lt;5" in page(workspace)


@pytest.mark.slow
def test_no_pages_where_none_are_wanted(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", "[site]\nenabled = false\n")
    put_all(workspace, MONDAY)
    assert run(workspace, MONDAY).published.site == sites.SiteMade()
    assert not (folder(workspace) / "site").exists()


@pytest.mark.slow
def test_a_failure_is_told_and_stops_nothing_and_the_next_run_makes_the_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    lake_of(workspace).close()  # pages without a lake would be what is left of a lost one
    obstacle = folder(workspace) / "site"
    obstacle.mkdir(parents=True)  # a folder of somebody's where the link should be
    (obstacle / "mine.html").write_text("…")
    command = ["run", "--date", str(MONDAY), "--workspace", str(workspace.root)]
    codes = []
    for arguments in (command, [*command, "--json"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        codes.append(ended.value.code)
    assert codes == [3, 3]
    output = capsys.readouterr().out
    assert "chưa làm được trang (tyle site để làm lại)" in " ".join(output.split())
    answer = json.loads(output.splitlines()[-1])
    assert answer["site"] is None
    assert str(obstacle) in answer["site_failure"]
    assert workspace.published.exists()
    assert (obstacle / "mine.html").exists()
    (obstacle / "mine.html").unlink()
    obstacle.rmdir()
    assert run(workspace, MONDAY).published.site.path
    put(workspace, "so-y-te", MONDAY, "Đất đai;7;7;14", tag="_2")
    assert run(workspace, MONDAY).published.site.failure is None


def test_pages_that_cannot_be_written_leave_no_draft(tmp_path: Path) -> None:
    long = "a" * 300 + ".html"
    with pytest.raises(OSError, match="too long"):
        put_site(tmp_path, "20220801T000000Z", {"index.html": b"whole", long: b"too long a name"})
    assert [path.name for path in tmp_path.iterdir()] == [".site.lock"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    leftover = tmp_path / ".site-20220801T000000Z.tmp"
    leftover.mkdir()
    (leftover / "index.html").write_text("half")
    link = put_site(tmp_path, "20220801T000000Z", {"index.html": b"whole"})
    assert (link / "index.html").read_bytes() == b"whole"
    assert not leftover.exists()


@pytest.mark.parametrize("limit", [1, 2])
def test_a_limit_that_would_hide_nothing_is_refused(limit: int, tmp_path: Path) -> None:
    (tmp_path / "tyle.toml").write_text(f"[site]\nsuppress_below = {limit}\n")
    with pytest.raises(ConfigurationError, match="từ 3 trở lên"):
        read_settings(tmp_path)

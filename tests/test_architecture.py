"""What holds the project together: the rooms' import rule, one dictionary of columns, documents that are true."""

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from transforms.dictionary.columns import COLUMNS, LAKE
from warehouse.marts.catalogue import PUBLISHED

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "sources", "transforms", "expectations", "warehouse", "reports")
FOLDERS = (*ROOMS, "demo", "tests", "bench", "docs", "requirements")  # reference/ is also a folder of each workspace
DOCUMENTS = sorted(chain(*(ROOT.glob(where) for where in ("*.md", "docs/*.md", "reference/*.md", "tests/**/*.md"))))
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])


def test_the_rooms_import_only_what_they_may() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_module_says_what_it_is_for() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert [path for path in modules if not path.read_text(encoding="utf-8").startswith('"""')] == []


def test_modules_stay_small_enough_to_hold_in_the_head() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in modules if len(path.read_text(encoding="utf-8").splitlines()) > 360] == []


def test_every_column_of_every_table_has_a_label() -> None:
    columns = [column for table in (*LAKE.values(), *PUBLISHED.values()) for column in table.columns]
    assert all(column.label for column in (*columns, *COLUMNS.values()))


def test_keys_are_columns_that_are_never_null() -> None:
    for table in (*LAKE.values(), *PUBLISHED.values()):
        columns = {column.name: column for column in table.columns}
        assert all(not columns[key].nullable for key in table.grain)
        assert all(reference.table in PUBLISHED for reference in table.references)


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").rglob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r"https?://|index-url", text)
        assert len(re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)) <= text.count("--hash=sha256:")


def named_paths(document: Path) -> list[tuple[str, str]]:
    """What a document names in backticks with a slash, `folder/file.py` or `folder/file.py: name`, and that name."""
    return re.findall(r"`([\w.-]+/[\w./*-]*)(?:: (\w+))?`", document.read_text(encoding="utf-8"))


def missing_paths(paths: list[tuple[str, str]], folder: Path = ROOT) -> list[str]:
    """The paths that exist neither in the project nor in `folder`, and the names that do not stand in their file."""
    return [
        f"{path}: {name}" if name else path
        for path, name in paths
        if not any(chain(ROOT.glob(path), folder.glob(path)))
        or (name and name not in (ROOT / path).read_text(encoding="utf-8"))
    ]


def test_every_path_of_the_architecture_exists() -> None:
    paths = named_paths(ROOT / "ARCHITECTURE.md")
    assert {f"{room}/" for room in ROOMS} <= {path for path, _ in paths}
    assert missing_paths(paths) == []


@each_document
def test_every_path_of_the_code_that_a_document_names_exists(document: Path) -> None:
    paths = [named for named in named_paths(document) if named[0].split("/")[0] in FOLDERS]
    assert missing_paths(paths, document.parent) == []


def without_code(document: Path) -> str:
    """A document's text without fenced blocks and code spans, where brackets and `#` are no links and headings."""
    fenceless = re.sub(r"(?ms)^ *```.*?^ *```$", "", document.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]*`", lambda span: re.sub(r"[^\w -]", "", span[0]), fenceless)


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives a document's headings: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"(?m)^#+ +(.+?) *$", without_code(document))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"(?:\]\(|(?:src|href)=\")([^)\"\s]+)", without_code(document))
    lost = []
    for link in (link for link in links if not re.match(r"https?://|mailto:", link)):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []

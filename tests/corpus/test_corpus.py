"""Each file of the corpus is taken or refused as expected.toml says, in words that name the fault."""

import io
import zipfile
from pathlib import Path

import pytest

from flows.settings.workspace import create_workspace, open_workspace
from tests.corpus.checking import Found, check_corpus, expected
from tests.corpus.make import FOLDER, corpus
from tests.corpus.recipes.cases import MARK

EXPECTED = expected()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    root = tmp_path_factory.mktemp("corpus")
    create_workspace(root)
    return check_corpus(open_workspace(root))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_taken_or_refused_as_expected(name: str, found: dict[str, Found]) -> None:
    wanted, got = EXPECTED[name], found[name]
    assert got.status == wanted["status"], got.lines
    every = [line for lines in got.lines.values() for line in lines]
    if wanted["status"] == "accepted":
        assert every == []
    else:
        fitting = got.lines.get(wanted["rule"], []) if "rule" in wanted else every
        assert [line for line in fitting if all(word in line for word in wanted["says"])], got.lines
    assert not [line for line in every if "\n" in line or MARK in line]


@pytest.mark.parametrize("name", [name for name, wanted in EXPECTED.items() if "counts" in wanted])
def test_a_file_that_is_taken_gives_its_counts(name: str, found: dict[str, Found]) -> None:
    wanted, counts = EXPECTED[name], found[name].counts
    rows = counts.select("field", "online", "in_person", "total").rows()
    assert rows == [(field, *figures) for field, figures in wanted["counts"].items()]
    more = ("postal", "received", "settled", "settled_on_time", "service_level")
    for column in [column for column in more if column in wanted]:
        assert dict(counts.select("field", column).iter_rows()) == wanted[column]


def test_every_file_has_its_expectation_and_every_expectation_its_file() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert files == set(EXPECTED) == set(corpus())


def contents(name: str, content: bytes) -> object:
    """A workbook's parts unpacked, as packing differs between versions of the library that packs; else the bytes."""
    if not content.startswith(b"PK") or name.startswith("damaged/half"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {part: package.read(part) for part in package.namelist()}


def test_the_recipes_make_the_files_anew() -> None:
    made = corpus()
    differing = [name for name in made if contents(name, made[name]) != contents(name, (FOLDER / name).read_bytes())]
    assert differing == []


def test_the_files_are_small() -> None:
    large = [Path(name).name for name, content in corpus().items() if len(content) > 10_000]
    assert large == []

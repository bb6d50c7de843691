"""An error of this program on one file holds back that file; the others of its batch are read."""

import polars as pl
import pytest

from tests.reference import headers
from transforms.dictionary.contracts import SUMMARY
from transforms.read import filings
from transforms.read.filings import read_filings

GOOD = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;2;3\n".encode()
ODD = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n\nBẫy;1;2;3\n".encode()


@pytest.mark.parametrize("step", ["table_of", "plain_tables", "raw_rows", "_stack", "ambiguous_counts", "_typed"])
def test_only_the_file_on_which_a_step_fails_is_refused(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    right = getattr(filings, step)

    def failing(*terms: object) -> object:
        if "Bẫy" in _text(terms):
            raise KeyError("secret")
        return right(*terms)

    monkeypatch.setattr(filings, step, failing)
    contents = {0: GOOD, 1: GOOD, 2: ODD, 3: GOOD, 5: GOOD.replace(b"1;2;3", b"1;2;3\n\n")}
    found = read_filings(contents, SUMMARY, headers())
    assert list(found.refusals) == [2]
    line = found.refusals[2].describe()
    assert "KeyError, test_contained.py:" in line
    assert "secret" not in line
    assert found.rows["file"].to_list() == [0, 1, 3, 5]
    assert found.rows["total"].to_list() == [3, 3, 3, 3]


def _text(terms: object) -> str:
    """All that is in these arguments, as text."""
    if isinstance(terms, bytes):
        return terms.decode()
    if isinstance(terms, pl.DataFrame):
        return str(terms.rows())
    if isinstance(terms, dict):
        return _text(list(terms.values()))
    if isinstance(terms, list | tuple):
        return " ".join(map(_text, terms))
    return str(terms)

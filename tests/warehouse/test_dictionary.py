"""The dictionary gives people and the database the same texts; every figure that follows a definition names it."""

import tomllib
from pathlib import Path

import pytest

from tests.reference import text
from transforms.dictionary.columns import LAKE
from transforms.dictionary.table import PERCENT, POINTS, Column
from warehouse.marts.catalogue import PUBLISHED
from warehouse.published.dictionary import page

ROOT = Path(__file__).parents[2]
COLUMNS = [pytest.param(c, id=f"{t.name}.{c.name}") for t in PUBLISHED.values() for c in t.columns]
DEFINED = {f"{metric['id']} v{metric['version']}" for metric in tomllib.loads(text("metrics.toml"))["metric"]}


def test_the_page_is_what_the_dictionary_says() -> None:
    written = (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert written == page(), "run `make dictionary`"


def test_every_published_table_and_column_is_on_it_with_all_that_its_comment_says() -> None:
    sections = {part.split("\n", 1)[0]: part for part in page().split("\n### ")[1:]}
    assert sections.keys() == PUBLISHED.keys() | LAKE.keys()
    for table in PUBLISHED.values():
        assert table.meaning in sections[table.name]
        for column in table.columns:
            (row,) = (
                line
                for line in sections[table.name].splitlines()
                if line.startswith((f"| {column.name} |", f"| **{column.name}** |"))
            )
            assert column.label
            for part in (column.label, column.meaning, column.measure, column.metric):
                assert part in column.comment
                assert part.replace("|", "\\|") in row


@pytest.mark.parametrize("column", COLUMNS)
def test_every_rate_names_its_metric_and_version(column: Column) -> None:
    """A table of all metrics names them in its rows."""
    of_all = any(column in table.columns and "metric_version" in table.names for table in PUBLISHED.values())
    is_rate = column.dtype in (PERCENT, POINTS) and column.name != "target_pct" and not of_all
    if is_rate or column.name in {"meets_target", "online_needed", "days_accepted_pct"}:
        assert column.metric in DEFINED
        assert column.comment.endswith(f"; chỉ số {column.metric}")
    else:
        assert column.metric == ""

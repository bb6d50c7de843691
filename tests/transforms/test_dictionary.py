"""The dictionary tells people what it tells the database."""

import tomllib
from pathlib import Path

from transforms.columns import LAKE, MARTS
from transforms.dictionary_page import page

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_dictionary_says() -> None:
    told = (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert told == page(), "run `make dictionary`"


def test_every_published_table_and_column_is_on_it_with_all_that_its_comment_says() -> None:
    sections = {part.split("\n", 1)[0]: part for part in page().split("\n### ")[1:]}
    assert sections.keys() == MARTS.keys() | LAKE.keys()
    for table in MARTS.values():
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


def test_every_metric_a_column_names_is_defined() -> None:
    metrics = tomllib.loads((ROOT / "reference" / "metrics.toml").read_text(encoding="utf-8"))["metric"]
    defined = {f"{metric['id']} v{metric['version']}" for metric in metrics}
    named = {column.metric for table in MARTS.values() for column in table.columns if column.metric}
    assert named <= defined

"""Any table, written in any way units write, reads back to the same numbers or is refused. Never other numbers."""

import re
import unicodedata
from dataclasses import replace
from itertools import product
from random import Random
from typing import get_args

import pytest
from hypothesis import assume, event, example, given, settings

from tests.properties.reading import Counts, Read, read, read_all
from tests.properties.strategies import LETTERED, any_table, any_way, ordinary_table
from tests.reference import headers
from tests.writers import Entry, Table, Way, fitted, write
from tests.writers.table import entries
from tests.writers.way import FORMATS, Encoding, Header, Labels, NormalForm, Numbers, Totals
from transforms.dictionary.text import tidy


def written(table: Table, way: Way) -> bytes:
    """The file; in UTF-8 where the chosen encoding lacks a letter."""
    try:
        return write(table, way)
    except UnicodeEncodeError:
        return write(table, replace(way, encoding="utf-8"))


def seen(name: str) -> str:
    """A name as a person sees it: no marks of direction or of no width, spaces tidied, digits of one width.

    An apostrophe before a text is how spreadsheets mark it as text.
    """
    visible = re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", name)
    narrow = re.sub("[\uff10-\uff19\uff0c\uff0e\uff05]", lambda sign: unicodedata.normalize("NFKC", sign[0]), visible)
    return tidy(tidy(narrow).strip(" '"))


def counts(table: Table) -> Counts:
    """What must be read."""
    return [(seen(e.field), e.online, e.in_person, e.total) for e in entries(table)]


def is_really_a_total(entry: Entry, table: Table) -> bool:
    """A row named like a totals row that is the sum of all others is one, whatever the writer meant."""
    others = [other for other in entries(table) if other is not entry]
    figures = (sum(other.online for other in others), sum(other.in_person for other in others))
    return is_named_so(entry.field) and (entry.online, entry.in_person) == figures


def is_named_so(name: str) -> bool:
    """Whether a row that is no detail may be named so: a total, "Trong đó", "Lũy kế"."""
    return headers().roles.role(seen(name)) not in (None, "no_role", "table")


def says_it_is_a_part(entry: Entry) -> bool:
    """A bullet before a name makes it a part of the row above; of nothing but zeros nothing shows the contrary."""
    return re.match(r"\W*[-–—+*•·▪►●○>]|\W*\w[.)]", seen(entry.field)) is not None and entry.total == 0


def is_really_column_numbers(entry: Entry, way: Way) -> bool:
    """A first row `A;1;2;3` of a table without STT is a row of column numbers, whatever the writer meant."""
    is_name = re.fullmatch(r"\(?(\d{1,2}|[A-Za-z])\)?", seen(entry.field))
    return bool(is_name) and (entry.online, entry.in_person) == (1, 2) and not way.ordinals and not way.column_numbers


def could_be_decimals(table: Table) -> bool:
    """Where all figures but zeros are whole thousands, `5.000` may be five with three decimals: refusing is right."""
    figures = {count for entry in entries(table) for count in (entry.online, entry.in_person, entry.total)} - {0}
    return bool(figures) and all(count < 10**6 and count % 1000 == 0 for count in figures)


@given(table=any_table(), way=any_way())
@example(table=((Entry("(1)", 123_456, 1_000_000), Entry("Hộ tịch", 0, 5)),), way=Way("xlsx", ordinals=False))
@example(table=((Entry("A", 2, 1), Entry("Hộ tịch", 0, 5)),), way=Way("csv_semicolon", ordinals=False))
def test_a_table_reads_back_to_the_same_numbers_or_is_refused(table: Table, way: Way) -> None:
    assume(not any(is_really_a_total(entry, table) for entry in entries(table)))
    assume(not any(says_it_is_a_part(entry) for entry in entries(table)))
    assume(not is_really_column_numbers(entries(table)[0], way))
    result = read(written(table, way))
    event("accepted" if result.counts is not None else f"refused: {result.refused_for[:40]}")
    assert result.counts in (None, counts(table))


@settings(max_examples=settings().max_examples // 4)
@given(table=ordinary_table(), way=any_way())
def test_a_table_of_ordinary_fields_is_accepted_in_any_way(table: Table, way: Way) -> None:
    assume(not could_be_decimals(table))
    result = read(written(table, way))
    if way.encoding == "cp1258" and result.counts is None:
        assert "UTF-8" in result.refused_for  # a few words are no evidence of an encoding: the unit is told what is
    else:
        assert result == Read(counts(table))


ORDINARY = (
    (Entry("Đất đai", 1489, 11), Entry("Hộ tịch", 0, 5)),
    (Entry("Chứng thực", 1000, 2000), Entry("Lý lịch tư pháp", 1_234_567, 0), Entry("Bưu chính", 0, 0)),
)


def ways(file_format: str) -> list[Way]:
    """Four ways of writing for every number style under every header, their other options drawn by lot."""
    lot = Random(file_format)
    drawn = (
        Way(
            file_format,
            numbers,
            header,
            totals=lot.choice(get_args(Totals)),
            groups=lot.choice(get_args(Labels)),
            ordinals=lot.random() < 0.7,
            column_numbers=lot.random() < 0.5,
            stated_rate=lot.random() < 0.7,
            dashes=lot.random() < 0.5,
            titles=lot.random() < 0.5,
            footer=lot.random() < 0.5,
            normal_form=lot.choice(get_args(NormalForm)),
            encoding=lot.choice(get_args(Encoding)),
        )
        for numbers, header, _ in product(get_args(Numbers), get_args(Header), range(4))
    )
    return sorted(set(map(fitted, drawn)), key=repr)


@pytest.mark.parametrize("file_format", FORMATS)
def test_no_way_of_writing_is_refused(file_format: str) -> None:
    every = ways(file_format)
    assert len(every) > 30
    results = zip(every, read_all([write(ORDINARY, way) for way in every]), strict=True)
    assert [(way, result) for way, result in results if result.counts != counts(ORDINARY)] == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_awkward_name_is_only_a_name(file_format: str) -> None:
    names = [name for name in LETTERED if not is_named_so(name)]
    ways = [Way(file_format, header="camel", ordinals=ordinals) for ordinals in (True, False)]
    tables = [((Entry("Chứng thực", 1489, 11), Entry(name, 1000, 5), Entry("Hộ khẩu", 0, 5)),) for name in names]
    written_so = list(product(ways, tables))
    results = zip(written_so, read_all([write(table, way) for way, table in written_so]), strict=True)
    assert [(way, table, result) for (way, table), result in results if result.counts != counts(table)] == []

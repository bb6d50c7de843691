"""A publication makes no reader wait, fail, or see two publications at once."""

import pytest

from tests.warehouse.reading import read_while_publishing
from warehouse.lake.lake import Lake


@pytest.mark.slow
def test_readers_see_no_error_and_no_mixture_while_publications_go_on(lake: Lake) -> None:
    figures = read_while_publishing(lake, publications=20)
    assert figures.errors == []
    assert figures.stale == 0
    assert figures.kept < 15  # superseded files went away meanwhile
    assert figures.seen > 5  # and the readers moved on with the link
    assert figures.reads > 50

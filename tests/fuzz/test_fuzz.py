"""A few hundred broken files per format, within seconds and memory; the long run is `python -m tests.fuzz`."""

from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.broken import broken
from tests.fuzz.judge import judge
from tests.fuzz.seeds import READERS


@cache
def sound(reader: str) -> bytes:
    return READERS[reader]()


@pytest.mark.parametrize("reader", READERS)
def test_a_sound_file_is_read(reader: str) -> None:
    assert judge(sound(reader))


@pytest.mark.parametrize("reader", READERS)
@settings(
    max_examples=100,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(data=st.data())
def test_a_broken_file_is_read_or_refused_in_one_line(reader: str, data: st.DataObject) -> None:
    judge(data.draw(broken(reader, sound(reader))))

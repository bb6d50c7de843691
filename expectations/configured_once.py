"""Lets Great Expectations work out the configuration of each expectation once in a validation. Knows no rule.

It asks an expectation for its `configuration` a hundred times and builds it anew each time, which is half the time of a
validation. Nothing changes an expectation in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

# By the id of the expectation, which is kept beside it: so no other one gets the same id.
_Known = dict[int, tuple[Expectation, ExpectationConfiguration]]
_KNOWN: ContextVar[_Known | None] = ContextVar("_KNOWN", default=None)
_anew: property = vars(Expectation)["configuration"]


@contextmanager
def configured_once() -> Iterator[None]:
    """In this block an expectation keeps the configuration that it is first asked for."""
    before = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(before)


def _configuration(expectation: Expectation) -> ExpectationConfiguration:
    known = _KNOWN.get()
    if known is None:
        return _anew.__get__(expectation)  # type: ignore[no-any-return]
    if id(expectation) not in known:
        known[id(expectation)] = (expectation, _anew.__get__(expectation))
    return known[id(expectation)][1]


Expectation.configuration = property(_configuration)  # type: ignore[method-assign, assignment]

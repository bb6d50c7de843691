"""How often Python searches for cyclic garbage, for commands and forked runs. Frees nothing itself."""

import gc

_OBJECTS = 50_000  # new objects before a search; Python's own number is 700
_YOUNG, _OLD = 20, 100  # searches before one that also goes through older objects


def search_seldom() -> None:
    """Search for cyclic garbage seldom: the work makes little of it, and Python's searches took a tenth of a day.

    The imports alone leave some 400,000 objects, and each search of the older ones goes through all of them.
    """
    gc.set_threshold(_OBJECTS, _YOUNG, _OLD)

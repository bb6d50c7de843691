"""Finds the files on which a check fails where nobody foresaw it, so that the others can be judged.

Judges nothing itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from logging import ERROR

import polars as pl

from expectations.judge import JudgeError
from flows.intake.reading import ReadingError
from flows.runs.log import log_event
from transforms.read.refusal import Refusal
from transforms.read.unforeseen import UNFORESEEN, place, unreadable
from warehouse.places.errors import WarehouseError
from warehouse.places.faults import signal_behind

_GENERAL = (WarehouseError, JudgeError, ReadingError, OSError)  # never about what a file holds
_FEW = 2  # units: what fails for more than these and for most of a batch is no matter of their files

Attempt = Callable[[Mapping[int, Refusal]], object]


def refused_for(error: BaseException, own: pl.DataFrame, attempt: Attempt) -> dict[int, Refusal]:
    """File → its refusal, for the files without which the check succeeds; none where the error is about no file.

    `own`: file and unit_id of each file; `attempt`: the check without the files given, which does not store anything.
    A check that fails without any file, or for most units of a batch, has an error of the program: holding back
    everybody's files would hide it.
    """
    if _is_general(error):
        return {}
    files = own["file"].to_list()
    if _error_of([], files, attempt, error):
        return {}
    found = dict(_failing(files, files, attempt, error))
    units, failing = own["unit_id"].n_unique(), own.filter(pl.col("file").is_in(list(found)))["unit_id"].n_unique()
    if failing > _FEW and 2 * failing > units:
        return {}
    for file, unit_id, uri in own.select("file", "unit_id", "source_uri").iter_rows():
        if file in found:
            log_event("file.error", ERROR, unit_id=unit_id, source_uri=uri, error=place(found[file]))
    return {file: unreadable(fault).refusal for file, fault in found.items()}


def _is_general(error: BaseException) -> bool:
    return isinstance(error, _GENERAL) or signal_behind(error) is not None


def _failing(
    among: Sequence[int], files: Sequence[int], attempt: Attempt, error: BaseException
) -> Iterator[tuple[int, BaseException]]:
    """The files of `among` with which the check fails, each with its error, by halves."""
    fault = _error_of(among, files, attempt, error)
    if fault is None:
        return
    if len(among) == 1:
        yield among[0], fault
        return
    middle = len(among) // 2
    for half in (among[:middle], among[middle:]):
        yield from _failing(half, files, attempt, error)


def _error_of(
    kept: Sequence[int], files: Sequence[int], attempt: Attempt, error: BaseException
) -> BaseException | None:
    """What goes wrong with only the files of `kept`; None where nothing does."""
    refusal = unreadable(error).refusal
    try:
        attempt(dict.fromkeys(set(files).difference(kept), refusal))
    except UNFORESEEN as fault:
        if _is_general(fault):
            raise
        return fault
    return None

"""The event log, for log collectors: one line per event, as text or JSON, on stderr. Off unless `[log]` turns it on.

A line names the delivery and what was done with it, never its content. Prefect's pages show the same lines of a run
where PREFECT_LOGGING_EXTRA_LOGGERS names the logger `tyle`.
"""

import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from flows.runs.diary import Diary
from flows.runs.steps import Steps
from flows.settings.log import Log
from reports import neutral

NAME = "tyle"
_LOG = logging.getLogger(NAME)
_LOG.addHandler(logging.NullHandler())  # else Python writes warnings to stderr by itself
_LOG.setLevel(logging.INFO)
_LOG.propagate = False  # Prefect gives the root a handler, which would write to the terminal

A = TypeVar("A")
T = TypeVar("T")


class JsonLines(logging.Formatter):
    """A record as a JSON object on one line: at (UTC), level, event, and the event's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields = getattr(record, "fields", {})
        event = getattr(record, "event", record.getMessage())
        return neutral.json_text({"at": at, "level": record.levelname.lower(), "event": event} | fields)


def configure(log: Log) -> None:
    """Log from now on as `log` says; may be repeated."""
    for handler in [handler for handler in _LOG.handlers if handler.get_name() == NAME]:
        _LOG.removeHandler(handler)
    if log.format == "off":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(NAME)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if log.format == "json" else text)
    _LOG.addHandler(handler)


def is_on() -> bool:
    """Whether a handler takes the lines: that of `configure`, or Prefect's."""
    return any(not isinstance(handler, logging.NullHandler) for handler in _LOG.handlers)


def log_event(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event with its fields; of a month of many units there are tens of thousands."""
    if is_on() and _LOG.isEnabledFor(level):
        shown = " ".join(f"{name}={neutral.line(str(value))}" for name, value in fields.items() if value is not None)
        _LOG.log(level, "%s %s", event, shown, extra={"event": event, "fields": fields})


@dataclass(frozen=True)
class LoggedSteps:
    """Carries out steps by `steps`; logs, and writes into the diary, how long each took and whether it failed."""

    steps: Steps
    diary: Diary

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step."""
        return self._logged(name, 1, lambda: self.steps.call(name, step))

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item."""

        def each(item: A) -> T:
            done = step(item)
            self.diary.write(step=name)
            return done

        return self._logged(name, len(items), lambda: self.steps.map(name, each, items))

    def _logged(self, name: str, of: int, step: Callable[[], T]) -> T:
        started = time.monotonic()
        self.diary.write(step=name, of=of)
        try:
            done = step()
        except Exception as error:
            seconds, kind = round(time.monotonic() - started, 3), type(error).__name__
            log_event("step.failed", logging.ERROR, step=name, seconds=seconds, error=kind)
            self.diary.write(step=name, seconds=seconds, error=kind)
            raise
        seconds = round(time.monotonic() - started, 3)
        log_event("step", step=name, seconds=seconds)
        self.diary.write(step=name, seconds=seconds)
        return done

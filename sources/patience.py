"""Limits for a source: how long to wait, how often to ask again, how many bytes to take. Asks nothing itself."""

from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from sources.export import UnreachableError


@dataclass(frozen=True)
class Patience:
    """Limits for one source.

    `connect_seconds`: until it answers the call; `read_seconds`: between one piece of an answer and the next;
    `total_seconds`: for one whole export; `attempts`: how often it is asked in all, with waits that start at
    `first_wait` seconds, double, and never exceed `longest_wait`; `max_bytes`: the size of one export.
    """

    connect_seconds: float = 10
    read_seconds: float = 60
    total_seconds: float = 600
    attempts: int = 4
    first_wait: float = 1
    longest_wait: float = 60
    max_bytes: int = 64 * 1024 * 1024

    def too_large(self) -> str:
        """The message on an export above `max_bytes`."""
        return f"lớn hơn {self.max_bytes / 1024 / 1024:.4g} MB"


def retrying(patience: Patience) -> Retrying:
    """Calls a function again while it raises UnreachableError.

    Where the source asks to wait longer than `longest_wait`, it is not called again; the next run asks it.
    """
    backoff = wait_exponential_jitter(
        multiplier=patience.first_wait, max=patience.longest_wait, jitter=patience.first_wait
    )
    return Retrying(
        retry=retry_if_exception(
            lambda error: isinstance(error, UnreachableError) and error.retry_after <= patience.longest_wait
        ),
        stop=stop_after_attempt(patience.attempts),
        wait=lambda state: max(backoff(state), _asked_for(state)),
        reraise=True,
    )


def _asked_for(state: RetryCallState) -> float:
    """Seconds the source asked to wait in its last answer."""
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, UnreachableError) else 0

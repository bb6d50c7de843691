"""Runs days as runs of the flow `daily`, for a command. Prefect is imported only when a day is run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Thread

from expectations.judge import warm_up
from flows.runs.diary import several_days
from flows.scheduled.embedded import started
from flows.scheduled.environment import has_api, prepare
from flows.settings.workspace import Workspace
from flows.work.day import DayResult


@contextmanager
def connected(workspace: Workspace) -> Iterator[None]:
    """For the block, runs in this workspace share a connection to the server of PREFECT_API_URL or an embedded one.

    Raises OrchestrationError when a named server does not answer.
    """
    prepare(workspace.root)
    # Import Great Expectations while the embedded server starts; an error in it is raised again where it is used.
    Thread(target=warm_up, daemon=True).start()
    with started():
        # prefect reads its environment when it is imported
        from flows.scheduled import daily  # noqa: PLC0415

    with daily.connected(embedded=not has_api()):
        yield


def run_orchestrated(
    workspace: Workspace, days: Sequence[date], units: tuple[str, ...] = (), now: datetime | None = None
) -> Iterator[DayResult]:
    """Run each day as a run of `daily`, on the server of PREFECT_API_URL or else on an embedded one.

    `now` with zone, default: now. The last day sends the alerts. Raises OrchestrationError when a named server does not
    answer.
    """
    with connected(workspace), several_days(workspace.root, days):
        from flows.scheduled.daily import daily  # noqa: PLC0415 - prefect, after its environment is set

        for day in days:
            state = daily(
                business_date=day,
                workspace=str(workspace.root),
                units=list(units) or None,
                now=now or datetime.now(UTC),
                alert=day == days[-1],
                return_state=True,
            )
            result: DayResult = state.result()
            yield result

"""The Prefect flow around `watch`: a table of who is behind, events, a final state. Does no work itself."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.alerts.events import emit_events
from flows.clock import utc
from flows.watch import Watched, watch
from flows.workspace import open_workspace
from warehouse.lake import open_lake


@flow(name="watch", validate_parameters=True, persist_result=False)
def watching(workspace: str = ".", now: datetime | None = None) -> Watched | State[Watched]:
    """Look who is missing or late, tell it, and close what has recovered; `now` with zone, default the clock's.

    Ends in the state `Behind` (of type COMPLETED) when a unit is.
    """
    with open_lake(Path(workspace).resolve()) as lake:
        watched = watch(open_workspace(Path(workspace)), lake, utc(now or datetime.now(UTC)))
    create_table_artifact(key="watch", table=watched.as_dict()["units"], description="Đơn vị đang thiếu hoặc gửi muộn")
    emit_events(watched.alerts, None)
    behind = watched.units["unit_id"].n_unique()
    if behind:
        return Completed(name="Behind", message=f"{behind} đơn vị chưa gửi hoặc gửi muộn", data=watched)
    return watched

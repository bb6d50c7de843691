"""What a run of some units leaves in Prefect's pages: tables of its own, which show these units alone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.flows.workspaces import MONDAY, put, put_all, run, small_workspace


@pytest.mark.slow
def test_a_run_of_some_units_shows_nothing_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.scheduled import artifacts

    tables: dict[str, list[dict[str, Any]]] = {}
    monkeypatch.setattr(artifacts, "create_table_artifact", lambda key, table, description: tables.update({key: table}))
    monkeypatch.setattr(artifacts, "create_link_artifact", lambda **given: None)
    workspace = small_workspace(tmp_path)
    put_all(workspace, MONDAY)
    artifacts.show_day(workspace, run(workspace, MONDAY))
    of_all = dict(tables)
    assert {key: len(table) for key, table in of_all.items()} == {"day-2022-08-01": 3, "rates-2022-08": 3}
    tuesday = MONDAY + timedelta(days=1)
    put(workspace, "so-y-te", tuesday, "Đất đai;1;2;3")
    artifacts.show_day(workspace, run(workspace, tuesday, ("so-y-te",)))
    new = {key: table for key, table in tables.items() if key not in of_all}
    assert {key: table[0]["Đơn vị"] for key, table in new.items()} == {
        "day-2022-08-02-so-y-te": "Sở Y tế",
        "rates-2022-08-so-y-te": "Sở Y tế",
    }
    assert [len(table) for table in new.values()] == [1, 1]
    assert {key: tables[key] for key in of_all} == of_all

"""SQLMesh with DuckDB: a model incremental by time with audits, a view, a full mart.

A month is a plan that is applied, a day is a run.
"""

import os
import shutil
from datetime import timedelta
from pathlib import Path

from bench.peers.programs.load import Load, asked

_PROJECT = Path(__file__).with_name("sqlmesh_project")


def main(load: Load) -> None:
    """Plan and apply all days, or run the next one."""
    os.environ |= {"WAREHOUSE": str(load.warehouse), "DATA": str(load.data), "FIRST": load.first.isoformat()}
    project = load.state / "project"
    if not project.exists():  # a project of its own, because SQLMesh keeps its cache there
        shutil.copytree(_PROJECT, project)
        for model in project.glob(f"models/*_{'b' if load.workload == 'A' else 'a'}.sql"):
            model.unlink()
    # reads its environment when it is imported
    from sqlmesh import Context  # noqa: PLC0415

    context = Context(paths=[str(project)])
    now = (load.last + timedelta(days=1)).isoformat()
    if load.mode == "full":
        context.plan(auto_apply=True, no_prompts=True, execution_time=now)
    else:
        context.run(end=load.last.isoformat(), execution_time=now, ignore_cron=True)


if __name__ == "__main__":
    main(asked())

"""dbt with DuckDB: one `dbt build` for each load, with an incremental model, views, a mart and generic data tests."""

import json
import os
import sys
from pathlib import Path

from bench.peers.programs.load import Load, asked

_PROJECT = Path(__file__).with_name("dbt_project")


def main(load: Load) -> None:
    """Become dbt, as a scheduler would start it."""
    values = {
        "workload": load.workload,
        "data": str(load.data),
        "begin": load.begin.isoformat(),
        "last": load.last.isoformat(),
    }
    folders = {"project": _PROJECT, "profiles": _PROJECT, "target": load.state / "target", "log": load.state / "logs"}
    os.environ["WAREHOUSE"] = str(load.warehouse)
    program = str(Path(sys.executable).with_name("dbt"))
    os.execv(
        program,
        [
            *(program, "--quiet", "build", "--vars", json.dumps(values)),
            *("--select", "units", f"path:models/{load.workload.lower()}", "--indirect-selection", "cautious"),
            *("--project-dir", str(folders["project"]), "--profiles-dir", str(folders["profiles"])),
            *("--target-path", str(folders["target"]), "--log-path", str(folders["log"])),
        ],
    )


if __name__ == "__main__":
    main(asked())

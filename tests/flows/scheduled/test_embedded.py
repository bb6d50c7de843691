"""The Prefect server of a command for which none is named: when it is started, and what is said where it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_START = """
import subprocess, sys
from flows.scheduled import embedded
{before}
with embedded.started():
    pass
"""


def _started(home: Path, before: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-c", _START.format(before=before)],
        env={**own, "PREFECT_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("named", ["in the environment", "in a profile", "to a Prefect that is imported"])
def test_none_is_started_where_prefect_has_or_may_have_one(tmp_path: Path, named: str) -> None:
    before, environment = "embedded.subprocess.Popen = None", {}
    if named == "in the environment":
        environment["PREFECT_API_URL"] = "http://127.0.0.1:1/api"
    elif named == "in a profile":
        (tmp_path / "profiles.toml").write_text('active = "office"\n', encoding="utf-8")
    else:
        before += "; sys.modules['prefect'] = sys"
    done = _started(tmp_path, before, **environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_that_does_not_start_is_said_in_one_line(tmp_path: Path) -> None:
    done = _started(tmp_path, "sys.executable = 'false'")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "flows.scheduled.environment.OrchestrationError: máy chủ Prefect của lệnh này không khởi động được: "
    )

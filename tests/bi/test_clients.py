"""Each client opens what is published with nothing of the project in its environment."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bi.environments import node, python_of
from warehouse.marts.catalogue import PUBLISHED

pytestmark = pytest.mark.nightly

CLIENTS = Path(__file__).parent / "clients"
ROWS = [["Đơn vị a", 3], ["Đơn vị b", None], ["Đơn vị c", None]]
RATES = PUBLISHED["monthly_unit_rates"]
COMMENT = next(column.comment for column in RATES.columns if column.name == "online")


def ask(*command: object, folder: Path) -> dict[str, Any]:
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("client", "direct"), [("duckdb-1.3", "ambiguous"), ("duckdb-1.4", "ambiguous"), ("duckdb-newest", ROWS)]
)
def test_duckdb(published: Path, tmp_path: Path, client: str, direct: object) -> None:
    found = ask(python_of(client), CLIENTS / "duckdb_python.py", published, folder=tmp_path)
    assert found == {"rows": ROWS, "comment": COMMENT, "copies": ROWS, "direct": direct}


def test_node(published: Path) -> None:
    program, folder = node()
    found = ask(program, CLIENTS / "node_client.mjs", published, folder=folder)
    assert found == {"rows": ROWS, "comment": COMMENT}


def test_sqlalchemy_shows_comments_and_keys(published: Path, tmp_path: Path) -> None:
    found = ask(python_of("sqlalchemy"), CLIENTS / "sqlalchemy_client.py", published, folder=tmp_path)
    groups = [("a", "departments"), ("b", "departments"), ("c", "districts")]
    assert found == {
        "rows": ROWS,
        "tables": sorted(PUBLISHED),
        "names": [[f"Đơn vị {unit}", f"Khối {group}", f"Group {group}", "2022-08-01"] for unit, group in groups],
        "comment": COMMENT,
        "table": RATES.meaning,
        "primary_key": list(RATES.grain),
        "foreign_keys": ["marts.units.unit_id"],
    }


def test_data_frames(published: Path, tmp_path: Path) -> None:
    found = ask(python_of("frames"), CLIENTS / "frames_client.py", published, folder=tmp_path)
    assert found == {"rows": ROWS, "copies": ROWS, "arrow": ROWS, "comment": COMMENT}

"""A known vulnerability of a locked version fails the nightly check; a database that does not answer is said."""

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.vulnerabilities import LOCKS, UNREACHED, audit, project

LOCK = """\
packaging==26.4 \\
    --hash=sha256:00
typing-extensions==4.15.0 ; python_full_version < '3.13' \\
    --hash=sha256:01
"""


def test_all_pins_of_a_lock_are_asked_for_with_their_markers() -> None:
    assert "packaging==26.4" in project(LOCK)
    assert "typing-extensions==4.15.0 ; python_full_version < '3.13'" in project(LOCK).replace('"', "")
    for lock in LOCKS:
        text = Path(lock).read_text(encoding="utf-8")
        assert project(text).count("==") >= text.count("\n    --hash=") / 200 > 0


@pytest.mark.nightly
def test_what_the_database_knows_fails_the_check(tmp_path: Path, httpserver: HTTPServer) -> None:
    found = {"id": "GHSA-1", "modified": "2024-01-01T00:00:00Z", "summary": "reads any file"}
    httpserver.expect_request("/v1/querybatch").respond_with_json({"results": [{"vulns": [found]}]})
    httpserver.expect_request("/v1/vulns/GHSA-1").respond_with_json(found | {"affected": []})
    (tmp_path / "a.lock").write_text("packaging==26.4 \\\n    --hash=sha256:00\n", encoding="utf-8")
    code, known = audit(tmp_path / "a.lock", "--service-url", httpserver.url_for("/"))
    assert code not in {0, UNREACHED}
    assert "GHSA-1" in known


@pytest.mark.nightly
def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.lock").write_text("packaging==26.4 \\\n    --hash=sha256:00\n", encoding="utf-8")
    code, known = audit(tmp_path / "a.lock", "--service-url", "http://127.0.0.1:1/")
    assert (code, known[:11]) == (UNREACHED, "NOT CHECKED")

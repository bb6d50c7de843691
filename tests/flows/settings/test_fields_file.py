"""The fields of a workspace: its own file, the shipped one where it has none, and one line for a wrong one."""

from importlib.resources import files
from pathlib import Path

import pytest

from flows.settings.workspace import WorkspaceError, open_workspace
from tests.flows.workspaces import small_workspace

SHIPPED = (files("reference") / "fields.csv").read_text(encoding="utf-8")


def test_a_new_workspace_has_the_shipped_list_and_may_add_to_it(tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "w").root
    path = root / "reference" / "fields.csv"
    assert path.read_text(encoding="utf-8") == SHIPPED
    path.write_text(f"{SHIPPED}chi-tra-dien-tu,Chi trả điện tử,Chi trả không dùng tiền mặt,,,\n", encoding="utf-8")
    named = open_workspace(root).fields.named(["CHI TRẢ, KHÔNG DÙNG TIỀN MẶT", "Đất đai"])
    assert named["field_id"].to_list() == ["chi-tra-dien-tu", "dat-dai"]


def test_a_workspace_of_an_older_version_uses_the_shipped_list(tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "w").root
    (root / "reference" / "fields.csv").unlink()
    assert open_workspace(root).fields.named(["Đất đai"])["field_id"].to_list() == ["dat-dai"]


def test_a_wrong_file_is_refused_with_its_row(tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "w").root
    path = root / "reference" / "fields.csv"
    path.write_text(f"{SHIPPED}dat,ĐẤT ĐAI,,,,\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"^reference/fields\.csv: dòng \d+: tên “ĐẤT ĐAI”: trùng với dòng"):
        open_workspace(root)

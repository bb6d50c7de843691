"""What cannot be reached or is set wrongly gives one line that names it; no secret is in it, in logs or in files."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from tests.beyond.sharing import PASSWORD, SECRET_KEY, Shared, share
from tests.flows.workspaces import MONDAY, put, small_workspace
from warehouse.places.errors import WarehouseError

WRONG = "Sai-mat-khau#1"


def without_server(shared: Shared, file: Path) -> None:
    os.environ[variable(shared)] = f"postgresql://tyle:{WRONG}@127.0.0.1:1/{shared.name}"


def with_a_wrong_password(shared: Shared, file: Path) -> None:
    os.environ[variable(shared)] = f"postgresql://tyle:{WRONG}@127.0.0.1:{shared.port}/{shared.name}"


def with_an_unreadable_address(shared: Shared, file: Path) -> None:
    os.environ[variable(shared)] = f"postgresql://tyle:{WRONG}@[127.0.0.1"


def with_another_database(shared: Shared, file: Path) -> None:
    os.environ[variable(shared)] = shared.catalog.replace(shared.name, "khong_co")


def without_the_secret(shared: Shared, file: Path) -> None:
    del os.environ[variable(shared)]


def with_the_secret_in_the_file(shared: Shared, file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    secret = f'"postgresql://tyle:{WRONG}@127.0.0.1/kho"'
    file.write_text(written.replace(f'{{ env = "{variable(shared)}" }}', secret), encoding="utf-8")


def without_landing(shared: Shared, file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    file.write_text(written.partition("[landing]")[0], encoding="utf-8")


def without_bucket(shared: Shared, file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace("s3://kho/", "s3://khong-co/"), encoding="utf-8")


def variable(shared: Shared) -> str:
    return f"CATALOG_OF_{shared.name.upper()}"


@pytest.fixture
def workspace(shared: Shared, tmp_path: Path) -> Workspace:
    return share(small_workspace(tmp_path / "w"), shared)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (without_server, "Không nối được đến kho dữ liệu PostgreSQL 127.0.0.1"),
        (with_a_wrong_password, "password authentication failed"),
        (with_an_unreadable_address, "lake.catalog: không đọc được địa chỉ"),
        (with_another_database, "PostgreSQL 127.0.0.1/khong_co"),
        (without_the_secret, "lake.catalog: biến môi trường CATALOG_OF"),
        (with_the_secret_in_the_file, "bí mật không được ghi trong tyle.toml"),
        (without_landing, "landing.place: kho dùng chung"),
        (without_bucket, "NoSuchBucket"),
    ],
)
def test_what_is_wrong_is_one_line_without_secrets(
    shared: Shared,
    workspace: Workspace,
    wrong: Callable[[Shared, Path], None],
    message: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3")
    wrong(shared, workspace.root / "tyle.toml")
    with caplog.at_level(logging.DEBUG), pytest.raises(SystemExit, match="1"):
        main(["run", "--date", f"{MONDAY}", "--workspace", str(workspace.root)])
    err = capsys.readouterr().err
    lines = [line for line in err.splitlines() if not line.startswith("Chạy trực tiếp")]
    assert len(lines) == 1
    assert message in lines[0]
    for secret in (PASSWORD, WRONG, SECRET_KEY):
        assert secret not in err + caplog.text
    for file in workspace.root.rglob("*"):
        assert not file.is_file() or file.name == "tyle.toml" or WRONG.encode() not in file.read_bytes()


def test_a_catalog_that_goes_away_is_one_line(shared: Shared, workspace: Workspace, postgres: object) -> None:
    with lake_of(open_workspace(workspace.root)) as lake:
        postgres.admin(  # type: ignore[attr-defined]
            f"ALTER ROLE tyle PASSWORD '{WRONG}'",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{shared.name}'",
        )
        with pytest.raises(WarehouseError) as raised, lake.writing():
            pass
        literal = PASSWORD.replace("'", "''")
        postgres.admin(f"ALTER ROLE tyle PASSWORD '{literal}'")  # type: ignore[attr-defined]
    assert PASSWORD not in f"{raised.value!r} {raised.value.__cause__!r}"
    assert "\n" not in str(raised.value)

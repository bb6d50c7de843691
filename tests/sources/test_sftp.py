"""Exports on an SFTP server, against one in this process."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sources.pulling import FIRST, NOW, failure, pull
from tests.sources.sftp_server import USER, SftpServer


def settings(server: SftpServer, **own: Any) -> dict[str, Any]:
    base = {"kind": "sftp", "host": "127.0.0.1", "port": server.port, "user": USER, "path": "/xuat"}
    return base | {"password": {"env": "TEST_SECRET"}} | own


def put(folder: Path, name: str, content: bytes = b"so lieu", at: datetime = datetime(2022, 8, 2, 9, 30)) -> Path:
    path = folder / name
    path.write_bytes(content)
    moment = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_the_files_of_the_days_asked_for_with_their_bytes_and_times(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    put(sftp_folder, "2022-08-02.csv")
    put(sftp_folder, "2022-08-01.xlsx", b"x" * 3_000_000)
    for other in ("2022-08-03.csv", "ghi-chu.txt", "2022-08-01.csv.filepart", ".2022-08-01.csv"):
        put(sftp_folder, other)
    (sftp_folder / "2022-08-01").mkdir()
    first, second = pull(settings(sftp_server), tmp_path)
    assert (first.name, first.business_date, len(first.content)) == ("2022-08-01.xlsx", FIRST, 3_000_000)
    assert second.content == b"so lieu"
    assert second.uri == f"sftp://127.0.0.1:{sftp_server.port}/xuat/2022-08-02.csv"
    assert second.modified_at == datetime(2022, 8, 2, 9, 30)


def test_the_unit_and_its_code_name_the_folder_and_the_file(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    (sftp_folder / "so-y-te").mkdir()
    put(sftp_folder / "so-y-te", "BC_H55.09_01082022.xls")
    put(sftp_folder / "so-y-te", "BC_H55.10_01082022.xls")
    own = settings(sftp_server, path="/xuat/{unit_id}", name="BC_{code}_{date:%d%m%Y}.*")
    assert [(export.name, export.business_date) for export in pull(own, tmp_path)] == [
        ("BC_H55.09_01082022.xls", FIRST)
    ]


def test_a_private_key_logs_in_as_well(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(sftp_folder, "2022-08-01.csv")
    own = settings(sftp_server, password=None, key={"env": "TEST_SECRET"})
    assert "khóa riêng không đọc được" in failure(own, tmp_path)
    monkeypatch.setenv("TEST_SECRET", sftp_server.user_key.export_private_key("openssh").decode())
    assert len(pull(own, tmp_path)) == 1


def test_a_server_nobody_vouches_for_is_not_trusted_and_gets_no_password(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    logins = sftp_server.logins
    (tmp_path / "known_hosts").unlink()
    message = failure(settings(sftp_server), tmp_path)
    assert "chưa biết máy chủ này" in message
    assert sftp_server.host_key.get_fingerprint() in message
    assert sftp_server.logins == logins


def test_a_server_whose_key_changed_is_not_trusted(sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path) -> None:
    line = sftp_server.known_hosts_line.replace(
        sftp_server.host_key.export_public_key().decode().split()[1],
        sftp_server.user_key.export_public_key().decode().split()[1],
    )
    (tmp_path / "known_hosts").write_text(line, encoding="utf-8")
    assert "đã ĐỔI" in failure(settings(sftp_server), tmp_path)


def test_a_wrong_password_is_tried_once_and_shown_nowhere(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins = sftp_server.logins
    monkeypatch.setattr(sftp_server, "password", "another")
    assert f"máy chủ từ chối người dùng {USER}" in failure(settings(sftp_server), tmp_path)
    assert sftp_server.logins == logins + 1


def test_a_file_that_grows_is_left_for_the_next_run_and_the_others_are_had(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    put(sftp_folder, "2022-08-01.csv")
    growing = put(sftp_folder, "2022-08-02.csv", at=NOW)
    stopped = threading.Event()

    def grow() -> None:
        with growing.open("ab") as file:
            while not stopped.wait(0.02):
                file.write(b"x")
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        message = failure(settings(sftp_server, settle_seconds=0.5), tmp_path)
    finally:
        stopped.set()
        writer.join()
    assert message.endswith("2022-08-02.csv: tệp đang được ghi; lần chạy sau sẽ lấy")
    assert [export.name for export in pull(settings(sftp_server, settle_seconds=0.5), tmp_path)] == [
        "2022-08-01.csv",
        "2022-08-02.csv",
    ]


def test_a_dropped_call_is_made_again(sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path) -> None:
    put(sftp_folder, "2022-08-01.csv")
    sftp_server.calls_to_drop = 1
    assert len(pull(settings(sftp_server), tmp_path)) == 1
    calls = sftp_server.calls
    sftp_server.calls_to_drop = 2
    assert "không trả lời" in failure(settings(sftp_server), tmp_path)
    assert sftp_server.calls == calls + 2


def test_a_silent_server_is_not_waited_for_for_ever(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path, silent_port: int, closed_port: int
) -> None:
    began = time.monotonic()
    assert "hết thời gian chờ" in failure(settings(sftp_server, port=silent_port, connect_seconds=0.3), tmp_path)
    put(sftp_folder, "2022-08-01-silent.csv")
    assert "hết thời gian chờ" in failure(settings(sftp_server, read_seconds=0.5), tmp_path)
    assert "không trả lời" in failure(settings(sftp_server, port=closed_port), tmp_path)
    assert time.monotonic() - began < 15


def test_a_file_too_large_is_refused_by_name_and_the_others_are_had(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    put(sftp_folder, "2022-08-01.csv", b"x" * 2000)
    assert "2022-08-01.csv: lớn hơn 0.001 MB" in failure(settings(sftp_server, max_mb=0.001), tmp_path)


def test_a_folder_that_is_not_there_is_said(sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path) -> None:
    assert "/nham: không có thư mục này" in failure(settings(sftp_server, path="/nham"), tmp_path)


def test_many_units_are_pulled_side_by_side(sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path) -> None:
    put(sftp_folder, "2022-08-01.csv")
    with ThreadPoolExecutor(8) as pool:
        pulls = list(pool.map(lambda _: pull(settings(sftp_server), tmp_path), range(16)))
    assert [len(exports) for exports in pulls] == [1] * 16


def test_a_name_that_is_no_utf_8_is_an_export_like_others(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    put(sftp_folder, "2022-08-02.csv")
    put(sftp_folder, os.fsdecode(b"2022-08-01 b\xe9.csv"))
    first, second = pull(settings(sftp_server), tmp_path)
    assert (first.name, second.name) == (r"2022-08-01 b\xe9.csv", "2022-08-02.csv")
    assert first.uri.endswith(r"/xuat/2022-08-01 b\xe9.csv")


def test_only_so_many_files_of_a_day_are_fetched_and_the_others_are_named(
    sftp_server: SftpServer, sftp_folder: Path, tmp_path: Path
) -> None:
    for number in range(25):
        put(sftp_folder, f"2022-08-01_{number:02}.csv")
    line = failure(settings(sftp_server), tmp_path)
    assert "ngày 2022-08-01: có 25 tệp, chỉ lấy 20 tệp đầu" in line
    assert "2022-08-01_20.csv, 2022-08-01_21.csv, 2022-08-01_22.csv và 2 tệp khác" in line

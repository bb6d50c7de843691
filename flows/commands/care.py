"""`tyle watch`, `purge`, `care`, `backup`, `doctor`: what is done beside the daily run.

Parses, calls and prints; does no work itself.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import FAILED, JsonOption, WorkspaceOption, exit_code, lake_of, opened


def watch(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Đơn vị đang thiếu hoặc gửi muộn, theo lịch và giờ chốt của từng đơn vị; gửi và đóng cảnh báo."""
    from flows.commands.screens.common import console
    from flows.commands.screens.states import show_watched
    from flows.runs.lakes import require_publisher
    from flows.work.watch import watch as look
    from transforms.reference.clock import utc

    where = opened(workspace)
    require_publisher(where.settings, "tyle watch")
    with lake_of(where) as lake:
        watched = look(where, lake, utc(datetime.now(UTC)))
    if as_json:
        typer.echo(json.dumps(watched.as_dict(), ensure_ascii=False))
    else:
        show_watched(console(), where, watched)
    return exit_code(held_back=not watched.units.is_empty())


def purge(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Xóa bản gốc và mã hồ sơ đã quá thời hạn lưu ([landing] retention_days); số liệu và bảng tháng giữ nguyên."""
    from dataclasses import asdict

    from flows.commands.screens.care import show_purged
    from flows.commands.screens.common import console
    from flows.runs.lakes import landing_of
    from transforms.reference.clock import local_date, utc
    from warehouse.care.purge import purge as purge_lake

    where = opened(workspace)
    today = local_date(utc(datetime.now(UTC)))
    with lake_of(where) as lake:
        purged = purge_lake(lake, landing_of(where), where.settings.landing.days(), today)
    if as_json:
        typer.echo(json.dumps(asdict(purged), ensure_ascii=False))
    else:
        show_purged(console(), purged)


def care(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Gộp tệp nhỏ, bỏ phiên bản và tệp cũ của kho; nên chạy hằng tuần, số liệu không đổi."""
    from dataclasses import asdict

    from flows.commands.screens.care import show_cared
    from flows.commands.screens.common import console
    from transforms.reference.clock import utc
    from warehouse.care.compaction import care as care_for

    with lake_of(opened(workspace)) as lake:
        cared = care_for(lake, utc(datetime.now(UTC)))
    if as_json:
        typer.echo(json.dumps(asdict(cared)))
    else:
        show_cared(console(), cared)


def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục ở ổ đĩa hay máy khác.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Sao lưu kho, bản gốc, cấu hình; lần sau chỉ chép phần mới. Khôi phục: docs/backup.md."""
    from flows.commands.screens.care import show_backed_up
    from flows.commands.screens.common import console
    from flows.settings.workspace import BACKED_UP
    from warehouse.care.backup import back_up

    with lake_of(opened(workspace)) as lake:
        done = back_up(lake, directory, BACKED_UP)
    if as_json:
        typer.echo(json.dumps(done.as_dict(), ensure_ascii=False))
    else:
        show_backed_up(console(), done)


def doctor(
    sources: Annotated[bool, typer.Option("--sources", help="Hỏi cả các nguồn qua mạng.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Sửa những gì sửa được; không đụng đến số liệu.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Xem cấu hình, nguồn, phiên bản, kho có nguyên vẹn không. Mã thoát: 0 ổn, 2 có điều cần chú ý, 1 có lỗi."""
    from flows.commands.screens.care import show_examined
    from flows.commands.screens.common import console
    from flows.settings.workspace import require_workspace
    from flows.work.doctor import examine_all
    from transforms.reference.clock import utc

    root = require_workspace(workspace)
    examined = examine_all(root, utc(datetime.now(UTC)), all_sources=sources, repair=repair)
    if as_json:
        typer.echo(json.dumps(examined.as_dict(), ensure_ascii=False))
    else:
        show_examined(console(), examined)
    return FAILED if examined.worst == "fault" else exit_code(held_back=examined.worst == "warn")

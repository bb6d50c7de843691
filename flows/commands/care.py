"""`tyle watch` and `purge`: what is done beside the daily run. Parses, calls and prints; does no work itself."""

import json
from datetime import UTC, datetime
from pathlib import Path

import typer

from flows.commands.shared import JsonOption, WorkspaceOption, exit_code, lake_of, opened


def watch(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Đơn vị đang thiếu hoặc gửi muộn, theo lịch và giờ chốt của từng đơn vị; gửi và đóng cảnh báo."""
    from flows.clock import utc
    from flows.screen import console, show_watched
    from flows.watch import watch as look

    where = opened(workspace)
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

    from flows.clock import local_date, utc
    from flows.screen import console, show_purged
    from warehouse.purge import purge as purge_lake

    where = opened(workspace)
    today = local_date(utc(datetime.now(UTC)))
    with lake_of(where) as lake:
        purged = purge_lake(lake, where.landing, where.settings.landing.days(), today)
    if as_json:
        typer.echo(json.dumps(asdict(purged), ensure_ascii=False))
    else:
        show_purged(console(), purged)

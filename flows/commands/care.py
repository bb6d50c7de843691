"""`tyle purge`, `care`, `backup`, `restore` and `doctor`, and what they print."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    FAILED,
    JsonOption,
    WorkspaceOption,
    exit_code,
    lake_of,
    opened,
    read_secret_blocks,
)
from flows.commands.terminal import console, echo_json, table

if TYPE_CHECKING:
    from flows.work.doctor import Examined
    from flows.work.restore import Restored
    from warehouse.care.backup import BackedUp
    from warehouse.care.compaction import Cared
    from warehouse.care.mend import Mended
    from warehouse.care.purge import Purged


def purge(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Xóa bản gốc và mã hồ sơ đã quá thời hạn lưu ([landing] retention_days); số liệu và bảng tháng giữ nguyên."""
    from dataclasses import asdict

    from flows.work.care import purge_originals
    from transforms.reference.clock import utc

    where = opened(workspace)
    with lake_of(where) as lake:
        purged = purge_originals(where, lake, utc(datetime.now(UTC)))
    if as_json:
        echo_json(asdict(purged))
    else:
        show_purged(console(), purged)


def care(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Xóa những gì quá thời hạn lưu, gộp tệp nhỏ, bỏ phiên bản và tệp cũ của kho; hằng tuần, số liệu không đổi."""
    from flows.work.care import care_for
    from transforms.reference.clock import utc

    where = opened(workspace)
    with lake_of(where) as lake:
        done = care_for(where, lake, utc(datetime.now(UTC)))
    if as_json:
        echo_json(done.as_dict())
    else:
        show_purged(console(), done.purged)
        show_cared(console(), done.cared)


def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục ở ổ đĩa hay máy khác.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Sao lưu kho, bản gốc, cấu hình; lần sau chỉ chép phần mới. Khôi phục: tyle restore."""
    from flows.settings.workspace import BACKED_UP
    from warehouse.care.backup import back_up

    with lake_of(opened(workspace)) as lake:
        done = back_up(lake, directory, BACKED_UP)
    if as_json:
        echo_json(done.as_dict())
    else:
        show_backed_up(console(), done)


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="Thư mục mà tyle backup đã sao lưu vào.")],
    into: Annotated[
        Path,
        typer.Option(
            *("--into", "--workspace"),
            envvar="TYLE_WORKSPACE",
            help="Thư mục làm việc cần khôi phục; có thể chưa có.",
            show_default="thư mục hiện tại",
        ),
    ] = Path(),
    replace: Annotated[
        bool, typer.Option("--replace", help="Thay cả kho còn mở được; bản cũ được để sang một bên, không bị xóa.")
    ] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Chỉ chép lại tệp dữ liệu và bản gốc bị mất hay hỏng; kho giữ nguyên.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Khôi phục thư mục làm việc từ bản sao lưu: kiểm tra, chép, dựng lại, công bố lại. Bị ngắt thì chạy lại."""
    from dataclasses import asdict

    from flows.work.restore import restore as bring_back
    from flows.work.restore import restore_files
    from transforms.reference.clock import utc

    if files and replace:
        raise typer.BadParameter("chỉ dùng --files hoặc --replace")
    now = utc(datetime.now(UTC))
    if files:
        mended = restore_files(source, into, now)
        if as_json:
            echo_json(asdict(mended))
        else:
            show_mended(console(), mended)
        return FAILED if mended.left else 0
    done = bring_back(source, into, now, replace=replace)
    if as_json:
        echo_json(done.as_dict())
    else:
        show_restored(console(), done)
    return FAILED if any(f.level == "fault" for f in done.findings) else 0


def doctor(
    sources: Annotated[bool, typer.Option("--sources", help="Hỏi cả các nguồn qua mạng.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Sửa những gì sửa được; không đụng đến số liệu.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Xem cấu hình, nguồn, phiên bản, kho có nguyên vẹn không. Mã thoát: 0 ổn, 2 có điều cần chú ý, 1 có lỗi."""
    from flows.scheduled.environment import has_api
    from flows.scheduled.server.health import examine_password, examine_schedules
    from flows.settings.workspace import require_workspace
    from flows.work.doctor import examine_all
    from transforms.reference.clock import utc

    read_secret_blocks()
    root = require_workspace(workspace)
    more_checks = [lambda: examine_schedules(root), examine_password] if has_api() else []
    examined = examine_all(root, utc(datetime.now(UTC)), all_sources=sources, repair=repair, more_checks=more_checks)
    if as_json:
        echo_json(examined.as_dict())
    else:
        show_examined(console(), examined)
    return FAILED if examined.worst == "fault" else exit_code(held_back=examined.worst == "warn")


_LEVELS = {"ok": ("ổn", "green"), "warn": ("chú ý", "yellow"), "fault": ("lỗi", "red")}


def show_examined(out: Console, examined: "Examined") -> None:
    """Show what was repaired, then a row for each check, with the remedy below its message."""
    for line in examined.repaired:
        out.print(Text(line, "cyan"))
    shown = table("Mục", "", "Tình trạng", box=None, pad_edge=False)
    for finding in examined.findings:
        word, style = _LEVELS[finding.level]
        shown.add_row(finding.check, Text(word, style), finding.message)
        if finding.remedy:
            shown.add_row("", "", f"→ {finding.remedy}")
    out.print(shown)


def show_cared(out: Console, cared: "Cared") -> None:
    """Show what the care did, and how many files still wait for readers."""
    out.print(f"Tệp dữ liệu: {cared.files_before} → {cared.files_after}; bỏ {cared.snapshots} phiên bản cũ của kho")
    out.print(f"Đã xóa {cared.removed} tệp cũ và {cared.orphans} tệp do lần ghi dở để lại")
    if cared.waiting:
        out.print(f"{cared.waiting} tệp đã được thay còn chờ người đang đọc; lần chăm sóc sau sẽ bỏ")


def show_backed_up(out: Console, done: "BackedUp") -> None:
    """Show what a backup copied and holds now."""
    mb = done.bytes / 1024 / 1024
    out.print(f"Sao lưu vào {done.target}: {done.copied} tệp mới ({mb:.1f} MB), {done.kept} tệp đã có sẵn")
    out.print(f"{done.checked} tệp dữ liệu đúng mã SHA-256; khôi phục: tyle restore {done.target}")


def show_mended(out: Console, mended: "Mended") -> None:
    """Show which files came back, and which the backup does not have."""
    if not mended.copied and not mended.left:
        out.print("Không có tệp nào bị mất hay bị hỏng.")
    for path in mended.copied:
        out.print(Text(f"Đã chép lại: {path}"))
    for path in mended.left:
        out.print(Text(f"Bản sao lưu không có bản tốt: {path}", "red"))
    out.print("Xem lại: tyle doctor")


def show_restored(out: Console, done: "Restored") -> None:
    """Show what is back, where the old folders lie, what differs, and what came after the backup."""
    rows = done.rows
    what = (
        f" từ bản sao lưu lúc {done.made_at:%Y-%m-%d %H:%M:%S} (UTC): "
        f"{rows['deliveries']} lần gửi, {rows['decisions']} quyết định, {rows['closings']} lần chốt tháng; "
        f"công bố lại {done.publication_id or 'chưa được'}"
    )
    out.print(Text.assemble((f"Đã khôi phục {done.root}", "bold"), what))
    if done.aside:
        out.print(Text(f"Phần cũ được để ở {done.aside}; xóa khi không còn cần"))
    if done.differing:
        out.print(Text(f"Khác bản cũ, hãy so lại: {', '.join(done.differing)}", "yellow"))
    if done.later:
        out.print(Text(f"{done.later} gói bản gốc chỉ có ở {done.aside}/landing, đến sau lần sao lưu", "yellow"))
    if done.first:
        moment = f"{done.known_at or done.made_at:%Y-%m-%d %H:%M:%S} (UTC)"
        out.print(
            Text(f"Tệp, quyết định và lần chốt sau lúc {moment} không có trong bản sao lưu. Lấy lại tệp:", "yellow")
        )
        out.print(Text(f"  tyle backfill --from {done.first} --to {done.last} --workspace {done.root}"))
    for finding in done.findings:
        if finding.level != "ok":
            out.print(Text(f"{finding.check}: {finding.message}", "red" if finding.level == "fault" else "yellow"))


def show_purged(out: Console, purged: "Purged") -> None:
    """Show what a purge removed, and how many files still wait for readers."""
    for contract, packs in purged.packs.items():
        out.print(f"{contract}: đã xóa {packs} gói bản gốc quá hạn")
    out.print(f"Kho dữ liệu: đã xóa {purged.cases} mã hồ sơ và {purged.rejected_rows} dòng sai quá hạn")
    if purged.waiting:
        out.print(f"{purged.waiting} tệp cũ còn chờ người đang đọc; lần xóa sau sẽ bỏ nốt")

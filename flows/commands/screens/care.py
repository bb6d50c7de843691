"""What `tyle doctor`, `care` and `backup` show, in Vietnamese. Prints what it is given; decides nothing."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.work.doctor import Examined
from warehouse.care.backup import BackedUp
from warehouse.care.compaction import Cared
from warehouse.care.purge import Purged

_LEVELS = {"ok": ("ổn", "green"), "warn": ("chú ý", "yellow"), "fault": ("lỗi", "red")}


def show_examined(out: Console, examined: Examined) -> None:
    """What was repaired, then a row for each check, with what to do below the line it is about."""
    for line in examined.repaired:
        out.print(Text(line, "cyan"))
    table = Table("Mục", "", "Tình trạng", box=None, pad_edge=False)
    for finding in examined.findings:
        word, style = _LEVELS[finding.level]
        remedy = f"\n→ {finding.remedy}" if finding.remedy else ""
        table.add_row(finding.check, Text(word, style), Text(finding.message + remedy))
    out.print(table)


def show_cared(out: Console, cared: Cared) -> None:
    """What a care did, and what waits."""
    out.print(f"Tệp dữ liệu: {cared.files_before} → {cared.files_after}; bỏ {cared.snapshots} phiên bản cũ của kho")
    out.print(f"Đã xóa {cared.removed} tệp cũ và {cared.orphans} tệp do lần ghi dở để lại")
    if cared.waiting:
        out.print(f"{cared.waiting} tệp đã được thay còn chờ người đang đọc; lần chăm sóc sau sẽ bỏ")


def show_backed_up(out: Console, done: BackedUp) -> None:
    """What a backup holds now."""
    mb = done.bytes / 1024 / 1024
    out.print(f"Sao lưu vào {done.target}: {done.copied} tệp mới ({mb:.1f} MB), {done.kept} tệp đã có sẵn")
    out.print(f"{done.checked} tệp dữ liệu đúng mã SHA-256; khôi phục: docs/backup.md")


def show_purged(out: Console, purged: Purged) -> None:
    """What a purge removed, and what waits for the next one."""
    for contract, packs in purged.packs.items():
        out.print(f"{contract}: đã xóa {packs} gói bản gốc quá hạn")
    out.print(f"Kho dữ liệu: đã xóa {purged.cases} mã hồ sơ và {purged.rejected_rows} dòng sai quá hạn")
    if purged.waiting:
        out.print(f"{purged.waiting} tệp cũ còn chờ người đang đọc; lần xóa sau sẽ bỏ nốt")

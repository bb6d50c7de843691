"""What `tyle deploy` shows: deployments, when they run next, automations. Prints what it is given; decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import UTC

from rich.console import Console
from rich.table import Table

from flows.scheduled.server.deployments import Deployed
from transforms.reference.clock import VIETNAM

_SAID = {"created": "đã tạo", "changed": "đã cập nhật", "unchanged": "không đổi"}


def show_deployed(out: Console, deployed: Iterable[Deployed], automations: Mapping[str, str]) -> None:
    """A row for each deployment, then how many automations there are and which cannot tell anybody."""
    table = Table("Lịch chạy", "cron", "Các lần tới (giờ Việt Nam)", box=None, pad_edge=False)
    for one in deployed:
        moments = (moment.replace(tzinfo=UTC).astimezone(VIETNAM) for moment in one.next_runs)
        runs = "đang tạm dừng" if one.paused else ", ".join(f"{moment:%d/%m %H:%M}" for moment in moments)
        table.add_row(one.name, ", ".join(one.crons) or "chạy khi cần", runs)
    out.print(table)
    counts = {word: sum(what == key for what in automations.values()) for key, word in _SAID.items()}
    out.print("Automation: " + ", ".join(f"{count} {word}" for word, count in counts.items() if count))
    if silent := [name for name, what in automations.items() if what == "silent"]:
        out.print(f"[yellow]Chưa có nơi gửi tin[/] (đặt TYLE_WEBHOOK rồi chạy lại): {', '.join(silent)}")

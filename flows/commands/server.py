"""`tyle up`, `deploy` and `automations`, and what they print."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.shared import JsonOption, WorkspaceOption
from flows.commands.terminal import console

if TYPE_CHECKING:
    from flows.scheduled.server.deployments import Deployed


FileOption = Annotated[
    Path | None,
    typer.Option("--file", help="Tệp triển khai của Prefect.", show_default="./prefect.yaml, hoặc tệp đi kèm tyle"),
]
BlockOption = Annotated[
    str, typer.Option("--block", metavar="LOẠI/TÊN", help="Khối thông báo của Prefect mà tin được gửi qua.")
]
_BLOCK = "custom-webhook/tyle"
_DONE = {"created": "đã tạo", "changed": "đã cập nhật", "unchanged": "không đổi", "silent": "chưa có nơi gửi tin"}


def up(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Cổng của máy chủ Prefect.")] = 4200,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            envvar="TYLE_ADDRESS",
            help="Địa chỉ của proxy đứng trước, như trình duyệt thấy: https://tyle.example.vn.",
        ),
    ] = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Chạy theo lịch trên một máy: máy chủ Prefect, lịch chạy, automation, worker; dừng bằng Ctrl-C.

    Chạy lại thì tiếp tục như trước. Địa chỉ webhook nhận tin của Prefect lấy từ biến môi trường TYLE_WEBHOOK.
    """
    from flows.scheduled.credentials import password_file
    from flows.scheduled.environment import OrchestrationError, has_api
    from flows.scheduled.server.up import Setup
    from flows.scheduled.server.up import up as bring_up
    from flows.settings.workspace import require_workspace

    setup = Setup(require_workspace(workspace), port, _origin(address) if address else None)
    if has_api() and os.environ["PREFECT_API_URL"] != setup.api:
        raise OrchestrationError("PREFECT_API_URL đã chỉ một máy chủ khác: dùng tyle deploy và prefect worker start")
    typer.echo(f"tyle up: {setup.root}, đang khởi động máy chủ Prefect (khoảng nửa phút) …")
    with bring_up(setup) as running:
        if running:
            typer.echo(f"Giao diện: {setup.pages}, mật khẩu trong {password_file(setup.root)}")
            typer.echo(f"Nhật ký: {setup.logs}\nDừng bằng Ctrl-C; chạy lại thì tiếp tục.")
            running.wait()
        typer.echo("tyle up: đang dừng …")
    typer.echo("tyle up: đã dừng")


def _origin(address: str) -> str:
    """An address as browsers name it in `Origin`."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise typer.BadParameter("--address: cần dạng https://tên-máy[:cổng]")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def deploy(file: FileOption = None, block: BlockOption = _BLOCK, as_json: JsonOption = False) -> None:
    """Đưa lịch chạy và automation lên máy chủ Prefect (PREFECT_API_URL), rồi xem các lần chạy tới có thật không.

    Chạy lại thì cập nhật, không tạo thêm. Địa chỉ webhook lấy từ biến môi trường TYLE_WEBHOOK.
    """
    _prepare("lịch chạy")
    from flows.scheduled.server.automations import WEBHOOK, apply_automations
    from flows.scheduled.server.deployment_file import deployment_file
    from flows.scheduled.server.deployments import apply_deployments, wait_for_runs

    chosen = file or deployment_file(Path())
    apply_deployments(chosen)
    automations = apply_automations(chosen, block, os.environ.get(WEBHOOK), block_needed=block != _BLOCK)
    deployed = wait_for_runs()
    if as_json:
        typer.echo(json.dumps({"deployments": [one.as_dict() for one in deployed], "automations": automations}))
    else:
        show_deployed(console(), deployed, automations)


def automations(file: FileOption = None, block: BlockOption = _BLOCK, as_json: JsonOption = False) -> None:
    """Đưa các automation trong tệp triển khai lên máy chủ Prefect; chạy lại thì cập nhật, không tạo thêm.

    Địa chỉ webhook lấy từ biến môi trường TYLE_WEBHOOK và được máy chủ giữ kín; lần sau không cần đặt lại.
    """
    _prepare("automation")
    from flows.scheduled.server.automations import WEBHOOK, apply_automations
    from flows.scheduled.server.deployment_file import deployment_file

    applied = apply_automations(file or deployment_file(Path()), block, os.environ.get(WEBHOOK))
    if as_json:
        typer.echo(json.dumps(applied))
        return
    for name, what in applied.items():
        typer.echo(f"{name}: {_DONE[what]}")


def _prepare(what: str) -> None:
    from flows.scheduled.environment import OrchestrationError, has_api, prepare

    if not has_api():
        raise OrchestrationError(f"chưa đặt PREFECT_API_URL: {what} cần một máy chủ Prefect chạy thường trực")
    prepare(Path(os.environ.get("TYLE_WORKSPACE", ".")))


def show_deployed(out: Console, deployed: "Iterable[Deployed]", automations: Mapping[str, str]) -> None:
    """Show a row for each deployment, then the number of automations, and those without a place to send to."""
    from flows.settings.workspace import organisation_of

    own = organisation_of(Path(os.environ.get("TYLE_WORKSPACE", ".")))
    table = Table("Lịch chạy", "cron", f"Các lần tới ({own.zone_name.vi})", box=None, pad_edge=False)
    for one in deployed:
        moments = (moment.replace(tzinfo=UTC).astimezone(own.zone) for moment in one.next_runs)
        runs = "đang tạm dừng" if one.paused else ", ".join(f"{moment:%d/%m %H:%M}" for moment in moments)
        table.add_row(one.name, ", ".join(one.crons) or "chạy khi cần", runs)
    out.print(table)
    counts = {word: sum(what == key for what in automations.values()) for key, word in _DONE.items() if key != "silent"}
    out.print("Automation: " + ", ".join(f"{count} {word}" for word, count in counts.items() if count))
    if silent := [name for name, what in automations.items() if what == "silent"]:
        what = f" (đặt TYLE_WEBHOOK rồi chạy lại): {', '.join(silent)}"
        out.print(Text.assemble(("Chưa có nơi gửi tin", "yellow"), what))

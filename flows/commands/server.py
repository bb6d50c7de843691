"""`tyle automations`: what is set up on a Prefect server. Parses, calls and prints; does no work itself."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import JsonOption


def automations(
    file: Annotated[Path, typer.Option("--file", help="Tệp triển khai của Prefect.")] = Path("prefect.yaml"),
    block: Annotated[
        str, typer.Option("--block", metavar="LOẠI/TÊN", help="Khối thông báo của Prefect mà tin được gửi qua.")
    ] = "custom-webhook/tyle",
    as_json: JsonOption = False,
) -> None:
    """Đưa các automation trong tệp triển khai lên máy chủ Prefect; chạy lại thì cập nhật, không tạo thêm.

    Địa chỉ webhook lấy từ biến môi trường TYLE_WEBHOOK và được máy chủ giữ kín; lần sau không cần đặt lại.
    """
    from flows.orchestration import OrchestrationError, has_api, prepare

    if not has_api():
        raise OrchestrationError("chưa đặt PREFECT_API_URL: automation cần một máy chủ Prefect chạy thường trực")
    prepare(Path())
    from flows.automations import WEBHOOK, apply_automations

    applied = apply_automations(file, block, os.environ.get(WEBHOOK))
    if as_json:
        typer.echo(json.dumps(applied))
        return
    said = {"created": "đã tạo", "changed": "đã cập nhật", "unchanged": "không đổi"}
    for name, what in applied.items():
        typer.echo(f"{name}: {said[what]}")

"""`tyle correct`, and what it prints."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    OUTCOMES,
    ByOption,
    JsonOption,
    ReasonOption,
    WorkspaceOption,
    decision_on,
    exit_code,
    figures_text,
    lake_of,
    opened,
)
from flows.commands.terminal import console, echo_json

if TYPE_CHECKING:
    from flows.work.corrections import Corrected


def correct(
    delivery_id: Annotated[str, typer.Argument(metavar="ID", help="Mã lần gửi đang được tính, hoặc đang bị giữ lại.")],
    reason: ReasonOption,
    by: ByOption,
    figures: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="Ô=SỐ",
            help="Số đúng của một ô, ghi được nhiều lần: 'Đất đai.total=150'; có mức độ: 'Đất đai@4.total=150'; dòng "
            "tổng cộng: 'total.online=120' hoặc '.online=120'. Bỏ trống: áp dụng reference/corrections.toml.",
        ),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Sửa số của một lần gửi: đọc lại bản gốc với số đúng, kiểm tra lại, lưu thành phiên bản mới, công bố lại."""
    from flows.work.corrections import correct as set_right

    where = opened(workspace)
    decision = decision_on(delivery_id, reason, by)
    with lake_of(where) as lake:
        corrected = set_right(where, lake, decision, figures or ())
    if as_json:
        echo_json(corrected.as_dict())
    else:
        show_corrected(console(), corrected)
    return exit_code(held_back=False, site_failed=bool(corrected.published.site.failure))


def show_corrected(out: Console, corrected: "Corrected") -> None:
    """Show what counts now, and what was changed."""
    word, style = OUTCOMES[corrected.status]
    figures = figures_text(corrected.totals)
    out.print(Text(f"{corrected.delivery_id}: sửa thành {corrected.corrected_as}, {word}: {figures}", style))
    for message in corrected.messages:
        out.print(Text(f"  {message}", "cyan"))
    if corrected.released:
        named = ", ".join(corrected.released[:3]) + (" …" if len(corrected.released) > 3 else "")
        out.print(Text(f"  dòng tổng nay đúng: {len(corrected.released)} đơn vị khác được tính, {named}", "green"))
    if corrected.published.site.failure:
        out.print(Text(f"  {corrected.published.site.failure}", "red"))

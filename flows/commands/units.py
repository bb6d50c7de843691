"""`tyle units alias`, and what it prints."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    OUTCOMES,
    JsonOption,
    OptionalByOption,
    WorkspaceOption,
    exit_code,
    filled,
    lake_of,
    opened,
    person_or_user,
)
from flows.commands.terminal import console, echo_json

if TYPE_CHECKING:
    from flows.work.aliases import Named

units = typer.Typer(help="Đơn vị: thêm tên gọi khác cho một đơn vị.", no_args_is_help=True)


@units.callback()
def _units() -> None:
    """Đơn vị trong reference/units.csv."""


@units.command("alias")
def alias(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên như tệp chung ghi.")],
    unit: Annotated[str, typer.Argument(metavar="ĐƠN-VỊ", help="Mã, mã định danh hoặc tên của đơn vị.")],
    by: OptionalByOption = "",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Thêm một tên gọi khác vào reference/units.csv, và nhận những dòng đang bị giữ lại vì tên đó."""
    from flows.work.aliases import add_alias, take_named
    from transforms.reference.clock import utc

    where = opened(workspace)
    written = filled("TÊN", name)
    where = add_alias(where, written, unit)
    unit_id = where.registry.resolve(written, None) or unit
    with lake_of(where) as lake:
        named = take_named(where, lake, written, unit_id, person_or_user(by), utc(datetime.now(UTC)))
    if as_json:
        echo_json(named.as_dict())
    else:
        show_named(console(), named)
    held = any(status == "quarantined" for _, status in named.taken)
    return exit_code(held_back=held or bool(named.failures))


def show_named(out: Console, named: "Named") -> None:
    """Show which name was added, and what became deliveries of the unit."""
    out.print(Text(f"{named.unit_id}: thêm tên “{named.name}” vào reference/units.csv", "green"))
    for delivery_id, status in named.taken:
        word, style = OUTCOMES[status]
        out.print(Text(f"  {delivery_id}: {word}", style))
    for failure in named.failures:
        out.print(Text(f"  {failure}", "red"))
    if not named.taken and not named.failures:
        out.print(Text("  không có dòng nào đang bị giữ lại vì tên này", "dim"))

"""The command line: the list of commands, errors and exit codes. Holds no command itself.

Exit codes: 0 all good; 2 finished, but something is quarantined or missing; 1 the pipeline failed, or a command was
used wrongly; 3 all is published, but the pages could not be made.
Heavy imports are in the commands that need them, so that `--help` answers at once.
"""

import sys
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import NoReturn

import typer

from flows.commands.backfill import backfill
from flows.commands.care import backup, care, doctor, purge, restore
from flows.commands.check import check
from flows.commands.close import approve, close, closings
from flows.commands.correct import correct
from flows.commands.import_report import import_report
from flows.commands.layout import layout
from flows.commands.month import docs, marts, site
from flows.commands.quarantine import quarantine
from flows.commands.report import report
from flows.commands.run import demo, init, run
from flows.commands.server import automations, deploy, up
from flows.commands.shared import FAILED
from flows.commands.status import status, watch
from flows.commands.units import units
from flows.runs.garbage import search_seldom
from reports import neutral
from warehouse.places.permissions import owner_only

app = typer.Typer(
    help="Tỷ lệ hồ sơ trực tuyến: từ tệp của từng đơn vị đến bảng tháng đã kiểm tra.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    *(demo, init, run, backfill),
    *(check, status, watch, marts, report, site, docs),
    *(correct, close, closings, approve),
    *(purge, care, backup, restore, doctor),
    *(up, deploy, automations),
)
for command in COMMANDS:
    app.command()(command)
app.command("import-report")(import_report)
app.add_typer(quarantine, name="quarantine")
app.add_typer(layout, name="layout")
app.add_typer(units, name="units")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit; known errors are lines on stderr, unknown errors keep their traceback."""
    search_seldom()
    owner_only()
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except typer.TyperException as error:
        _say(error.format_message())
        code = FAILED
    except typer.Abort:
        code = FAILED
    except _expected_errors() as error:
        for each in str(error).splitlines():
            _say(each)
        code = FAILED
    except Exception as error:
        if (line := _fault_of(error)) is None:
            sys.excepthook = _show_traceback
            raise
        _say(line)
        code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _say(message: str) -> None:
    typer.echo(neutral.block(f"tyle: {message}"), err=True)


def _show_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error's message may hold text from outside."""
    typer.echo(neutral.block("".join(traceback.format_exception(kind, error, trace)).rstrip()), err=True)


def _expected_errors() -> tuple[type[Exception], ...]:
    """The errors whose message is enough for a user; imported only after an error."""
    from expectations.judge import JudgeError
    from flows.intake.reading import ReadingError
    from flows.scheduled.environment import OrchestrationError
    from flows.settings.tyle_toml import SettingsError
    from flows.settings.workspace import WorkspaceError
    from reports.errors import ReportError
    from warehouse.places.errors import WarehouseError

    return (WorkspaceError, SettingsError, OrchestrationError, ReadingError, JudgeError, WarehouseError, ReportError)


def _fault_of(error: Exception) -> str | None:
    """One line for a full disk or a folder that cannot be written; None for any other error."""
    from warehouse.places.faults import fault_of

    return fault_of(error)

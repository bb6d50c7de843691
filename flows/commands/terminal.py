"""The terminal that commands print on: text from outside cannot steer it, and ids are whole. Holds no word.

Styles are given as styles, never as markup in a text: a text is shown as it is.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from reports import neutral

_WIDTH_OF_A_FILE = 10_000  # characters: where there is no screen, nothing is wrapped and no column is made narrower


class Terminal(Console):
    """A console on which each text is neutral (reports/neutral.py) and markup means nothing."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as the console does, with a neutral copy of a text."""
        return super().render(_neutral(renderable) if isinstance(renderable, Text) else renderable, options)

    def render_str(self, text: str, **options: Any) -> Text:
        """A text of one line without markup and emoji codes."""
        return super().render_str(neutral.line(text), **options)


def console(*, stderr: bool = False) -> Console:
    """The terminal; where the output is none, lines and columns are as wide as what is in them."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else _WIDTH_OF_A_FILE
    return Terminal(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True, width=width)


def table(*headers: str, ids: Sequence[str] = (), **options: Any) -> Table:
    """A table; the columns `ids` hold what a person types into the next command: they are never wrapped or cut.

    On a narrow screen the other columns are wrapped.
    """
    made = Table(**options)
    for header in headers:
        made.add_column(header, overflow="fold", no_wrap=header in ids)
    return made


def echo(text: str, *, err: bool = False) -> None:
    """Print a plain text."""
    typer.echo(neutral.block(text), err=err)


def echo_json(content: Any) -> None:
    """Print JSON on one line."""
    typer.echo(neutral.json_text(content))


def _neutral(text: Text) -> Text:
    shown = neutral.line(text.plain)
    if shown == text.plain:
        return text
    if len(shown) != len(text.plain):  # no style stands at the same place any more
        return Text(shown, text.style, justify=text.justify, overflow=text.overflow, no_wrap=text.no_wrap, end=text.end)
    copy = text.copy()
    copy.plain = shown
    return copy

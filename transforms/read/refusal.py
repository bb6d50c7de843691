"""Says in one line why a file cannot be read. What can be read but is wrong is a matter of the rules."""

from dataclasses import dataclass

from transforms.dictionary.text import MAX_MARKS, Text

_LONGEST = 120
_QUOTES = str.maketrans("“”", "‘’")


@dataclass(frozen=True)
class Refusal:
    """Why a file was not read: where (1-based `row`, `column` as written), the `value`, and the reason.

    `ended_reader`: reading it took too much, or ended the process that read it; it must not be read again elsewhere.
    `of_cases`: the file holds a list of cases that was sent as another contract; nothing of it is shown, nor its name.
    """

    reason: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None
    ended_reader: bool = False
    of_cases: bool = False

    def describe(self, lang: str = "vi") -> str:
        """One line without the file's name."""
        words = ("dòng", "cột", "giá trị") if lang == "vi" else ("row", "column", "value")
        shown = (self.row, self.column and quoted(self.column), self.value and quoted(self.value))
        where = ", ".join(f"{word} {item}" for word, item in zip(words, shown, strict=True) if item is not None)
        reason = self.reason.in_language(lang)
        return f"{where}: {reason}" if where else reason


def quoted(text: str) -> str:
    """A text of the file in a message: in quotation marks, which it cannot close itself, and cut where it is long."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"“{shown.translate(_QUOTES)}”"


class UnreadableError(Exception):
    """Carries the refusal of one file up to where its batch is read."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.describe("en"))
        self.refusal = refusal


MAX_CELL = 32_767  # characters; Excel's own limit


def long_cell(row: int | None = None) -> UnreadableError:
    """The refusal of a file with a text longer than MAX_CELL."""
    return refuse(
        f"ô dài quá {MAX_CELL} ký tự (giới hạn của Excel)",
        f"a cell has more than {MAX_CELL} characters (the limit of Excel)",
        row=row,
    )


def many_marks(row: int | None = None) -> UnreadableError:
    """The refusal of a file with more than MAX_MARKS combining marks behind one letter."""
    return refuse(
        f"chữ hỏng: một chữ cái có quá {MAX_MARKS} dấu ghép liền nhau",
        f"the text is mangled: a letter has more than {MAX_MARKS} combining marks",
        row=row,
    )


def refuse(
    vi: str, en: str, row: int | None = None, column: str | None = None, value: str | None = None
) -> UnreadableError:
    """The error to raise, from its two sentences; long values are cut, so that the line stays a line."""
    shown = value if value is None or len(value) <= 60 else value[:57] + "…"
    return UnreadableError(Refusal(Text(vi, en), row, column, shown))

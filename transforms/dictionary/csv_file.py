"""Reads the text of a CSV file of reference/ into cells; what is wrong is named with its line. Opens no file."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from transforms.dictionary.problems import Problem, nearest

Row = dict[str, str]  # column → cell without spaces around it, "" where it is blank


class CsvFile:
    """The rows of a file with their lines; `problems` collects what is wrong, here and by who reads the cells."""

    def __init__(self, file: str, text: str, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.rows: list[tuple[int, Row]] = []
        reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        try:
            header = next(reader, [])
            if not self._is_right(header, needed, optional):
                return
            blank = dict.fromkeys(optional, "")
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    self.fault(reader.line_num, f"phải có {len(header)} ô như dòng tiêu đề")
                else:
                    self.rows.append(
                        (reader.line_num, blank | {c: cell.strip() for c, cell in zip(header, cells, strict=True)})
                    )
        except csv.Error as error:
            self.fault(max(reader.line_num, 1), f"không đọc được CSV ({error})")

    def fault(
        self, line: int, reason: str, column: str = "", value: str | None = None, known: Collection[str] = ()
    ) -> None:
        """Note what is wrong in a line; `known`: what the value may be, of which the nearest are named."""
        self.problems.append(Problem(self.file, line, reason, column, value, nearest(value or "", known)))

    def one_of(self, line: int, row: Mapping[str, str], column: str, allowed: Collection[str]) -> bool:
        """Whether a cell is one of those allowed; notes it where it is not."""
        if row[column] in allowed:
            return True
        self.fault(line, f"phải là một trong {', '.join(allowed)}", f"cột {column}", row[column], allowed)
        return False

    def day(self, line: int, row: Mapping[str, str], column: str, *, optional: bool = False) -> date | None:
        """A cell as a date, None where it is blank or, which is noted, wrong."""
        cell = row[column]
        if not cell and optional:
            return None
        try:
            return date.fromisoformat(cell)
        except ValueError:
            self.fault(
                line, f"phải là ngày dạng YYYY-MM-DD{' hoặc để trống' if optional else ''}", f"cột {column}", cell
            )
            return None

    def span(
        self, line: int, row: Mapping[str, str], *, optional_start: bool = False
    ) -> tuple[date | None, date | None]:
        """`valid_from` and `valid_to`; notes wrong dates, and an end before the beginning."""
        since = self.day(line, row, "valid_from", optional=optional_start)
        until = self.day(line, row, "valid_to", optional=True)
        if since and until and until < since:
            self.fault(line, f"valid_to {until} trước valid_from {since}")
        return since, until

    def _is_right(self, header: Sequence[str], needed: Sequence[str], optional: Sequence[str]) -> bool:
        known = (*needed, *optional)
        for column in dict.fromkeys(header):
            if column not in known:
                near = nearest(column, known)
                self.problems.append(Problem(self.file, 1, "không có cột này", f"cột {column}", nearest=near))
            elif header.count(column) > 1:
                self.fault(1, "một cột có hai lần", f"cột {column}")
        if missing := [column for column in needed if column not in header]:
            self.fault(1, f"thiếu cột {', '.join(missing)}")
        return not self.problems

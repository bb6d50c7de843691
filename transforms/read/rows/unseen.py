"""Refuses a table with a cell far beyond it, or with a name that is struck out. Judges no figure."""

from transforms.dictionary.contracts import Contract
from transforms.read.formats.shown import STRUCK
from transforms.read.grid import Grid
from transforms.read.headers.search import Layout
from transforms.read.refusal import refuse


def refuse_unseen(grid: Grid, layout: Layout, contract: Contract) -> None:
    """Raise UnreadableError: nobody would look for what stands there, or know what a struck-out name means.

    A figure that is struck out is no number, and the rules name it.
    """
    for name, text in grid.strays.items():
        raise refuse(
            f"ô {name} ở xa bảng có nội dung: mở bằng Excel, xóa ô đó rồi lưu lại",
            f"cell {name}, far from the table, has content: open it in Excel, delete the cell and save",
            value=" ".join(text.split()),
        )
    columns = {layout.columns[column]: column for column in contract.texts if column in layout.columns}
    for number, row in enumerate(grid.rows[layout.last_row :], start=layout.last_row + 1):
        for index, column in columns.items():
            if index < len(row) and row[index].startswith(STRUCK):
                raise refuse(
                    "chữ bị gạch bỏ: mở tệp, xóa phần gạch bỏ hoặc xóa dòng",
                    "struck-out letters: open the file, delete what is struck out, or the row",
                    number,
                    layout.names[column],
                    " ".join(row[index].split()),
                )

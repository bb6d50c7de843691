"""Workbooks in which not all is shown, or more than one sheet could be meant."""

from tests.corpus.recipes.tools import Page, xls, xlsx
from tests.corpus.recipes.usual import HEADER, ROWS, TABLE, TOTALS

_OTHER = ((1, "Đất đai", 7, 8, 15), (2, "Hộ tịch", 1, 1, 2))
_GUIDE = Page((("Hướng dẫn nhập liệu",), ("1. Nhập số hồ sơ",), ("2. Gửi trước 17 giờ",)), name="Hướng dẫn")
_OLD_TOTALS = Page(
    ((*HEADER, "Tổng số"), (*ROWS[0], 15), (*ROWS[1], 2)), hidden_columns=(5,)
)  # last month's figures are kept in a hidden column
_NO_TOTALS = Page(TABLE, hidden_columns=(4,))
_HIDDEN_ROW = Page((HEADER, ROWS[0], (3, "Chứng thực", 4, 5, 9), ROWS[1]), hidden_rows=(2,))


def files() -> dict[str, bytes]:
    """Name → bytes."""
    return {
        "one-sheet-is-the-table.xlsx": xlsx(_GUIDE, Page(TABLE, name="Số liệu"), Page((), name="Sheet3")),
        "one-sheet-is-the-table.xls": xls(_GUIDE, Page(TABLE, name="Số liệu")),
        "hidden-sheet-of-last-month.xlsx": xlsx(
            Page((HEADER, *_OTHER), name="Tháng 7", hidden=True), Page(TABLE, name="Tháng 8")
        ),
        "hidden-sheet-of-last-month.xls": xls(
            Page((HEADER, *_OTHER), name="Tháng 7", hidden=True), Page(TABLE, name="Tháng 8")
        ),
        "two-tables.xlsx": xlsx(Page((HEADER, *_OTHER), name="Sáng"), Page(TABLE, name="Chiều")),
        "two-tables.xls": xls(Page((HEADER, *_OTHER), name="Sáng"), Page(TABLE, name="Chiều")),
        "hidden-row-with-figures.xlsx": xlsx(_HIDDEN_ROW),
        "hidden-row-with-figures.xls": xls(_HIDDEN_ROW),
        "hidden-column-of-last-month.xlsx": xlsx(_OLD_TOTALS),
        "hidden-column-of-last-month.xls": xls(_OLD_TOTALS),
        "needed-column-hidden.xlsx": xlsx(_NO_TOTALS),
        "hidden-row-without-figures.xlsx": xlsx(
            Page((("Mẫu số 06", None, None, None, None), *TABLE, TOTALS), hidden_rows=(0,))
        ),
    }

"""Which unit of the demo writes which way. A table to read: it renders nothing."""

from dataclasses import replace
from typing import Final

from demo.writers import Style

# The ways of writing found in a province, from a paper form kept in a spreadsheet to a system's interface.
FORM = Style(
    "xlsx",
    header="two_level",
    column_numbers=True,
    totals="last",
    title_rows=True,
    footer=True,
    unit_in_file=True,
    date_in_file=True,
)
SHEET = Style("xlsx")
PORTAL = Style("html", header="two_level", title_rows=True, unit_in_file=True, date_in_file=True)
EXCEL_CSV = Style("csv_semicolon", unit_in_file=True, date_in_file=True)
SYSTEM_CSV = Style("csv_comma")
INTERFACE = Style("json", unit_in_file=True, date_in_file=True)
PLAIN_LIST = Style("json")

_MONTH: Final = "month_to_date"

STYLES: dict[str, Style] = {
    "so-ngoai-vu": FORM,
    "so-tai-chinh": replace(EXCEL_CSV, stated_rate=False),
    "so-nong-nghiep-va-phat-trien-nong-thon": replace(PORTAL, totals="first"),
    "so-ke-hoach-va-dau-tu": replace(SYSTEM_CSV, totals="last", basis=_MONTH),
    "so-khoa-hoc-va-cong-nghe": replace(SHEET, date_in_file=True),
    "so-noi-vu": replace(FORM, basis=_MONTH),
    "so-cong-thuong": SYSTEM_CSV,
    "so-lao-dong-thuong-binh-va-xa-hoi": replace(PORTAL, column_numbers=True, footer=True),
    "so-giao-duc-va-dao-tao": replace(EXCEL_CSV, bom=True),
    "so-van-hoa-the-thao-du-lich": replace(PORTAL, header="flat"),
    "so-thong-tin-va-truyen-thong": INTERFACE,
    "so-tai-nguyen-va-moi-truong": FORM,
    "ban-quan-ly-cac-khu-cong-nghiep": replace(FORM, totals="none", stated_rate=False),
    "so-tu-phap": replace(EXCEL_CSV, totals="last", footer=True),
    "so-xay-dung": replace(SYSTEM_CSV, grouped=False, stated_rate=False),
    "so-y-te": PLAIN_LIST,
    "so-giao-thong-van-tai": replace(INTERFACE, title_rows=True, totals="last"),
    "ubnd-tp-thai-nguyen": replace(FORM, totals="first", basis=_MONTH),
    "ubnd-tp-song-cong": replace(SYSTEM_CSV, grouped=False, totals="first"),
    "ubnd-tp-pho-yen": replace(PORTAL, totals="last", basis=_MONTH),
    "ubnd-huyen-vo-nhai": replace(EXCEL_CSV, header="two_level", column_numbers=True, title_rows=True),
    "ubnd-huyen-dai-tu": PORTAL,
    "ubnd-huyen-phu-luong": replace(EXCEL_CSV, totals="first", normal_form="NFD"),
    "ubnd-huyen-dinh-hoa": replace(SHEET, title_rows=True, totals="first", unit_in_file=True, date_in_file=True),
    "ubnd-huyen-dong-hy": replace(PLAIN_LIST, stated_rate=False),
    "ubnd-huyen-phu-binh": replace(EXCEL_CSV, title_rows=True, basis=_MONTH),
}

# How a unit writes its own name where the register of units writes it otherwise.
OWN_NAMES = {"ubnd-huyen-dinh-hoa": "UBND huyện Định Hoá"}


def unit_bases() -> dict[str, str]:
    """The units that send cumulative counts, as a workspace's tyle.toml must say: unit_id -> "month_to_date"."""
    return {unit_id: style.basis for unit_id, style in STYLES.items() if style.basis != "day"}

"""Counts and rates as offices write them, and as nobody should. All else is ordinary."""

from tests.corpus.recipes.tools import Page, Percent, cells, html, text, xls, xlsx
from tests.corpus.recipes.usual import CSV_HEADER, HEADER

_RATES = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Tỷ lệ (%)"
_RATED = (*HEADER, "Tỷ lệ (%)")


def _counts(first: str, second: str = "2;Hộ tịch;0;5;5") -> bytes:
    return text(CSV_HEADER, first, second)


def _json(online: str, in_person: str, total: str) -> bytes:
    """The usual records, with these literals in the first of them."""
    first = f'"linhVuc": "Đất đai", "trucTuyen": {online}, "trucTiep": {in_person}, "tongSo": {total}'
    return text(f"[{{{first}}},", ' {"linhVuc": "Hộ tịch", "trucTuyen": 0, "trucTiep": 5, "tongSo": 5}]')


def files() -> dict[str, bytes]:
    """Name → bytes."""
    return {
        "thousands-dot.csv": _counts("1;Đất đai;1.489;11;1.500"),
        "thousands-comma.csv": _counts("1;Đất đai;1,489;11;1,500"),
        "thousands-space.csv": _counts("1;Đất đai;1 489;11;1 500"),
        "thousands-no-break-space.csv": _counts("1;Đất đai;1\u00a0489;11;1\u00a0500"),
        "thousands-narrow-space.csv": _counts("1;Đất đai;1\u202f489;11;1\u202f500"),
        "thousands-unquoted-between-commas.csv": text(
            "Lĩnh vực,Trực tuyến,Trực tiếp,Tổng số", "Đất đai,1,000,1,1,001", "Hộ tịch,0,5,5"
        ),
        "leading-zeros.csv": _counts("1;Đất đai;1;000;001"),
        "millions.csv": _counts("1;Đất đai;1.234.567;11;1.234.578"),
        "decimal-zero.csv": _counts("1;Đất đai;1489,0;11,0;1500,0"),
        "separators-mixed.csv": _counts("1;Đất đai;1.489;11;1,500"),
        "separators-mixed-in-one-number.csv": _counts("1;Đất đai;1.234,567;11;1.234.578"),
        "separators-mixed-over-rows.csv": _counts("1;Đất đai;1.489;11;1.500", "2;Hộ tịch;0;1 005;1 005"),
        "typed-1.489-is-less-than-two.xlsx": xlsx(
            Page((HEADER, (1, "Đất đai", 1.489, 11, 1500), (2, "Hộ tịch", 0, 5, 5)))
        ),
        "text-1.489-is-a-count.xlsx": xlsx(
            Page((HEADER, (1, "Đất đai", "1.489", "11", "1.500"), (2, "Hộ tịch", "0", "5", "5")))
        ),
        "typed-fractions-that-add-up.xlsx": xlsx(
            Page((HEADER, (1, "Đất đai", 1.489, 0.511, 2), (2, "Hộ tịch", 0, 5, 5)))
        ),
        "fractions-that-add-up.csv": _counts("1;Đất đai;1.489;0.511;2.000"),
        "three-decimals-or-thousands.csv": _counts("1;Đất đai;5.000;7.000;12.000", "2;Hộ tịch;1.000;2.000;3.000"),
        "typed-1.489-in-biff.xls": xls(Page((HEADER, (1, "Đất đai", 1.489, 11, 1500), (2, "Hộ tịch", 0, 5, 5)))),
        "number-1.489.json": _json("1.489", "11", "1500"),
        "number-5.000-is-five.json": _json("5.000", "7.000", "12.000"),
        "number-forms.json": _json("1489.0", "1.1e1", "1.5e3"),
        "html-entities-between-groups.xls": html(
            cells(*HEADER, tag="th"),
            cells(1, "Đất đai", "1&nbsp;489", "&nbsp;11", "1&#160;500"),
            cells(2, "Hộ tịch", 0, 5, 5),
        ),
        "two-decimals.csv": _counts("1;Đất đai;14.89;0.11;15.00"),
        "exponent.csv": _counts("1;Đất đai;1e3;0;1e3"),
        "words-behind.csv": _counts("1;Đất đai;1489 hồ sơ;11 hồ sơ;1500 hồ sơ"),
        "groups-of-two.csv": _counts("1;Đất đai;14.89.00;11;14.89.11"),
        "negative.csv": _counts("1;Đất đai;-5;11;6"),
        "error-cell.csv": _counts("1;Đất đai;#REF!;11;1500"),
        "dashes-for-none.csv": _counts("1;Đất đai;1489;11;1500", "2;Hộ tịch;-;–;-"),
        "apostrophe-before.csv": _counts("1;Đất đai;'1489;'11;'1500"),
        "plus-sign.csv": _counts("1;Đất đai;+1489;11;1500"),
        "rate-comma.csv": text(_RATES, "Đất đai;6748;3252;10000;67,48", "Hộ tịch;5;0;5;100", "Chứng thực;0;0;0;-"),
        "rate-dot-percent.csv": text(_RATES, "Đất đai;6748;3252;10000;67.48%", "Hộ tịch;5;0;5;100.00%"),
        "rate-percent-cells.xlsx": xlsx(
            Page((_RATED, (1, "Đất đai", 6748, 3252, 10000, Percent(0.6748)), (2, "Hộ tịch", 5, 0, 5, Percent(1))))
        ),
        "rate-wrong.csv": text(_RATES, "Đất đai;6748;3252;10000;67,84", "Hộ tịch;5;0;5;100"),
        "rate-rounded-to-whole.csv": text(_RATES, "Đất đai;6748;3252;10000;67", "Hộ tịch;5;0;5;100"),
        "rate-unreadable.csv": text(_RATES, "Đất đai;6748;3252;10000;cao", "Hộ tịch;5;0;5;100"),
    }

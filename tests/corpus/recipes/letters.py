"""Spellings and encodings. All figures are ordinary."""

import json
import unicodedata

from tests.corpus.recipes.old_fonts import as_western, tcvn3, vni
from tests.corpus.recipes.tools import Page, cells, html, text, xls, xlsx
from tests.corpus.recipes.usual import CSV, CSV_ROWS, HEADER, ROWS, TABLE
from tests.writers.encoding import windows_1258

# Enough sentences to recognise an encoding: the usual table under its titles.
_TEXT = "\n".join(("Thống kê hồ sơ thủ tục hành chính;;;;", "Đơn vị tính: hồ sơ;;;;", *CSV, ""))


def _western(rows: tuple[tuple[object, ...], ...], font: object) -> list[list[object]]:
    return [[as_western(font(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows]  # type: ignore[operator]


def _html(charset: str, encoding: str) -> bytes:
    rows = (cells(*HEADER, tag="th"), *(cells(*row) for row in ROWS))
    return html(*rows, head=f'<meta charset="{charset}">', encoding=encoding)


def files() -> dict[str, bytes]:
    """Name → bytes."""
    hoa = ("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", "Văn hóa;1489;11;1500", "Văn hoá;0;5;5")
    return {
        "decomposed.csv": unicodedata.normalize("NFD", _TEXT).encode(),
        "decomposed.xlsx": xlsx(
            Page([[unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in row] for row in TABLE])
        ),
        "tone-mark-placement.csv": text(*hoa),
        "byte-order-mark.csv": _TEXT.encode("utf-8-sig"),
        "utf-16.csv": _TEXT.encode("utf-16"),
        "utf-16-big-endian.csv": b"\xfe\xff" + _TEXT.encode("utf-16-be"),
        "windows-1258.csv": windows_1258(_TEXT),
        "windows-1258-as-html.xls": windows_1258(_html("windows-1258", "utf-8").decode()),
        "html-charset-lies.xls": _html("iso-8859-1", "utf-8"),
        "tcvn3.csv": tcvn3(_TEXT),
        "tcvn3-in-cells.xls": xls(Page(_western(TABLE, tcvn3))),
        "tcvn3-saved-as-utf-8.csv": as_western(tcvn3(_TEXT)).encode(),
        "vni.csv": vni(_TEXT),
        "vni-in-cells.xlsx": xlsx(Page(_western(TABLE, vni))),
        "vni-saved-as-utf-8.csv": as_western(vni(_TEXT)).encode(),
        "utf-8-twice.csv": _TEXT.encode().decode("cp1252", errors="replace").replace("\ufffd", "").encode(),
        "utf-8-twice-in-cells.xlsx": xlsx(
            Page([[c.encode().decode("latin-1") if isinstance(c, str) else c for c in row] for row in TABLE])
        ),
        "upper-case.csv": text("STT;LĨNH VỰC;TRỰC TUYẾN;TRỰC TIẾP;TỔNG SỐ", *CSV_ROWS),
        "no-diacritics.csv": text("STT;Linh vuc;Truc tuyen;Truc tiep;Tong so", *CSV_ROWS),
        "camel-case.csv": text("stt;linhVuc;soHoSoTrucTuyen;soHoSoTrucTiep;tongSoHoSo", *CSV_ROWS),
        "snake-case.json": text(
            json.dumps(
                [dict(zip(("linh_vuc", "truc_tuyen", "truc_tiep", "tong_so"), row[1:], strict=True)) for row in ROWS],
                ensure_ascii=True,
            )
        ),
        "odd-spaces.csv": text(
            "STT;  Lĩnh\u00a0 vực ;Trực  tuyến ;\tTrực tiếp;Tổng số",
            "1; Đất\u00a0đai ; 1489;11 ;1500",
            "2;Hộ  tịch;0;5;5",
        ),
    }

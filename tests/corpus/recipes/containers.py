"""Cells of text and the containers of JSON and XML: what reads as one number, and what only looks so."""

import json
from collections.abc import Mapping

from tests.corpus.recipes.tools import text
from tests.corpus.recipes.usual import CSV_HEADER

_PLAIN = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
_RATED = f"{_PLAIN};Tỷ lệ (%)"
_RECORDS = (
    {"linhVuc": "Đất đai", "trucTuyen": 1489, "trucTiep": 11, "tongSo": 1500},
    {"linhVuc": "Hộ tịch", "trucTuyen": 0, "trucTiep": 5, "tongSo": 5},
)
_ROWS = [list(record.values()) for record in _RECORDS]
_THOUSANDS = "<trucTuyen dvt='nghìn'>"
_HEADER = ["Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số"]


def _json(document: object) -> bytes:
    return text(json.dumps(document, ensure_ascii=False))


def _nested(key: str) -> list[Mapping[str, object]]:
    return [
        {"linhVuc": record["linhVuc"], key: {name: value for name, value in record.items() if name != "linhVuc"}}
        for record in _RECORDS
    ]


def _elements(tag: str) -> str:
    return "".join(
        f"<{tag}>" + "".join(f"<{key}>{value}</{key}>" for key, value in record.items()) + f"</{tag}>"
        for record in _RECORDS
    )


def _attributes(tag: str) -> str:
    return "".join(
        f"<{tag} " + " ".join(f'{key}="{value}"' for key, value in record.items()) + "/>" for record in _RECORDS
    )


def _cells() -> dict[str, bytes]:
    """Figures in text files."""
    return {
        "two-figures-on-two-lines.csv": text(CSV_HEADER, '1;Đất đai;"8\n215";0;"8\n215"'),
        "two-figures-with-a-tab.csv": text(CSV_HEADER, "1;Đất đai;8\t215;0;8\t215"),
        "two-figures-with-two-spaces.csv": text(CSV_HEADER, "1;Đất đai;8  215;0;8  215"),
        "two-figures-under-the-last-row.csv": text(_PLAIN, "Hộ tịch;0;5;5", 'Đất đai;"8\n2";"0\n1";"8\n3"'),
        "shown-by-a-formula.csv": text(
            CSV_HEADER.replace(";", ","),
            '1,Đất đai,"=""1489""","=""11""","=""1500"""',
            '2,Hộ tịch,"=""0""","=""5""","=""5"""',
        ),
        "formula-not-computed.csv": text(CSV_HEADER, "1;Đất đai;=8+2;0;=8+2"),
        "marks-of-direction.csv": text(
            CSV_HEADER.replace("Trực tuyến", "Trực\u200b tuyến\u200e"),
            "1;Đất đai;\u202a1489\u202c;\u200e11;1500\u2060",
            "2;Hộ tịch;0;5\u00ad;5",
        ),
        "digits-of-full-width.csv": text(CSV_HEADER, "1;Đất đai;１，４８９;１１;１，５００", "2;Hộ tịch;０;５;５"),
        "digits-of-a-circle.csv": text(CSV_HEADER, "1;Đất đai;⑧;0;⑧"),
        "grouped-with-decimals-of-zero.csv": text(
            CSV_HEADER, "1;Đất đai;1.489,00;11,00;1.500,00", "2;Hộ tịch;0,00;5,00;5,00"
        ),
        "grouped-by-apostrophes.csv": text(CSV_HEADER, "1;Đất đai;1'489;11;1’500", "2;Hộ tịch;0;5;5"),
        "thousands-shown-by-the-decimals.csv": text(CSV_HEADER, "1;Đất đai;5,000.00;0.00;5,000.00"),
        "one-sign-for-groups-and-decimals.csv": text(CSV_HEADER, "1;Đất đai;1.489;11.00;1.500"),
        "star-behind.csv": text(CSV_HEADER, "1;Đất đai;8*;0;8*"),
        "mark-of-a-note-behind.csv": text(CSV_HEADER, "1;Đất đai;8²;0;8²"),
        "minus-behind.csv": text(CSV_HEADER, "1;Đất đai;8;3-;5"),
        "word-for-none.csv": text(CSV_HEADER, "1;Đất đai;8;Không có;8"),
        "rate-with-one-decimal.csv": text(_RATED, "Đất đai;5;1;6;83,3", "Hộ tịch;0;0;0;#DIV/0!"),
        "rate-cut-to-a-whole-number.csv": text(_RATED, "Đất đai;5;1;6;83"),
        "rate-as-a-fraction-beside-nothing.csv": text(_RATED, "Đất đai;5;1;6;0,8333", "Hộ tịch;0;0;0;0"),
        "rate-of-nothing-is-missing.csv": text(
            _RATED, "Đất đai;1489;11;1500;99,27", "Hộ tịch;0;5;5;0", "Chứng thực;0;0;0;N/A"
        ),
        "rate-is-missing.csv": text(_RATED, "Đất đai;5;1;6;N/A"),
        "lines-in-quotes.csv": text('"Lĩnh vực,Trực tuyến,Trực tiếp,Tổng số"', '"Đất đai,5,1,6"'),
        "letters-lost.csv": text("L?nh v?c;Tr?c tuy?n;Tr?c ti?p;T?ng s?", "??t ?ai;5;1;6"),
        "letters-of-names-lost.csv": text("linhVuc;trucTuyen;trucTiep;tongSo", "Th? tr??ng;5;1;6"),
        "letters-lost-but-some.csv": text("L?nh v?c;Tr?c tuy?n;T?ng s?", "Y t? d? phòng;5;6", encoding="cp1252"),
        "question-in-a-note.csv": text(f"{CSV_HEADER};Ghi chú", "1;Đất đai;1489;11;1500;", "2;Hộ tịch;0;5;5;Đủ chưa?"),
    }


def _documents() -> dict[str, bytes]:
    """JSON and XML, and what they say of themselves."""
    envelope = "http://schemas.xmlsoap.org/soap/envelope/"
    return {
        "total-is-more.json": _json({"total": 64, "items": _RECORDS}),
        "total-of-cases.json": _json({"tongSo": 1505, "danhSach": _RECORDS}),
        "total-of-other-cases.json": _json({"tongSo": 1605, "danhSach": _RECORDS}),
        "page-of-pages.json": _json({"trang": 1, "tongSoTrang": 4, "data": _RECORDS}),
        "only-page.json": _json(
            {"content": _RECORDS, "totalElements": 2, "totalPages": 1, "number": 0, "first": True, "last": True}
        ),
        "next-link.json": _json({"value": _RECORDS, "@odata.nextLink": "https://may-chu/bao-cao?mat-khau=1"}),
        "next-link-of-links.json": _json({"items": _RECORDS, "links": [{"rel": "next", "href": "/2"}]}),
        "no-next-link.json": _json({"count": 2, "next": None, "previous": None, "results": _RECORDS}),
        "as-many-as-the-limit.json": _json({"limit": 2, "data": _RECORDS}),
        "failed.json": _json({"success": False, "message": "hết giờ", "data": _RECORDS}),
        "arrays.json": _json({"total": 2, "values": [_HEADER, *_ROWS]}),
        "arrays-and-columns.json": _json({"columns": list(_RECORDS[0]), "index": [0, 1], "data": _ROWS}),
        "column-by-column.json": _json({key: [record[key] for record in _RECORDS] for key in _RECORDS[0]}),
        "by-name.json": _json({"Đất đai": {"trucTuyen": 5, "tongSo": 5}, "Hộ tịch": {"trucTuyen": 1, "tongSo": 1}}),
        "numbered.json": _json({str(at): record for at, record in enumerate(_RECORDS)}),
        "record-in-a-record.json": _json({"data": _nested("tiepNhan")}),
        "list-in-a-cell.json": _json([{**_RECORDS[0], "trucTuyen": [1489, 120]}]),
        "document-in-a-text.json": _json({"d": json.dumps(_RECORDS)}),
        "called.json": text(f"nhan({json.dumps(_RECORDS)});"),
        "unit-beside.json": _json({"thongTin": {"donVi": "Sở Nội vụ"}, "data": _RECORDS}),
        "nan-for-a-count.json": text('[{"linhVuc": "Đất đai", "trucTuyen": NaN, "trucTiep": 0, "tongSo": 5}]'),
        "nan-for-a-rate-of-nothing.json": text(
            '[{"linhVuc": "Đất đai", "trucTuyen": 1489, "trucTiep": 11, "tongSo": 1500, "tyLe": 99.27},'
            ' {"linhVuc": "Hộ tịch", "trucTuyen": 0, "trucTiep": 0, "tongSo": 0, "tyLe": NaN}]'
        ),
        "rows-under-a-list.xml": text(f"<BaoCao><DanhSach soBanGhi='2'>{_attributes('Dong')}</DanhSach></BaoCao>"),
        "rows-are-fewer.xml": text(f"<BaoCao rowCount='20'><DanhSach>{_attributes('Dong')}</DanhSach></BaoCao>"),
        "soap.xml": text(
            f"<s:Envelope xmlns:s='{envelope}'><s:Body><LayResponse xmlns='urn:x'><LayResult><ThongKe>"
            f"{_elements('HoSo')}</ThongKe></LayResult></LayResponse></s:Body></s:Envelope>"
        ),
        "rowset.xml": text(
            "<xml xmlns:s='uuid:BDC6E3F0-6DA3-11d1-A2A3-00AA00C14882' xmlns:rs='urn:schemas-microsoft-com:rowset'"
            " xmlns:z='#RowsetSchema'><s:Schema id='RowsetSchema'><s:ElementType name='row'>"
            "<s:AttributeType name='linhVuc'/><s:AttributeType name='trucTuyen'/></s:ElementType></s:Schema>"
            f"<rs:data>{_attributes('z:row')}</rs:data></xml>"
        ),
        "fields-by-name.xml": text(
            "<resultset>"
            + "".join(
                "<row>" + "".join(f'<field name="{key}">{value}</field>' for key, value in record.items()) + "</row>"
                for record in _RECORDS
            )
            + "</resultset>"
        ),
        "twice-in-a-record.xml": text(
            f"<r>{_elements('d').replace('<trucTiep>', '<trucTuyen>9</trucTuyen><trucTiep>')}</r>"
        ),
        "marked-text.xml": text(
            f"<r>{_elements('d').replace('1489<', '1489<sup>1</sup><').replace('1500<', '1500<sup>1</sup><')}</r>"
        ),
        "counted-in-thousands.xml": text(f"<r>{_elements('d').replace('<trucTuyen>', _THOUSANDS)}</r>"),
    }


def files() -> dict[str, bytes]:
    """Name → bytes."""
    return _cells() | _documents()

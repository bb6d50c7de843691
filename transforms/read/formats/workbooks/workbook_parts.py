"""Finds the parts of a workbook by its relationships, and gives them the names the library expects. Reads no sheet."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from transforms.read.formats.workbooks.package import damaged
from transforms.read.formats.workbooks.xml_parts import Elements, attribute, elements, named

_USUAL = "xl/workbook.xml"
_KINDS = {"worksheet", "chartsheet", "dialogsheet", "macrosheet"}
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What says to the library where the workbook is.
_PACKAGE = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        f'PartName="/{_USUAL}" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ).encode(),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONSHIPS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        f'Target="{_USUAL}"/></Relationships>'
    ).encode(),
}


@dataclass(frozen=True)
class WorkbookParts:
    """`workbook`: its elements; `styles`, `texts`: the parts, empty where there are none.

    `sheets`: the part of each sheet in the workbook's order, None for one that is no worksheet. `rest`: name → part of
    what is read later beside the sheets and the texts.
    """

    workbook: Elements
    styles: bytes
    texts: bytes
    sheets: list[bytes | None]
    rest: Mapping[str, bytes]

    def packed(self, sheets: list[bytes | None]) -> dict[str, bytes]:
        """Name → part of a workbook with these sheets."""
        parts = dict(self.rest)
        if self.styles:
            parts["xl/styles.xml"] = self.styles
        if self.texts:
            parts["xl/sharedStrings.xml"] = self.texts
        return parts | {_sheet(number): part for number, part in enumerate(sheets) if part is not None}


def workbook_parts(parts: Mapping[str, bytes]) -> WorkbookParts:
    """The parts, wherever they stand in the package. Raises UnreadableError where there is no workbook."""
    main = next(
        (_absolute("", item) for item in _links(parts, "_rels/.rels") if _kind(item) == "officedocument"), _USUAL
    )
    if main not in parts:
        main = _USUAL
    if main not in parts:
        raise damaged()
    folder, name = posixpath.split(main)
    links = _links(parts, posixpath.join(folder, "_rels", f"{name}.rels"))
    by_id = {item.get("Id", ""): item for item in links}
    workbook = elements(parts[main])
    sheets: list[bytes | None] = []
    relationships = []
    names = set()
    for number, sheet in enumerate(named(workbook, "sheet")):
        names.add(sheet.get("name", ""))
        link = by_id.get(attribute(sheet, "id"), {})
        kind = _kind(link)
        kind = kind if kind in _KINDS else "worksheet"
        target = _sheet(number) if kind == "worksheet" else f"xl/{kind}s/sheet{number + 1}.xml"
        sheets.append(parts.get(_absolute(folder, link), b"") if kind == "worksheet" else None)
        relationships.append(
            f'<Relationship Id={quoteattr(link.get("Id", ""))} Type="{_OFFICE}/{kind}" Target="/{target}"/>'
        )
    if len(names) != len(sheets):
        raise damaged()
    body = "".join(relationships)
    rest = _PACKAGE | {
        _USUAL: parts[main],
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONSHIPS}">{body}</Relationships>'.encode(),
    }
    return WorkbookParts(
        workbook, _one(parts, folder, links, "styles"), _one(parts, folder, links, "sharedstrings"), sheets, rest
    )


def _sheet(number: int) -> str:
    return f"xl/worksheets/sheet{number + 1}.xml"


def _links(parts: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return named(elements(parts.get(name, b"")), "Relationship")


def _kind(link: Mapping[str, str]) -> str:
    return link.get("Type", "").rpartition("/")[2].lower()


def _absolute(folder: str, link: Mapping[str, str]) -> str:
    """The name of the part a relationship leads to."""
    target = link.get("Target", "").replace("\\", "/").lower()
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _one(parts: Mapping[str, bytes], folder: str, links: list[dict[str, str]], kind: str) -> bytes:
    linked = next((_absolute(folder, link) for link in links if _kind(link) == kind), "")
    return parts.get(linked) or parts.get(f"xl/{kind}.xml", b"")

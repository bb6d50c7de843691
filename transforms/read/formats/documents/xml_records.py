"""Records of an XML document as rows. Looks for no header, and takes only scalars for cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from transforms.dictionary.text import ascii_key
from transforms.read.formats.documents.claims import Claim, check_claims, titles_of
from transforms.read.formats.documents.json_records import LIST_NAMES, read_json
from transforms.read.formats.documents.markup import local, parse_xml
from transforms.read.formats.documents.records import records_grid
from transforms.read.grid import Grid, Origin, make_grid
from transforms.read.refusal import quoted, refuse

MAX_WRAPPERS = 10  # SOAP: Envelope, Body, Response, Result, diffgram, DataSet, Table
# Namespaces of what describes a document instead of being its content.
_TECHNICAL = ("http://www.w3.org/", "http://schemas.xmlsoap.org/", "urn:schemas-microsoft-com:xml-", "uuid:C2F41010")
_SCHEMAS = ("http://www.w3.org/2001/XMLSchema", "uuid:BDC6E3F0")
_OF_TYPE = frozenset({"type", "nil", "class", "id"})  # attributes that say how a text is to be read
_OF_MEASURE = frozenset(
    {"donvi", "donvitinh", "dvt", "unit", "units", "uom", "scale", "multiplier"}
)  # in what it is counted
_ONES = frozenset({"", "hoso", "hs", "bohoso"})  # measures that change no figure
_NOT_CURRENT = frozenset({"before", "errors"})  # of a diffgram: rows as they were

_Fields = dict[str, str | None]


@dataclass
class _Found:
    """What a document holds: groups of like-named records, single ones, and scalars with the element they stand in."""

    repeated: list[list[etree._Element]] = field(default_factory=list)
    single: list[etree._Element] = field(default_factory=list)
    scalars: list[tuple[etree._Element, Claim]] = field(default_factory=list)


def read_xml(text: str, encoding: str) -> list[Grid]:
    """The repeated element of a document (up to MAX_WRAPPERS deep) as records.

    Attributes and child elements without children are cells, namespaces do not count; different texts that one record
    has under one name stay in one cell, on lines of their own. An element inside a record is a record of its own under
    its name. Scalars outside of the records become title rows. An empty list that is named as one gives a grid without
    rows. Raises UnreadableError where no or several lists are found, and where the document says that it holds a part.
    """
    root = parse_xml(text)
    if (inner := _packed(root)) is not None:
        return read_xml(inner, encoding) if inner.startswith("<") else read_json(inner, encoding)
    origin = Origin("xml", encoding)
    found = _Found()
    _search(root, (), found)
    records = _chosen(root, found)
    if records is None:
        if _is_empty_list(root):
            check_claims([claim for _, claim in found.scalars], [])
            return [make_grid("", [], origin)]
        seen = ", ".join(quoted(local(group[0].tag)) for group in found.repeated)
        raise refuse(
            "XML phải có đúng một danh sách bản ghi" + (f", có {len(found.repeated)}: {seen}" if seen else ""),
            "the XML must hold exactly one list of records"
            + (f", there are {len(found.repeated)}: {seen}" if seen else ""),
        )
    inside = set(records)
    claims = [claim for owner, claim in found.scalars if not inside & {owner, *owner.iterancestors()}]
    rows = [_record(element) for element in records]
    check_claims(claims, rows)
    titles = titles_of(claims)
    return [records_grid([*titles, *map(list, _said_around(records[0]))], rows, origin)]


def _said_around(record: etree._Element) -> Iterator[list[str]]:
    """The texts that stand beside the records, in no element of their own."""
    for element in record.iterancestors():
        texts = (text.strip() for text in (element.text, *(child.tail for child in element)) if text)
        yield from ([text] for text in dict.fromkeys(texts) if text)


def _packed(root: etree._Element) -> str | None:
    """The document that is written as the only text of this one, as .NET services do; None where there is none."""
    texts = [text for element in root.iter() if (text := (element.text or "").strip())]
    return texts[0] if len(texts) == 1 and texts[0].startswith(("<", "[", "{")) else None


def _search(node: etree._Element, path: tuple[str, ...], found: _Found) -> None:
    """Add what stands in `node`: its scalars, and the groups of its other children by name."""
    found.scalars += [(node, Claim((*path, name), value)) for name, value in _fields(node).items()]
    groups: dict[str, list[etree._Element]] = {}
    for child in node:
        if not _is_scalar(child) and not _is_description(child):
            groups.setdefault(local(child.tag), []).append(child)
    for name, group in groups.items():
        if len(group) > 1 and any(map(_is_record, group)):
            found.repeated.append(group)
        elif len(group) == 1 and len(path) < MAX_WRAPPERS:
            if _is_record(group[0]):
                found.single.append(group[0])
            _search(group[0], (*path, name), found)


def _chosen(root: etree._Element, found: _Found) -> list[etree._Element] | None:
    """The records: the one repeated element, else the one record that holds no other; at last a root of fields."""
    if found.repeated:
        return found.repeated[0] if len(found.repeated) == 1 else None
    above = {ancestor for element in found.single for ancestor in element.iterancestors()}
    lowest = [element for element in found.single if element not in above]
    deeper = [element for element in lowest if element.getparent() is not root]
    for elements in (deeper, lowest):
        if len(elements) == 1:
            return elements
    return [root] if not lowest and not _is_empty_list(root) and len(_fields(root)) > 1 else None


def _is_scalar(element: etree._Element) -> bool:
    """Whether an element is a text, perhaps with one attribute about it, perhaps with marked parts: `7<sup>1</sup>`."""
    attributes = _attributes(element)
    if len(element):
        return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
    return not attributes or (len(attributes) == 1 and bool((element.text or "").strip()))


def _text(element: etree._Element) -> str | None:
    """The text of a scalar; marked parts of it stand on lines of their own, so that no figures are joined."""
    if len(element) == 0:
        return element.text
    return "\n".join(str(part).strip() for part in element.itertext() if str(part).strip())


def _is_record(element: etree._Element) -> bool:
    return bool(_fields(element))


def _is_description(element: etree._Element) -> bool:
    space = str(element.tag).partition("}")[0].lstrip("{")
    return space.startswith(_SCHEMAS) or (local(element.tag) in _NOT_CURRENT and space.startswith(_TECHNICAL))


def _attributes(element: etree._Element) -> _Fields:
    return {
        local(name): str(value)
        for name, value in element.attrib.items()
        if not str(name).lstrip("{").startswith(_TECHNICAL)
    }


def _is_empty_list(root: etree._Element) -> bool:
    lists = [root] if len(root) == 0 else list(root)
    empty = [element for element in lists if len(element) == 0 and not (element.text or "").strip()]
    return len(empty) == 1 and local(empty[0].tag).lower() in LIST_NAMES


def _fields(element: etree._Element) -> _Fields:
    """The attributes and texts in an element, by name; different ones of one name on lines of one text."""
    fields: _Fields = {}
    for name, value in _pairs(element):
        before = (fields.get(name) or "").strip()
        text = (value or "").strip()
        fields[name] = (
            f"{before}\n{text}" if before and text and text not in before.split("\n") else before or text or None
        )
    return fields


def _pairs(element: etree._Element) -> Iterator[tuple[str, str | None]]:
    yield from _attributes(element).items()
    for child in element:
        if not _is_scalar(child):
            continue
        name, attributes = local(child.tag), _attributes(child)
        if list(attributes) == ["name"]:  # <field name="LinhVuc">, as MySQL writes it
            yield attributes["name"] or name, _text(child)
            continue
        measured = {key: value or "" for key, value in attributes.items() if ascii_key(key) in _OF_MEASURE}
        if {ascii_key(value) for value in measured.values()} <= _ONES:
            measured = dict.fromkeys(measured, "")
        yield name, "\n".join(filter(None, (_text(child), *measured.values()))) if measured else _text(child)
        others = attributes.keys() - measured.keys()
        yield from ((f"{name} {key}", attributes[key]) for key in sorted(others) if key.lower() not in _OF_TYPE)
    if len(element) == 0 and (element.text or "").strip():
        yield local(element.tag), element.text


def _record(element: etree._Element) -> dict[str, object]:
    """The fields of a record, and those of the elements inside it that stand there once."""
    record: dict[str, object] = {**_fields(element)}
    inner = [local(child.tag) for child in element if not _is_scalar(child)]
    for child in element:
        name = local(child.tag)
        fields = {} if _is_scalar(child) else _fields(child)
        if any(fields.values()) and inner.count(name) == 1 and name not in record:
            record[name] = dict(fields)
    return record

"""Records of an XML document as rows. Looks for no header, and takes only scalars for cells."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from transforms.read.formats.json_records import LIST_NAMES, MAX_WRAPPERS
from transforms.read.formats.markup import local, parse_xml
from transforms.read.grid import MAX_CELLS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import refuse

_Titles = list[list[object]]


def read_xml(text: str, encoding: str) -> list[Grid]:
    """The repeated element of a document (up to MAX_WRAPPERS deep) as records.

    Attributes and child elements without children are cells, namespaces do not count; what stands more than once
    in a record is no scalar and left out. Scalars beside the list become title rows. An empty list that is named as
    one gives a grid without rows. Raises UnreadableError where no or several lists are found.
    """
    root = parse_xml(text)
    origin = Origin("xml", encoding)
    groups = list(_groups(root, _attributes(root), MAX_WRAPPERS))
    repeated = [group for group in groups if len(group[1]) > 1]
    deeper = [group for group in groups if group[1][0].getparent() is not root]
    for chosen in (repeated, deeper, groups):
        if len(chosen) == 1:
            return [_grid(*chosen[0], origin)]
    if not groups and _is_empty_list(root):
        return [make_grid("", [], origin)]
    raise refuse("XML phải có đúng một danh sách bản ghi", "the XML must hold exactly one list of records")


def _groups(node: etree._Element, titles: _Titles, depth: int) -> Iterator[tuple[_Titles, list[etree._Element]]]:
    """Every group of like-named records with the scalars beside and above it."""
    titles = [*titles, *_leaves(node)]
    groups: dict[str, list[etree._Element]] = {}
    for child in node:
        if _is_record(child):
            groups.setdefault(local(child.tag), []).append(child)
        elif len(child) and depth > 1:
            yield from _groups(child, titles, depth - 1)
    yield from ((titles, group) for group in groups.values())


def _leaves(node: etree._Element) -> Iterator[list[object]]:
    return ([local(child.tag), child.text] for child in node if len(child) == 0 and not child.attrib)


def _is_record(element: etree._Element) -> bool:
    return bool(element.attrib) or any(len(child) == 0 for child in element)


def _attributes(element: etree._Element) -> _Titles:
    return [[local(name), value] for name, value in element.attrib.items()]


def _is_empty_list(root: etree._Element) -> bool:
    lists = [root] if len(root) == 0 else list(root)
    empty = [element for element in lists if len(element) == 0 and not (element.text or "").strip()]
    return len(empty) == 1 and local(empty[0].tag).lower() in LIST_NAMES


def _scalars(record: etree._Element) -> dict[str, str | None]:
    pairs: list[tuple[str, str | None]] = [(local(name), str(value)) for name, value in record.attrib.items()]
    pairs += [(local(child.tag), child.text) for child in record if len(child) == 0]
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}


def _grid(titles: _Titles, elements: list[etree._Element], origin: Origin) -> Grid:
    records = [_scalars(element) for element in elements]
    keys = list(dict.fromkeys(key for record in records for key in record))
    if len(keys) * len(records) > MAX_CELLS:
        raise too_large()
    body = ([record.get(key) for key in keys] for record in records)
    return make_grid("", [*titles, list(keys), *body], origin)

"""Elements and attributes of a Word document by their local names: its two editions differ in namespaces alone.

Knows no element by name.
"""

from lxml import etree

from transforms.read.formats.documents.markup import local

_OFF = frozenset({"0", "false", "off", "none"})


def attribute(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute by its local name: documents of both editions of the standard have it in another namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), None)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of this local name."""
    if element is None:
        return None
    return next((inner for inner in element if local(inner.tag) == name), None)


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that needs no value is there and not switched off."""
    return element is not None and (attribute(element) or "1").lower() not in _OFF


def whole_number(text: str | None, usual: int) -> int:
    """A number of at most six digits, else what is usual."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else usual

"""XML as a tree, safely: no DTD, no entities, no network. Knows no table."""

import re

from lxml import etree

from transforms.read.grid import too_large
from transforms.read.refusal import refuse

MAX_TAGS = 3_000_000
MAX_ATTRIBUTES = 300

_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)")


def parse_xml(text: str) -> etree._Element:
    """The root element. Raises UnreadableError for damage, a DTD, and beyond the limits of libxml2 (256 levels)."""
    if _DTD.search(text):
        raise refuse("tệp XML chứa khai báo DTD, không được phép", "the XML file holds a DTD, which is not allowed")
    if text.count("<") > MAX_TAGS or any(_crowded(tag) for tag in text.split("<")):
        raise too_large()
    parser = etree.XMLParser(
        encoding="utf-8",  # the declared one is no longer true once the bytes are decoded
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.lstrip("\ufeff \t\r\n").encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        row = error.lineno if isinstance(error, etree.XMLSyntaxError) else None
        raise refuse("tệp XML hỏng hoặc bị cắt cụt", "the XML file is damaged or truncated", row=row) from error


def _crowded(tag: str) -> bool:
    """Whether it may have more than MAX_ATTRIBUTES: the parser's time grows with the square of their number."""
    return len(tag) > 5 * MAX_ATTRIBUTES and tag.count("=") > MAX_ATTRIBUTES


def local(name: object) -> str:
    """A tag or attribute name without its namespace."""
    return str(name).rpartition("}")[2]

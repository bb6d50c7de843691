"""The XML parts of a workbook, parsed without a tree: no DTD, UTF-8 only, within limits. Knows no sheet."""

from collections.abc import Iterable, Mapping
from xml.parsers import expat

from transforms.read.formats.workbooks.package import damaged
from transforms.read.grid import too_large
from transforms.read.refusal import refuse

MAX_OTHER_ELEMENTS = 500_000
MAX_OTHER_PART = 32 * 1024 * 1024

Elements = list[tuple[str, dict[str, str]]]  # local name and attributes of each element, in order


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def new_parser() -> expat.XMLParserType:
    """A parser that refuses a DTD and other encodings than UTF-8."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_dtd(*_: object) -> None:
        raise refuse("tệp Excel chứa khai báo DTD, không được phép", "the Excel file holds a DTD, which is not allowed")

    def only_utf8(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "utf8", "us-ascii"}:
            raise damaged()

    parser.StartDoctypeDeclHandler = refuse_dtd
    parser.XmlDeclHandler = only_utf8
    return parser


def parse(parser: expat.XMLParserType, part: bytes) -> None:
    """Parse the whole part. Raises UnreadableError where it is no XML."""
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise damaged() from error


def elements(part: bytes) -> Elements:
    """Every element of a small part, none of an empty one."""
    if len(part) > MAX_OTHER_PART:
        raise too_large()
    found: Elements = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((local(name), attributes))
        if len(found) > MAX_OTHER_ELEMENTS:
            raise too_large()

    if part:
        parser = new_parser()
        parser.StartElementHandler = start
        parse(parser, part)
    return found


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """The attribute of this local name that has a prefix, such as `r:id`."""
    return next((value for key, value in attributes.items() if ":" in key and local(key) == name), "")


def whole_number(text: str) -> int:
    """Of few digits, else -1."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def named(found: Iterable[tuple[str, dict[str, str]]], name: str) -> list[dict[str, str]]:
    """The attributes of the elements of this name."""
    return [attributes for element, attributes in found if element == name]

"""The texts that the sheets of a workbook share: their lengths, and those of which a part is shown otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from transforms.read.formats.shown import Look
from transforms.read.formats.workbooks.package import damaged
from transforms.read.formats.workbooks.sheet_styles import run_look
from transforms.read.formats.workbooks.xml_parts import local, new_parser, parse, whole_number
from transforms.read.grid import MAX_CELLS, too_large
from transforms.read.refusal import MAX_CELL, long_cell

MAX_ELEMENTS = 10_000_000

Runs = tuple[tuple[str, Look], ...]


@dataclass(frozen=True)
class SharedTexts:
    """`lengths`: of each text, in letters. `runs`: by number, the texts with a part that is not shown as it reads."""

    lengths: tuple[int, ...] = ()
    runs: Mapping[int, Runs] = field(default_factory=dict)


def read_shared_texts(part: bytes) -> SharedTexts:
    """From `xl/sharedStrings.xml`. A count that promises more than the part can hold is a lie."""
    if not part:
        return SharedTexts()
    scan = _Scan(part, rich=b"rPr" in part)
    return SharedTexts(tuple(scan.lengths), scan.runs)


def shared_text(part: bytes, number: int) -> str:
    """One text, for the rare case that it is needed."""
    scan = _Scan(part, rich=True, wanted=number)
    return "".join(text for text, _ in scan.runs.get(number, ()))


class RunReader:
    """Collects the runs of one rich text from its elements: `r`, `rPr` with its content, `t`; `rPh` is not shown."""

    def __init__(self) -> None:
        self.texts: list[list[str]] = []
        self.properties: list[list[tuple[str, Mapping[str, str]]]] = []
        self.text = self.phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "rPh":
            self.phonetic = True
        elif name == "r" or (name == "t" and not self.texts):
            self.texts.append([])
            self.properties.append([])
        elif name != "t" and self.properties:
            self.properties[-1].append((name, attributes))
        self.text = name == "t" and not self.phonetic

    def end(self, name: str) -> None:
        """An element ends."""
        self.text = False
        if name == "rPh":
            self.phonetic = False

    def data(self, text: str) -> None:
        """Letters."""
        if self.text and self.texts:
            self.texts[-1].append(text)

    def runs(self) -> Runs:
        """The parts of the text."""
        looks = map(run_look, self.properties)
        return tuple(("".join(text), look) for text, look in zip(self.texts, looks, strict=True))


class _Scan:
    def __init__(self, part: bytes, rich: bool, wanted: int = -1) -> None:
        self.part, self.wanted = part, wanted
        self.lengths: list[int] = []
        self.runs: dict[int, Runs] = {}
        self.elements = 0
        self.reader = RunReader() if rich else None
        parser = new_parser()
        parser.StartElementHandler = self.start
        parser.CharacterDataHandler = self.data
        if rich:
            parser.EndElementHandler = self.end
        parse(parser, part)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise too_large()
        name = local(name)
        if name == "si":
            self.lengths.append(0)
            if len(self.lengths) > MAX_CELLS:
                raise too_large()
            if self.reader is not None:
                self.reader = RunReader()
        elif name == "sst":
            if not 0 <= whole_number(attributes.get("uniqueCount", "0")) <= len(self.part):
                raise damaged()
        elif self.reader is not None:
            self.reader.start(name, attributes)

    def data(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)
            if self.lengths[-1] > MAX_CELL:
                raise long_cell()
            if self.reader is not None:
                self.reader.data(text)

    def end(self, name: str) -> None:
        if self.reader is None:
            return
        name = local(name)
        self.reader.end(name)
        number = len(self.lengths) - 1
        if name == "si":
            runs = self.reader.runs()
            if number == self.wanted or any(not look.plain for _, look in runs):
                self.runs[number] = runs

"""What a person sees of the text of a Word document: letters, line ends, automatic numbers. Knows no table.

Source: ECMA-376, part 1, 17.3 (runs), 17.7 (styles), 17.9 (numbering), 17.13.5 (tracked changes).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from transforms.read.formats.documents.markup import local
from transforms.read.formats.documents.word_numbers import Numbers
from transforms.read.formats.documents.word_xml import attribute, child, is_on
from transforms.read.formats.shown import PLAIN, Look

Runs = list[tuple[str, Look]]

BLOCKS = frozenset({"p", "tbl"})
# What holds text or tables and is none itself: content controls, smart tags, links, insertions.
AROUND = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "ins", "moveTo", "fldSimple", "dir", "bdo"}
)
_DELETED = frozenset({"del", "moveFrom"})
_SCRIPTS = {"superscript": "super", "subscript": "sub"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}
_WHITE = "FFFFFF"
_MAX_PARENTS = 20


@dataclass(frozen=True)
class _Given:
    """What a style or a run says of its letters; None: nothing."""

    struck: bool | None = None
    unseen: bool | None = None
    white: bool | None = None
    script: str | None = None

    def over(self, other: "_Given") -> "_Given":
        """These properties, and those of `other` where nothing is said here."""
        return _Given(
            other.struck if self.struck is None else self.struck,
            other.unseen if self.unseen is None else self.unseen,
            other.white if self.white is None else self.white,
            other.script if self.script is None else self.script,
        )

    def look(self, on_colour: bool) -> Look:
        unseen = bool(self.unseen) or (bool(self.white) and not on_colour)
        look = Look(struck=bool(self.struck), script=self.script or "", unseen=unseen)
        return PLAIN if look == PLAIN else look


_NOTHING = _Given()


@dataclass
class Texts:
    """Reads the paragraphs of a document; `styles`: of its styles part, `numbers`: of its lists."""

    styles: Mapping[str, etree._Element]
    numbers: Numbers
    default_style: str = ""
    _known: dict[str, _Given] = field(default_factory=dict)
    _lists: dict[str, etree._Element | None] = field(default_factory=dict)

    @classmethod
    def of(cls, styles: etree._Element | None, numbering: etree._Element | None) -> "Texts":
        """From the parts of the document; None where it has none."""
        found = [style for style in (styles if styles is not None else ()) if local(style.tag) == "style"]
        by_id = {attribute(style, "styleId") or "": style for style in found}
        usual = (
            name
            for name, style in by_id.items()
            if attribute(style, "type") == "paragraph" and attribute(style, "default") in {"1", "true", "on"}
        )
        return cls(by_id, Numbers.of(numbering), next(usual, ""))

    def runs(self, paragraph: etree._Element, on_colour: bool = False) -> Runs:
        """The parts of a paragraph as they are shown, its automatic number first."""
        properties = child(paragraph, "pPr")
        style = attribute(child(properties, "pStyle")) or self.default_style
        of_style = self._of_style(style)
        listed = child(properties, "numPr")
        if listed is None:
            listed = self._list_of_style(style)
        number = self.numbers.next_of(attribute(child(listed, "numId")), attribute(child(listed, "ilvl")))
        runs = list(self._inside(paragraph, of_style, on_colour, deleted=False))
        return [(f"{number} ", PLAIN), *runs] if number else runs

    def _inside(
        self, element: etree._Element, given: _Given, on_colour: bool, deleted: bool
    ) -> Iterator[tuple[str, Look]]:
        for inner in element:
            name = local(inner.tag)
            if name == "r":
                yield from self._run(inner, given, on_colour, deleted)
            elif name in AROUND or name in _DELETED:
                yield from self._inside(inner, given, on_colour, deleted or name in _DELETED)

    def _run(self, run: etree._Element, given: _Given, on_colour: bool, deleted: bool) -> Iterator[tuple[str, Look]]:
        properties = child(run, "rPr")
        own = _given(properties).over(self._of_style(attribute(child(properties, "rStyle")) or "")).over(given)
        on_colour = on_colour or _has_ground(child(properties, "shd")) or is_on(child(properties, "highlight"))
        look = own.look(on_colour)
        if deleted:
            look = replace(look, struck=True)
        for inner in run:
            name = local(inner.tag)
            if name in {"t", "delText"}:
                yield inner.text or "", look
            elif name in _SIGNS:
                yield _SIGNS[name], look
            elif name == "sym":  # a letter of a symbol font: which one is not known here
                yield "�", look

    def _of_style(self, name: str) -> _Given:
        if name not in self._known:
            given, at = _NOTHING, name
            for _ in range(_MAX_PARENTS):
                style = self.styles.get(at)
                if style is None:
                    break
                given = given.over(_given(child(style, "rPr")))
                at = attribute(child(style, "basedOn")) or ""
            self._known[name] = given
        return self._known[name]

    def _list_of_style(self, name: str) -> etree._Element | None:
        if name not in self._lists:
            self._lists[name], at = None, name
            for _ in range(_MAX_PARENTS):
                style = self.styles.get(at)
                self._lists[name] = child(child(style, "pPr"), "numPr")
                if style is None or self._lists[name] is not None:
                    break
                at = attribute(child(style, "basedOn")) or ""
        return self._lists[name]


def _given(properties: etree._Element | None) -> _Given:
    if properties is None:
        return _NOTHING
    found = {local(inner.tag): inner for inner in properties}
    script = attribute(found.get("vertAlign"))
    colour = attribute(found.get("color"))
    return _Given(
        struck=_any_on(found, ("strike", "dstrike")),
        unseen=_any_on(found, ("vanish",)),
        white=None if colour is None else colour.upper() == _WHITE,
        script=None if script is None else _SCRIPTS.get(script, ""),
    )


def _any_on(found: Mapping[str, etree._Element], names: Iterable[str]) -> bool | None:
    stated = [is_on(found[name]) for name in names if name in found]
    return any(stated) if stated else None


def _has_ground(shading: etree._Element | None) -> bool:
    """Whether a shading gives the letters a ground of their own."""
    fill = (attribute(shading, "fill") or "auto").upper()
    return bool(re.fullmatch(r"[0-9A-F]{6}", fill)) and fill != _WHITE


def has_ground(properties: etree._Element | None) -> bool:
    """Whether a cell, by its properties, is of another colour than white."""
    return _has_ground(child(properties, "shd"))

"""How the elements of an HTML page are shown: what is struck out, raised or not seen, by tags, styles and classes.

Understands the selectors that programs write (`td.x`, `#x`, `tr.x td`); others are passed over. Reads no table.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from transforms.read.formats.shown import PLAIN, Look
from transforms.read.grid import too_large

MAX_RULES = 2_000
MAX_WORK = 30_000_000  # rules compared with elements
MAX_KEPT = 100_000  # elements that are remembered, so that equal ones are worked out once

_WHITE = "ffffff"
_COLOURS = {"white": _WHITE, "black": "000000", "#fff": _WHITE, "#000": "000000", "snow": _WHITE, "ivory": _WHITE}
_BLOCKS = ("block", "list-item", "flex", "grid", "table", "flow-root")
_STRUCK = frozenset({"del", "s", "strike"})
_SCRIPTS = {"sup": "super", "sub": "sub"}
_CELLS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "col", "colgroup"})
_OF_USE = frozenset(
    {"display", "visibility", "mso-hide", "height", "width", "font-size", "text-decoration", "text-decoration-line"}
    | {"vertical-align", "color", "background", "background-color", "white-space", "opacity", "left", "clip"}
    | {"text-indent", "position", "top"}
)
_ATTRIBUTE = re.compile(r"""([^\s/>=]+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_OF_SIGHT = re.compile("span|hidden|style|class|id|color|height|width", re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>", re.IGNORECASE)
_STYLE_END = re.compile(r"</style", re.IGNORECASE)
_NO_RULES = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_COMPOUND = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_ZERO_SIZE = re.compile(r"0(?:\.0+)?(?:px|pt|em|rem|in|cm|mm|%)?")
_FAR_AWAY = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem)?")
_MOVED = re.compile(r"-?(?:0?\.)?[1-9]")
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+%?))?\s*\)")


@dataclass(frozen=True)
class _Compound:
    name: str
    id: str
    classes: frozenset[str]

    def fits(self, element: "Element") -> bool:
        return (
            self.name in {"", element.name}
            and self.id in {"", element.id}
            and (not self.classes or self.classes <= element.classes)
        )


@dataclass(frozen=True)
class _Rule:
    weight: tuple[int, int, int]
    path: tuple[_Compound, ...]
    properties: Mapping[str, str]

    def fits(self, element: "Element") -> bool:
        """Whether its last part fits the element, and each part before an element around the one behind it."""
        if not self.path[-1].fits(element):
            return False
        around = element.parent
        for compound in reversed(self.path[:-1]):
            while around is not None and not compound.fits(around):
                around = around.parent
            if around is None:
                return False
            around = around.parent
        return True


class Element:
    """An open element. `gone`: it or one around it takes no place; `own`: it does so itself. `look`: of its letters."""

    __slots__ = (
        *(
            "attributes",
            "block",
            "children",
            "classes",
            "colour",
            "gone",
            "ground",
            "id",
            "invisible",
            "keeps_lines",
            "look",
        ),
        *("name", "own", "parent", "script", "struck", "tiny"),
    )

    def __init__(self, parent: "Element | None", name: str, attributes: Mapping[str, str]) -> None:
        self.children: dict[tuple[str, str], Element] = {}
        self.attributes = attributes
        self.parent = parent
        self.name = name
        self.id = attributes.get("id", "").lower()
        self.classes = frozenset(attributes.get("class", "").lower().split())
        self.block = self.own = self.gone = self.struck = self.invisible = self.tiny = self.keeps_lines = False
        self.script = ""
        self.colour, self.ground = "000000", _WHITE
        self.look = PLAIN
        if parent is not None:
            self.gone, self.struck, self.script = parent.gone, parent.struck, parent.script
            self.invisible, self.tiny, self.keeps_lines = parent.invisible, parent.tiny, parent.keeps_lines
            self.colour, self.ground = parent.colour, parent.ground

    def take(self, properties: Mapping[str, str], attributes: Mapping[str, str]) -> Self:
        """Its own properties over those of the element around it."""
        get = properties.get
        self.own = (
            "hidden" in attributes
            or get("display") == "none"
            or get("mso-hide") == "all"
            or get("clip", "").startswith("rect(0")
            or any(_FAR_AWAY.fullmatch(get(side, "")) for side in ("left", "text-indent"))
        )
        self.block = get("display", "").startswith(_BLOCKS)
        size = {"tr": "height", "col": "width", "colgroup": "width"}.get(self.name, "")
        if size and _ZERO_SIZE.fullmatch(get(size, attributes.get(size, "").strip())):
            self.own = True
        visibility = get("visibility")
        if visibility in {"hidden", "collapse"} and self.name in {"tr", "col", "tbody", "thead"}:
            self.own = True
        elif visibility is not None:
            self.invisible = visibility in {"hidden", "collapse"}
        self.gone = self.gone or self.own
        if get("opacity") in {"0", "0.0", "0%"}:
            self.invisible = True
        if "font-size" in properties:
            self.tiny = bool(_ZERO_SIZE.fullmatch(properties["font-size"]))
        decoration = get("text-decoration", "") + get("text-decoration-line", "")
        self.struck = self.struck or self.name in _STRUCK or "line-through" in decoration
        if self.name in _SCRIPTS:
            self.script = _SCRIPTS[self.name]
        elif self.name not in _CELLS and get("vertical-align") in {"super", "sub", "text-top", "text-bottom"}:
            self.script = "super" if properties["vertical-align"] in {"super", "text-top"} else "sub"
        elif self.name not in _CELLS and get("position") == "relative" and _MOVED.match(get("top", "")):
            self.script = "super" if properties["top"].startswith("-") else "sub"
        if "white-space" in properties or self.name == "pre":
            self.keeps_lines = get("white-space", "pre").startswith(("pre", "break-spaces"))
        self._take_colours(properties, attributes)
        unseen = self.invisible or self.tiny or self.colour in {"transparent", self.ground}
        self.look = Look(self.struck, self.script, unseen) if unseen or self.struck or self.script else PLAIN
        return self

    def _take_colours(self, properties: Mapping[str, str], attributes: Mapping[str, str]) -> None:
        colour = properties.get("color", attributes.get("color", ""))
        if colour:
            self.colour = _colour(colour)
        ground = properties.get("background-color", properties.get("background", attributes.get("bgcolor", "")))
        if ground and ground not in {"none", "transparent", "inherit", "initial"}:
            self.ground = _colour(ground) or "?"


class PageStyles:
    """The rules of a page's `<style>` blocks, and the elements that were worked out by them."""

    def __init__(self, text: str) -> None:
        self.rules: list[_Rule] = []
        for block in _style_blocks(text):
            self._add(_NO_RULES.sub(" ", block))
        self.rules.sort(key=lambda rule: rule.weight)
        self.root = Element(None, "", {})
        self.kept = self.work = 0

    def element(self, parent: Element, name: str, text: str) -> Element:
        """The element inside `parent`; `text`: its attributes as written."""
        found = parent.children.get((name, text))
        if found is None:
            found = self._new(parent, name, attributes_of(text))
            if self.kept < MAX_KEPT:
                self.kept += 1
                parent.children[name, text] = found
        return found

    def _new(self, parent: Element, name: str, attributes: Mapping[str, str]) -> Element:
        self.work += len(self.rules) + 1
        if self.work > MAX_WORK:
            raise too_large()
        element = Element(parent, name, attributes)
        properties: dict[str, str] = {}
        for rule in self.rules:
            if rule.fits(element):
                properties |= rule.properties
        return element.take(properties | _declarations(attributes.get("style", "")), attributes)

    def _add(self, css: str) -> None:
        for selectors, body in _rules(css):
            properties = _declarations(body)
            if not properties.keys() & _OF_USE:
                continue
            for selector in selectors.split(","):
                path = _path(selector)
                if path and len(self.rules) < MAX_RULES:
                    ids = sum(bool(part.id) for part in path)
                    classes = sum(len(part.classes) for part in path)
                    names = sum(bool(part.name) for part in path)
                    self.rules.append(_Rule((ids, classes, names), path, properties))


def attributes_of(text: str) -> dict[str, str]:
    """Name and value of what is of use here; of attributes given twice the first counts, as in browsers."""
    found: dict[str, str] = {}
    if text and _OF_SIGHT.search(text):
        for name, double, single, bare in _ATTRIBUTE.findall(text):
            found.setdefault(name.lower(), double or single or bare)
    return found


def _style_blocks(text: str) -> Iterator[str]:
    place = 0
    while start := _STYLE.search(text, place):
        end = _STYLE_END.search(text, start.end())
        place = end.start() if end else len(text)
        yield text[start.end() : place]


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and body of each rule; of `@media` those of a screen, of other at-rules none."""
    place = 0
    while (opening := css.find("{", place)) >= 0:
        prelude = css[place:opening].rpartition(";")[2].rpartition("}")[2].strip().lower()
        if prelude.startswith("@"):
            if prelude.startswith(("@media", "@supports", "@layer")) and "print" not in prelude:
                place = opening + 1
                continue
            place = _block_end(css, opening)
            continue
        closing = css.find("}", opening)
        closing = len(css) if closing < 0 else closing
        yield prelude, css[opening + 1 : closing]
        place = closing + 1


def _block_end(css: str, opening: int) -> int:
    depth = 0
    for match in re.compile("[{}]").finditer(css, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(css)


def _path(selector: str) -> tuple[_Compound, ...]:
    """The parts of a selector; none where it is of a kind that is not understood."""
    parts = []
    for text in selector.replace(">", " ").split():
        match = _COMPOUND.fullmatch(text)
        if not match:
            return ()
        marks: Sequence[str] = re.findall(r"[.#][\w-]+", match[2])
        classes = frozenset(mark[1:] for mark in marks if mark[0] == ".")
        parts.append(_Compound((match[1] or "").lower(), next((m[1:] for m in marks if m[0] == "#"), ""), classes))
    return tuple(parts)


def _declarations(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for declaration in text.split(";") if ":" in text else ():
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        if name in _OF_USE:
            found[name] = value.replace("!important", "").strip().lower()
    return found


def _colour(text: str) -> str:
    """Six hexadecimal digits, `transparent`, or nothing where it is not known."""
    text = text.strip().lower()
    if text in _COLOURS or text == "transparent":
        return _COLOURS.get(text, text)
    if match := _RGB.search(text):
        if match[4] is not None and not match[4].strip("0.%"):
            return "transparent"
        return "".join(f"{min(int(match[place]), 255):02x}" for place in (1, 2, 3))
    if "url" in text or "gradient" in text:
        return ""
    if match := _HEX.search(text):
        digits = match[1]
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return next((_COLOURS[word] for word in text.split() if word in _COLOURS), "")

"""Makes text from outside harmless where it is shown: a function for each way out. What is stored stays as written.

Names of files, headers, cells, names of units, answers of servers, reasons: whoever writes them must not be able to
steer a terminal, to put a link or a mention into a message, a formula into a table, or markup into a page.
"""

import json
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 120  # characters of one value from outside in a line
_MOST_PRINTED = 30_000  # characters of one text in a document: a cell of Excel takes 32,767
_UNKNOWN = "\ufffd"
# Line and paragraph separators, zero width, marks and overrides of direction, tags, fillers, halves of a pair.
_UNSEEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_NOT_SHOWN = re.compile(f"[\x00-\x1f{_UNSEEN}]")
_ESCAPED = re.compile(f"[{_UNSEEN}]")  # JSON escapes what is below a space by itself
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]")
_SCHEME = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.\-]{0,30}):(?=//)")
_OPENED = re.compile(r"\b(mailto|tel|sms|skype|tg|javascript|data):(?=\S)", re.IGNORECASE)
_HOST_DOT = re.compile(r"(?<=[^\W_])\.(?=(?:[^\W_][\w-]*\.)*(?:xn--[a-z0-9-]+|[a-z]{2,24})(?![\w]))", re.IGNORECASE)
_OUR_FILES = r"(?:csv|tsv|txt|toml|xlsx?|ods|json|xml|html?|docx|pdf|parquet|duckdb|log|py)\b"
_FILE_DOT = re.compile(rf"\.(?={_OUR_FILES}(?!\.\w))", re.IGNORECASE)
_IN_MESSAGES = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "ˋ", "|": "¦"})
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+!|~=:.\-])")


def line(text: str, most: int | None = None) -> str:
    """The text as one line in which nothing acts and nothing is unseen: a control character is shown as its picture.

    `most`: how many characters are kept; ids are never cut.
    """
    if most is not None and len(text) > most:
        text = text[: most - 1] + "…"
    if text.isascii() and text.isprintable():  # most texts are
        return text
    return _MARKS.sub(r"\1", _NOT_SHOWN.sub(_picture, text))


def value(text: str) -> str:
    """A single value from outside, as a part of a line: at most `MOST` characters."""
    return line(text, MOST)


def block(text: str) -> str:
    """Text of several lines, which stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(map(line, text.split("\n")))


def json_text(content: Any) -> str:
    """JSON on one line: any text is in it whole, and nothing of it acts on a terminal."""
    return _ESCAPED.sub(_escape, json.dumps(content, ensure_ascii=False, default=str))


def message(text: str) -> str:
    """A line of an alert: no link, no mention, no markup of any channel; `http://a.vn` reads `http[:]//a[.]vn`."""
    return _unlinked(line(text)).translate(_IN_MESSAGES).replace("](", "] (")


def markdown(text: str) -> str:
    """Text inside Markdown: shown as it is, without links, pictures, headings, tables and HTML."""
    return _PUNCTUATION.sub(r"\\\1", message(text))


def cell(text: str) -> str:
    """A text in a cell of a table that a spreadsheet may open (CSV): never a formula, by an apostrophe in front.

    Source: OWASP, CSV Injection. Numbers are no texts and stay as they are.
    """
    shown = line(text)
    return f"'{shown}" if _FORMULA.match(text) else shown


def printed(content: T) -> T:
    """What a document prints (a dataclass, and all texts in it), without characters that no page can show."""
    return _each(content)  # type: ignore[no-any-return]


def _each(content: Any) -> Any:
    match content:
        case str():
            return block(content if len(content) <= _MOST_PRINTED else content[: _MOST_PRINTED - 1] + "…")
        case tuple() if hasattr(content, "_fields"):
            return type(content)(*map(_each, content))
        case tuple() | list():
            return type(content)(map(_each, content))
        case dict():
            return {key: _each(inner) for key, inner in content.items()}
    if is_dataclass(content) and not isinstance(content, type):
        return replace(content, **{one.name: _each(getattr(content, one.name)) for one in fields(content) if one.init})
    return content


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else _UNKNOWN


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _unlinked(text: str) -> str:
    text = _OPENED.sub(r"\1[:]", _SCHEME.sub(r"\1[:]", text))
    files = {found.start() for found in _FILE_DOT.finditer(text)}
    return _HOST_DOT.sub(lambda found: "." if found.start() in files else "[.]", text)

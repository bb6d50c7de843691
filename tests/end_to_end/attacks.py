"""Texts that try to act where they are shown, and what shows that one did."""

import re
import unicodedata
from typing import Any

HOST = "evil.example.vn"
ATTACKS = {
    "rich markup": "[link=http://evil.example.vn]x[/link][blink]y[/blink][/] :smile:",
    "terminal title": "\x1b]0;owned\x07a",
    "terminal link": "\x1b]8;;http://evil.example.vn\x1b\\Tổng số\x1b]8;;\x1b\\",
    "terminal colours": "\x1b[2J\x1b[31mđỏ\x9b32m",
    "forged line": "a\r\ntyle: mọi thứ đều tốt\nb\x0bc\x0cd\u2028e\u2029f\x85g",
    "mail header": "a\r\nBcc: ai@evil.example.vn\r\n\r\nxin chào",
    "backspace": "sai\x08\x08\x08đúng\x7f\x00",
    "direction": "a\u202egnp.exe\u2066b\u2069\u200f",
    "unseen": "T\u200bổ\u200dn\u2060g\ufeff số\u00ad\U000e0041",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "html link": "<a href='http://evil.example.vn'>Đăng nhập</a>",
    "markdown link": "[Đăng nhập](http://evil.example.vn) ![x](https://evil.example.vn/x.png) [y](evil.example.vn)",
    "markdown reference": "[Đăng nhập][1] [1]: http://evil.example.vn",
    "markdown table": "a | b | c\n|---|---|\n| x | `y` |",
    "markdown heading": "# Tiêu đề\n> trích\n```\nmã\n```\n---",
    "slack": "Tổng (<http://evil.example.vn|Đăng nhập> <!channel> <!here> <@U012345> <#C01>)",
    "mention": "@everyone @here @channel @all chú ý, ai@evil.example.vn",
    "bare address": "www.evil.example.vn evil.example.vn/x ftp://evil.example.vn tg://resolve?domain=x",
    "schemes": "javascript:alert(1) mailto:ai@evil.example.vn data:text/html;base64,AAAA",
    "formula": '=HYPERLINK("http://evil.example.vn";"Đăng nhập")',
    "formula plus": "+1+cmd|' /C calc'!A0",
    "formula minus": "-2+3",
    "formula at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula tab": "\t=1+1",
    "formula return": "\r=1+1",
    "template": "{{ 7*191 }}{% for x in y %}{{ cycler.__init__ }}",
    "surrogate": "a\ud800b\udcffc",
    "not a character": "a\ufffeb\uffffc",
    "marks": "e" + "\u0301" * 500,
    "apprise": "${HOME} {{app_title}} :fire: %0A%0D",
}
_LONG = "dài " * 250_000
_ACTING = re.compile(r"<!|<@|<#|@(everyone|here|channel|all)\b|\]\(|\b[a-z]+://evil", re.IGNORECASE)


def unseen(text: str, allowed: str = "\n") -> list[str]:
    """The characters of a text that steer a terminal or cannot be seen."""
    categories = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}
    return sorted({hex(ord(c)) for c in text if c not in allowed and unicodedata.category(c) in categories})


def acting(text: str) -> list[str]:
    """What in the text of a message a channel would make a link or a mention of."""
    return [found[0] for found in _ACTING.finditer(text)] + [HOST] * text.count(HOST)


def texts(value: Any) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts(inner)]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []


def long_text() -> str:
    """A megabyte of text."""
    return _LONG

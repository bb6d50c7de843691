"""Vietnamese text brought to one form, for keeping and for comparing. Knows no table and no unit."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
# Combining marks behind one letter, as in Unicode's stream-safe text format (UAX #15, section 13); Vietnamese has two.
MAX_MARKS = 30
_MANY_ODD = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1},}}")  # no combining mark is a letter, digit or space
_JOINER = "\u034f"  # the mark that the stream-safe format puts between
_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s+")
_ETH = str.maketrans("ð", "đ")  # old fonts and keyboards put ð in place of đ; their capitals have the same shape


@dataclass(frozen=True)
class Text:
    """One sentence in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, lang: str) -> str:
        """The sentence in `lang` ("vi" or "en")."""
        return self.en if lang == "en" else self.vi


def has_many_marks(text: str) -> bool:
    """Whether more than MAX_MARKS combining marks stand in a row. Takes time in proportion to the text."""
    if len(text) <= MAX_MARKS or text.isascii():
        return False
    return any(_longest_run(found[0]) > MAX_MARKS for found in _MANY_ODD.finditer(text))


def normalized(form: Literal["NFC", "NFD"], text: str) -> str:
    """The text in a normal form; a row of more than MAX_MARKS marks is divided, as the stream-safe format does.

    Python takes time with the square of the marks in a row: 160,000 of them take 20 seconds. So text is normalised
    here alone.
    """
    if has_many_marks(text):
        text = _MANY_ODD.sub(_divided, text)
    return unicodedata.normalize(form, text)  # noqa: TID251 - here its rows of marks are short


def _longest_run(odd: str) -> int:
    longest = run = 0
    for character in odd:
        run = run + 1 if unicodedata.category(character).startswith("M") else 0
        longest = max(longest, run)
    return longest


def _divided(found: re.Match[str]) -> str:
    odd = found[0]
    return _JOINER.join(odd[start : start + MAX_MARKS] for start in range(0, len(odd), MAX_MARKS))


def tidy(text: str) -> str:
    """NFC, every run of white space one space, none at the ends."""
    return _SPACES.sub(" ", normalized("NFC", text)).strip()


def fold(text: str) -> str:
    """A key for comparing: case, punctuation, NFC/NFD and the placement of tone marks do not count.

    `Định Hóa` and `Định Hoá` stay different after either normal form, because the tone stands on another
    letter. A syllable has one tone, so the key carries it at the syllable's end: both give `đinḥ hoá`.
    """
    folded = normalized("NFC", text).casefold().translate(_ETH)
    return " ".join(_tone_last(word) for word in _WORD.findall(folded))


@lru_cache(maxsize=10_000)  # a language has some thousand syllables
def _tone_last(word: str) -> str:
    letters = normalized("NFD", word)
    tones = [letter for letter in letters if letter in _TONES]
    if not tones:
        return word
    bare = "".join(letter for letter in letters if letter not in _TONES)
    return normalized("NFC", bare) + "".join(tones)


@lru_cache(maxsize=10_000)  # the names of units repeat the same few words
def unmarked(text: str) -> str:
    """Lower-case text as it is typed without diacritics: `định hóa` gives `dinh hoa`."""
    letters = normalized("NFD", text).replace("đ", "d").replace("ð", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def ascii_key(text: str) -> str:
    """Letters only, without any diacritics: `Số lượng (1)`, `soLuong` and `so_luong` are one."""
    return "".join(letter for letter in unmarked(text.casefold()) if "a" <= letter <= "z")


def flat(text: str) -> str:
    """The text for comparing, letter by letter as long as it was: lower case, no diacritics."""
    return "".join(map(_letter, text))


@lru_cache(4096)
def _letter(letter: str) -> str:
    if letter in "đĐðÐ":
        return "d"
    return unicodedata.normalize("NFKD", letter.casefold())[:1] or letter  # noqa: TID251 - one letter

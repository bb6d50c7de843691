"""Vietnamese as old fonts and wrong readings leave it, written from their tables apart from the readers'."""

import unicodedata

# The letters with their TCVN 5712 codes, tone by tone: none, grave, hook above, tilde, acute, dot below.
_TCVN3 = {
    "a": (0x61, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9),
    "ă": (0xA8, 0xBB, 0xBC, 0xBD, 0xBE, 0xC6),
    "â": (0xA9, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB),
    "e": (0x65, 0xCC, 0xCE, 0xCF, 0xD0, 0xD1),
    "ê": (0xAA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6),
    "i": (0x69, 0xD7, 0xD8, 0xDC, 0xDD, 0xDE),
    "o": (0x6F, 0xDF, 0xE1, 0xE2, 0xE3, 0xE4),
    "ô": (0xAB, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9),
    "ơ": (0xAC, 0xEA, 0xEB, 0xEC, 0xED, 0xEE),
    "u": (0x75, 0xEF, 0xF1, 0xF2, 0xF3, 0xF4),
    "ư": (0xAD, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9),
    "y": (0x79, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE),
}
_CAPITALS = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7, "đ": 0xAE}
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


def _letters(text: str) -> list[tuple[str, str]]:
    """Each letter without its tone, and the tone."""
    found = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in marks if mark in _TONES[1:]), "")
        found.append((unicodedata.normalize("NFC", marks.replace(tone, "")) if tone else letter, tone))
    return found


def tcvn3(text: str) -> str:
    """The text typed in a .VnTime font, as programs that take it for Windows-1252 show it."""
    out = ""
    for letter, tone in _letters(text):
        if letter in _CAPITALS and not tone:
            out += chr(_CAPITALS[letter])
        elif letter.lower() in _TCVN3 and (tone or letter.lower() in "ăâêôơư"):
            out += chr(_TCVN3[letter.lower()][_TONES.index(tone)])
        else:
            out += letter
    return out


def vni(text: str) -> str:
    """The text typed in a VNI font, as programs that take it for Windows-1252 show it."""
    plain = dict(zip(_TONES, ("", "ø", "û", "õ", "ù", "ï"), strict=True))
    with_circumflex = dict(zip(_TONES, "âàåãáä", strict=True))
    with_breve = dict(zip(_TONES, "êèúüéë", strict=True))
    of_i = dict(zip(_TONES, "iìæóíò", strict=True))
    out = ""
    for letter, tone in _letters(text):
        low = letter.lower()
        if low in "âêô":
            written = unicodedata.normalize("NFD", low)[0] + with_circumflex[tone]
        elif low == "ă":
            written = "a" + with_breve[tone]
        elif low in "ơưđ":
            written = {"ơ": "ô", "ư": "ö", "đ": "ñ"}[low] + plain[tone]
        elif low == "i":
            written = of_i[tone]
        elif low == "y" and tone == "\u0323":
            written = "î"
        else:
            written = low + plain[tone]
        out += written.upper() if letter != low else written
    return out


def misread(text: str) -> str:
    """UTF-8 that somebody read as Windows-1252, its five free places left as they are."""
    return "".join(
        bytes((byte,)).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte)
        for byte in text.encode()
    )

"""Ways in which offices spell a unit's name, as hypothesis draws them."""

import re
import unicodedata

from hypothesis import strategies as st

_SHORT_KINDS = {
    "thành phố": ["TP ", "TP.", "TP. ", "Tp. ", "T.P "],
    "thị xã": ["TX ", "TX.", "T.X "],
    "huyện": ["H.", "H. ", "h. "],
    "phường": ["P.", "P. "],
    "xã": ["X.", "x. "],
}
_COMMITTEES = ["UBND ", "Ủy ban nhân dân ", "Uỷ ban Nhân dân ", "ubnd ", "U.B.N.D ", ""]
_TONES = [
    ("óa", "oá"),
    ("òa", "oà"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("ủy", "uỷ"),
    ("ụy", "uỵ"),
    ("úy", "uý"),
]
_CASES = [str, str.upper, str.lower, str.title]
_SPACES = [" ", "  ", "\u00a0", " \n", ", ", " - "]


@st.composite
def spellings(draw: st.DrawFn, name: str) -> str:
    """A spelling of a registered name that still says which kind of unit it is."""
    text = _committee(draw, name)
    if draw(st.booleans()):
        text = text.replace(" và ", draw(st.sampled_from([" & ", "&", " VÀ "])))
    if draw(st.booleans()):
        for before, after in _TONES:
            text = re.sub(rf"{before}\b", after, text)
    text += draw(st.sampled_from(["", " tỉnh Thái Nguyên", ", tỉnh Thái Nguyên", " Thái Nguyên"]))
    text = draw(st.sampled_from(_CASES))(text)
    text = "".join(draw(st.sampled_from(_SPACES)) if letter == " " else letter for letter in text)
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)


def without_diacritics(text: str) -> str:
    """As typed on a keyboard without Vietnamese."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _committee(draw: st.DrawFn, name: str) -> str:
    if not name.startswith("UBND "):
        return name
    rest = re.sub("^TP ", "thành phố ", name.removeprefix("UBND "))
    kind = next(kind for kind in _SHORT_KINDS if rest.startswith(f"{kind} "))
    written = draw(st.sampled_from([f"{kind} ", f"{kind.capitalize()} ", *_SHORT_KINDS[kind]]))
    return draw(st.sampled_from(_COMMITTEES)) + written + rest.removeprefix(f"{kind} ")

"""Whether a word is a possible Vietnamese syllable: the evidence for how bytes were meant. Knows no dictionary."""

import re

from transforms.dictionary.text import normalized

_ONSETS = "b|ch?|d|đ|gh?|gi|kh?|l|m|ngh?|nh?|ph?|qu|r|s|t[hr]?|v|x|h"
_RHYMES = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|"
    "e|ec|em|en|eng|eo|ep|et|ê|êch|êm|ên|êng|ênh|êp|êt|êu|"
    "i|ia|ich|im|in|inh|ip|it|iu|iêc|iêm|iên|iêng|iêp|iêt|iêu|"
    "o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|oăt|oc|oe|oen|oeo|oet|oi|om|on|ong|ooc|oong|op|ot|"
    "ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|ơt|"
    "u|ua|uân|uâng|uât|uây|uc|ui|um|un|ung|uê|uêch|uênh|uôc|uôi|uôm|uôn|uông|uôt|uơ|up|ut|uy|uya|uych|uynh|uyt|uyu|uyên|uyêt|"
    "ư|ưa|ưc|ưi|ưm|ưn|ưng|ưt|ưu|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|y|ynh|ych|yt|yêm|yên|yêng|yêt|yêu"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_RHYMES})")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")  # grave, acute, tilde, hook above, dot below
_VOWEL = re.compile("[aeiouy]")
_STOPPED = re.compile("(?:c|ch|p|t)$")  # such syllables carry an acute or a dot below, no other tone


def has_vowel(word: str) -> bool:
    """Whether a word can be spoken; an abbreviation like `LĐTBXH` cannot."""
    return bool(_VOWEL.search(normalized("NFD", word.casefold())))


def is_syllable(word: str) -> bool:
    """Whether a word can be Vietnamese, in any case, either normal form, wherever the tone mark stands."""
    letters = normalized("NFD", word.casefold())
    tones = _TONES.findall(letters)
    bare = normalized("NFC", _TONES.sub("", letters))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not _STOPPED.search(bare) or tones in (["\u0301"], ["\u0323"])

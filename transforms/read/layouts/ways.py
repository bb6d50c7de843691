"""Words of headers and cells by which a form is guessed, for a proposal only. Reads no table."""

import re

from transforms.dictionary.text import flat

_FIELD = re.compile(r"\b(?:name|field|service|transaction|linh vuc|ten|thu tuc|sector|nganh|noi dung)\b")
_NUMBER = re.compile(r"\b(?:id|code|ma|so|stt|tt|no)\b")
# Words of a header or of a cell that say which way of filing it is, without diacritics; the first that fits is taken.
_WAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("total", re.compile(r"\b(?:total|tong|tong so|tong cong|cong|all)\b")),
    ("online", re.compile(r"\b(?:online|truc tuyen|qua mang|internet|web|digital|dvc|cong dich vu)\b")),
    (
        "in_person",
        re.compile(
            r"\b(?:in person|person|counter|office|quay|mot cua|truc tiep|phone|telephone|dien thoai|mail|e mail|email|"
            r"post|postal|buu chinh|buu dien|bcci|fax|paper|giay|other|khac)\b"
        ),
    ),
)


def _plain(text: str) -> str:
    """Lower case, no diacritics, no punctuation."""
    return " ".join(re.findall(r"[^\W_]+", flat(text)))


def way_of(text: str) -> str | None:
    """The way of filing that a text names: its first or last word counts most, so a total of online cases is one."""
    plain = _plain(text)
    found = [way for way, words in _WAYS if words.search(plain)]
    if "online" in found and "total" in found and not plain.startswith(("total", "tong", "cong")):
        return "online"
    return found[0] if found else None


def is_number(header: str) -> bool:
    """Whether a header is that of a number or code of a row: what makes a name that repeats one of its own."""
    return bool(_NUMBER.search(_plain(header)))


def is_name(header: str) -> bool:
    """Whether a header is that of the names of fields or services."""
    return bool(_FIELD.search(_plain(header)))

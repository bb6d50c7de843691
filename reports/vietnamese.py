"""Numbers, dates and changes as Vietnamese official documents write them. Knows no table."""

from datetime import date
from decimal import Decimal

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = (
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "iìỉĩíị",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "uùủũúụ",
    "ưừửữứự",
    "yỳỷỹýỵ",
)
# Of each letter its place in the alphabet, and that of its tone.
_PLACES = {letter: (place, 0) for place, letter in enumerate(_LETTERS)} | {
    letter: (_LETTERS.index(tones[0]), tone) for tones in _TONES for tone, letter in enumerate(tones)
}


def sort_key(text: str) -> tuple[list[int], list[int]]:
    """By it names sort as in a Vietnamese dictionary: đ after d, tones only where all letters are alike."""
    places = [
        _PLACES.get(letter, (ord(letter) - 0x80 if letter < "a" else ord(letter) + 0x80, 0)) for letter in text.lower()
    ]
    return [letter for letter, _ in places], [tone for _, tone in places]


def month_before(month: str) -> str:
    """`2022-01` → `2021-12`."""
    year, number = map(int, month.split("-"))
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


def count(number: int) -> str:
    """1489 → `1.489`."""
    return f"{number:,}".replace(",", ".")


def percent(rate: Decimal | None) -> str:
    """67.48 → `67,48`; 100.00 → `100`, as the printed reports have it; no rate → empty."""
    if rate is None:
        return ""
    return "100" if rate == 100 else f"{rate:.2f}".replace(".", ",")


def points(value: Decimal) -> str:
    """16.50 → `16,50`: points of a scoreboard."""
    return f"{value:.2f}".replace(".", ",")


def day(value: date) -> str:
    """19 August 2022 → `19/8/2022`."""
    return f"{value.day}/{value.month}/{value.year}"


def month(value: str) -> str:
    """`2022-08` → `8/2022`."""
    year, number = value.split("-")
    return f"{int(number)}/{year}"


def short_percent(rate: Decimal) -> str:
    """55.00 → `55`, 55.50 → `55,5`: a target, as decisions write it."""
    return f"{rate.normalize():f}".replace(".", ",")


def change(points: Decimal) -> str:
    """29.60 → `tăng 29,60 điểm phần trăm`: percentage points, never per cent of a rate."""
    if points == 0:
        return "không thay đổi"
    return f"{'tăng' if points > 0 else 'giảm'} {abs(points):.2f} điểm phần trăm".replace(".", ",")

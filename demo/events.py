"""What goes wrong in the demo month, as data. Makes no file: month.py does, from what stands here."""

from dataclasses import dataclass
from datetime import date

from transforms.dictionary.text import Text


@dataclass(frozen=True)
class Sending:
    """One file of one unit for one business date, arriving with the exports of business date `arrives`.

    `tag` follows the date in the file's name. `total_off_by` is added to the total of the busiest row;
    `totals_rate` is what the totals row says instead of its rate.
    """

    unit_id: str
    business_date: date
    arrives: date
    tag: str = ""
    total_off_by: int = 0
    totals_rate: str | None = None


@dataclass(frozen=True)
class Event:
    """Something out of the ordinary: `sendings` take the place of the unit's one punctual file of that day."""

    explanation: Text
    sendings: tuple[Sending, ...]


def _august(day: int) -> date:
    return date(2022, 8, day)


EVENTS = (
    # The same bytes twice are one delivery: a duplicate, and nothing is counted twice.
    Event(
        Text(
            vi="Sở Công thương gửi hai lần cùng một tệp ngày 04/08: bản thứ hai đến ngày 05/08, không tính lại.",
            en="Sở Công thương sends its file of 4 August twice: the copy of 5 August is not counted again.",
        ),
        (
            Sending("so-cong-thuong", _august(4), _august(4)),
            Sending("so-cong-thuong", _august(4), _august(5), tag="_ban-sao"),
        ),
    ),
    # A day is missing until its export comes; it then counts for its own day, as late.
    Event(
        Text(
            vi="Sở Tư pháp thiếu số liệu ngày 09/08, đến ngày 12/08 mới gửi: gửi muộn.",
            en="Sở Tư pháp lacks 9 August until 12 August, when the file comes: late.",
        ),
        (Sending("so-tu-phap", _august(9), _august(12)),),
    ),
    # (1)+(2) ≠ (3) is held back; the correction becomes version 2 and counts.
    Event(
        Text(
            vi=(
                "UBND huyện Đại Từ, ngày 10/08: một dòng có (1) + (2) ≠ (3), lệch 9 hồ sơ, nên bị giữ lại; "
                "bản đúng gửi lại ngày 12/08 được tính."
            ),
            en=(
                "UBND huyện Đại Từ, 10 August: in one row (1) + (2) ≠ (3) by 9 cases, so it is held back; "
                "the correction sent on 12 August counts."
            ),
        ),
        (
            Sending("ubnd-huyen-dai-tu", _august(10), _august(10), total_off_by=9),
            Sending("ubnd-huyen-dai-tu", _august(10), _august(12), tag="_gui-lai"),
        ),
    ),
    # A rate rounded to a whole number is a warning: the counts beside it are right. The real report says 42 too.
    Event(
        Text(
            vi="UBND TP Thái Nguyên, ngày 19/08: dòng tổng ghi tỷ lệ 42, đúng là 41,85: chấp nhận kèm cảnh báo.",
            en="UBND TP Thái Nguyên, 19 August: its totals row says 42, exact is 41.85: accepted with a warning.",
        ),
        (Sending("ubnd-tp-thai-nguyen", _august(19), _august(19), totals_rate="42"),),
    ),
)

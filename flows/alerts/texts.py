"""The texts of alerts, in Vietnamese or English. Decides nothing; shows only the stored message of a faulty row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.alerts.decide import CLOSE, OPEN, REPEAT, Alert
from flows.alerts.standing import HELD_BACK, LATE, MISSING
from reports import vietnamese as vn
from reports.outcomes import OUTCOMES
from transforms.check.rules import sentence
from transforms.dictionary.text import Text

MAX_ROWS = 3  # faulty rows in a message; the command named in the message shows all
MAX_LINES = 50  # alerts in a digest
_MAX_DAYS = 10

_WORDS = {
    OPEN: Text("", ""),
    REPEAT: Text("vẫn ", "still "),
    CLOSE: Text("đã khắc phục", "recovered"),
    MISSING: Text(*OUTCOMES["missing"]),
    LATE: Text(*OUTCOMES["late"]),
    HELD_BACK: Text(*OUTCOMES["quarantined"]),
    "warning": Text("có cảnh báo", "warning"),
    "never": Text(*OUTCOMES["never"]),
    "unit": Text("Đơn vị", "Unit"),
    "contract": Text("Loại dữ liệu", "Contract"),
    "days": Text("Ngày số liệu", "Business date"),
    "many": Text("ngày, mới nhất", "days, newest"),
    "rule": Text("Quy tắc", "Rule"),
    "failing": Text("Số dòng sai", "Faulty rows"),
    "still_faulty": Text("Ngày vẫn chưa được sửa", "Days still not mended"),
    "details": Text("Xem thêm", "Look further"),
    "more": Text("… và {} nữa", "… and {} more"),
    "digest": Text("{} tin: {} mới, {} nhắc lại, {} đã khắc phục", "{} alerts: {} new, {} repeated, {} recovered"),
}
_SENTENCES = {
    MISSING: Text("tệp phải đến trước giờ chốt", "an export must come before its cut-off"),
    HELD_BACK: Text("tệp phải được chấp nhận", "an export must be accepted"),
}


@dataclass(frozen=True)
class Message:
    """What is sent: a title and lines; `deliver` makes their text neutral."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class AlertTexts:
    """Words alerts as messages in the language `lang`.

    `names`: unit_id → name; `rows`: (delivery, rule) → messages of the first faulty rows; `never`: the senders from
    which nothing was ever received; `still_faulty`: identity of a closed alert → its days that are not corrected.
    """

    lang: str
    names: Mapping[str, str]
    rows: Mapping[tuple[str | None, str], Sequence[str]]
    never: frozenset[tuple[str, str]]
    still_faulty: Mapping[tuple[str, str, str], Sequence[date]]

    def one(self, alert: Alert) -> Message:
        """A message about one alert."""
        facts = [
            ("unit", f"{self.names.get(alert.unit_id, alert.unit_id)} ({alert.unit_id})"),
            ("contract", alert.contract),
            ("days", self._days(alert.days)),
            ("rule", f"{alert.rule}: {self._sentence(alert)}"),
        ]
        if alert.failing and alert.pending != CLOSE:
            facts.append(("failing", vn.count(alert.failing)))
        lines = [f"{self._word(name)}: {value}" for name, value in facts]
        if alert.pending != CLOSE:
            lines += [f"  {row}" for row in self.rows.get((alert.delivery_id, alert.rule), ())]
        faulty_days = self.still_faulty.get(alert.identity, ()) if alert.pending == CLOSE else ()
        if faulty_days:
            lines.append(f"{self._word('still_faulty')}: {self._days(faulty_days)}")
        if alert.pending != CLOSE or faulty_days:
            lines.append(f"{self._word('details')}: {_command(alert)}")
        return Message(f"[tyle] {self._headline(alert)}", tuple(lines))

    def digest(self, alerts: Sequence[Alert]) -> Message:
        """One message about many alerts, the worst first."""
        kinds = [alert.pending for alert in alerts]
        counts = [kinds.count(kind) for kind in (OPEN, REPEAT, CLOSE)]
        lines = [
            f"- {self._headline(alert)} ({alert.rule}; {self._span(alert.days)})"
            for alert in sorted(alerts, key=self._rank)
        ]
        if len(lines) > MAX_LINES:
            lines[MAX_LINES:] = [self._word("more").format(len(lines) - MAX_LINES)]
        lines.append(f"{self._word('details')}: tyle watch; tyle quarantine list")
        return Message(f"[tyle] {self._word('digest').format(len(alerts), *counts)}", tuple(lines))

    def _word(self, name: str) -> str:
        return _WORDS[name].in_language(self.lang)

    def _headline(self, alert: Alert) -> str:
        name = self.names.get(alert.unit_id, alert.unit_id)
        what, how = self._word(self._what(alert)), self._word(alert.pending or OPEN)
        return f"{name}: {how} ({what})" if alert.pending == CLOSE else f"{name}: {how}{what}"

    def _what(self, alert: Alert) -> str:
        if alert.rule == MISSING and self._is_never(alert):
            return "never"
        if alert.rule == MISSING or (alert.rule == LATE and alert.severity != "critical"):
            return alert.rule
        return HELD_BACK if alert.severity == "critical" else "warning"

    def _is_never(self, alert: Alert) -> bool:
        return (alert.unit_id, alert.contract) in self.never

    def _rank(self, alert: Alert) -> tuple[bool, bool, bool, str]:
        is_missing = alert.rule == MISSING
        never = is_missing and self._is_never(alert)
        return alert.pending == CLOSE, not never, alert.severity != "critical", self.names.get(alert.unit_id, "")

    def _sentence(self, alert: Alert) -> str:
        try:
            found = _SENTENCES.get(alert.rule) or sentence(alert.contract, alert.rule)
        except KeyError:  # a rule of another version of the software
            return ""
        return found.in_language(self.lang)

    def _span(self, days: Sequence[date]) -> str:
        return vn.day(days[0]) if len(days) == 1 else f"{len(days)} {self._word('many')}, {vn.day(days[-1])}"

    def _days(self, days: Sequence[date]) -> str:
        shown = ", ".join(map(vn.day, days[-_MAX_DAYS:]))
        return f"{self._word('more').format(len(days) - _MAX_DAYS)}, {shown}" if len(days) > _MAX_DAYS else shown


def _command(alert: Alert) -> str:
    if alert.delivery_id:
        return f"tyle quarantine show {alert.delivery_id}"
    return f"tyle status --date {alert.business_date}"

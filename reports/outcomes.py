"""The words for what became of a unit's day or of a delivery: one table for screen, report, site and alerts."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, lang: str) -> str:
        """The words in `lang` ("vi" or "en")."""
        return self.en if lang == "en" else self.vi


# The worst first. `late` is also accepted or held back; `duplicate` and `waiting` are no outcome of a finished day.
OUTCOMES = {
    "quarantined": Words("bị giữ lại", "held back"),
    "missing": Words("chưa gửi", "not sent"),
    "never": Words("chưa từng gửi", "never sent"),
    "late": Words("gửi muộn", "sent late"),
    "accepted_with_warnings": Words("đã nhận, có cảnh báo", "accepted with a warning"),
    "accepted": Words("đã nhận", "accepted"),
    "duplicate": Words("gửi trùng, bỏ qua", "sent twice, ignored"),
    "waiting": Words("đang chờ", "waiting"),
}
# What the marts say of a day that was due, in the order of a chart's key.
OF_A_DAY = ("accepted", "accepted_with_warnings", "quarantined", "missing")
# What a person decided about a delivery.
DECISIONS = {
    "released": Words("cho qua theo quyết định", "released by decision"),
    "rejected": Words("đã loại hẳn", "rejected for good"),
    "corrected": Words("đã sửa theo quyết định", "corrected by decision"),
    "withdrawn": Words("đã thu hồi", "withdrawn"),
    "imported": Words("nhập từ báo cáo cũ", "imported from a past report"),
}

"""The counts that a metric may name: columns of `daily_counts` with what they mean, and which contracts give them.

No formula and no rate: reference/metrics.toml says what is divided by what.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CountOf:
    """One count of cases. `count_id` is the column of `daily_counts`; names and meaning are for people.

    `always`: the contracts that state it in every delivery, so that a delivery without rows means 0.
    `sometimes`: those in which a unit may leave it out; then it is null and a metric has no value there.
    """

    count_id: str
    name: str
    name_en: str
    meaning: str
    always: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()

    @property
    def contracts(self) -> tuple[str, ...]:
        """The contracts that may give it."""
        return (*self.always, *self.sometimes)


_BY_CHANNEL = ("summary", "cases", "ii06")
_SETTLED = ("cases", "ii06", "processing")
_ANY = ("summary", "cases", "ii06", "processing")

COUNTS = {
    one.count_id: one
    for one in (
        CountOf("online", "Trực tuyến", "Online", "hồ sơ nộp trực tuyến", _BY_CHANNEL),
        CountOf("in_person", "Trực tiếp", "In person", "hồ sơ nộp trực tiếp, không gồm bưu chính", _BY_CHANNEL),
        CountOf("postal", "Bưu chính", "By post", "hồ sơ nộp qua bưu chính công ích", ("cases",), ("summary",)),
        CountOf("total", "Tổng số", "All cases", "trực tuyến, trực tiếp và bưu chính", _BY_CHANNEL),
        CountOf("received", "Tiếp nhận", "Received", "hồ sơ tiếp nhận", _SETTLED, ("summary",)),
        CountOf("settled", "Đã giải quyết", "Settled", "hồ sơ đã giải quyết", _SETTLED, ("summary",)),
        CountOf(
            "settled_on_time",
            "Giải quyết đúng hạn",
            "Settled on time",
            "hồ sơ giải quyết trước hạn và đúng hạn",
            _SETTLED,
            ("summary",),
        ),
        CountOf("to_pay", "Phải thanh toán", "To be paid", "hồ sơ phải nộp phí, lệ phí", (), _ANY),
        CountOf("paid_online", "Thanh toán trực tuyến", "Paid online", "hồ sơ, không phải số tiền", (), _ANY),
        CountOf("digitised_files", "Số hóa thành phần hồ sơ", "Digitised files", "hồ sơ được số hóa", (), _ANY),
        CountOf(
            "digitised_results",
            "Số hóa kết quả",
            "Digitised results",
            "hồ sơ đã giải quyết có kết quả số hóa",
            (),
            _ANY,
        ),
        CountOf(
            "electronic_results",
            "Cấp kết quả điện tử",
            "Results issued electronically",
            "hồ sơ đã giải quyết có kết quả bản điện tử",
            (),
            _ANY,
        ),
        CountOf("resubmitted", "Phải bổ sung", "To be supplied", "hồ sơ phải bổ sung, hoàn thiện", (), _ANY),
        CountOf(
            "overdue",
            "Giải quyết quá hạn",
            "Settled late",
            "hồ sơ đã giải quyết sau ngày hẹn, không gồm hồ sơ đang giải quyết",
            ("cases", "ii06"),
            ("summary", "processing"),
        ),
    )
}

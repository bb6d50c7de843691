"""The columns that an export of each kind must and may have. No header names (reference/headers.toml), no rules."""

from dataclasses import dataclass

from transforms.dictionary.text import Text


@dataclass(frozen=True)
class Contract:
    """The columns that a delivery of this kind is read into, by the way they are read; `title`: what it is called.

    `required` columns must be found in the header. `ordinal` is the row's number (STT); `unit` and `date` are compared
    with the sender and the day of the file. `rate`: the columns (part, whole) of a stated rate. `codes`: columns whose
    values reference/codes.toml lists. `more`: those of the counts or codes that the form itself does not have; where
    nothing states them they are null, and nothing is held back. `may_be_one_row`: one row with the total, unnamed or a
    totals row, suffices. `by_case`: a row is a case, not a sum; its texts may hold personal data and are never shown,
    and a table without rows means that there were no cases. `hundredths`: those of the counts that have two decimals,
    kept as whole hundredths.
    """

    name: str
    title: Text
    required: tuple[str, ...]
    texts: tuple[str, ...]
    counts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    percents: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    by_case: bool = False
    rate: tuple[str, str] = ("online", "total")
    may_be_one_row: bool = False
    hundredths: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in their order in a filings frame: the allow-list of what is read from a file."""
        return (*self.texts, *self.codes, *self.counts, *self.percents, *self.dates)

    @property
    def whole_counts(self) -> tuple[str, ...]:
        """The counts without decimals, which may group thousands."""
        return tuple(column for column in self.counts if column not in self.hundredths)

    @property
    def own_counts(self) -> tuple[str, ...]:
        """The counts that the form has, which add up and are compared with the past."""
        return tuple(column for column in self.counts if column not in self.more)


# Counts that other rates than the online rate need. `overdue`: settled after the day they were due, so that it adds up
# over days as `settled` does; cases still in process after that day are a state of one day, and no part of it.
MORE_COUNTS = (
    "to_pay",
    "paid_online",
    "digitised_files",
    "digitised_results",
    "electronic_results",
    "resubmitted",
    "overdue",
)
# What a list may say of a case: all of them but `overdue`, which its days say.
CASE_MARKS = MORE_COUNTS[:-1]

SUMMARY = Contract(
    name="summary",
    title=Text("Bảng tổng hợp", "Summary"),
    required=("field", "online", "in_person", "total"),
    texts=("ordinal", "field", "unit"),
    counts=("online", "in_person", "postal", "total", "received", "settled", "settled_on_time", *MORE_COUNTS),
    codes=("service_level",),
    more=MORE_COUNTS,
    percents=("stated_rate",),
    dates=("date",),
)

# Form II.06 (Thông tư 01/2020/TT-VPCP), columns (3) to (13) in their order.
_II06_COUNTS = (
    "received",
    "online",
    "in_person",
    "carried_over",
    "settled",
    "settled_early",
    "settled_on_due",
    "settled_late",
    "pending",
    "pending_in_term",
    "pending_overdue",
)
II06 = Contract(
    name="ii06",
    title=Text("Biểu II.06", "Form II.06"),
    required=("field", *_II06_COUNTS),
    texts=("ordinal", "field", "unit"),
    counts=(*_II06_COUNTS, *CASE_MARKS),  # overdue is its column (10)
    more=CASE_MARKS,
    dates=("date",),
)

# The national portal's sync object, and case lists with the same columns under other headers. `unit` handles the case;
# since 2025 another one may have received it (procedures handled independent of administrative boundaries).
CASES = Contract(
    name="cases",
    title=Text("Danh sách hồ sơ", "List of cases"),
    required=("case_id", "channel", "status", "received_on"),
    texts=("ordinal", "case_id", "procedure", "field", "field_code", "unit", "receiving_unit"),
    codes=("channel", "status", "service_level", *CASE_MARKS),
    more=CASE_MARKS,
    dates=("received_on", "due_on", "ended_on", "returned_on", "date"),
    by_case=True,
)

# What the one-stop centre reports of all procedures of the province, cumulative since the year began.
PROCESSING = Contract(
    name="processing",
    title=Text("Tình hình giải quyết", "Processing"),
    required=("received", "settled", "settled_on_time"),
    texts=("ordinal", "field", "unit"),
    counts=("received", "settled", "settled_on_time", *MORE_COUNTS),
    more=MORE_COUNTS,
    percents=("stated_rate",),
    dates=("date",),
    rate=("settled_on_time", "settled"),
    may_be_one_row=True,
)

# What a scoreboard publishes of a unit: points of each component out of a maximum (reference/metrics.toml, kind given).
# `field` holds the component.
SCORES = Contract(
    name="scores",
    title=Text("Bảng điểm", "Scores"),
    required=("field", "points"),
    texts=("ordinal", "field", "unit"),
    counts=("points", "maximum"),
    more=("maximum",),
    dates=("date",),
    rate=("points", "maximum"),
    may_be_one_row=True,
    hundredths=("points", "maximum"),
)

# For which of its two units a case counts, as tyle.toml says it → the column that names the unit.
COUNTED_BY = {"handling": "unit", "receiving": "receiving_unit"}

CONTRACTS = {contract.name: contract for contract in (SUMMARY, II06, CASES, PROCESSING, SCORES)}
NO_FIELD = "Không ghi lĩnh vực"  # the field of counts that come without one
UNKNOWN_FIELD = "Không rõ"  # the field of cases whose text is in no list: it may be a person's name, so it is not kept

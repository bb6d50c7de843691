"""What may happen with a unit's export of one day, each with its answer. Chooses neither unit nor day."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from demo.styles import EXCEL_CSV
from demo.writers.render import write
from tests.answer_key.faults import Fault, faults, sent_by
from tests.answer_key.figures import Entries
from tests.answer_key.files import case_file, case_rows, content, lines_of, plain_style, sound_file
from tests.answer_key.province import Member
from tests.reference import fields
from tests.transforms.test_corrections import ENTRY, toml
from tests.transforms.test_every_rule import FAULTS
from tests.writers import Entry, Way
from tests.writers import write as write_way
from transforms.check.rules import severities
from transforms.dictionary.contracts import UNKNOWN_FIELD


@dataclass(frozen=True)
class Slot:
    """A unit's day: its cases of that day (cumulative where it sends such), those of the day before, the days after."""

    member: Member
    day: date
    entries: Entries
    before: Entries
    day_before: date
    later: tuple[date, ...]


@dataclass(frozen=True)
class Sending:
    """One file that arrives with the exports of the day `arrives`, and its answer.

    `status`, and the rule that decides it ("" where it breaks none); `says`: the counts to take from it when it
    counts, None where it does not distinguish the levels of service.
    """

    arrives: date
    content: bytes
    suffix: str
    says: Entries | None
    status: str = "accepted"
    rule: str = ""
    tag: str = ""
    hour: int = 16  # in time until 17 of the next working day


@dataclass(frozen=True)
class Story:
    """A kind of event for units of a contract and basis: its files, and the entry of corrections.toml that it needs.

    `days_before`, `days_after`: how many ordinary days of the unit must stand beside it.
    """

    name: str
    contract: str
    sendings: Callable[[Slot], list[Sending]]
    basis: str = "day"
    days_before: int = 0
    days_after: int = 0
    only_small: bool = False
    correct: Callable[[Slot], dict[str, object]] | None = field(default=None)


def ordinary(slot: Slot) -> list[Sending]:
    """A good export in time."""
    return [good(slot, slot.entries)]


def good(slot: Slot, entries: Entries, **changed: object) -> Sending:
    """A good export of these counts."""
    file, suffix = sound_file(slot.member, slot.day, entries)
    return replace(Sending(slot.day, file, suffix, _scope(slot.member, entries)), **changed)


def _scope(member: Member, entries: Entries) -> Entries | None:
    return entries if member.level_is_agreed else None


def held_back(fault: Fault) -> Story:
    """A story of this fault that no later file mends."""

    def sendings(slot: Slot) -> list[Sending]:
        return [_faulty(fault, slot)]

    before = 1 if fault.basis == "month_to_date" else 0
    return Story(f"{fault.contract} {fault.name}", fault.contract, sendings, fault.basis, days_before=before)


def _faulty(fault: Fault, slot: Slot, **changed: object) -> Sending:
    file, suffix = fault.file(slot.member, slot.day, slot.entries, slot.before)
    return replace(Sending(slot.day, file, suffix, None, "quarantined", fault.rule), **changed)


def _one(entries: Entries | Callable[[Slot], Entries]) -> Callable[[Slot], list[Sending]]:
    return lambda slot: [good(slot, entries(slot) if callable(entries) else entries)]


def _styled(entries: Entries, whole: bool = False) -> Callable[[Slot], list[Sending]]:
    """In the CSV of a Vietnamese Excel, which states rates without a sign; `whole`: rounded to whole numbers."""

    def sendings(slot: Slot) -> list[Sending]:
        lines = lines_of(entries)
        if whole:
            lines = tuple(replace(line, rate=line.rate.quantize(Decimal(1), ROUND_HALF_UP)) for line in lines)
        file = write(content(plain_style(slot.member), slot.day, lines), EXCEL_CSV)
        sending = Sending(slot.day, file, ".csv", entries)
        return [replace(sending, status="accepted_with_warnings", rule="rate_has_decimals") if whole else sending]

    return sendings


def _dashed(slot: Slot) -> list[Sending]:
    entries = (Entry("Đất đai", 0, 0), Entry("Hộ tịch", 1489, 0))
    way = Way("html", numbers="vietnamese", dashes=True, groups="subtotals", totals="last", footer=True)
    return [Sending(slot.day, write_way((entries,), way), ".xls", entries)]


def _twice(slot: Slot) -> list[Sending]:
    first = good(slot, slot.entries)
    return [first, replace(first, arrives=slot.later[0], status="duplicate", tag="_ban-sao")]


def _more(entries: Entries) -> Entries:
    return (replace(entries[0], online=entries[0].online + 1), *entries[1:])


def _restated(slot: Slot) -> list[Sending]:
    return [good(slot, slot.entries), good(slot, _more(slot.entries), arrives=slot.later[0], tag="_gui-lai")]


def _mended(fault: Fault) -> Callable[[Slot], list[Sending]]:
    return lambda slot: [
        _faulty(fault, slot),
        good(slot, slot.entries, arrives=slot.later[0], tag="_gui-lai"),
    ]


def _spoilt(fault: Fault) -> Callable[[Slot], list[Sending]]:
    return lambda slot: [
        good(slot, slot.entries),
        _faulty(fault, slot, arrives=slot.later[0], tag="_gui-lai"),
    ]


def _late(slot: Slot) -> list[Sending]:
    return [
        good(slot, slot.entries, arrives=slot.later[0], hour=18, status="accepted_with_warnings", rule="is_in_time")
    ]


def _copy(slot: Slot) -> list[Sending]:
    return [good(slot, slot.before, status="accepted_with_warnings", rule="is_no_copy")]


def _few_alike(slot: Slot) -> list[Sending]:
    return [good(slot, slot.before)]


def _to_correct(slot: Slot) -> list[Sending]:
    """A wrong total that a reviewed correction mends."""
    lines = lines_of(slot.entries)
    wrong = (replace(lines[0], total=lines[0].total + 9), *lines[1:])
    file = write(content(plain_style(slot.member), slot.day, wrong), EXCEL_CSV)
    return [Sending(slot.day, file, ".csv", slot.entries)]


def _correction(column: str, expect: Callable[[Entry], int], value: Callable[[Entry], int]) -> Callable[[Slot], dict]:
    def entry(slot: Slot) -> dict[str, object]:
        first = slot.entries[0]
        return {
            **ENTRY,
            "unit": f'"{slot.member.unit_id}"',
            "date": slot.day.isoformat(),
            "contract": f'"{slot.member.contract}"',
            "field": f'"{first.field}"',
            "column": f'"{column}"',
            "expect": str(expect(first)),
            "value": str(value(first)),
        }

    return entry


def correction_text(entries: list[dict[str, object]]) -> str:
    """reference/corrections.toml."""
    return toml(*entries)


def _stale_correction(slot: Slot) -> list[Sending]:
    return [good(slot, slot.entries, status="accepted_with_warnings", rule="correction_is_current")]


def _counted_before(slot: Slot) -> list[Sending]:
    """The first case of the day before once more: it counted then."""
    again = case_rows(slot.member, slot.day_before, slot.before)[0]
    rows = [again, *case_rows(slot.member, slot.day, slot.entries)]
    about = {"status": "accepted_with_warnings", "rule": "case_not_counted_before"}
    return [replace(good(slot, slot.entries), content=case_file(slot.member, rows), **about)]


def _no_cases(slot: Slot) -> list[Sending]:
    return [Sending(slot.day, json.dumps([]).encode(), ".json", ())]


_HISTORY = {"rate_is_usual", "volume_is_usual"}  # need twenty weeks of their weekday: tests/transforms/test_past.py
_BESIDE_OTHERS = {"is_no_copy", "is_in_time", "levels_told", "case_not_counted_before"}  # each has its own story
_SET_ASIDE = [
    rule for rule in FAULTS["cases"] if severities("cases")[rule] == "warning" and rule not in _HISTORY | _BESIDE_OTHERS
]
_COUNTED_ALL_THE_SAME = {"marks_known", "paid_case_was_to_pay"}  # only what the case says beside its channel is unknown
KNOWN = fields().fields["name"].to_list()
ROWS_LISTED = 40  # of the lists of cases in test_every_rule


def _set_aside(rule: str) -> Story:
    """One faulty case of forty: it is left out, the others count. One with an unknown field counts without it.

    One whose marks are unknown counts. Of a list with other units' cases alone none counts.
    """
    text = FAULTS["cases"][rule].faulty
    field_name = "Dược phẩm" if rule == "row_is_visible" else "Đất đai"
    unnamed = (Entry(UNKNOWN_FIELD, 1, 0),) if rule == "field_is_known" else ()

    def sendings(slot: Slot) -> list[Sending]:
        counted = ROWS_LISTED if rule in _COUNTED_ALL_THE_SAME else ROWS_LISTED - 1
        says = (Entry(field_name, counted, 0), *unnamed) if rule != "some_cases_are_own" else ()
        return [Sending(slot.day, sent_by(text, slot.member, slot.day), ".json", says, "accepted_with_warnings", rule)]

    return Story(f"cases {rule}", "cases", sendings)


def _levels_untold(slot: Slot) -> list[Sending]:
    file = sent_by(FAULTS["cases"]["levels_told"].faulty, slot.member, slot.day)
    return [Sending(slot.day, file, ".csv", None, "accepted_with_warnings", "levels_told")]


def _tricky() -> list[Story]:
    """Good exports, however odd."""
    off = {fault.name: fault for fault in faults() if fault.contract == "summary"}
    stories = []
    for contract in ("summary", "ii06", "cases"):
        stories += [
            Story(f"{contract} twice", contract, _twice, days_after=1),
            Story(f"{contract} restated", contract, _restated, days_after=1),
            Story(f"{contract} missing", contract, lambda _: []),
            Story(f"{contract} late", contract, _late, days_after=1),
        ]
    return [
        *stories,
        Story("zeros", "summary", _one((Entry("Đất đai", 0, 0), Entry("Hộ tịch", 0, 0)))),
        Story("zeros on the form", "ii06", _one((Entry("Đất đai", 0, 0),))),
        Story("no cases", "cases", _no_cases),
        Story("very many", "summary", _one((Entry("Đất đai", 98_765_432_109, 1), Entry("Hộ tịch", 0, 99_999_999)))),
        Story(
            "half up",
            "summary",
            _styled(tuple(Entry(name, n, 800 - n) for n, name in zip(range(1, 800, 14), KNOWN, strict=False))),
        ),
        Story("one per cent", "summary", _styled((Entry("Đất đai", 251, 24_749),))),
        Story("all or nothing", "summary", _styled((Entry("Đất đai", 31, 0), Entry("Hộ tịch", 0, 31)))),
        Story("dashes", "summary", _dashed),
        Story("few and alike", "summary", _few_alike, days_before=1, only_small=True),
        Story("mended", "summary", _mended(off["own total_is_sum"]), days_after=1),
        Story("mended copy of a picture", "summary", _mended(off["picture"]), days_after=1),
        Story("spoilt", "summary", _spoilt(off["own total_is_sum"]), days_after=1),
        Story(
            "corrected",
            "summary",
            _to_correct,
            correct=_correction("total", lambda entry: entry.total + 9, lambda entry: entry.total),
        ),
        Story("late in the month", "summary", _late, "month_to_date", days_after=1),
        Story("missing in the month", "summary", lambda _: [], "month_to_date"),
        Story("restated in the month", "summary", _restated, "month_to_date", days_after=1),
    ]


def _warned() -> list[Story]:
    stale = _correction("online", lambda entry: entry.online + 1, lambda entry: entry.online)
    by_contract = [
        story
        for contract in ("summary", "ii06")
        for story in (
            Story(f"{contract} copy", contract, _copy, days_before=1),
            Story(f"{contract} stale correction", contract, _stale_correction, correct=stale),
        )
    ]
    return [
        *by_contract,
        Story("whole rate", "summary", _styled((Entry("Đất đai", 421, 585),), whole=True)),
        *map(_set_aside, _SET_ASIDE),
        Story("levels untold", "cases", _levels_untold),
        Story("counted before", "cases", _counted_before, days_before=1),
    ]


def stories() -> tuple[list[Story], list[Story]]:
    """The stories to be held back, and those that are not."""
    return [held_back(fault) for fault in faults()], [*_tricky(), *_warned()]

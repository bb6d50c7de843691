"""The rules a delivery must keep, each with one predicate. Judges nothing itself; knows no threshold of a unit."""

from transforms.check.rules import cases, delivery, ii06, plausibility, processing, scores, shared, summary, titles
from transforms.check.rules.rule import READABLE, Rule, Severity
from transforms.dictionary.contracts import CASES, II06, PROCESSING, SCORES, SUMMARY
from transforms.dictionary.text import Text

RULES: dict[str, tuple[Rule, ...]] = {
    SUMMARY.name: summary.RULES + titles.RULES + plausibility.TABLE_RULES + delivery.TABLE_RULES + shared.TABLE_RULES,
    II06.name: ii06.RULES + titles.TABLE_RULES + plausibility.TABLE_RULES + delivery.TABLE_RULES + shared.TABLE_RULES,
    CASES.name: cases.RULES + plausibility.RULES + delivery.RULES,
    PROCESSING.name: processing.RULES + titles.TABLE_RULES + delivery.TABLE_RULES + shared.TABLE_RULES,
    SCORES.name: scores.RULES + delivery.TABLE_RULES,
}
READABLE_SENTENCE = Text("tệp phải đọc được", "the file must be readable")


def severities(contract: str) -> dict[str, Severity]:
    """Rule id → severity, in the order of the rules, `readable` first."""
    readable: dict[str, Severity] = {READABLE: "critical"}
    return readable | {rule.id: rule.severity for rule in RULES[contract]}


def sentence(contract: str, rule_id: str) -> Text:
    """What the rule asks. Raises KeyError for an unknown rule."""
    if rule_id == READABLE:
        return READABLE_SENTENCE
    return {rule.id: rule.sentence for rule in RULES[contract]}[rule_id]

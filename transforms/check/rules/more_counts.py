"""Rules on the counts that a form may have beside its own (`more` of a contract). A blank one breaks nothing."""

from dataclasses import replace

import polars as pl

from transforms.check.rules.rule import FIGURES, Note, Rule, first_of, kind
from transforms.dictionary.contracts import Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text

_ON_TIME_AND_OVERDUE = Rule(
    "on_time_and_overdue_within_settled",
    "critical",
    Text("đúng hạn + quá hạn ≤ đã giải quyết", "on time + overdue ≤ settled"),
    applies=FIGURES,
    breaks=(pl.col("settled_on_time") + pl.col("overdue") > pl.col("settled")).fill_null(False),
    shown=("overdue", "settled_on_time", "settled"),
    scope="row",
)


def more_counts_rules(contract: Contract, cases: str, settled: str) -> tuple[Rule, ...]:
    """Each count is within the one it is a part of, and a totals row or a group's row is the sum of its rows.

    `cases`, `settled`: the contract's columns of all cases and of those settled. Two figures are compared where both
    are stated, and a sum where all rows state the count: nothing is said of a blank cell.
    """
    rules = (
        # What is to be paid or supplied on a day may be of cases that came before it.
        replace(_within("to_pay_within_cases", "to_pay", cases), severity="warning"),
        replace(_within("resubmitted_within_cases", "resubmitted", cases), severity="warning"),
        _within("paid_online_within_to_pay", "paid_online", "to_pay", cases),
        _within("digitised_files_within_cases", "digitised_files", cases),
        _within("digitised_results_within_settled", "digitised_results", settled),
        _within("electronic_results_within_settled", "electronic_results", settled),
        _within("overdue_within_settled", "overdue", settled),
        _ON_TIME_AND_OVERDUE,
    )
    return (*(rule for rule in rules if rule.shown[0] in contract.more), _sums(contract))


def _within(rule: str, part: str, whole: str, else_whole: str | None = None) -> Rule:
    """`part` is not more than `whole`, nor than `else_whole` where `whole` is not stated."""
    wholes = [whole] if else_whole is None else [whole, else_whole]
    vi, en = (" ≤ ".join(label(column, lang).lower() for column in (part, whole)) for lang in ("vi", "en"))
    return Rule(
        rule,
        "critical",
        Text(vi, en),
        applies=FIGURES,
        breaks=(pl.col(part) > pl.coalesce(wholes)).fill_null(False),
        shown=(part, *wholes),
        expected=pl.format("≤ {}", pl.coalesce(wholes)),
        scope="row",
    )


def _sums(contract: Contract) -> Rule:
    sums = {c: pl.when(kind("subtotal")).then(f"group_sum_{c}").otherwise(f"sum_{c}") for c in contract.more}
    differs = {c: (pl.col(c) != right).fill_null(False) for c, right in sums.items()}

    def in_language(lang: str) -> pl.Expr:
        right = (pl.when(differs[c]).then(pl.format("{} = {}", pl.lit(label(c, lang)), sums[c])) for c in contract.more)
        return pl.concat_str(right, separator=", ", ignore_nulls=True)

    return Rule(
        "more_counts_are_sums",
        "critical",
        Text(
            "dòng tổng cộng, dòng nhóm = tổng các dòng, cả ở những cột ngoài biểu",
            "totals rows and rows of groups equal the sum of their rows, in further columns too",
        ),
        applies=(kind("totals") & ~pl.col("sums_rows_beside")) | kind("subtotal"),
        breaks=pl.any_horizontal(differs.values()),
        shown=contract.more,
        at=first_of(differs),
        expected=Note(in_language("vi"), in_language("en")),
        scope="table",
    )

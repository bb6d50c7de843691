"""The rules of `ii06`: form II.06 and its four relations (Thông tư 01/2020/TT-VPCP)."""

import polars as pl

from transforms.check.rules.common import (
    CORRECTIONS,
    DATE_IS_BUSINESS_DATE,
    UNIT_IS_SENDER,
    numbers_not_negative,
    numbers_readable,
    values_stated,
)
from transforms.check.rules.fields import FIELD_IS_KNOWN
from transforms.check.rules.levels import LEVELS_TOLD, level_is_rated
from transforms.check.rules.more_counts import more_counts_rules
from transforms.check.rules.rows import table_rules
from transforms.check.rules.rule import FIGURES, Rule
from transforms.dictionary.contracts import II06
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text

_NUMBERS = dict(zip(II06.own_counts, range(3, 14), strict=True))  # a count's column number on the printed form


def _relation(rule: str, whole: str, *parts: str) -> Rule:
    """`whole` is the sum of `parts`; unknown as soon as one of them is."""
    numbers = f"({_NUMBERS[whole]}) = " + " + ".join(f"({_NUMBERS[part]})" for part in parts)
    right = pl.sum_horizontal(pl.col(part) for part in parts)
    known = pl.all_horizontal(pl.col(part).is_not_null() for part in parts)
    total = pl.when(known).then(right)
    words = f"{label(whole)} {numbers}"
    return Rule(
        rule,
        "critical",
        Text(words, numbers),
        applies=FIGURES,
        breaks=pl.col(whole) != total,
        shown=(whole, *parts),
        expected=total,
        scope="row",
    )


RULES: tuple[Rule, ...] = (
    *CORRECTIONS,
    values_stated(
        ("field", *II06.own_counts),
        Text("lĩnh vực và các cột (3) đến (13) không được để trống", "field and (3) to (13) must not be blank"),
    ),
    numbers_readable(II06, ("field", *II06.own_counts)),
    numbers_not_negative(II06, ("field", *II06.own_counts)),
    _relation("received_is_sum", "received", "online", "in_person", "carried_over"),
    _relation("settled_is_sum", "settled", "settled_early", "settled_on_due", "settled_late"),
    _relation("pending_is_sum", "pending", "pending_in_term", "pending_overdue"),
    _relation("received_is_settled_and_pending", "received", "settled", "pending"),
    *table_rules(II06.own_counts, ("received", "settled", "pending")),
    *more_counts_rules(II06, "received", "settled"),
    FIELD_IS_KNOWN,
    UNIT_IS_SENDER,
    DATE_IS_BUSINESS_DATE,
    LEVELS_TOLD,
    level_is_rated("warning"),
)

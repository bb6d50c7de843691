"""The rules on the sums that a file of several units states. What they compare: transforms.check.shared.judging."""

import polars as pl

from transforms.check.rules.rule import Note, Rule
from transforms.dictionary.text import Text

GROUP_TOTAL_IS_SUM = Rule(
    "group_total_is_sum",
    "critical",
    Text(
        "trong tệp chung, dòng tổng của khối, của tỉnh = tổng các đơn vị",
        "in a shared file the sum of a group, of the province, equals that of its units",
    ),
    applies=pl.col("in_group_total"),
    breaks=pl.col("group_fault").is_not_null(),
    shown=(),
    note=Note(pl.col("group_fault"), pl.col("group_fault_en")),
    of_delivery=True,
)
GROUP_TOTAL_IS_COMPARED = Rule(
    "group_total_is_compared",
    "warning",
    Text(
        "trong tệp chung, mọi dòng tổng đều so được với các đơn vị",
        "in a shared file every sum can be compared with its units",
    ),
    applies=pl.col("in_group_total"),
    breaks=pl.col("group_unread").is_not_null(),
    shown=(),
    note=Note(pl.col("group_unread"), pl.col("group_unread_en")),
    of_delivery=True,
)
TABLE_RULES: tuple[Rule, ...] = (GROUP_TOTAL_IS_SUM, GROUP_TOTAL_IS_COMPARED)

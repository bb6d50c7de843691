"""Rules on the rows of tables of counts: totals, groups, parts, and that each row is known and seen.

What a single cell or the sender must be stands in transforms.check.rules.common.
"""

from collections.abc import Sequence

import polars as pl

from transforms.check.rules.rule import DETAIL, Note, Rule, Scope, kind
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text


def table_rules(summed: Sequence[str], shown: tuple[str, ...]) -> tuple[Rule, ...]:
    """What holds between the rows of a table of counts: totals, groups, and that each row is known and seen.

    `summed`: the columns that add up; `shown`: those a message states, the first of them where it points.
    """

    def of_row(rule: str, sentence: Text, *, applies: pl.Expr, breaks: pl.Expr, scope: Scope = "table") -> Rule:
        """A rule that holds a file back and points at the row's name."""
        named = ("field", *shown)
        return Rule(rule, "critical", sentence, applies=applies, breaks=breaks, shown=named, scope=scope)

    return (
        Rule(
            "totals_row_is_sum",
            "critical",
            Text("dòng tổng cộng = tổng các dòng chi tiết", "the totals row equals the sum of the rows"),
            applies=kind("totals") & ~pl.col("sums_rows_beside"),
            breaks=_differs_from("sum", summed),
            shown=shown,
            expected=_right_sums("sum", summed),
            scope="table",
        ),
        Rule(
            "subtotals_are_sums",
            "critical",
            Text("dòng nhóm = tổng các dòng trong nhóm", "a group's row equals the sum of its rows"),
            applies=kind("subtotal"),
            breaks=_differs_from("group_sum", summed),
            shown=shown,
            expected=_right_sums("group_sum", summed),
            scope="table",
        ),
        of_row(
            "rows_are_known",
            Text(
                "dòng có số liệu mà không rõ là lĩnh vực, tổng hay phần của dòng khác: "
                "tên không phải tên lĩnh vực, hoặc thiếu STT",
                "a row with figures: a field, a total, or part of another row? "
                "It is named like no field, or has no number of its own",
            ),
            applies=kind("unknown"),
            breaks=pl.lit(True),
            scope="cell",
        ),
        of_row(
            "parts_are_within_row",
            Text(
                "dòng “trong đó” (dấu -, a), 1.1 …) không được lớn hơn dòng mà nó là một phần",
                "a row “of which” (-, a), 1.1 …) must not be more than the row of which it is a part",
            ),
            applies=kind("of_which", "part"),
            breaks=~pl.col("within_parent"),
        ),
        of_row(
            "parts_are_known",
            Text(
                "dòng có gạch đầu dòng, thụt lề: lĩnh vực hay phần của dòng trên? Hãy đánh STT, hoặc ghi “Trong đó:”",
                "a row with a bullet, an indent: a field, or part of the row above? Number it, or write “Trong đó:”",
            ),
            applies=kind("part") & pl.col("within_parent"),
            breaks=~pl.col("is_settled_part"),
        ),
        of_row(
            "comparisons_are_apart",
            Text(
                "dòng lũy kế, so sánh chỉ được bỏ qua khi có dòng tổng cộng đúng: hãy xóa nó, hoặc thêm dòng tổng cộng",
                "a row of cumulative or earlier figures is passed over beside a right totals row only: delete it",
            ),
            applies=kind("comparison"),
            breaks=~pl.col("has_right_total"),
        ),
        of_row(
            "carries_are_sums",
            Text(
                "dòng cộng trang, mang sang = tổng các dòng phía trên: hãy xóa dòng này",
                "what a page carries over equals the sum of the rows above: delete the row",
            ),
            applies=kind("carry"),
            breaks=~pl.col("is_carried"),
        ),
        of_row(
            "rows_are_no_sums",
            Text(
                "dòng bằng tổng các dòng khác, hoặc có thể là phần của dòng trên, mà tên không phải lĩnh vực đã biết: "
                "hãy xóa dòng, hoặc thêm tên vào reference/fields.csv",
                "a row that is the sum of others, or may be part of the row above, and is named like no known field: "
                "delete it, or add its name to reference/fields.csv",
            ),
            applies=DETAIL,
            breaks=pl.col("is_nameless_sum"),
        ),
        of_row(
            "rows_are_visible",
            Text(
                "dòng bị ẩn có số liệu: hãy bỏ ẩn hoặc xóa dòng đó",
                "a hidden row holds figures: show it or delete it",
            ),
            applies=kind("hidden"),
            breaks=pl.lit(True),
            scope="cell",
        ),
        Rule(
            "field_is_named",
            "critical",
            Text("lĩnh vực phải là tên, không phải số", "a field is a name, not a number"),
            applies=DETAIL & pl.col("field").is_not_null(),
            breaks=~pl.col("field").str.contains(r"\p{L}"),
            shown=("field", "ordinal", *shown),
        ),
        of_row(
            "field_once",
            Text("mỗi lĩnh vực chỉ ghi một dòng", "a field stands on one row only"),
            applies=DETAIL & pl.col("field").is_not_null(),
            breaks=pl.col("field_rows") > 1,
        ),
    )


def _differs_from(prefix: str, summed: Sequence[str]) -> pl.Expr:
    # Kleene logic: one difference breaks, else one unknown is unknown.
    return pl.any_horizontal(pl.col(c) != pl.col(f"{prefix}_{c}") for c in summed)


def _right_sums(prefix: str, summed: Sequence[str]) -> Note:
    """The sums that differ from what the row says, by their columns' names."""

    def in_language(lang: str) -> pl.Expr:
        right = {c: pl.format("{} = {}", pl.lit(label(c, lang)), f"{prefix}_{c}") for c in summed}
        differing = (pl.when(pl.col(c) != pl.col(f"{prefix}_{c}")).then(text) for c, text in right.items())
        return pl.concat_str(differing, separator=", ", ignore_nulls=True)

    return Note(in_language("vi"), in_language("en"))

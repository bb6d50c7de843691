"""The rule on names of fields, for tables and for lists of cases. What is known: reference/fields.csv."""

import polars as pl

from transforms.check.rules.rule import DETAIL, Note, Rule, first_in_file
from transforms.dictionary.contracts import II06, SUMMARY, UNKNOWN_FIELD
from transforms.dictionary.text import Text

BY_FIELD = (SUMMARY.name, II06.name)  # contracts whose rows are fields: names are compared with earlier deliveries

FIELD_IS_KNOWN = Rule(
    "field_is_known",
    "warning",
    Text(
        "lĩnh vực chưa có trong reference/fields.csv và đơn vị chưa từng gửi: nếu đúng, hãy thêm tên vào tệp đó",
        "a field neither in reference/fields.csv nor sent by the unit before: if it is right, add its name there",
    ),
    applies=DETAIL & pl.col("field").is_not_null(),
    breaks=~pl.col("field_known") & ~pl.col("field_seen"),
    shown=("field",),
    note=Note(pl.format("gần giống: {}", "field_hint"), pl.format("nearest: {}", "field_hint")),
    scope="past",
    of_history=True,
)

# Of a list of cases the text is not shown: where columns have slipped, it is a person's name.
FIELD_UNKNOWN = (
    DETAIL
    & pl.any_horizontal(pl.col(f"{column}_text").is_not_null() for column in ("field", "field_code"))
    & pl.col("field_id").is_null()
)
FIELD_OF_CASE_IS_KNOWN = Rule(
    FIELD_IS_KNOWN.id,
    "warning",
    Text(
        f"lĩnh vực chưa có trong reference/fields.csv: hồ sơ được tính vào “{UNKNOWN_FIELD}”",
        f"fields that are not in reference/fields.csv: their cases count under “{UNKNOWN_FIELD}” (not known)",
    ),
    applies=DETAIL,
    breaks=first_in_file(FIELD_UNKNOWN),
    shown=(),
    note=Note(pl.format("{} hồ sơ", "unknown_fields"), pl.format("{} cases", "unknown_fields")),
)

"""The severity of each rule for each file: its own, unless another was agreed. Judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from transforms.check.rules.rule import Rule

OFF = "off"
# Without these a row has no figure, a case none of what it is counted by, or there is nothing that it could count for.
NEEDED = frozenset(
    {
        "unit_exists_on_day",
        "values_stated",
        "rows_are_named",
        "numbers_readable",
        "numbers_not_negative",
        "level_known",
        "case_id_valid",
        "channel_known",
        "status_known",
        "received_on_stated",
        "component_is_named",
        "component_is_known",
        "component_once",
    }
)
AGREED_SEVERITIES = pl.Schema({"file": pl.UInt32, "rule": pl.String, "severity": pl.String})


@dataclass(frozen=True)
class Strictness:
    """`agreed`: file → rule → severity, or `off`; only what differs from the rules' own severities."""

    agreed: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def verdict(self, rule: Rule) -> pl.Expr:
        """The rule's verdict per row; a file for which the rule is off holds."""
        off = [file for file, rules in self.agreed.items() if rules.get(rule.id) == OFF]
        if not off:
            return rule.verdict
        return pl.when(pl.col("file").is_in(off)).then(pl.lit(False)).otherwise(rule.verdict).alias(rule.id)

    def is_critical(self, rule: Rule) -> pl.Expr:
        """Whether the rule holds a row's file back when it is broken."""
        other = {file: rules[rule.id] == "critical" for file, rules in self.agreed.items() if rule.id in rules}
        own = rule.severity == "critical"
        return pl.col("file").replace_strict(other, default=own, return_dtype=pl.Boolean) if other else pl.lit(own)

    def may_be_critical(self, rule: Rule) -> bool:
        """Whether the rule, broken, holds any file back."""
        return rule.severity == "critical" or any(rules.get(rule.id) == "critical" for rules in self.agreed.values())

    def frame(self) -> pl.DataFrame:
        """The agreements as rows of AGREED_SEVERITIES."""
        rows = [(file, rule, severity) for file, rules in self.agreed.items() for rule, severity in rules.items()]
        return pl.DataFrame(rows, schema=AGREED_SEVERITIES, orient="row")

"""The critical rules that a file breaks though they are off for it. They hold nothing back; the ledger keeps them."""

import polars as pl

from transforms.check.rules import RULES
from transforms.check.rules.strictness import OFF, Strictness

OVERLOOKED = pl.Schema(
    {"file": pl.UInt32, "rule": pl.String, "failing": pl.Int64}
)  # `failing`: rows that break the rule


def overlooked(received: pl.DataFrame, rows: pl.DataFrame, contract: str, strictness: Strictness) -> pl.DataFrame:
    """OVERLOOKED, a row per file and critical rule that is off for it and broken.

    `received`, `rows`: as transforms.check.facts.check takes them. What the rule cannot evaluate is not broken.
    """
    found = [OVERLOOKED.to_frame()]
    for rule in RULES[contract]:
        files = [file for file, rules in strictness.agreed.items() if rules.get(rule.id) == OFF]
        if rule.severity == "critical" and files:
            judged = received if rule.of_delivery else rows
            broken = judged.filter(pl.col("file").is_in(files)).filter(rule.verdict)
            found.append(
                broken.group_by("file").agg(rule=pl.lit(rule.id), failing=pl.len().cast(pl.Int64)).sort("file")
            )
    return pl.concat(found)

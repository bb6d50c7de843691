"""Read and judge deliveries of one contract: from bytes to verdicts and their rows. Stores nothing."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from expectations.judge import decide, judge
from flows.workspace import Workspace
from transforms.contracts import CONTRACTS
from transforms.facts import check, daily_counts
from transforms.messages import describe
from transforms.read.filings import Filings, read_filings


@dataclass(frozen=True)
class Checked:
    """What a check found, keyed by `file`.

    `decisions`: status, reason, row_count; `verdicts`: one row per rule; `findings`: each faulty row with its
    `message`; `counts`: the detail rows as daily_counts.
    """

    decisions: pl.DataFrame
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    counts: pl.DataFrame
    filings: Filings


def check_deliveries(
    workspace: Workspace,
    received: pl.DataFrame,
    contract: str,
    run_name: str,
    store: Path | None,
    lang: str = "vi",
) -> Checked:
    """Verdicts on all deliveries of one contract at once; `store` = the folder that keeps the judge's results."""
    own = received.filter(pl.col("contract") == contract)
    contents = dict(zip(own["file"].to_list(), own["content"].to_list(), strict=True))
    filings = read_filings(contents, CONTRACTS[contract], workspace.headers)
    facts = check(own, filings, CONTRACTS[contract], workspace.registry)
    named = facts.deliveries.join(own.select("file", delivery="source_uri"), on="file", maintain_order="left")
    verdicts = judge(named, contract, run_name, store)
    decisions = decide(verdicts).join(facts.deliveries.select("file", "row_count"), on="file", maintain_order="left")
    return Checked(
        decisions,
        verdicts,
        describe(facts.findings, filings, contract, lang),
        daily_counts(facts, workspace.settings.run.service_level),
        filings,
    )

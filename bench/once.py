"""One validation of prepared rows in a process of its own: writes its counts to a file, prints time and memory used."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from bench.clock import Clock, peak
from bench.prepared import Prepared, read
from bench.raw_sql import query
from expectations.judge import judge, warm_up
from transforms.check.facts import check
from transforms.check.rules import severities
from transforms.check.rules.strictness import Strictness


def in_order(counts: pl.DataFrame, contract: str) -> pl.DataFrame:
    """Counts by file in the same form for both sides: `row_count`, then each rule's failing and unknown rows."""
    rules = severities(contract)
    columns = ["file", "row_count", *rules, *(f"{rule}__unknown" for rule in rules)]
    return counts.sort("file").select(pl.col(columns).fill_null(0).cast(pl.Int64))


def by_project(prepared: Prepared, clock: Clock) -> pl.DataFrame:
    """Facts, then verdicts. The first day is judged again with its results kept, as with a lake; timed apart."""
    with clock.timed("import"):
        warm_up()
    with clock.timed("check"):
        facts = check(prepared.received, prepared.filings, prepared.rows, prepared.contract, Strictness())
    names = prepared.received.select("file", "business_date", delivery=pl.format("{} · {}", "unit_id", "source_uri"))
    named = facts.deliveries.join(names, on="file", maintain_order="left")
    with clock.timed("judge"):
        verdicts = judge(named, prepared.contract.name, "bench")
    clock.figures["findings"] = facts.findings.height
    clock.figures["peak"] = peak()
    one_day = named.filter(pl.col("business_date") == pl.col("business_date").min())
    with TemporaryDirectory() as home, clock.timed("kept"):
        judge(one_day, prepared.contract.name, "bench", Path(home))
    failing = verdicts.pivot("rule", index="file", values="failing")
    return failing.join(facts.deliveries.select("file", "row_count", pl.selectors.ends_with("__unknown")), on="file")


def by_sql(prepared: Prepared, clock: Clock) -> pl.DataFrame:
    """The same counts by raw SQL over the same rows in memory."""
    connection = duckdb.connect()
    received = prepared.received.select(
        "file",
        "business_date",
        "valid_from",
        "valid_to",
        "modified_at",
        "cut_off",
        "layout",
        "layout_question",
        "layout_is_confirmed",
        "layout_change",
        *(name for name in ("in_group_total", "group_fault", "group_unread") if name in prepared.received.columns),
        refused=pl.col("file").is_in(list(prepared.filings.refusals)),
    )
    connection.register("received", received.to_arrow())
    connection.register("rows", prepared.rows.to_arrow(compat_level=pl.CompatLevel.newest()))  # copies nothing
    with clock.timed("sql"):
        counts = connection.sql(query(prepared.contract.name)).pl()
    clock.figures["peak"] = peak()
    return counts


SIDES = {"project": by_project, "sql": by_sql}


def main(side: str, folder: Path, counts: Path) -> None:
    """Validate the rows of `folder`."""
    prepared, clock = read(folder), Clock()
    clock.figures |= {"rows": prepared.rows.height, "files": prepared.received.height, "loaded": peak()}
    found = SIDES[side](prepared, clock)
    in_order(found, prepared.contract.name).write_parquet(counts)
    print(json.dumps(clock.figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

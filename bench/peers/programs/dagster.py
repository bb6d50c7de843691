"""Dagster with Polars: assets from exports to Parquet by day to the mart, with a check, materialised in one process."""

import dagster as dg
import polars as pl

from bench.peers.programs.load import SEPARATOR, Load, asked

_COUNTS = ("online", "in_person", "total", "processed", "on_time")
_KEPT = {
    "A": ("sender", "day", "field", *_COUNTS, "rules"),
    "B": (
        *("sender", "day", "case_id", "procedure_code", "channel", "level"),
        *("received_on", "due_on", "ended_on", "status", "rules"),
    ),
}
col = pl.col


class Memory(dg.IOManager):
    """Hands frames over in memory, where the default would write each to disk."""

    def __init__(self) -> None:
        self._frames: dict[dg.AssetKey, pl.DataFrame] = {}

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Keep it."""
        self._frames[context.asset_key] = obj

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """Give it."""
        return self._frames[context.asset_key]


@dg.asset
def exports(load: dg.ResourceParam[Load]) -> pl.DataFrame:
    """All rows of the days, as text."""
    files = [file for day in load.days for file in sorted((load.data / "in" / day.isoformat()).glob("*.csv"))]
    parts = col("file").str.split("/")
    return (
        pl.scan_csv(files, separator=SEPARATOR[load.workload], infer_schema=False, include_file_paths="file")
        .with_columns(
            sender=parts.list.get(-1).str.strip_suffix(".csv"),
            day=parts.list.get(-2).str.to_date(),
        )
        .drop("file")
        .collect()
    )


@dg.asset
def checked(load: dg.ResourceParam[Load], exports: pl.DataFrame) -> pl.DataFrame:
    """Typed rows and what they break: of counts the whole delivery, of cases the first rule that the row breaks."""
    found = _counts(exports) if load.workload == "A" else _cases(exports, _earlier(load, exports))
    return found.select(_KEPT[load.workload])


def _broken(condition: pl.Expr, rule: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(rule))


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    stated = col("stated_rate").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    typed = rows.with_columns(
        *(col(name).is_not_null().alias(f"{name}_said") for name in _COUNTS),
        *(col(name).str.replace_all(".", "", literal=True).cast(pl.Int64, strict=False) for name in _COUNTS),
        stated_day=col("report_date").str.to_date("%d/%m/%Y", strict=False),
        stated=(stated * 100).round().cast(pl.Int64),
    )
    unread = [col(name).is_null() & col(f"{name}_said") for name in _COUNTS]
    right = (col("online") * 20_000 + col("total")) // (2 * col("total"))
    rules = pl.concat_list(
        _broken(col("stated_day").is_null() | (col("stated_day") != col("day")), "date_is_business_date"),
        _broken(pl.struct("sender", "day", "field").is_duplicated(), "field_once"),
        _broken(pl.min_horizontal(_COUNTS) < 0, "numbers_not_negative"),
        _broken(pl.any_horizontal(*unread, col("stated").is_null()), "numbers_readable"),
        _broken((col("total") > 0) & (col("stated") != right), "rate_is_right"),
        _broken(col("on_time") > col("processed"), "settled_within_received"),
        _broken(col("online") + col("in_person") != col("total"), "total_is_sum"),
        _broken(col("unit_code") != col("sender"), "unit_is_sender"),
        _broken(
            col("field").is_null() | ~(col("online_said") & col("in_person_said") & col("total_said")),
            "values_stated",
        ),
    )
    broken = typed.select("sender", "day", rules=rules.list.drop_nulls()).filter(col("rules").list.len() > 0)
    delivered = broken.explode("rules").group_by("sender", "day").agg(col("rules").unique().sort().str.join("|"))
    return typed.join(delivered, on=["sender", "day"], how="left")


def _earlier(load: Load, rows: pl.DataFrame) -> pl.Series:
    """The ids of these rows that were counted on an earlier day."""
    if load.mode == "full":
        return pl.Series(dtype=pl.String)
    facts = pl.scan_parquet(load.state / "facts" / "*.parquet").filter(col("day") < load.last)
    return facts.join(rows.lazy(), on="case_id", how="semi").select("case_id").collect()["case_id"]


def _cases(rows: pl.DataFrame, earlier: pl.Series) -> pl.DataFrame:
    ended = col("finished_at").is_not_null()
    moments = {"received_on": "received_at", "due_on": "due_at", "ended_on": "finished_at"}
    typed = rows.with_columns(
        ended.alias("ended"),
        *(
            col(text).str.to_datetime("%Y%m%d%H%M%S", strict=False).dt.date().alias(day)
            for day, text in moments.items()
        ),
        *(col(name).cast(pl.Int8, strict=False) for name in ("channel", "level", "status")),
    )
    again = ~col("case_id").is_first_distinct()  # rows come in the order of days
    return typed.with_columns(
        rules=pl.coalesce(
            _broken(col("case_id").is_null(), "case_id_valid"),
            _broken(~col("channel").is_between(1, 3).fill_null(value=False), "channel_known"),
            _broken(~col("status").is_between(1, 10).fill_null(value=False), "status_known"),
            _broken(col("received_on").is_null() | (col("received_on") > col("day")), "received_on_stated"),
            _broken(col("ended") & col("ended_on").is_null(), "dates_readable"),
            _broken(
                (col("ended_on") < col("received_on")) | (col("due_on") < col("received_on")),
                "dates_in_order",
            ),
            _broken(col("unit_code") != col("sender"), "handled_by_sender"),
            _broken(again & (col("day") == col("day").min().over("case_id")), "case_once"),
            _broken(again | col("case_id").is_in(earlier.implode()), "case_not_counted_before"),
        )
    )


@dg.asset
def facts(load: dg.ResourceParam[Load], checked: pl.DataFrame) -> None:
    """Good rows as a file for each day, and what is held back."""
    for folder in ("facts", "held"):
        (load.state / folder).mkdir(exist_ok=True)
    good = checked.filter(col("rules").is_null()).drop("rules")
    for (day,), rows in good.partition_by("day", as_dict=True).items():
        rows.write_parquet(load.state / "facts" / f"{day}.parquet")
    bad = checked.filter(col("rules").is_not_null())
    if load.workload == "A":
        held = bad.select("sender", "day", rule=col("rules").str.split("|")).unique().explode("rule")
    else:
        held = bad.select("sender", "day", col("case_id").fill_null(""), rule="rules")
    held.write_parquet(load.state / "held" / f"{load.begin}.parquet")


@dg.asset_check(asset=facts)
def facts_hold(load: dg.ResourceParam[Load]) -> dg.AssetCheckResult:
    """Senders are known; counts add up, cases are unique and their channels known."""
    files = [file for day in load.days if (file := load.state / "facts" / f"{day}.parquet").exists()]
    known = pl.read_csv(load.data / "units.csv")["unit_code"]
    unlike = (
        {"sums": (col("online") + col("in_person") != col("total")).sum()}
        if load.workload == "A"
        else {
            "repeated": pl.len() - col("case_id").n_unique(),
            "channels": (~col("channel").is_between(1, 3)).sum(),
        }
    )
    found = pl.scan_parquet(files).select(unknown=(~col("sender").is_in(known.implode())).sum(), **unlike)
    counts = found.collect().row(0, named=True)
    return dg.AssetCheckResult(passed=not any(counts.values()), metadata=counts)


@dg.asset(deps=[facts])
def mart(load: dg.ResourceParam[Load]) -> None:
    """Monthly rates of units, groups and all, rounded half up in integers."""
    settled = col("status") == 10
    sums = (
        [col(name).sum() for name in _COUNTS]
        if load.workload == "A"
        else [
            (col("channel") == 1).sum().alias("online"),
            (col("channel") != 1).sum().alias("in_person"),
            pl.len().alias("total"),
            settled.sum().alias("processed"),
            (settled & (col("ended_on") <= col("due_on"))).sum().alias("on_time"),
        ]
    )
    by_unit = (
        pl.scan_parquet(load.state / "facts" / "*.parquet")
        .group_by(col("day").dt.strftime("%Y-%m").alias("month"), "sender")
        .agg(sums)
        .collect(engine="streaming")
        .join(pl.read_csv(load.data / "units.csv"), left_on="sender", right_on="unit_code")
    )
    members = (("unit", col("sender")), ("group", col("unit_group")), ("group", pl.lit("all")))
    summed = pl.concat(
        by_unit.group_by("month", pl.lit(scope).alias("scope"), member.alias("member")).agg(
            col(name).sum().cast(pl.Int64) for name in _COUNTS
        )
        for scope, member in members
    )
    hundredths = (col("online") * 20_000 + col("total")) // (2 * col("total"))
    rated = summed.with_columns(hundredths=pl.when(col("total") > 0).then(hundredths)).sort("month")
    change = col("hundredths") - col("hundredths").shift().over("scope", "member")
    rated.select(
        *("month", "scope", "member", *_COUNTS),
        rate=col("hundredths") / 100,
        meets_target=col("hundredths") >= 5_500,
        rate_change=change / 100,
    ).sort("month", "scope", "member").write_parquet(load.state / "mart.parquet")


def main(load: Load) -> None:
    """Materialise everything; fails where a check does."""
    done = dg.materialize(
        [exports, checked, facts, mart, facts_hold],
        resources={"io_manager": Memory(), "load": load},
        run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
    )
    assert all(each.passed for each in done.get_asset_check_evaluations())


if __name__ == "__main__":
    main(asked())

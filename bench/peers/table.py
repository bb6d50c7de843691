"""The figures as a table: a line for each workload, who is ahead last. Measures nothing."""

from collections.abc import Mapping, Sequence
from statistics import median

from bench.pipeline.sides import Case, Taken

TITLES = {
    "limit": "bare script, s CPU · s wall · MiB",
    "tyle": "tyle",
    "tyle-up": "tyle up",
    "dbt": "dbt",
    "sqlmesh": "SQLMesh",
    "dagster": "Dagster + Polars",
    "dlt": "dlt",
}


def header(names: Sequence[str]) -> str:
    """The first two lines."""
    cells = [
        "CPU ÷ script · wall ÷ script · peak MiB",
        *(TITLES[name] for name in names),
        "reach",
        "from the least CPU",
    ]
    return f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}"


def row(case: Case, names: Sequence[str], taken: Mapping[str, Sequence[Taken]]) -> str:
    """The line of a workload; `taken` has the runs of those that took part, round by round."""
    cells = [case.title, *(_cell(name, taken) if name in taken else "–" for name in names)]
    cells += [f"≤ {case.reach:g}" if case.reach else "–", ranking(taken)]
    return f"| {' | '.join(cells)} |"


def ranking(taken: Mapping[str, Sequence[Taken]]) -> str:
    """All but the script, by median CPU ÷ script."""
    others = [name for name in taken if name != "limit"]
    return " < ".join(TITLES[name] for name in sorted(others, key=lambda name: _ratio("cpu", name, taken)))


def _cell(name: str, taken: Mapping[str, Sequence[Taken]]) -> str:
    peak = f"{median(run.peak for run in taken[name]):,.0f}"
    if name == "limit":
        return f"{median(run.cpu for run in taken[name]):.2f} · {median(run.wall for run in taken[name]):.2f} · {peak}"
    ratios = " · ".join(f"{_ratio(kind, name, taken):.1f}" for kind in ("cpu", "wall"))
    return f"{ratios} · {peak}"


def _ratio(kind: str, name: str, taken: Mapping[str, Sequence[Taken]]) -> float:
    """The median over the rounds, each of which has a run of the script beside it."""
    rounds = zip(taken["limit"], taken[name], strict=True)
    return float(median(getattr(run, kind) / getattr(script, kind) for script, run in rounds))

"""Judges and draws in a process that has just started: `python -m tests.expectations.judged_alone [whole]`.

Prints as JSON the results of each contract, their page, and the modules that stand-ins took the place of. `whole`:
everything of Great Expectations is imported.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import polars as pl

import expectations.narrow
from expectations.judge import warm_up
from tests.expectations.facts import DAY
from transforms.check.rules import RULES, severities


def facts(contract: str, *, failing: bool) -> pl.DataFrame:
    """Two deliveries; where some are `failing`, each second rule fails in the first of them."""
    rules = list(severities(contract))
    broken = {rule: int(failing) for rule in rules[::2]}
    counts = dict.fromkeys((*rules, *(f"{rule}__unknown" for rule in rules)), 0)
    rows: list[dict[str, Any]] = [
        {"delivery": "a", "business_date": DAY, "agreed": "x=info", **counts, **broken},
        {"delivery": "b", "business_date": DAY, "agreed": "", **counts},
    ]
    return pl.DataFrame(rows)


def main() -> None:
    """Judge every contract twice, and draw all results on one page."""
    if sys.argv[1:] == ["whole"]:
        expectations.narrow.MADE_FOR = "none"
    warm_up()
    from expectations.context import validate
    from expectations.pages import day_page

    results = []
    for contract in RULES:
        for failing in (False, True):
            result: dict[str, Any] = validate(contract, facts(contract, failing=failing)).to_json_dict()  # type: ignore[no-untyped-call]
            del result["meta"]["batch_markers"]
            for outcome in result["results"]:
                del outcome["expectation_config"]["id"]  # by chance
            result["meta"]["run_id"] = {"run_name": "run", "run_time": datetime(2022, 8, 2, tzinfo=UTC).isoformat()}
            results.append(result)
    page = day_page(DAY, [json.dumps(result) for result in results])
    stood_in = [name for name, module in sys.modules.items() if type(module).__module__ == "expectations.narrow"]
    found = {"results": results, "page": page, "stood_in": sorted(stood_in), "modules": sorted(sys.modules)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

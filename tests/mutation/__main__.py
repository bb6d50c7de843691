"""`python -m tests.mutation [MODULE…]`: the score of each module and every mutant that no test notices.

Exit code 1 when one of them is not in `harmless.toml`, or when one listed there is noticed or gone.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.run import seconds_unchanged, survivors

HERE = Path(__file__).parent


def main(chosen: list[str]) -> int:
    """Run all targets, or the chosen modules of them."""
    harmless = _toml("harmless.toml")
    fine = True
    for target in _toml("targets.toml")["target"]:
        modules = [str(file) for pattern in target["modules"] for file in sorted(Path().glob(pattern))]
        modules = [module for module in modules if not chosen or module in chosen]
        if not modules:
            continue
        seconds = seconds_unchanged(target["tests"], target["libraries"])
        for module in modules:
            fine &= _one(module, target["tests"], seconds, harmless.get(module, {}))
    return 0 if fine else 1


def _one(module: str, tests: list[str], seconds: float, harmless: dict[str, str]) -> bool:
    all_of_it = mutants(module)
    alive: list[Mutant] = []
    for mutant, survived in survivors(all_of_it, tests, seconds):
        if survived:
            alive.append(mutant)
            _say(f"{module}:{mutant.line}: {mutant.change}\n    {harmless.get(mutant.change, 'NOT NOTICED')}")
    _say(f"{module}: {len(all_of_it) - len(alive)} of {len(all_of_it)} noticed, {_share(all_of_it, alive)}")
    changes = {mutant.change for mutant in alive}
    for change in harmless.keys() - changes:
        _say(f"{module}: no longer in need of an excuse: {change}")
    return changes == harmless.keys()


def _share(all_of_it: list[Mutant], alive: list[Mutant]) -> str:
    return f"{100 * (len(all_of_it) - len(alive)) / len(all_of_it):.1f} %" if all_of_it else "nothing to change"


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

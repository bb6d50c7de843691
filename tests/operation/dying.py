"""A run that kills itself and its worker in the middle of a commit: `python -m tests.operation.dying N`.

Before the Nth table of the transaction is written both are killed. The worker starts it as the command of one run.
"""

import itertools
import os
import runpy
import signal
import sys
from typing import Any

import warehouse.ledger.commit

_append = warehouse.ledger.commit.append
_tables = itertools.count(1)
_last = int(sys.argv[1])


def _append_or_die(*given: Any, **named: Any) -> Any:
    if next(_tables) == _last:
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return _append(*given, **named)


warehouse.ledger.commit.append = _append_or_die
sys.argv = ["prefect.engine"]
runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)

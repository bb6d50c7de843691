"""What a tree of processes has used: that of children which have ended is counted too, once."""

import subprocess
import sys

from bench.processes import cpu_of, memory_of, tree

BURN = "import time\nwhile time.process_time() < 0.4: pass"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-S", "-c", {BURN!r}], check=True)
still = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=sys.stdin)
print(still.pid, flush=True)
still.wait()
"""


def test_a_child_that_has_ended_counts() -> None:
    command = [sys.executable, "-S", "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert tree(parent.pid) == {parent.pid, child}
        assert cpu_of(parent.pid) >= 0.3 > cpu_of(child)
        assert memory_of(child) > 0
        parent.communicate("\n")
        assert [cpu_of(child), memory_of(child)] == [0.0, 0.0]
        assert tree(child) == {child}

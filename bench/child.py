"""Runs a command and prints, as JSON: code, cpu and wall (seconds), peak (MiB). Imports the standard library only.

A small process between benchmark and command, because Linux counts the memory of the process that starts a command
into the command's peak.
"""

import json
import os
import subprocess
import sys
import time


def main(command: list[str]) -> None:
    """Run it with all its output on standard error; CPU includes the children it waits for."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=sys.stderr)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    figures = {
        "code": process.returncode,
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.perf_counter() - began,
        "peak": used.ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])

"""The command: `python -m tests.vulnerabilities [LOCK …]`. Exit code 1 where a vulnerability is known."""

import sys
from pathlib import Path

from tests.vulnerabilities import LOCKS, UNREACHED, audit

if __name__ == "__main__":
    codes = set()
    for lock in sys.argv[1:] or LOCKS:
        code, known = audit(Path(lock))
        sys.stdout.write(f"{lock}: {known}\n")
        codes.add(code)
    sys.exit(1 if codes - {0, UNREACHED} else 0)

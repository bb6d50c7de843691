"""Asks the OSV database whether a locked version has a known vulnerability.

`uv audit` does the work; it reads no requirements file, so it is given a project made of the pins of each lock. Without
the network nothing can be known: that is said, and is no failure.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

LOCKS = ("requirements/run.lock", "requirements/dev.lock", "requirements/build.lock")
_UV = Path(sys.executable).with_name("uv")
_PIN = re.compile(r"^([\w.-]+==[^\s\\]+(?: *;[^\\]+)?)", re.MULTILINE)
UNREACHED = 2  # exit code of uv where the database or the package index does not answer


def project(lock: str) -> str:
    """A pyproject.toml that depends on the pins of a lock file and on nothing else."""
    pins = ",\n".join(f"  {pin.strip()!r}" for pin in _PIN.findall(lock))
    return f'[project]\nname = "locked"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = [\n{pins}\n]\n'


def audit(lock: Path, *options: str) -> tuple[int, str]:
    """uv's exit code, and what is known of the versions of a lock."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(project(lock.read_text(encoding="utf-8")), encoding="utf-8")
        command = [str(_UV), "audit", "--preview-features", "audit-command", "--project", folder, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == UNREACHED:
        return UNREACHED, f"NOT CHECKED, the database or the package index does not answer:\n{done.stderr.strip()}"
    return done.returncode, done.stdout.strip() or done.stderr.strip()

"""An environment of its own for each client, so that the published file is all they share with the project.

Made by uv under var/bi/<client> from requirements/bi/<client>.lock, once for each state of the lock.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "requirements" / "bi"


def python_of(client: str) -> Path:
    """The interpreter of that client's environment, which is made when absent or old."""
    lock, folder = LOCKS / f"{client}.lock", ROOT / "var" / "bi" / client
    stamp = folder / f"{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}.done"
    python = folder / "bin" / "python"
    if not stamp.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--clear", "-p", sys.executable, str(folder)], check=True)
        install = [uv, "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(lock)]
        subprocess.run(install, check=True)
        stamp.touch()
    return python


def node() -> tuple[Path, Path]:
    """Node, from its wheel, and a folder where `@duckdb/node-api` is installed."""
    binaries = python_of("node").parent
    folder, lock = ROOT / "var" / "bi" / "node-client", LOCKS / "node" / "package-lock.json"
    stamp = folder / f"{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}.done"
    if not stamp.exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(LOCKS / "node", folder)
        path = {"PATH": os.pathsep.join([str(binaries), os.environ["PATH"]])}
        install = [str(binaries / "npm"), "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=folder, env=os.environ | path, check=True)
        stamp.touch()
    return binaries / "node", folder

"""An environment of its own for each peer, so that no library of one decides the version of another's.

Made by uv under var/bench/peers/<peer> from requirements/peers/<peer>.lock, once for each state of the lock.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from bench.pipeline.sides import ENVIRONMENT, ROOT

LOCKS = ROOT / "requirements" / "peers"
_FOLDER = ROOT / "var" / "bench" / "peers"


def python_of(peer: str) -> Path:
    """The interpreter of that peer's environment, which is made when absent or old."""
    lock, folder = LOCKS / f"{peer}.lock", _FOLDER / peer
    stamp = folder / f"{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}.done"
    python = folder / "bin" / "python"
    if not stamp.exists():
        print(f"bench: setting up {peer} (once)", file=sys.stderr, flush=True)
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--clear", "-p", sys.executable, str(folder)], check=True)
        # Byte code is compiled now, as a first start would else pay for it.
        install = [uv, "pip", "install", "-q", "--python", str(python), "--compile-bytecode", "--require-hashes"]
        subprocess.run([*install, "-r", str(lock)], check=True)
        stamp.touch()
    return python


def variables(home: Path) -> dict[str, str]:
    """The environment of all peers' programs: nothing is reported to their makers, own files stay below `home`."""
    home.mkdir(parents=True, exist_ok=True)
    return ENVIRONMENT | {
        "HOME": str(home),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "true",
    }

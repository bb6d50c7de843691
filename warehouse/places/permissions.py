"""Who may read a file: its owner alone, except what is published. Writes no content.

The lake holds ids of cases, landing/ the units' own files, gx/ samples of faulty rows. So every way in sets the umask
before it creates anything, and what is published is opened for everybody by name.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

_OTHERS = 0o077
_READ, _ENTER, _PASS = 0o444, 0o755, 0o711
# All that tyle writes into a workspace. The inbox is the units' own place: who may write there is the office's matter.
_OWN = ("tyle.toml", "reference", "lake", "landing", "gx", "reports", "logs", "running", "secrets", ".prefect")


def owner_only() -> None:
    """From now on, what this process and the programs it starts create is for its owner alone (umask 077)."""
    os.umask(_OTHERS)


def open_to_readers(path: Path) -> None:
    """Let everybody read a published file, and enter a published folder; a file can be written by nobody then."""
    wanted = _ENTER if path.is_dir() else _READ
    if S_IMODE(path.stat().st_mode) != wanted:
        path.chmod(wanted)


def make_home(root: Path) -> None:
    """Create the folder of a workspace, where it is missing: others pass through it to `published`, and see no names.

    Missing folders above it are created as folders that everybody may enter. A folder that is there stays as it is.
    """
    if root.exists():
        return
    for folder in reversed([parent for parent in root.parents if not parent.exists()]):
        folder.mkdir(exist_ok=True)
        folder.chmod(_ENTER)
    root.mkdir(exist_ok=True)
    root.chmod(_PASS)


def too_open(root: Path) -> Iterator[Path]:
    """What lies in a workspace and others may read or enter, though it is not published.

    A folder that others cannot enter closes all that is in it.
    """
    for name in _OWN:
        path = root / name
        if path.exists() and not path.is_symlink() and S_IMODE(path.stat().st_mode) & _OTHERS:
            yield path


def close(path: Path) -> None:
    """Take all rights from everybody but the owner."""
    path.chmod(S_IMODE(path.stat().st_mode) & ~_OTHERS)

"""The password of the workspace's Prefect server, and the key with which that server encrypts its blocks.

Each is a file in `secrets/` that only the owner can read: not in `.prefect/`, not in a backup, not in a log. Does not
import Prefect.
"""

import base64
import json
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filelock import FileLock

from warehouse.places import whole
from warehouse.places.permissions import close
from warehouse.places.stores import make_private

HOME = ".prefect"
FOLDER = "secrets"
KEY_VARIABLES = ("PREFECT_SERVER_ENCRYPTION_KEY", "ORION_ENCRYPTION_KEY")  # the second is Prefect's older name
_DATABASE_VARIABLES = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
_KEY_ROW = (
    "ENCRYPTION_KEY"  # where Prefect keeps the key if no variable gives it: prefect/server/utilities/encryption.py
)


class LostKeyError(Exception):
    """There are encrypted blocks and no key for them; the message is one line."""


def password_file(root: Path) -> Path:
    """Where the password of the workspace's server is."""
    return root / FOLDER / "prefect-password"


def key_file(root: Path) -> Path:
    """Where the key of the workspace's blocks is."""
    return root / FOLDER / "prefect-key"


def password(root: Path) -> str:
    """The password (`tyle:…`) of the workspace's server, made where there is none."""
    return _kept(password_file(root), lambda: f"tyle:{secrets.token_urlsafe(32)}")


def known_password(root: Path) -> str | None:
    """The password of the workspace's server; None where `tyle up` has never made one."""
    return _read(password_file(root))


def block_key(root: Path, home: Path) -> str | None:
    """The key for the blocks in the database of `home`; a key that Prefect put into that database is taken out of it.

    The environment's key comes first. None where the blocks are in another database than the workspace's own: there
    Prefect keeps the key beside them. Raises LostKeyError.
    """
    for name in KEY_VARIABLES:
        if given := os.environ.get(name):
            return given
    if home.resolve() != (root / HOME).resolve() or any(os.environ.get(name) for name in _DATABASE_VARIABLES):
        return None
    database, file = home / "prefect.db", key_file(root)
    stored, blocks = _stored(database)
    if blocks and not stored and not _read(file):
        raise LostKeyError(
            f"mất khóa của các khối Prefect ({file}): đặt lại tệp đó; nếu không còn, dời {home} đi rồi đặt lại các khối"
        )
    key = _kept(file, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    if stored:
        _encrypt_anew(database, key)
    return key


def only_for_owner(folder: Path) -> None:
    """Create a folder that only its owner can enter, or close it and the files in it to others."""
    make_private(folder)
    for path in (folder, *(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())):
        close(path)


def _kept(file: Path, make: Callable[[], str]) -> str:
    only_for_owner(file.parent)
    with FileLock(file.with_name(".lock"), mode=0o600):
        if not (kept := _read(file)):
            kept = make()
            whole.write_whole(file, f"{kept}\n", mode=0o600)
    return kept


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def _stored(database: Path) -> tuple[str | None, bool]:
    """The key in Prefect's database, and whether the database has blocks."""
    if not database.is_file():
        return None, False
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"configuration", "block_document"} <= known:
            return None, False
        blocks = connection.execute("SELECT EXISTS (SELECT 1 FROM block_document)").fetchone()[0]
        return _key_in(connection), bool(blocks)


def _key_in(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM configuration WHERE key = ?", [_KEY_ROW]).fetchone()
    return str(json.loads(row[0])["fernet_key"]) if row else None


def _encrypt_anew(database: Path, key: str) -> None:
    """Encrypt the blocks with `key` in place of the key in the database, and remove that one; all or nothing."""
    from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - only where Prefect kept a key

    with closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")  # overwrite what is deleted
        connection.execute("BEGIN IMMEDIATE")
        if stored := _key_in(connection):
            old, new = Fernet(stored), Fernet(key)
            for identity, data in connection.execute("SELECT id, data FROM block_document").fetchall():
                try:
                    plain = old.decrypt(json.loads(data))
                except (InvalidToken, TypeError):  # encrypted with `key` already, or never
                    continue
                changed = json.dumps(new.encrypt(plain).decode())
                connection.execute("UPDATE block_document SET data = ? WHERE id = ?", [changed, identity])
            connection.execute("DELETE FROM configuration WHERE key = ?", [_KEY_ROW])
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

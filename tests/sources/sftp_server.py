"""A real SFTP server in a thread, over a folder; it can drop connections or stop answering."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh

USER = "tyle"


class SftpServer:
    """Serves `folder` to USER, who logs in with `password` or the private key `user_key`."""

    def __init__(self, folder: Path, password: str) -> None:
        self.folder = folder
        self.password = password
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.user_key = asyncssh.generate_private_key("ssh-ed25519")
        self.calls_to_drop = 0
        self.calls = 0
        self.logins = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def known_hosts_line(self) -> str:
        """The server's line for a known_hosts file."""
        return f"[127.0.0.1]:{self.port} {self.host_key.export_public_key().decode().strip()}\n"

    def start(self) -> None:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.get_port()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.host_key],
            server_factory=lambda: _Door(self),
            sftp_factory=self._files(),
        )

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _files(self) -> Callable[[Any], asyncssh.SFTPServer]:
        folder = str(self.folder).encode()

        class Files(asyncssh.SFTPServer):
            def __init__(self, channel: Any) -> None:
                super().__init__(channel, chroot=folder)

            async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:  # type: ignore[override]
                if b"silent" in path:
                    await asyncio.sleep(60)
                return super().open(path, pflags, attrs)

        return Files


class _Door(asyncssh.SSHServer):
    def __init__(self, server: SftpServer) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._server.calls += 1
        if self._server.calls_to_drop:
            self._server.calls_to_drop -= 1
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._server.logins += 1
        return username == USER and password == self._server.password

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._server.user_key.convert_to_public()

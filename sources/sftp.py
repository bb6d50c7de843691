"""Exports in a folder on an SFTP server, by asyncssh. Decides neither what a file holds nor whether it is new."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from posixpath import join
from typing import TypeVar

import asyncssh

from sources.beneath import shown
from sources.export import Export, ExportError, Faults, SourceError, UnfinishedError, UnreachableError, Window
from sources.patience import Patience, retrying
from sources.settle import BEING_WRITTEN, FileState, is_young
from sources.templates import NamePattern

_CHUNK = 1024 * 1024

T = TypeVar("T")


@dataclass(frozen=True)
class SftpFolder:
    """A folder on an SFTP server, and how to log in: by password or by private key (text of the key file).

    `known_hosts` is a file in OpenSSH's format; a server whose key is not in it is not trusted.
    """

    host: str
    port: int
    user: str
    path: str
    known_hosts: Path
    settle_seconds: float
    password: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)

    def uri(self, name: str = "") -> str:
        """The lasting name of a file."""
        path = join(self.path, shown(name)) if name else self.path
        return f"sftp://{self.host}:{self.port}/{path.lstrip('/')}"


def pull_sftp(folder: SftpFolder, pattern: NamePattern, window: Window, patience: Patience) -> Iterator[Export]:
    """The exports in a folder for the days of the window, in order of their names.

    Unfinished files are treated as in a local folder. Raises SourceError when the server's key is not the known one,
    when it refuses the user or does not answer after all attempts, and at the end for single files that could not be
    read.
    """
    faults, exports = retrying(patience)(lambda: asyncio.run(_pull(folder, pattern, window, patience)))
    yield from exports
    faults.report()


async def _pull(
    folder: SftpFolder, pattern: NamePattern, window: Window, patience: Patience
) -> tuple[Faults, list[Export]]:
    """All exports over one connection."""
    faults, exports = Faults(), []
    connection = await _connect(folder, patience)
    try:
        started = connection.start_sftp_client(path_errors="surrogateescape")  # names are bytes until they are shown
        sftp = await asyncio.wait_for(started, patience.read_seconds)
        session = _Session(folder, sftp, patience)
        found = await session.matching(pattern, window, faults)
        if any(is_young(state, window.now, folder.settle_seconds) for _, _, state in found):
            await asyncio.sleep(folder.settle_seconds)
        for name, day, state in found:
            with faults.of_one_export():
                exports.append(await session.read(name, day, state))
    except asyncssh.SFTPError as error:
        raise _said(folder, error) from None
    except (asyncssh.Error, OSError) as error:
        raise _silent(folder, error) from None
    finally:
        connection.close()  # without waiting: a server that hangs does not answer
    return faults, exports


class _Session:
    """Lists and reads files over one connection; each answer has its time limit."""

    def __init__(self, folder: SftpFolder, sftp: asyncssh.SFTPClient, patience: Patience) -> None:
        self._folder, self._sftp, self._patience = folder, sftp, patience

    async def matching(self, pattern: NamePattern, window: Window, faults: Faults) -> list[tuple[str, date, FileState]]:
        names = sorted(str(entry) for entry in await self._soon(self._sftp.listdir(self._folder.path)))
        days = ((name, pattern.day_of(name)) for name in names)
        wanted = [(name, day) for name, day in days if day is not None and window.holds(day)]
        found = []
        for name, day in sorted(faults.at_most(wanted, window.files_per_day, itemgetter(1), lambda one: shown(one[0]))):
            state = await self._state(name)
            if state:
                found.append((name, day, state))
        return found

    async def read(self, name: str, day: date, first_state: FileState) -> Export:
        uri = self._folder.uri(name)
        if await self._state(name) != first_state:
            raise UnfinishedError(f"{uri}: {BEING_WRITTEN}")
        if first_state.size > self._patience.max_bytes:
            raise ExportError(f"{uri}: {self._patience.too_large()}")
        try:
            async with asyncio.timeout(self._patience.total_seconds):
                content = await self._content(name, first_state.size)
        except asyncssh.SFTPPermissionDenied:
            raise ExportError(f"{uri}: không có quyền đọc") from None
        if len(content) != first_state.size or await self._state(name) != first_state:
            raise UnfinishedError(f"{uri}: {BEING_WRITTEN}")
        return Export(day, uri, shown(name), first_state.modified_at, content)

    async def _content(self, name: str, size: int) -> bytes:
        """The file's bytes, one more than `size` at most."""
        content = bytearray()
        file = await self._soon(self._sftp.open(join(self._folder.path, name), "rb"))
        try:
            while len(content) <= size:
                chunk: bytes = await self._soon(file.read(min(_CHUNK, size + 1 - len(content))))
                if not chunk:
                    break
                content += chunk
        finally:
            await self._soon(file.close())
        return bytes(content)

    async def _state(self, name: str) -> FileState | None:
        """The file as it is now; None for what is no file."""
        attributes = await self._soon(self._sftp.stat(join(self._folder.path, name)))
        if attributes.type != asyncssh.FILEXFER_TYPE_REGULAR:
            return None
        modified = attributes.mtime
        moment = None if modified is None else datetime.fromtimestamp(modified, UTC).replace(tzinfo=None)
        return FileState(attributes.size or 0, moment)

    async def _soon(self, answer: Awaitable[T]) -> T:
        return await asyncio.wait_for(answer, self._patience.read_seconds)


async def _connect(folder: SftpFolder, patience: Patience) -> asyncssh.SSHClientConnection:
    """A connection to a server whose key is known. Uses no agent and no configuration of the account it runs in."""
    known_hosts = _known_hosts(folder)
    shown: list[asyncssh.SSHKey] = []
    try:
        return await asyncssh.connect(
            folder.host,
            folder.port,
            username=folder.user,
            password=folder.password,
            client_keys=[_private_key(folder)] if folder.key else None,
            known_hosts=known_hosts,
            client_factory=lambda: _KeyWitness(shown),
            config=None,
            agent_path=None,
            connect_timeout=patience.connect_seconds,
            login_timeout=patience.connect_seconds,
        )
    except asyncssh.HostKeyNotVerifiable:
        recorded = any(known_hosts.match(folder.host, "", folder.port))
        fingerprint = shown[0].get_fingerprint() if shown else "?"
        why = "khóa máy chủ đã ĐỔI so với" if recorded else "chưa biết máy chủ này; không có trong"
        raise SourceError(f"{folder.uri()}: {why} {folder.known_hosts.name} (máy chủ đưa {fingerprint})") from None
    except asyncssh.PermissionDenied:
        raise SourceError(f"{folder.uri()}: máy chủ từ chối người dùng {folder.user}") from None
    except (asyncssh.Error, OSError) as error:
        raise _silent(folder, error) from None


class _KeyWitness(asyncssh.SSHClient):
    """Keeps the key that an unknown server showed, for the message; accepts no key."""

    def __init__(self, shown: list[asyncssh.SSHKey]) -> None:
        self._shown = shown

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Note the key; it is in no list."""
        self._shown.append(key)
        return False


def _known_hosts(folder: SftpFolder) -> asyncssh.SSHKnownHosts:
    try:
        return asyncssh.read_known_hosts(str(folder.known_hosts))
    except FileNotFoundError:
        return asyncssh.import_known_hosts("")
    except (OSError, ValueError):
        raise SourceError(f"{folder.known_hosts.name}: không đọc được danh sách khóa máy chủ") from None


def _private_key(folder: SftpFolder) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(folder.key or "")
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise SourceError(f"{folder.uri()}: khóa riêng không đọc được (sai định dạng, hoặc còn mật khẩu)") from None


def _said(folder: SftpFolder, error: asyncssh.SFTPError) -> SourceError:
    """The server's error in our words: its own text may hold anything."""
    if isinstance(error, asyncssh.SFTPNoSuchFile | asyncssh.SFTPNoSuchPath):
        return SourceError(f"{folder.uri()}: không có thư mục này")
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return SourceError(f"{folder.uri()}: không có quyền đọc")
    if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
        return UnreachableError(f"{folder.uri()}: mất kết nối với máy chủ SFTP")
    return SourceError(f"{folder.uri()}: máy chủ SFTP báo lỗi ({_kind(error)})")


def _silent(folder: SftpFolder, error: Exception) -> UnreachableError:
    return UnreachableError(f"{folder.uri()}: máy chủ SFTP không trả lời ({_kind(error)})")


def _kind(error: Exception) -> str:
    return "hết thời gian chờ" if isinstance(error, TimeoutError) else type(error).__name__

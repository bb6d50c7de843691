"""Stores of files: a folder, or a prefix of an S3 bucket. Knows neither packs nor tables."""

# ruff: noqa: D102 - what the methods do is described once, in Store

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from warehouse.places.disk import make_folder
from warehouse.places.errors import StoreError
from warehouse.places.whole import write_whole

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Store

_PRIVATE = 0o600  # of a file: for the owner only
_PATTERN = "*?["  # what DuckDB reads as a pattern in the name of a file


@dataclass(frozen=True)
class S3Prefix:
    """A prefix of a bucket at an endpoint; without keys requests are anonymous."""

    endpoint: str
    name: str
    prefix: str = ""
    region: str = "us-east-1"
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    @property
    def root(self) -> str:
        """Its address, ending in a slash."""
        return f"s3://{self.name}/{self.prefix}/" if self.prefix else f"s3://{self.name}/"

    def __str__(self) -> str:
        return self.root


class Entry(NamedTuple):
    """A file: its name below the store's root, and when it was last written (UTC without zone)."""

    name: str
    written: datetime


class Store(Protocol):
    """Files by their names (`a/b.zip`) below a root. What cannot be reached raises OSError or StoreError."""

    @property
    def root(self) -> str:
        """As DuckDB takes it, ending in a slash."""

    def opened(self, name: str) -> BinaryIO:
        """A file for reading, which the caller closes. Raises FileNotFoundError."""

    def size(self, name: str) -> int:
        """Bytes of a file. Raises FileNotFoundError."""

    def add(self, name: str, content: bytes) -> bool:
        """Write a new file, whole and durable, before it has its name; false where the name is taken."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a file whole, whatever is there."""

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone is no error."""

    def entries(self, below: str = "") -> list[Entry]:
        """Every file below a folder, in order of their names; drafts (`.…`) are none."""


class Folder:
    """A folder of this machine, or one that several share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = f"{path}/"

    def opened(self, name: str) -> BinaryIO:
        return (self.path / name).open("rb")

    def size(self, name: str) -> int:
        return (self.path / name).stat().st_size

    def add(self, name: str, content: bytes) -> bool:
        target = self.path / name
        make_private(target.parent)
        if target.exists():
            return False
        write_whole(target, content, mode=_PRIVATE)
        return True

    def replace(self, name: str, content: bytes) -> None:
        make_private((self.path / name).parent)
        write_whole(self.path / name, content, mode=_PRIVATE)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def entries(self, below: str = "") -> list[Entry]:
        found = []
        for file in (self.path / below).rglob("*"):
            name = file.relative_to(self.path).as_posix()
            if not file.name.startswith(".") and file.is_file():
                found.append(Entry(name, _naive(datetime.fromtimestamp(file.stat().st_mtime, UTC))))
        return sorted(found)


class Objects:
    """The objects of a bucket; they appear whole and are durable once the server has answered."""

    def __init__(self, bucket: S3Prefix) -> None:
        self.bucket, self.root = bucket, bucket.root
        self._store = _client(bucket)

    def opened(self, name: str) -> BinaryIO:
        with self._short_errors(name):
            return io.BytesIO(bytes(self._store.get(name).bytes()))

    def size(self, name: str) -> int:
        with self._short_errors(name):
            return self._store.head(name)["size"]

    def add(self, name: str, content: bytes) -> bool:
        """Only one process uses a name (a batch has its own number), so nobody writes between the two requests."""
        try:
            self.size(name)
        except FileNotFoundError:
            self.replace(name, content)
            return True
        return False

    def replace(self, name: str, content: bytes) -> None:
        with self._short_errors(name):
            self._store.put(name, content)

    def remove(self, name: str) -> None:
        with self._short_errors(name):
            self._store.delete(name)

    def entries(self, below: str = "") -> list[Entry]:
        with self._short_errors(below):
            listed = [one for chunk in self._store.list(below or None) for one in chunk]
        return sorted(Entry(one["path"], _naive(one["last_modified"])) for one in listed)

    @contextmanager
    def _short_errors(self, name: str) -> Iterator[None]:
        """Errors in the block become one line with the server's code; the client's own text is pages long."""
        from obstore.exceptions import BaseError  # noqa: PLC0415 - only where there is a bucket

        try:
            yield
        except FileNotFoundError:
            raise FileNotFoundError(2, "No such object", f"{self.root}{name}") from None
        except (BaseError, OSError) as error:
            code = re.search(r"<Code>(\w+)</Code>", str(error))
            reason = f" ({code[1]})" if code else ""
            raise StoreError(f"{self.root}{name}: máy chủ S3 không trả lời hoặc từ chối{reason}") from None


def store_of(place: Path | S3Prefix) -> Store:
    """The files at a place."""
    return Folder(place) if isinstance(place, Path) else Objects(place)


def sha256(store: Store, name: str) -> str:
    """The checksum of a file. Raises FileNotFoundError."""
    digest = hashlib.sha256()
    with store.opened(name) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def without_patterns(path: str) -> str:
    """A path as DuckDB takes it for one file."""
    return "".join(f"[{letter}]" if letter in _PATTERN else letter for letter in path)


def make_private(folder: Path) -> None:
    """Create `folder` and its missing parents for the owner only, and force the new entries to the disk."""
    make_folder(folder, mode=0o700)


def _client(bucket: S3Prefix) -> "S3Store":
    from obstore.store import S3Store  # noqa: PLC0415 - only where there is a bucket

    client: ClientConfig = {
        "allow_http": bucket.endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=10),
        "timeout": timedelta(minutes=10),
    }
    if bucket.ca_file:
        client["root_certificate"] = bucket.ca_file.read_bytes()
    keys = {"access_key_id": bucket.access_key, "secret_access_key": bucket.secret_key}
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        endpoint=bucket.endpoint,
        region=bucket.region,
        virtual_hosted_style_request=False,
        **(keys if bucket.access_key else {"skip_signature": True}),
        client_options=client,
        retry_config={"max_retries": 3, "retry_timeout": timedelta(minutes=1)},
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)

"""Pulls exports from a source that tyle.toml describes. Reads no export.

The client of each kind of source is imported when it is used: a run on folders needs none of them.
"""

from collections.abc import Iterator, Mapping
from logging import ERROR
from pathlib import Path
from typing import TYPE_CHECKING

from flows.runs.log import log_event
from flows.settings.exports import Exports
from flows.settings.secrets import Secret
from flows.settings.sources import (
    BasicAuth,
    BearerAuth,
    FolderSource,
    HeaderAuth,
    HttpSource,
    RemoteSource,
    S3Source,
    SftpSource,
    Source,
    SqlSource,
)
from sources.export import Export, SourceError, UnreachableError, Window, within
from sources.templates import NamePattern, UnitAddress, fill
from transforms.dictionary.contracts import CONTRACTS
from transforms.read.unforeseen import place

if TYPE_CHECKING:
    from sources.patience import Patience

_MB = 1024 * 1024


def pull_source(
    source: Source, unit: UnitAddress, window: Window, root: Path, etags: Mapping[str, str]
) -> Iterator[Export]:
    """The exports a unit has at its source for the days of the window, in order of their days or names.

    `root`: the workspace, from which relative paths start; `etags`: uri → ETag of the bytes that the lake has from
    there. Exports yielded before a SourceError are whole and may be kept. Raises SourceError, one line without secrets.
    """
    match source:
        case FolderSource():
            yield from _pull_folder(source, unit, window, root)
        case SftpSource():
            yield from _pull_sftp(source, unit, window, root)
        case HttpSource():
            yield from _pull_http(source, unit, window, root, etags)
        case SqlSource():
            yield from _pull_sql(source, unit, window, root)
        case S3Source():
            yield from _pull_s3(source, unit, window, root, etags)


def pull_contained(
    exports: Exports, unit: UnitAddress, window: Window, root: Path, etags: Mapping[str, str]
) -> Iterator[Export]:
    """As pull_source, for what a unit sends under a contract; whatever goes wrong with its source is a SourceError.

    That of a list of cases names no file: it may be named after a person.
    """
    try:
        found = pull_source(exports.source, unit, window, root, etags)
        yield from within(found, max(window.mb_per_day, exports.source.max_mb))
    except SourceError as error:
        hidden = error.unnamed if CONTRACTS[exports.contract].by_case else None
        if hidden is None:
            raise
        kind = UnreachableError if isinstance(error, UnreachableError) else SourceError
        raise kind(hidden) from None
    except Exception as error:
        where = place(error)
        log_event("source.error", ERROR, unit_id=unit.unit_id, contract=exports.contract, error=where)
        raise SourceError(f"chương trình gặp lỗi khi hỏi nguồn này ({where})") from error


def _pull_folder(source: FolderSource, unit: UnitAddress, window: Window, root: Path) -> Iterator[Export]:
    from sources.folder import Folder, pull_folder

    path = root / fill(source.path, unit)
    folder = Folder(path, root, source.settle_seconds, round(source.max_mb * _MB))
    return pull_folder(folder, NamePattern(source.name, unit), window)


def _pull_sftp(source: SftpSource, unit: UnitAddress, window: Window, root: Path) -> Iterator[Export]:
    from sources.sftp import SftpFolder, pull_sftp

    folder = SftpFolder(
        host=source.host,
        port=source.port,
        user=source.user,
        path=fill(source.path, unit),
        known_hosts=root / source.known_hosts,
        settle_seconds=source.settle_seconds,
        password=_read(source.password, root),
        key=_read(source.key, root),
    )
    return pull_sftp(folder, NamePattern(source.name, unit), window, _patience(source))


def _pull_http(
    source: HttpSource, unit: UnitAddress, window: Window, root: Path, etags: Mapping[str, str]
) -> Iterator[Export]:
    from sources.http import Paging, pull_http
    from sources.http_session import HttpSession

    paging = Paging(**source.paging.model_dump()) if source.paging else None
    session = HttpSession(_credentials(source, root), _patience(source), _file(source.ca_file, root))
    return pull_http(session, source.url, paging, unit, window, etags)


def _pull_sql(source: SqlSource, unit: UnitAddress, window: Window, root: Path) -> Iterator[Export]:
    from sources.postgres import Database, pull_postgres

    database = Database(
        host=source.host,
        port=source.port,
        name=source.database,
        user=source.user,
        query=source.query,
        sslmode=source.sslmode,
        time_zone=window.zone,
        password=_read(source.password, root),
        ca_file=_file(source.ca_file, root),
        empty_is_none=source.empty == "none",
    )
    return pull_postgres(database, unit, window, _patience(source))


def _pull_s3(
    source: S3Source, unit: UnitAddress, window: Window, root: Path, etags: Mapping[str, str]
) -> Iterator[Export]:
    from sources.s3 import Bucket, pull_s3

    bucket = Bucket(
        endpoint=source.endpoint,
        name=source.bucket,
        region=source.region,
        access_key=source.access_key,
        secret_key=_read(source.secret_key, root),
        ca_file=_file(source.ca_file, root),
    )
    return pull_s3(bucket, NamePattern(source.key, unit), window, etags, _patience(source))


def _credentials(source: HttpSource, root: Path) -> dict[str, str]:
    """The headers that authenticate the request."""
    from sources.http import basic, bearer, header

    match source.auth:
        case BearerAuth(token=token):
            return bearer(token.read(root))
        case BasicAuth(user=user, password=password):
            return basic(user, password.read(root))
        case HeaderAuth(name=name, value=value):
            return header(name, value.read(root))
    return {}


def _patience(source: RemoteSource) -> "Patience":
    from sources.patience import Patience

    return Patience(
        connect_seconds=source.connect_seconds,
        read_seconds=source.read_seconds,
        total_seconds=source.total_seconds,
        attempts=source.attempts,
        first_wait=source.first_wait_seconds,
        max_bytes=round(source.max_mb * _MB),
    )


def _read(secret: Secret | None, root: Path) -> str | None:
    return secret.read(root) if secret else None


def _file(path: str | None, root: Path) -> Path | None:
    return root / path if path else None

"""Exports in an S3 bucket, by obstore. Objects appear whole, so none is half written. Knows no file format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import S3Store

from sources.export import Export, ExportError, Faults, SourceError, UnfinishedError, UnreachableError, Window
from sources.patience import Patience
from sources.templates import NamePattern

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ClientConfig


@dataclass(frozen=True)
class Bucket:
    """A bucket at an endpoint; without keys it is asked anonymously."""

    endpoint: str
    name: str
    region: str
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    def uri(self, key: str = "") -> str:
        """The lasting name of an object."""
        return f"s3://{self.name}/{key}"


def pull_s3(
    bucket: Bucket, pattern: NamePattern, window: Window, etags: Mapping[str, str], patience: Patience
) -> Iterator[Export]:
    """The exports whose keys match the pattern for the days of the window, in order of their keys.

    `etags`: uri → the mark of what was taken from there last; what is unchanged since is not handed over again.
    Raises SourceError when the server refuses or does not answer after all attempts, and at the end for single
    objects that could not be read.
    """
    faults = Faults()
    store = _store(bucket, patience)
    matching = _matching(store, bucket, pattern, window)
    for day, found in faults.at_most(matching, window.files_per_day, itemgetter(0), lambda one: one[1]["path"]):
        uri = bucket.uri(found["path"])
        if found["e_tag"] and etags.get(uri) == found["e_tag"]:
            continue
        export = None
        with faults.of_one_export():
            export = _read(store, bucket, found["path"], day, patience)
        if export:
            yield export
    faults.report()


def _store(bucket: Bucket, patience: Patience) -> S3Store:
    """The bucket, with our limits in the client."""
    client: ClientConfig = {
        "allow_http": bucket.endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=patience.connect_seconds),
        "read_timeout": timedelta(seconds=patience.read_seconds),
        "timeout": timedelta(seconds=patience.total_seconds),
    }
    if bucket.ca_file:
        try:
            client["root_certificate"] = bucket.ca_file.read_bytes()
        except OSError:
            raise SourceError(f"{bucket.ca_file.name}: không đọc được chứng chỉ CA") from None
    keys = {"access_key_id": bucket.access_key, "secret_access_key": bucket.secret_key}
    return S3Store(
        bucket.name,
        endpoint=bucket.endpoint,
        region=bucket.region,
        virtual_hosted_style_request=False,
        **(keys if bucket.access_key else {"skip_signature": True}),
        client_options=client,
        retry_config={
            "max_retries": patience.attempts - 1,
            "backoff": {
                "init_backoff": timedelta(seconds=patience.first_wait),
                "max_backoff": timedelta(seconds=patience.longest_wait),
                "base": 2,
            },
            "retry_timeout": timedelta(seconds=patience.total_seconds),
        },
    )


def _matching(store: S3Store, bucket: Bucket, pattern: NamePattern, window: Window) -> list[tuple[date, "ObjectMeta"]]:
    """The objects of the window; only those below the folder all names share are listed."""
    prefix = pattern.fixed_start().rpartition("/")[0]
    try:
        listed = [found for chunk in store.list(prefix or None) for found in chunk]
    except (BaseError, OSError) as error:
        raise _said(bucket.uri(prefix), error) from None
    dated = ((pattern.day_of(found["path"]), found) for found in listed)
    wanted = [(day, found) for day, found in dated if day is not None and window.holds(day)]
    return sorted(wanted, key=lambda entry: entry[1]["path"])


def _read(store: S3Store, bucket: Bucket, key: str, day: date, patience: Patience) -> Export:
    uri = bucket.uri(key)
    try:
        answer = store.get(key)
        if answer.meta["size"] > patience.max_bytes:
            raise ExportError(f"{uri}: {patience.too_large()}")
        content = bytes(answer.bytes())
    except FileNotFoundError:
        raise UnfinishedError(f"{uri}: tệp vừa bị xóa khỏi máy chủ") from None
    except (BaseError, OSError) as error:
        raise _said(uri, error) from None
    modified = answer.meta["last_modified"].astimezone(UTC).replace(tzinfo=None)
    return Export(day, uri, PurePosixPath(key).name, modified, content, answer.meta["e_tag"])


def _said(where: str, error: Exception) -> SourceError:
    """The server's error by its code: the client's own text is pages long."""
    status = re.search(r"status code: (4\d\d)", str(error))
    code = re.search(r"<Code>(\w+)</Code>", str(error))
    reason = f" ({code[1]})" if code else ""
    if status and status[1] in ("401", "403"):
        return SourceError(f"{where}: máy chủ từ chối{reason}; xem lại khóa truy cập")
    if status and status[1] != "429":
        return SourceError(f"{where}: máy chủ báo lỗi{reason}")
    if "InvalidCertificate" in str(error):
        return SourceError(f"{where}: chứng chỉ TLS của máy chủ không được tin cậy")
    return UnreachableError(f"{where}: máy chủ S3 không trả lời{reason}")

"""The sources of exports that tyle.toml can describe. Pulls nothing."""

import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from flows.settings.secrets import Secret
from flows.settings.section import Section
from sources.templates import check_name, check_template

_OF_UNIT = ("unit_id", "code")
_SECRET_PARAMETER = re.compile(r"token|key$|secret|passw|signature|^(sig|auth|pwd)$", re.IGNORECASE)


def _refuse(message: str) -> PydanticCustomError:
    """A validation error with our own message; braces in the message are not placeholders."""
    return PydanticCustomError("setting", "{message}", {"message": message})


def _checked(check: Callable[[str], None]) -> AfterValidator:
    """A pydantic validator from a function that raises ValueError."""

    def validate(text: str) -> str:
        try:
            check(text)
        except ValueError as error:
            raise _refuse(str(error)) from None
        return text

    return AfterValidator(validate)


def address(url: str) -> str:
    """Refuse a URL that is not http(s) or that contains secrets."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise _refuse("địa chỉ phải bắt đầu bằng https:// hoặc http://")
    if "@" in parts.netloc:
        raise _refuse("địa chỉ không được chứa tên và mật khẩu; ghi vào auth")
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET_PARAMETER.search(name):
            raise _refuse(f"tham số “{name}” của địa chỉ có vẻ là bí mật; ghi vào auth")
    return url


def _query(text: str) -> str:
    """Refuse a query without `%(date)s` or with parameters that we do not fill in."""
    names = set(re.findall(r"%\((\w*)\)", text.replace("%%", "")))
    unknown = sorted(names - {"date", "unit", "code"})
    if unknown:
        raise _refuse(f"tham số %({unknown[0]})s không có; chỉ có %(date)s, %(unit)s, %(code)s")
    if "date" not in names:
        raise _refuse("câu truy vấn thiếu tham số %(date)s")
    return text.strip().removesuffix(";")


def _one_name(text: str) -> None:
    if "/" in text:
        raise ValueError("tên tệp trên máy chủ sftp không có dấu /; thư mục ghi ở path")


UnitTemplate = Annotated[str, _checked(lambda text: check_template(text, _OF_UNIT))]
NameTemplate = Annotated[str, _checked(lambda text: check_name(text, ("date", *_OF_UNIT)))]
UrlTemplate = Annotated[
    str, AfterValidator(address), _checked(lambda text: check_template(text, ("date", *_OF_UNIT), ("date",)))
]


class FolderSource(Section):
    """A folder with a unit's exports; a relative path starts at the workspace."""

    kind: Literal["folder"] = "folder"
    path: UnitTemplate = "inbox/{unit_id}"
    name: NameTemplate = "{date}*"
    settle_seconds: float = Field(
        5, ge=0, le=600, description="seconds without change after which a file counts as finished"
    )
    max_mb: float = Field(64, gt=0)


class RemoteSource(Section):
    """Settings of every source over a network: time limits, attempts and the largest export."""

    connect_seconds: float = Field(10, gt=0, le=600)
    read_seconds: float = Field(60, gt=0, le=3600, description="longest time without an answer from the server")
    total_seconds: float = Field(600, gt=0, le=7200, description="longest time for one export")
    attempts: int = Field(4, ge=1, le=10)
    first_wait_seconds: float = Field(1, gt=0, le=60, description="before the second attempt; it doubles each time")
    max_mb: float = Field(64, gt=0)


class SftpSource(RemoteSource):
    """A folder on an SFTP server; `known_hosts` (OpenSSH format, path from the workspace) has the server's key."""

    kind: Literal["sftp"]
    host: str
    port: int = Field(22, ge=1, le=65535)
    user: str
    password: Secret | None = None
    key: Secret | None = Field(None, description="text of a private key without a passphrase")
    known_hosts: str = "known_hosts"
    path: UnitTemplate
    name: Annotated[NameTemplate, _checked(_one_name)] = "{date}*"
    settle_seconds: float = Field(5, ge=0, le=600)

    @model_validator(mode="after")
    def _can_log_in(self) -> Self:
        if self.password is None and self.key is None:
            raise _refuse("nguồn sftp cần password hoặc key")
        return self


class BearerAuth(Section):
    """`Authorization: Bearer …`."""

    kind: Literal["bearer"]
    token: Secret


class BasicAuth(Section):
    """HTTP Basic authentication."""

    kind: Literal["basic"]
    user: str
    password: Secret


class HeaderAuth(Section):
    """A key in a header that the server defines."""

    kind: Literal["header"]
    name: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    value: Secret


class PagingSettings(Section):
    """How to request a list page by page until `total` items were received."""

    counts: Literal["page", "offset"] = "page"
    parameter: str
    first: int = Field(1, ge=0, le=1, description="number of the first page")
    size_parameter: str
    size: int = Field(500, ge=1, le=100_000)
    total: str = "total"
    items: str = "items"


class HttpSource(RemoteSource):
    """An address that answers with a file, or with a JSON list in pages."""

    kind: Literal["http"]
    url: UrlTemplate
    auth: Annotated[BearerAuth | BasicAuth | HeaderAuth, Field(discriminator="kind")] | None = None
    paging: PagingSettings | None = None
    ca_file: str | None = None


class SqlSource(RemoteSource):
    """A query on PostgreSQL; its parameters are `%(date)s`, `%(unit)s` (the unit's id) and `%(code)s`."""

    kind: Literal["sql"]
    host: str
    port: int = Field(5432, ge=1, le=65535)
    database: str
    user: str
    password: Secret | None = None
    sslmode: Literal["disable", "require", "verify-ca", "verify-full"] = "verify-full"
    ca_file: str | None = None
    query: Annotated[str, AfterValidator(_query)]
    empty: Literal["missing", "none"] = Field(
        "missing", description="what a result without rows means: no export yet, or no cases"
    )


class S3Server(Section):
    """An S3 server; without access_key requests are anonymous."""

    label: ClassVar[str]  # its name in messages
    endpoint: Annotated[str, AfterValidator(address)]
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key: Secret | None = None
    ca_file: str | None = None

    @model_validator(mode="after")
    def _has_both_keys_or_none(self) -> Self:
        if (self.access_key is None) != (self.secret_key is None):
            raise _refuse(f"{self.label} cần cả access_key và secret_key, hoặc không có cả hai")
        return self


class S3Source(S3Server, RemoteSource):
    """A bucket of an S3 server; `key`: the pattern of the objects' full keys."""

    label = "nguồn s3"
    kind: Literal["s3"]
    bucket: str
    key: NameTemplate


def _kind(value: Any) -> str | None:
    kind = value.get("kind", "folder") if isinstance(value, dict) else getattr(value, "kind", None)
    return kind if isinstance(kind, str) else None


Source = Annotated[
    Annotated[FolderSource, Tag("folder")]
    | Annotated[SftpSource, Tag("sftp")]
    | Annotated[HttpSource, Tag("http")]
    | Annotated[SqlSource, Tag("sql")]
    | Annotated[S3Source, Tag("s3")],
    Discriminator(
        _kind,
        custom_error_type="source_kind",
        custom_error_message="kind phải là folder, sftp, http, sql hoặc s3",
    ),
]

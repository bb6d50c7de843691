"""What tyle.toml may say of a source, and what it may not: secrets above all."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from flows.settings.secrets import Secret
from flows.settings.section import Section
from flows.settings.sources import FolderSource, HttpSource, Source
from flows.settings.tyle_toml import Settings
from sources.export import SourceError

SECRET = "Bi-Mat-9f3c7"


class Exports(Section):
    source: Source = FolderSource()


SFTP = {"kind": "sftp", "host": "a", "user": "b", "path": "/c", "password": {"env": "X"}}
HTTP = {"kind": "http", "url": "https://example.vn/{date}"}
SQL = {"kind": "sql", "host": "a", "database": "b", "user": "c", "query": "SELECT %(date)s"}
S3 = {"kind": "s3", "endpoint": "https://s3.example.vn", "bucket": "b", "key": "{date}*"}


def read(settings: dict[str, Any]) -> Source:
    return Exports.model_validate({"source": settings}).source


def fault(settings: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        read(settings)
    assert SECRET not in str(caught.value)
    return caught.value.errors(include_input=False, include_context=False)[0]["msg"]


def test_a_source_is_a_folder_unless_it_says_otherwise() -> None:
    assert read({}) == FolderSource()
    assert read({"path": "x"}) == FolderSource(path="x")


def test_the_least_that_each_kind_needs() -> None:
    kinds = [read(settings).kind for settings in (SFTP, HTTP, SQL, S3)]
    assert kinds == ["sftp", "http", "sql", "s3"]


def test_an_unknown_kind_is_refused_by_naming_those_known() -> None:
    assert fault({"kind": "ftp"}) == "kind phải là folder, sftp, http, sql hoặc s3"


@pytest.mark.parametrize(
    "settings",
    [
        SFTP | {"password": SECRET},
        SFTP | {"key": SECRET},
        HTTP | {"auth": {"kind": "bearer", "token": SECRET}},
        HTTP | {"auth": {"kind": "basic", "user": "a", "password": SECRET}},
        HTTP | {"auth": {"kind": "header", "name": "X-Key", "value": SECRET}},
        SQL | {"password": SECRET},
        S3 | {"access_key": "a", "secret_key": SECRET},
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(settings: dict[str, Any]) -> None:
    assert fault(settings).startswith("bí mật không được ghi trong tyle.toml; ghi { env =")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"https://tyle:{SECRET}@example.vn/{{date}}", "địa chỉ không được chứa tên và mật khẩu"),
        (f"https://example.vn/{{date}}?access_token={SECRET}", "tham số “access_token” của địa chỉ có vẻ là bí mật"),
        (f"https://example.vn/{{date}}?apiKey={SECRET}", "tham số “apiKey” của địa chỉ có vẻ là bí mật"),
        ("ftp://example.vn/{date}", "địa chỉ phải bắt đầu bằng https:// hoặc http://"),
        ("https://example.vn/xuat", "“https://example.vn/xuat”: thiếu {date}"),
        ("https://example.vn/{date}/{ma}", "“{ma}” không có; chỉ có {code}, {date}, {unit_id}"),
        ("https://example.vn/{date:%H}", "“{date:%H}”: chỉ {date} có mẫu, gồm %Y, %y, %m, %d"),
        ("https://example.vn/{date", "“https://example.vn/{date”: dấu { } không thành cặp"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, why: str) -> None:
    assert fault(HTTP | {"url": url}).startswith(why)


def test_an_address_may_ask_for_a_key_word() -> None:
    assert isinstance(read(HTTP | {"url": "https://example.vn/{date}?keyword=x"}), HttpSource)


def test_a_misspelt_key_with_a_secret_is_refused_and_not_repeated() -> None:
    assert fault(SFTP | {"pasword": SECRET}) == "Extra inputs are not permitted"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"kind": "sftp", "host": "a", "user": "b", "path": "/c"}, "nguồn sftp cần password hoặc key"),
        (S3 | {"access_key": "a"}, "nguồn s3 cần cả access_key và secret_key, hoặc không có cả hai"),
        (S3 | {"key": "{date:%Y}*"}, "“{date:%Y}*”: thiếu {date}"),
        ({"name": "{date:%m-%d}*"}, "“{date:%m-%d}*”: thiếu {date} với đủ ngày, tháng, năm"),
        ({"path": "inbox/{date}"}, "“{date}” không có; chỉ có {code}, {unit_id}"),
        (SQL | {"query": "SELECT 1"}, "câu truy vấn thiếu tham số %(date)s"),
        (SQL | {"query": "SELECT %(date)s, %(ten)s"}, "tham số %(ten)s không có; chỉ có"),
        (SFTP | {"password": {"env": "A", "block": "b"}}, "bí mật không được ghi trong tyle.toml"),
        (SFTP | {"password": {}}, "bí mật không được ghi trong tyle.toml"),
    ],
)
def test_what_does_not_fit_together_is_said(settings: dict[str, Any], why: str) -> None:
    assert fault(settings).startswith(why)


def test_a_secret_that_is_not_set_is_said_by_the_name_of_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYT_MAT_KHAU", SECRET)
    assert Secret(env="SYT_MAT_KHAU").read(tmp_path) == SECRET
    monkeypatch.setenv("SYT_MAT_KHAU", "")
    with pytest.raises(SourceError, match=r"^biến môi trường SYT_MAT_KHAU chưa có giá trị$"):
        Secret(env="SYT_MAT_KHAU").read(tmp_path)


def test_the_recipes_of_the_documentation_are_right() -> None:
    text = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
    recipes = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    settings = [Settings(**recipe) for recipe in recipes if "units" in recipe]
    kinds = [exports.source.kind for each in settings for exports in each.all_exports_of("so-y-te")]
    assert kinds == ["folder", "sftp", "http", "http", "sql", "s3"]

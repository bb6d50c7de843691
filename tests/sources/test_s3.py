"""Exports in an S3 bucket, against a server in this process."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
import trustme
from pytest_httpserver import HTTPServer

from tests.sources.pulling import FIRST, LAST, SECRET, failure, pull

ADMIN = {"aws_access_key_id": "tyle", "aws_secret_access_key": SECRET}


@pytest.fixture
def bucket(s3_endpoint: str) -> Iterator[Any]:
    """A bucket with keys of two units."""
    service = boto3.resource("s3", endpoint_url=s3_endpoint, region_name="us-east-1", **ADMIN)
    bucket = service.Bucket("xuat")
    bucket.create()
    for key in (
        "bao-cao/so-y-te/2022-08-02.csv",
        "bao-cao/so-y-te/2022-08-01.csv",
        "bao-cao/so-y-te/2022-08-03.csv",
        "bao-cao/so-y-te/cu/2022-08-01.csv",
        "bao-cao/so-noi-vu/2022-08-01.csv",
    ):
        bucket.put_object(Key=key, Body=key.encode())
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def settings(endpoint: str, **own: Any) -> dict[str, Any]:
    base = {"kind": "s3", "endpoint": endpoint, "bucket": "xuat", "key": "bao-cao/{unit_id}/{date}*"}
    return base | {"access_key": "tyle", "secret_key": {"env": "TEST_SECRET"}} | own


@pytest.mark.usefixtures("bucket")
def test_the_objects_of_the_days_asked_for(s3_endpoint: str, tmp_path: Path) -> None:
    first, second = pull(settings(s3_endpoint), tmp_path)
    assert (first.business_date, second.business_date) == (FIRST, LAST)
    assert first.uri == "s3://xuat/bao-cao/so-y-te/2022-08-01.csv"
    assert (first.name, first.content) == ("2022-08-01.csv", b"bao-cao/so-y-te/2022-08-01.csv")
    assert isinstance(first.modified_at, datetime)
    assert first.modified_at.tzinfo is None


def test_a_key_may_have_the_date_in_its_folders(s3_endpoint: str, bucket: Any, tmp_path: Path) -> None:
    bucket.put_object(Key="2022/08/01/H55.09_01082022.xlsx", Body=b"x")
    bucket.put_object(Key="2022/07/01/H55.09_01082022.xlsx", Body=b"x")
    own = settings(s3_endpoint, key="{date:%Y}/{date:%m}/{date:%d}/{code}_{date:%d%m%Y}.*")
    assert [export.uri for export in pull(own, tmp_path)] == ["s3://xuat/2022/08/01/H55.09_01082022.xlsx"]


def test_what_is_unchanged_is_not_had_again(s3_endpoint: str, bucket: Any, tmp_path: Path) -> None:
    etags = {export.uri: export.etag or "" for export in pull(settings(s3_endpoint), tmp_path)}
    assert pull(settings(s3_endpoint), tmp_path, etags=etags) == []
    bucket.put_object(Key="bao-cao/so-y-te/2022-08-01.csv", Body=b"sua lai")
    assert [export.content for export in pull(settings(s3_endpoint), tmp_path, etags=etags)] == [b"sua lai"]


def test_a_public_bucket_is_asked_without_keys(s3_endpoint: str, bucket: Any, tmp_path: Path) -> None:
    for found in bucket.objects.all():
        found.Acl().put(ACL="public-read")
    assert len(pull(settings(s3_endpoint, access_key=None, secret_key=None), tmp_path)) == 2


@pytest.mark.usefixtures("bucket")
def test_an_object_too_large_is_refused_by_name(s3_endpoint: str, tmp_path: Path) -> None:
    assert "2022-08-01.csv: lớn hơn" in failure(settings(s3_endpoint, max_mb=0.00001), tmp_path)


def test_a_bucket_that_is_not_there_is_said(s3_endpoint: str, tmp_path: Path) -> None:
    assert "máy chủ báo lỗi (NoSuchBucket)" in failure(settings(s3_endpoint, bucket="nham"), tmp_path)


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(
    tmp_path: Path, silent_port: int, closed_port: int
) -> None:
    for port in (silent_port, closed_port):
        assert "máy chủ S3 không trả lời" in failure(settings(f"http://127.0.0.1:{port}", read_seconds=0.3), tmp_path)


@pytest.fixture
def access_key(s3_endpoint: str, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A user's access key, its secret in TEST_SECRET, at a server that checks signatures from now on."""

    def check_after(requests: bytes) -> None:
        httpx.post(f"{s3_endpoint}/moto-api/reset-auth", content=requests, headers={"Content-Type": "text/plain"})

    iam = boto3.client("iam", endpoint_url=s3_endpoint, region_name="us-east-1", **ADMIN)
    iam.create_user(UserName="doc")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="doc", PolicyName="doc", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="doc")["AccessKey"]
    monkeypatch.setenv("TEST_SECRET", key["SecretAccessKey"])
    check_after(b"0")
    yield key["AccessKeyId"]
    check_after(b"inf")


def test_keys_sign_and_wrong_ones_are_shown_nowhere(
    s3_endpoint: str, access_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = settings(s3_endpoint, access_key=access_key)
    assert len(pull(own, tmp_path)) == 2
    monkeypatch.setenv("TEST_SECRET", SECRET)
    refused = "máy chủ từ chối (SignatureDoesNotMatch); xem lại khóa truy cập"
    assert refused in failure(own, tmp_path)


def test_a_busy_server_is_asked_again_and_not_for_ever(httpserver: HTTPServer, tmp_path: Path) -> None:
    body = "<Error><Code>SlowDown</Code></Error>"
    httpserver.expect_request("/xuat").respond_with_data(body, status=503)
    assert "máy chủ S3 không trả lời (SlowDown)" in failure(settings(httpserver.url_for("")), tmp_path)
    assert len(httpserver.log) == 2


@pytest.mark.usefixtures("bucket")
def test_many_units_are_pulled_side_by_side(s3_endpoint: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        pulls = list(pool.map(lambda _: pull(settings(s3_endpoint), tmp_path), range(16)))
    assert [len(exports) for exports in pulls] == [2] * 16


def test_a_certificate_of_an_unknown_authority_is_refused_until_it_is_named(
    tls_server: HTTPServer, authority: trustme.CA, tmp_path: Path
) -> None:
    tls_server.expect_request("/xuat").respond_with_data("<Error><Code>NoSuchBucket</Code></Error>", status=404)
    own = settings(tls_server.url_for(""))
    assert "chứng chỉ TLS của máy chủ không được tin cậy" in failure(own, tmp_path)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    assert "NoSuchBucket" in failure(own | {"ca_file": "ca.pem"}, tmp_path)


def test_only_so_many_objects_of_a_day_are_fetched_and_the_others_are_named(
    s3_endpoint: str, bucket: Any, tmp_path: Path
) -> None:
    for number in range(25):
        bucket.put_object(Key=f"bao-cao/so-y-te/2022-08-01_{number:02}.csv", Body=b"x")
    line = failure(settings(s3_endpoint), tmp_path)
    assert "ngày 2022-08-01: có 26 tệp, chỉ lấy 20 tệp đầu" in line
    assert "2022-08-01_24.csv" not in line
    assert "và 3 tệp khác" in line

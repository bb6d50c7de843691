"""A new shared lake for a test: a database and a prefix of a bucket of their own, and the settings for tyle.toml."""

import itertools
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from flows.settings.workspace import Workspace, open_workspace
from tests.sources.postgres_server import Postgres
from warehouse.lake.shared import SharedLake
from warehouse.places.stores import S3Prefix

PASSWORD = "Mat-khau+cua'kho @1"
SECRET_KEY = "khoa/bi+mat=cua-bucket"
BUCKET = "kho"
_NUMBERS = itertools.count(1)
_USER = "tyle"


@dataclass(frozen=True)
class Shared:
    """One shared lake. Its secrets are in the environment, which child processes inherit."""

    name: str
    port: int
    endpoint: str

    @property
    def catalog(self) -> str:
        quoted = PASSWORD.replace("'", "\\'")
        return f"host=127.0.0.1 port={self.port} dbname={self.name} user={_USER} password='{quoted}'"

    @property
    def settings(self) -> str:
        """The section of tyle.toml."""
        return f"""
[lake]
catalog = {{ env = "CATALOG_OF_{self.name.upper()}" }}
data = "s3://{BUCKET}/{self.name}/lake"
[lake.s3]
endpoint = "{self.endpoint}"
access_key = "tyle"
secret_key = {{ env = "KEY_OF_THE_BUCKET" }}
[landing]
place = "s3://{BUCKET}/{self.name}/landing"
"""

    @cached_property
    def lake(self) -> SharedLake:
        """The place of the lake, as the warehouse takes it."""
        data = S3Prefix(self.endpoint, BUCKET, f"{self.name}/lake", access_key="tyle", secret_key=SECRET_KEY)
        return SharedLake(self.catalog, data)

    @property
    def bucket(self) -> Any:
        """The bucket, to inspect what tyle stored."""
        keys = {"aws_access_key_id": "tyle", "aws_secret_access_key": SECRET_KEY}
        return boto3.resource("s3", endpoint_url=self.endpoint, region_name="us-east-1", **keys).Bucket(BUCKET)

    def keys(self) -> list[str]:
        return [found.key for found in self.bucket.objects.filter(Prefix=f"{self.name}/")]


def new_shared(postgres: Postgres, endpoint: str) -> Shared:
    """A database that is empty, owned by a user who logs in by password."""
    shared = Shared(f"kho_{os.getpid()}_{next(_NUMBERS)}", postgres.port, endpoint)
    literal = PASSWORD.replace("'", "''")
    postgres.admin(
        f"DO $$ BEGIN CREATE ROLE {_USER} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"ALTER ROLE {_USER} PASSWORD '{literal}'",
        f"CREATE DATABASE {shared.name} OWNER {_USER}",
    )
    os.environ[f"CATALOG_OF_{shared.name.upper()}"] = shared.catalog
    os.environ["KEY_OF_THE_BUCKET"] = SECRET_KEY
    if not shared.bucket.creation_date:
        shared.bucket.create()
    return shared


def share(workspace: Workspace, shared: Shared, more: str = "") -> Workspace:
    """Have a workspace work on the shared lake."""
    file = Path(workspace.root) / "tyle.toml"
    file.write_text(file.read_text(encoding="utf-8") + shared.settings + more, encoding="utf-8")
    return open_workspace(workspace.root)

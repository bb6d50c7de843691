"""Opens the lake and finds the landing of a workspace, where its settings place them. Decides nothing about them."""

from pathlib import Path

from flows.settings.lake import bucket_of
from flows.settings.secrets import Secret
from flows.settings.tyle_toml import FILE, Settings, SettingsError
from flows.settings.workspace import Workspace
from sources.export import SourceError
from warehouse.lake.beginning import has_lake
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.lake.shared import SharedLake
from warehouse.places.stores import S3Prefix


def lake_of(workspace: Workspace) -> Lake:
    """Open the workspace's lake. Raises SettingsError where a secret is missing, LakeError and LockedError."""
    return open_lake(workspace.root, shared_lake(workspace))


def require_lake_or_new(workspace: Workspace) -> None:
    """Raise LakeError where the workspace is neither new nor has a lake, for work that reads only what is published.

    A shared lake is not asked: the published file can be read without its server.
    """
    if not workspace.settings.lake.is_shared:
        has_lake(workspace.root)


def shared_lake(workspace: Workspace) -> SharedLake | None:
    """The place of a lake that several machines share; None: in the workspace. Raises SettingsError, LakeError."""
    lake = workspace.settings.lake
    if lake.catalog is None or lake.data is None:
        return None
    catalog = _read(lake.catalog, workspace.root, "lake.catalog")
    return SharedLake(catalog, _place(workspace, lake.data), landing_of(workspace))


def landing_of(workspace: Workspace) -> Path | S3Prefix:
    """Where the original bytes are kept. Raises SettingsError where a secret is missing."""
    place = workspace.settings.landing.place
    return _place(workspace, place) if place else workspace.landing


def require_publisher(settings: Settings, what: str) -> None:
    """Raise SettingsError on a machine that leaves publishing and alerts to another one; `what`: the command."""
    if not settings.publish.here:
        message = f"{FILE}: [publish] here = false: {what} chỉ chạy trên máy công bố"
        raise SettingsError(message)


def _place(workspace: Workspace, place: str) -> Path | S3Prefix:
    s3 = workspace.settings.lake.s3
    if not place.startswith("s3:") or s3 is None:
        return workspace.root / place
    name, prefix = bucket_of(place)
    return S3Prefix(
        endpoint=s3.endpoint,
        name=name,
        prefix=prefix,
        region=s3.region,
        access_key=s3.access_key,
        secret_key=_read(s3.secret_key, workspace.root, "lake.s3.secret_key") if s3.secret_key else None,
        ca_file=workspace.root / s3.ca_file if s3.ca_file else None,
    )


def _read(secret: Secret, root: Path, setting: str) -> str:
    try:
        return secret.read(root)
    except SourceError as error:
        raise SettingsError(f"{FILE}: {setting}: {error}") from None

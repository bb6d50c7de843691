"""Reads a workspace once: its folders, settings and reference data. Opens no lake and pulls nothing."""

import os
import shutil
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import polars as pl

from flows.settings.consistency import consistent
from flows.settings.reference_files import (
    BASELINES,
    CORRECTIONS,
    FIELDS,
    QUALIFIERS,
    REFERENCE_FILES,
    ROWS,
    TITLES,
    read_holidays,
    read_metrics,
)
from flows.settings.tyle_toml import FILE, Settings, read_settings
from transforms.read.headers.book import HeaderBook
from transforms.read.titles.words import TitleBook
from transforms.reference.codes import CodeBook
from transforms.reference.comparisons import read_baselines, read_targets
from transforms.reference.corrections import Corrections
from transforms.reference.fields import FieldBook
from transforms.reference.months import Months
from transforms.reference.units import Registry
from warehouse.lake.beginning import has_lake
from warehouse.places.permissions import make_home

BACKED_UP = (FILE, "reference", "gx/validations", "reports")  # besides lake and landing; everything else can be rebuilt


class WorkspaceError(Exception):
    """A folder that is no workspace, wrong reference data, or a request that does not fit; the message is one line."""


@dataclass(frozen=True)
class Workspace:
    """The folders of one installation, its settings and its reference data.

    `targets`, `baselines`, `metrics`: columns of the marts of that name; `holidays`: days off in Vietnam.
    """

    root: Path
    settings: Settings
    registry: Registry
    holidays: frozenset[date]
    targets: pl.DataFrame
    baselines: pl.DataFrame
    metrics: pl.DataFrame
    headers: HeaderBook
    titles: TitleBook
    codes: CodeBook
    fields: FieldBook
    corrections: Corrections

    @property
    def months(self) -> Months:
        """The first and last day of each reporting month."""
        return self.settings.periods.months()

    @property
    def unit_names(self) -> dict[str, str]:
        """unit_id → name."""
        return dict(self.registry.units.select("unit_id", "name").iter_rows())

    @property
    def landing(self) -> Path:
        """The folder of the original bytes of all deliveries."""
        return self.root / "landing"

    @property
    def published(self) -> Path:
        """The file that BI tools open."""
        return self.root / "published" / "marts.duckdb"


def folder_of(named: str | None) -> Path:
    """The workspace's folder for a run: the named one, or else TYLE_WORKSPACE.

    Raises WorkspaceError where there is neither: a worker starts its runs in other folders.
    """
    folder = named or os.environ.get("TYLE_WORKSPACE")
    if not folder:
        raise WorkspaceError("chưa biết không gian làm việc: đặt TYLE_WORKSPACE cho worker, hoặc tham số workspace")
    return Path(folder)


def open_workspace(root: Path) -> Workspace:
    """Read a workspace. Raises WorkspaceError or SettingsError in one line."""
    return _read(require_workspace(root), read_settings(root), root / "reference")


def require_workspace(root: Path) -> Path:
    """The workspace's folder, resolved; reads nothing in it. Raises WorkspaceError when it is no workspace."""
    if not (root / FILE).is_file():
        raise WorkspaceError(f"{root}: không có {FILE}; tạo không gian làm việc bằng lệnh: tyle init {root}")
    return root.resolve()


def built_in_workspace(root: Path) -> Workspace:
    """A workspace with the settings and reference data of a new one, to check a file outside of any workspace."""
    return _read(root.resolve(), Settings(), files("reference"))


def create_workspace(root: Path, settings_text: str = "") -> Workspace:
    """Make `root` a workspace with tyle.toml, reference/ and inbox/. Raises WorkspaceError if it is one already.

    Raises LakeError where a lake is, or what is left of one: its settings are lost and may be in a backup.
    """
    if (root / FILE).exists():
        raise WorkspaceError(f"{root}: đã là không gian làm việc ({FILE} đã có)")
    if has_lake(root):
        raise WorkspaceError(
            f"{root}: có kho dữ liệu nhưng không có {FILE}. Hãy lấy lại {FILE} và reference/ từ bản sao lưu"
        )
    make_home(root)
    (root / "reference").mkdir(exist_ok=True)
    (root / "inbox").mkdir(exist_ok=True)
    for name in REFERENCE_FILES:
        with as_file(files("reference") / name) as source:
            shutil.copyfile(source, root / "reference" / name)
    template = (files("reference") / "tyle.toml").read_text(encoding="utf-8")
    (root / FILE).write_text(template + settings_text, encoding="utf-8")
    return open_workspace(root)


def _read(root: Path, settings: Settings, reference: Path | Traversable) -> Workspace:
    def text(name: str) -> str:
        try:
            return (reference / name).read_text(encoding="utf-8")
        except OSError as error:
            raise WorkspaceError(f"reference/{name}: {error.strerror}") from error

    def optional_text(name: str) -> str:
        return text(name) if (reference / name).is_file() else ""

    def own_or_shipped(name: str) -> str:
        return optional_text(name) or (files("reference") / name).read_text(encoding="utf-8")

    try:
        registry = Registry.from_csv(text("units.csv"))
        fields = FieldBook.from_csv(own_or_shipped(FIELDS))
        return Workspace(
            root=root,
            settings=consistent(settings, registry),
            registry=registry,
            holidays=read_holidays(text("calendar.csv")),
            targets=read_targets(text("targets.csv"), registry.units),
            baselines=read_baselines(optional_text(BASELINES), registry.units),
            metrics=read_metrics(text("metrics.toml")),
            titles=TitleBook.from_toml(own_or_shipped(TITLES)),
            headers=HeaderBook.from_toml(
                text("headers.toml"), own_or_shipped(QUALIFIERS), own_or_shipped(ROWS), fields.names
            ),
            codes=CodeBook.from_toml(text("codes.toml")),
            fields=fields,
            corrections=Corrections.from_toml(optional_text(CORRECTIONS), set(registry.units["unit_id"])),
        )
    except ValueError as error:  # every reader names its file
        raise WorkspaceError(f"reference/{error}") from error

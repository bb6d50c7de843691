"""Reads a workspace once: its folders, settings and reference data. Opens no lake and pulls nothing."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from flows.settings.consistency import check_units, consistent
from flows.settings.deployments import DEPLOYMENTS, check_deployments
from flows.settings.presets import README, file_of, presets, renamed, with_units
from flows.settings.rankings import check_rankings
from flows.settings.reference_files import (
    BASELINES,
    CALENDAR,
    CODES,
    CORRECTIONS,
    FIELDS,
    HEADERS,
    METRICS,
    ORGANISATION,
    PROCEDURES,
    QUALIFIERS,
    REFERENCE_FILES,
    REPORT,
    ROWS,
    TARGETS,
    TEMPLATE,
    TITLES,
    check_template,
    read_holidays,
)
from flows.settings.text import Folder, read_text
from flows.settings.tyle_toml import FILE, Settings, settings_of
from reports.month.office import Office
from transforms.dictionary.problems import ConfigurationError, Problem, lines_of
from transforms.dictionary.shared_senders import export_of, is_shared
from transforms.dictionary.toml_file import read_toml
from transforms.read.headers.book import HeaderBook
from transforms.read.titles.words import TitleBook
from transforms.reference.calendars import Cadence
from transforms.reference.codes import CodeBook
from transforms.reference.comparisons import read_baselines, read_targets
from transforms.reference.corrections import Corrections
from transforms.reference.fields import FieldBook
from transforms.reference.metrics import MetricBook
from transforms.reference.months import Months
from transforms.reference.organisation import Organisation, check_whole_unit, read_organisation
from transforms.reference.procedures import read_procedures
from transforms.reference.unit_file import FILE as UNITS_FILE
from transforms.reference.unit_file import named_units
from transforms.reference.units import Registry
from warehouse.lake.beginning import has_lake
from warehouse.places.permissions import make_home

T = TypeVar("T")
BACKED_UP = (FILE, "reference", "gx/validations", "reports")  # besides lake and landing; everything else can be rebuilt


class WorkspaceError(Exception):
    """A folder that is no workspace, a wrong configuration, or a request that does not fit.

    `problems`: all that is wrong in tyle.toml, reference/ and prefect.yaml; then the message has a line for each.
    """

    def __init__(self, message: str = "", problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(message or "\n".join(lines_of(self.problems)))


class _UnitNames(dict[str, str]):
    def __missing__(self, unit_id: str) -> str:
        if not is_shared(unit_id):
            return unit_id
        export = export_of(unit_id)
        of_nobody = "" if unit_id == export else ", không rõ đơn vị"
        return f"Tệp chung {export.removeprefix('@')}{of_nobody} ({unit_id})"


@dataclass(frozen=True)
class Workspace:
    """The folders of one installation, its settings and its reference data.

    `targets`, `baselines`, `procedures`: columns of the marts of that name; `metrics`: what each rate is; `holidays`:
    days off.
    """

    root: Path
    settings: Settings
    organisation: Organisation
    registry: Registry
    holidays: frozenset[date]
    targets: pl.DataFrame
    baselines: pl.DataFrame
    metrics: MetricBook
    headers: HeaderBook
    titles: TitleBook
    codes: CodeBook
    fields: FieldBook
    procedures: pl.DataFrame
    corrections: Corrections

    @property
    def months(self) -> Months:
        """The first and last day of each reporting month."""
        return self.settings.periods.months()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of business dates and hours."""
        return self.organisation.zone

    @property
    def cadence(self) -> Cadence:
        """What the calendars of units depend on."""
        own = self.organisation
        return Cadence(self.holidays, self.months, own.week_ends, own.year_ends)

    @property
    def unit_names(self) -> dict[str, str]:
        """unit_id → name. Of a unit that has left units.csv, of which the lake may have deliveries, the id itself."""
        return _UnitNames(self.registry.units.select("unit_id", "name").iter_rows())

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


def organisation_of(root: Path) -> Organisation:
    """The organisation of a workspace, which may be wrong elsewhere; the shipped one where its own is wrong."""
    shipped = (files("reference") / ORGANISATION).read_text(encoding="utf-8")
    try:
        return read_organisation(read_text(root / "reference" / ORGANISATION, ORGANISATION) or shipped)
    except ConfigurationError:
        return read_organisation(shipped)


def zone_of(named: str | None) -> ZoneInfo:
    """The time zone of the named workspace, or of TYLE_WORKSPACE; a run that has neither fails when it opens it."""
    return organisation_of(Path(named or os.environ.get("TYLE_WORKSPACE") or ".")).zone


def open_workspace(root: Path) -> Workspace:
    """Read a workspace. Raises WorkspaceError with all that is wrong in its files."""
    return _read(require_workspace(root), root / "reference")


def require_workspace(root: Path) -> Path:
    """The workspace's folder, resolved; reads nothing in it. Raises WorkspaceError when it is no workspace."""
    if not (root / FILE).exists():
        raise WorkspaceError(f"{root}: không có {FILE}; tạo không gian làm việc bằng lệnh: tyle init {root}")
    return root.resolve()


def built_in_workspace(root: Path) -> Workspace:
    """A workspace with the settings and reference data of a new one, to check a file outside of any workspace."""
    return _read(root.resolve(), files("reference"), settings_file=False)


def create_workspace(root: Path, settings_text: str = "", preset: str = "", units: Path | None = None) -> Workspace:
    """Make `root` a workspace with tyle.toml, reference/ and inbox/. Raises WorkspaceError if it is one already.

    `preset`: in place of the shipped reference data that of reference/presets; `units`: a CSV of one's own units.

    Raises LakeError where a lake is, or what is left of one: its settings are lost and may be in a backup.
    """
    if (root / FILE).exists():
        raise WorkspaceError(f"{root}: đã là không gian làm việc ({FILE} đã có)")
    if has_lake(root):
        raise WorkspaceError(
            f"{root}: có kho dữ liệu nhưng không có {FILE}. Hãy lấy lại {FILE} và reference/ từ bản sao lưu"
        )
    chosen = _chosen(preset, units)
    make_home(root)
    (root / "reference").mkdir(exist_ok=True)
    (root / "inbox").mkdir(exist_ok=True)
    for name, content in chosen.items():
        (root / "reference" / name).write_bytes(content)
    template = (files("reference") / "tyle.toml").read_text(encoding="utf-8")
    (root / FILE).write_text(template + settings_text, encoding="utf-8")
    return open_workspace(root)


def _chosen(preset: str, units: Path | None) -> dict[str, bytes]:
    """The files of a new workspace's reference/, by name. Raises WorkspaceError for a wrong preset or file of units."""
    if preset and preset not in presets():
        raise WorkspaceError(f"--from {preset}: không có bộ này; có: {', '.join(presets())}")
    names = (*REFERENCE_FILES, README) if preset else REFERENCE_FILES
    chosen = {name: file_of(preset, name).read_bytes() for name in names}
    if units is None:
        return chosen
    try:
        text = read_text(units, units.name)
        if text is None:
            raise WorkspaceError(f"{units}: không có tệp này")
        own = with_units(text, chosen[ORGANISATION].decode())
    except ConfigurationError as error:
        raise WorkspaceError(problems=renamed(error, units.name)) from error
    return chosen | {name: text.encode() for name, text in zip((UNITS_FILE, ORGANISATION), own, strict=True)}


def _read(root: Path, reference: Traversable, *, settings_file: bool = True) -> Workspace:
    """Read all files; without `settings_file` the settings are those of a new workspace."""
    shipped = files("reference")
    own, named = Folder(root, "", shipped), Folder(reference, "reference/", shipped)

    settings_text = own.optional(FILE) if settings_file else ""
    settings = own.read(lambda: settings_of(settings_text))
    own_groups = named.read(lambda: read_organisation(named.own_or_shipped(ORGANISATION)))
    # Where it is wrong, nothing is checked against its groups.
    organisation = own_groups or read_organisation(named.shipped(ORGANISATION))
    units_text = named.needed(UNITS_FILE)
    registry = named.read(lambda: Registry.from_csv(units_text, organisation)) if own_groups else None
    # Other files are checked against the units that are named, also where units.csv is wrong elsewhere.
    units = registry.units if registry else named_units(units_text, organisation)
    named.read(lambda: check_whole_unit(named.own_or_shipped(ORGANISATION), organisation, units["unit_id"].to_list()))
    agreed = targets = baselines = None
    if settings and own_groups:
        agreed = own.read(lambda: consistent(settings, units, organisation, settings_text))
    else:
        own.read(lambda: check_units(units, settings_text))
    fields = named.read(lambda: FieldBook.from_csv(named.own_or_shipped(FIELDS)))
    known_fields = dict(fields.fields.select("field_id", "name").iter_rows()) if fields else None
    procedures = named.read(lambda: read_procedures(named.own_or_shipped(PROCEDURES)))
    lists = None if procedures is None else procedures["procedure_list"].unique().sort().to_list()
    rated = [group for group in organisation.rated if group in organisation.with_units] if own_groups else None
    metrics = named.read(lambda: MetricBook.from_toml(named.needed(METRICS), known_fields, lists, rated))
    computed = metrics.computed if metrics else None
    targets_text, baselines_text = named.needed(TARGETS), named.optional(BASELINES)
    if own_groups:
        targets = named.read(lambda: read_targets(targets_text, units, organisation, computed))
        baselines = named.read(lambda: read_baselines(baselines_text, units, organisation))
    field_names = fields.names if fields else ()
    words, qualifiers, rows = named.needed(HEADERS), named.own_or_shipped(QUALIFIERS), named.own_or_shipped(ROWS)
    components = metrics.components["written"] if metrics else ()
    headers = named.read(
        lambda: HeaderBook.from_toml(words, qualifiers, rows, field_names, components, named.shipped(HEADERS))
    )
    titles = named.read(lambda: TitleBook.from_toml(named.own_or_shipped(TITLES)))
    codes = named.read(lambda: CodeBook.from_toml(named.needed(CODES)))
    holidays = named.read(lambda: read_holidays(named.needed(CALENDAR)))
    corrections = named.read(lambda: Corrections.from_toml(named.optional(CORRECTIONS), set(units["unit_id"])))
    report_text = named.own_or_shipped(REPORT)
    office = named.read(lambda: read_toml(REPORT, report_text, Office))
    named.read(lambda: check_rankings(office, report_text, metrics))
    named.read(lambda: check_template(named.content(TEMPLATE)))
    if settings_file:
        own.read(lambda: check_deployments(own.optional(DEPLOYMENTS)))

    if problems := dict.fromkeys((*own.problems, *named.problems)):
        raise WorkspaceError(problems=sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    return Workspace(
        root=root,
        settings=_sure(agreed),
        organisation=organisation,
        registry=_sure(registry),
        holidays=_sure(holidays),
        targets=_sure(targets),
        baselines=_sure(baselines),
        metrics=_sure(metrics),
        titles=_sure(titles),
        headers=_sure(headers),
        codes=_sure(codes),
        fields=_sure(fields),
        procedures=_sure(procedures),
        corrections=_sure(corrections),
    )


def _sure(value: T | None) -> T:
    """What a file gave: without problems each gave something."""
    if value is None:
        raise TypeError("a file without problems gave nothing")
    return value

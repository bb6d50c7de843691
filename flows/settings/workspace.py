"""A workspace: its folders, settings and reference data, read once. Opens no lake and pulls nothing."""

import io
import os
import shutil
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import polars as pl
from rapidfuzz import process

from flows.settings.exports import PROCESSING
from flows.settings.tyle_toml import FILE, Settings, SettingsError, read_settings
from transforms.check.rules import severities
from transforms.check.rules.rule import READABLE
from transforms.check.rules.strictness import NEEDED
from transforms.dictionary.columns import MARTS
from transforms.read.headers import HeaderBook
from transforms.reference.codes import CodeBook
from transforms.reference.comparisons import read_baselines, read_targets
from transforms.reference.corrections import Corrections
from transforms.reference.months import Months
from transforms.reference.unit_file import CENTRES
from transforms.reference.units import Registry

CORRECTIONS = "corrections.toml"  # may be absent, as may BASELINES: most installations have none
BASELINES = "baselines.csv"
REPORT, TEMPLATE = "report.toml", "report.docx"  # read where a report is written, and nowhere else
REFERENCE_FILES = (
    "units.csv",
    "targets.csv",
    BASELINES,
    "metrics.toml",
    "headers.toml",
    "codes.toml",
    "calendar.csv",
    CORRECTIONS,
    REPORT,
    TEMPLATE,
)


BACKED_UP = (FILE, "reference", "gx/validations")  # beside lake and landing; what else there is can be made anew


class WorkspaceError(Exception):
    """The folder is no workspace, or its reference data are wrong; the message is one line."""


@dataclass(frozen=True)
class Workspace:
    """Where everything of one installation lies, and what it knows before any export is read.

    `targets`, `baselines` and `metrics` have the columns of the marts of that name; `holidays` are days off in Vietnam.
    """

    root: Path
    settings: Settings
    registry: Registry
    holidays: frozenset[date]
    targets: pl.DataFrame
    baselines: pl.DataFrame
    metrics: pl.DataFrame
    headers: HeaderBook
    codes: CodeBook
    corrections: Corrections

    @property
    def months(self) -> Months:
        """From which day to which each reporting month runs."""
        return self.settings.periods.months()

    @property
    def unit_names(self) -> dict[str, str]:
        """unit_id → name."""
        return dict(self.registry.units.select("unit_id", "name").iter_rows())

    @property
    def landing(self) -> Path:
        """Untouched bytes of every delivery."""
        return self.root / "landing"

    @property
    def published(self) -> Path:
        """The file BI tools open."""
        return self.root / "published" / "marts.duckdb"


def folder_of(named: str | None) -> Path:
    """The workspace's folder as a run knows it: the one that was named, or else TYLE_WORKSPACE.

    Raises WorkspaceError where there is neither: a worker starts its runs in folders of its own.
    """
    folder = named or os.environ.get("TYLE_WORKSPACE")
    if not folder:
        raise WorkspaceError("chưa biết không gian làm việc: đặt TYLE_WORKSPACE cho worker, hoặc tham số workspace")
    return Path(folder)


def open_workspace(root: Path) -> Workspace:
    """Read a workspace. Raises WorkspaceError or SettingsError in one line."""
    return _read(require_workspace(root), read_settings(root), root / "reference")


def require_workspace(root: Path) -> Path:
    """The workspace's folder, resolved; nothing in it is read. Raises WorkspaceError when it is none."""
    if not (root / FILE).is_file():
        raise WorkspaceError(f"{root}: không có {FILE}; tạo không gian làm việc bằng lệnh: tyle init {root}")
    return root.resolve()


def built_in_workspace(root: Path) -> Workspace:
    """The settings and reference data a new workspace gets, for looking at a file outside of any workspace."""
    return _read(root.resolve(), Settings(), files("reference"))


def create_workspace(root: Path, settings_text: str = "") -> Workspace:
    """Make `root` a workspace with tyle.toml, reference/ and inbox/. Raises WorkspaceError if it is one."""
    if (root / FILE).exists():
        raise WorkspaceError(f"{root}: đã là không gian làm việc ({FILE} đã có)")
    (root / "reference").mkdir(parents=True, exist_ok=True)
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

    try:
        registry = Registry.from_csv(text("units.csv"))
        unknown = sorted(set(settings.units) - set(registry.units["unit_id"]))
        if unknown:
            raise SettingsError(f"{FILE}: units.{unknown[0]}: không có trong reference/units.csv")
        settings = _with_centres(settings, registry)
        _refuse_unknown_groups(settings, registry)
        _refuse_wrong_rules(settings)
        return Workspace(
            root=root,
            settings=settings,
            registry=registry,
            holidays=_holidays(text("calendar.csv")),
            targets=read_targets(text("targets.csv"), registry.units),
            baselines=read_baselines(optional_text(BASELINES), registry.units),
            metrics=_metrics(text("metrics.toml")),
            headers=HeaderBook.from_toml(text("headers.toml")),
            codes=CodeBook.from_toml(text("codes.toml")),
            corrections=Corrections.from_toml(optional_text(CORRECTIONS), set(registry.units["unit_id"])),
        )
    except ValueError as error:  # every reader names its file
        raise WorkspaceError(f"reference/{error}") from error


def _with_centres(settings: Settings, registry: Registry) -> Settings:
    """The settings, by which a unit of the group `centres` sends `processing` alone, and nothing without a section.

    Raises SettingsError where its section names another contract.
    """
    units = dict(settings.units)
    for unit_id in registry.units.filter(unit_group=CENTRES)["unit_id"]:
        own = units.get(unit_id, ())
        if wrong := next((e for e in own if "contract" in e.model_fields_set and e.contract != PROCESSING), None):
            raise SettingsError(
                f'{FILE}: units.{unit_id}: đơn vị khối {CENTRES} chỉ gửi contract = "{PROCESSING}", '
                f'không phải "{wrong.contract}"'
            )
        units[unit_id] = tuple(e.model_copy(update={"contract": PROCESSING}) for e in own)
    return settings.model_copy(update={"units": units})


def _refuse_unknown_groups(settings: Settings, registry: Registry) -> None:
    known = set(registry.units["unit_group"])
    for group in (group for route in settings.alerts.routes for group in route.groups):
        if group not in known:
            raise SettingsError(f"{FILE}: alerts.routes: groups: “{group}” không có trong reference/units.csv")


def _refuse_wrong_rules(settings: Settings) -> None:
    """Raise SettingsError for a rule that its contract lacks, and for one without which nothing can be counted."""
    agreed = [(f"rules.{contract}", contract, rules) for contract, rules in settings.rules.items()]
    agreed += [("exports.rules", settings.exports.contract, settings.exports.rules)]
    for unit_id in settings.units:
        agreed += [(f"units.{unit_id}.rules", e.contract, e.rules) for e in settings.all_exports_of(unit_id)]
    for where, contract, rules in agreed:
        own = {rule: severity for rule, severity in severities(contract).items() if rule != READABLE}
        for rule, severity in rules.items():
            if rule not in own:
                near = ", ".join(name for name, _, _ in process.extract(rule, list(own), limit=3))
                raise SettingsError(f"{FILE}: {where}.{rule}: loại {contract} không có quy tắc này; gần giống: {near}")
            if rule in NEEDED and severity not in {"critical", own[rule]}:
                raise SettingsError(f"{FILE}: {where}.{rule}: không hạ mức được, thiếu nó thì không có số liệu để tính")


def _csv(name: str, text: str, schema: pl.Schema) -> pl.DataFrame:
    try:
        return pl.read_csv(io.StringIO(text), schema=schema)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{name}: {str(error).splitlines()[0]}") from error


def _holidays(text: str) -> frozenset[date]:
    calendar = _csv("calendar.csv", text, pl.Schema({"date": pl.Date, "kind": pl.String, "name": pl.String}))
    return frozenset(calendar.filter(pl.col("kind") == "holiday")["date"])


def _metrics(text: str) -> pl.DataFrame:
    rows = [
        {"metric_id": m["id"], "metric_version": m["version"]}
        | {name: " ".join(m[name].split()) for name in ("name", "definition")}
        | {name: " ".join(m[name].split()) for name in ("name_en", "definition_en") if name in m}
        for m in tomllib.loads(text)["metric"]
    ]
    return pl.DataFrame(rows, schema=MARTS["metrics"].schema)

"""tyle.toml and the environment, read once into frozen models. Knows no file of the workspace but tyle.toml."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from flows.settings.alerts import Alerts
from flows.settings.lake import LakeSettings
from flows.settings.log import Log
from flows.settings.section import Section
from flows.settings.sources import FolderSource, Source
from transforms.check.history import HistoryTerms
from transforms.check.rules.rule import Rule
from transforms.dictionary import contracts
from transforms.reference.months import Months

FILE = "tyle.toml"


class SettingsError(Exception):
    """A setting is wrong; the message is one line: where, what, why."""


PROCESSING = contracts.PROCESSING.name
YEAR_TO_DATE = "year_to_date"  # the one basis of `processing`
ContractName = Literal["summary", "ii06", "cases", "processing"]
RuleSettings = dict[str, Literal["critical", "warning", "info", "off"]]  # rule → how strictly it is taken


class HistoryTermsFor(Section):
    """When figures are unusual beside those of earlier days of the same weekday; a warning, no more."""

    min_days: int = Field(20, ge=5, description="of the same weekday, before there is anything usual")
    min_cases: int = Field(30, ge=1, description="a day, below which it says nothing")
    width: float = Field(5, gt=0, description="standard deviations, told from the median absolute deviation")
    least_spread_pct: float = Field(
        1, ge=0, description="a standard deviation is at least so wide: points of a rate, per cent of a total"
    )


class History(HistoryTermsFor):
    """What holds for all; `[history.<contract>]` says otherwise for one contract."""

    summary: HistoryTermsFor = HistoryTermsFor()
    ii06: HistoryTermsFor = HistoryTermsFor()
    cases: HistoryTermsFor = HistoryTermsFor()
    processing: HistoryTermsFor = HistoryTermsFor()


class Exports(Section):
    """What a unit sends and where; `[exports]` for all units, `[units.<unit_id>]` for one.

    A unit that sends several exports has several `[[units.<unit_id>]]`, each of another contract.
    """

    contract: ContractName = "summary"
    basis: Literal["day", "month_to_date", "year_to_date"] = Field("day", description="of processing: year_to_date")
    source: Source = FolderSource()
    sheet: str | None = Field(None, description="the sheet to read, where a workbook holds several such tables")
    service_level: int | None = Field(
        None, ge=0, le=4, description="level of rows that state none; 0 = the levels are not told apart"
    )
    max_faulty_rows_pct: float = Field(5, ge=0, le=100, description="share of a delivery's cases that may be set aside")
    rules: RuleSettings = Field({}, description="rules of this export taken otherwise than by their own severity")
    history: HistoryTermsFor = Field(HistoryTermsFor(), description="of [history], what this export has otherwise")
    cut_off_hour: int | None = Field(None, ge=0, le=23, description="where it differs from that of [run]")
    case_id_pattern: str = Field(r"^[\w.]+-\d{6}-\d{4,}$", description="regular expression")

    @field_validator("case_id_pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"không phải biểu thức chính quy: {error}") from error
        return pattern


def _as_list(value: Any) -> Any:
    """One `[units.<unit_id>]` is a list of one."""
    return [value] if isinstance(value, dict) else value


class Run(Section):
    """How a day is run."""

    lookback_days: int = Field(10, ge=0, le=366, description="late and corrected exports are looked for so far back")
    backfill_days: int = Field(
        7, ge=1, le=31, description="days a backfill takes in one batch; a whole batch is in memory at once"
    )
    batch_size: int = Field(0, ge=0, description="units pulled in one task; 0 = chosen by their number")
    pull_attempts: int = Field(3, ge=1, le=20)
    cut_off_hour: int = Field(
        17, ge=0, le=23, description="hour of the next working day until which an export is in time"
    )
    service_level: int = Field(4, ge=2, le=4, description="level of a summary that states none (4 = toàn trình)")


class Retention(Section):
    """For how many days after its business date an original is kept; null = for good."""

    summary: int | None = Field(None, ge=1)
    ii06: int | None = Field(None, ge=1)
    cases: int | None = Field(30, ge=1, description="their ids in the lake too: they are personal data")
    processing: int | None = Field(None, ge=1)


class Landing(Section):
    """How long untouched bytes are kept, and where."""

    retention_days: Retention = Retention()
    place: str | None = Field(None, description="of a shared lake: s3://bucket/prefix, or a folder all machines share")

    def days(self) -> dict[str, int]:
        """Contract → days, of those that are not kept for good."""
        return {contract: days for contract, days in self.retention_days if days is not None}


class Publish(Section):
    """How long superseded published files stay for readers that still hold them, and whether it is done here."""

    here: bool = Field(
        True, description="false: this machine pulls, checks and commits; another one publishes and tells"
    )

    keep: int = Field(5, ge=1)
    grace_hours: float = Field(24, ge=0)


class Periods(Section):
    """From which day to which a reporting month runs."""

    first_day: int = Field(
        1, ge=1, le=28, description="1 = calendar month; 15 = month M is the 15th of M-1 to the 14th"
    )

    def months(self) -> Months:
        """As the marts want them."""
        return Months(self.first_day)


class Report(Section):
    """What the monthly figures are compared with, and whether the report shows them drawn."""

    baseline_month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
    charts: bool = Field(False, description="an appendix of charts in the report's documents")


class Close(Section):
    """How a month is closed by the deployment `monthly-close`."""

    approval: bool = Field(False, description="only after a person's word")
    wait_hours: int = Field(240, ge=1, description="for that word; then the run ends as failed and nothing is closed")


class Marts(Section):
    """What derives the marts from the lake: the same statements on DuckDB or on Apache Spark, with the same rows."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    spark_master: str = Field("local[*]", min_length=1, description="where Spark runs")
    spark_conf: dict[str, str] = Field({}, description="settings of Spark, before our own")


class Docs(Section):
    """How long the pages on what was checked stay; the results they are made from stay for good."""

    retention_days: int = Field(400, ge=1, description="since a page was last made")


class Site(Section):
    """The pages made of each publication, in published/site."""

    enabled: bool = True
    title: str = "Tỷ lệ hồ sơ trực tuyến"
    title_en: str = "Online rate of public-service cases"
    suppress_below: int = Field(0, ge=0, description="counts below are not shown; 0 = all are, otherwise at least 3")

    @field_validator("suppress_below")
    @classmethod
    def _hides_something(cls, limit: int) -> int:
        if limit in {1, 2}:  # below 2 there is only 1: that it is not shown would state it
            raise ValueError("0 (nêu mọi số) hoặc từ 3 trở lên")
        return limit


class Settings(BaseSettings):
    """All settings of a workspace; TYLE_<SECTION>__<KEY> in the environment goes before tyle.toml."""

    model_config = SettingsConfigDict(
        env_prefix="TYLE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    run: Run = Run()
    exports: Exports = Exports()
    units: dict[str, Annotated[tuple[Exports, ...], BeforeValidator(_as_list)]] = {}
    rules: dict[ContractName, RuleSettings] = {}
    history: History = History()
    lake: LakeSettings = LakeSettings()
    landing: Landing = Landing()
    publish: Publish = Publish()
    periods: Periods = Periods()
    report: Report = Report()
    close: Close = Close()
    marts: Marts = Marts()
    docs: Docs = Docs()
    site: Site = Site()
    alerts: Alerts = Alerts()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file said (given as init values)."""
        return env_settings, init_settings

    def all_exports_of(self, unit_id: str) -> tuple[Exports, ...]:
        """What a unit sends: its own settings, each laid over those for all; nothing where its list is empty."""
        own = self.units.get(unit_id)
        return self._of_all if own is None else tuple(map(self._laid_over, own))

    @cached_property
    def _of_all(self) -> tuple[Exports, ...]:
        """What units without settings of their own send: one object for thousands of them."""
        return (self._laid_over(Exports()),)

    def _laid_over(self, own: Exports) -> Exports:
        agreed = self.exports.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
        if agreed.contract == PROCESSING and "basis" not in own.model_fields_set:
            return agreed.model_copy(update={"basis": YEAR_TO_DATE})
        return agreed

    def exports_of(self, unit_id: str, contract: str) -> Exports:
        """A unit's export under one contract, as far as it was agreed."""
        found = (exports for exports in self.all_exports_of(unit_id) if exports.contract == contract)
        return next(found, self._laid_over(Exports(contract=contract)))

    def default_level(self, exports: Exports) -> int:
        """The level of service of rows that state none: only of a `summary` it may be taken for granted.

        What the one-stop centre reports is of all levels, whatever is agreed: no rate may ever count it.
        """
        if exports.contract == PROCESSING:
            return 0
        if exports.service_level is not None:
            return exports.service_level
        return self.run.service_level if exports.contract == "summary" else 0

    def history_terms(self, exports: Exports) -> HistoryTerms:
        """When an export's figures are unusual: [history], over it its contract's, [exports]', the unit's own."""
        of_contract: HistoryTermsFor = getattr(self.history, exports.contract)
        agreed: dict[str, Any] = self.history.model_dump(include=set(HistoryTermsFor.model_fields))
        for layer in (of_contract, self.exports.history, exports.history):
            agreed |= layer.model_dump(exclude_unset=True)
        return HistoryTerms(**agreed)

    def cut_off_hour(self, exports: Exports) -> int:
        """Hour of the next working day until which an export is in time."""
        return self.run.cut_off_hour if exports.cut_off_hour is None else exports.cut_off_hour

    def strictness(self, exports: Exports) -> RuleSettings:
        """The rules of an export that are taken otherwise than by their own severity; its own word goes first."""
        return self.rules.get(exports.contract, {}) | exports.rules

    def severity(self, unit_id: str, contract: str, rule: Rule) -> str:
        """How strictly a rule is taken for a unit's export; `off` where it is not."""
        return self.strictness(self.exports_of(unit_id, contract)).get(rule.id, rule.severity)

    def taken_otherwise(self) -> list[tuple[str, str, str, str]]:
        """Unit ("" for all), contract, rule and severity (or `off`) of every rule that tyle.toml speaks of."""
        for_all = [("", contract, rules) for contract, rules in self.rules.items()]
        for_one = [(id_, exports.contract, exports.rules) for id_ in self.units for exports in self.all_exports_of(id_)]
        return [
            (unit_id, contract, rule, severity)
            for unit_id, contract, rules in (*for_all, ("", self.exports.contract, self.exports.rules), *for_one)
            for rule, severity in rules.items()
        ]

    @model_validator(mode="after")
    def _one_export_per_contract(self) -> Self:
        for unit_id in self.units:
            contracts = [exports.contract for exports in self.all_exports_of(unit_id)]
            if len(set(contracts)) < len(contracts):
                raise ValueError(f"units.{unit_id}: mỗi loại dữ liệu chỉ khai báo một lần")
        return self

    @model_validator(mode="after")
    def _shared_whole_or_not_at_all(self) -> Self:
        self.lake.check(self.landing.place)
        if not self.publish.here and not self.lake.is_shared:
            raise ValueError("publish.here = false chỉ dùng khi kho dùng chung ([lake] catalog)")
        return self

    @model_validator(mode="after")
    def _basis_fits(self) -> Self:
        for where, exports in (
            ("exports", self._laid_over(self.exports)),
            *((f"units.{id_}", exports) for id_ in self.units for exports in self.all_exports_of(id_)),
        ):
            if (exports.contract == PROCESSING) is not (exports.basis == YEAR_TO_DATE):
                raise ValueError(
                    f'{where}: basis = "{YEAR_TO_DATE}" đi với contract = "{PROCESSING}" và chỉ với loại này'
                )
            if exports.contract == "cases" and exports.basis == "month_to_date":
                raise ValueError(f'{where}: contract = "cases" đếm từng hồ sơ một lần, basis phải là "day"')
        return self


def read_settings(workspace: Path) -> Settings:
    """Settings of a workspace folder. Raises SettingsError in one line."""
    file = workspace / FILE
    try:
        values = TomlConfigSettingsSource(Settings, toml_file=file)() if file.is_file() else {}
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        # What stands where a source or a way of alerts is described, or under a name we do not know, may be a secret.
        unsafe = (
            bool({"source", "alerts", "lake", "place"} & set(first["loc"]))
            or first["type"] == "extra_forbidden"
            or isinstance(first["input"], dict)
        )
        value = "" if unsafe else f" = {first['input']!r}"
        raise SettingsError(f"{FILE}: {where}{value}: {first['msg']}") from None
    except ValueError as error:  # TOML that cannot be parsed; settings sources wrap JSON errors in it too
        raise SettingsError(f"{FILE}: {error}") from error

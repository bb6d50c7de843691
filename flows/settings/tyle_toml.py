"""Reads tyle.toml and the environment once into frozen models. Reads no other file of the workspace."""

import os
import pathlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, Self, cast

from pydantic import BeforeValidator, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as SourceFaultError

from flows.settings.alerts import Alerts
from flows.settings.exports import (
    CASES,
    PROCESSING,
    SCORES,
    YEAR_TO_DATE,
    ContractName,
    Exports,
    History,
    HistoryTermsFor,
    RuleSettings,
)
from flows.settings.lake import LakeSettings
from flows.settings.layouts import layout_faults
from flows.settings.log import Log
from flows.settings.section import Several
from flows.settings.sections import Close, Docs, Landing, Marts, Periods, Publish, Report, RunSettings, Site
from flows.settings.shared import Shared
from flows.settings.shared import conflicts as shared_conflicts
from flows.settings.text import read_text
from transforms.check.history.past import HistoryTerms
from transforms.check.rules.rule import Rule
from transforms.dictionary.contracts import CONTRACTS
from transforms.dictionary.problems import Problem, raise_if_any
from transforms.dictionary.shared_senders import export_of
from transforms.dictionary.toml_file import Places, parsed, problems_of
from transforms.dictionary.toml_lines import Path

FILE = "tyle.toml"
_MAY_BE_SECRET = frozenset({"source", "alerts", "lake", "place"})  # a value in these may be one


class SettingsError(Exception):
    """A setting is wrong; the message is one line: the place, the value unless it may be secret, and the reason."""


def _as_list(value: Any) -> Any:
    """A single `[units.<unit_id>]` as one of several."""
    return [value] if isinstance(value, dict) else value


class Settings(BaseSettings):
    """All settings of a workspace; TYLE_<SECTION>__<KEY> in the environment overrides tyle.toml."""

    model_config = SettingsConfigDict(
        env_prefix="TYLE_",
        env_nested_delimiter="__",
        strict=True,
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    run: RunSettings = RunSettings()
    exports: Exports = Exports()
    units: dict[str, Annotated[Several[Exports], BeforeValidator(_as_list)]] = {}
    shared: Annotated[Several[Shared], BeforeValidator(_as_list)] = ()
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
        """The environment first, then tyle.toml, whose values are given as init values."""
        return env_settings, init_settings

    def all_exports_of(self, unit_id: str) -> tuple[Exports, ...]:
        """What is expected of a unit: its own settings over those for all units, and the shared exports that hold it.

        Empty where its list is empty and no shared export holds it. Where nobody has written what all units send, and a
        shared export gives the figures of a unit's rate, no other export is expected of it.
        """
        shared = self._shared_of.get(unit_id, ())
        own = self.units.get(unit_id)
        if own is None:
            unsaid = not self.exports.model_fields_set & {"contract", "source"}
            if unsaid and any(one.contract not in (PROCESSING, SCORES) for one in shared):
                return shared
            covered = {one.contract for one in shared}
            return (*(one for one in self._of_all if one.contract not in covered), *shared)
        return (*map(self._laid_over, own), *shared)

    def single_exports_of(self, unit_id: str) -> tuple[Exports, ...]:
        """What a unit's own source is asked for; of the sender of a shared export that export."""
        if unit_id in self.shared_by_sender:
            return (self.shared_by_sender[unit_id],)
        return tuple(one for one in self.all_exports_of(unit_id) if not isinstance(one, Shared))

    def shared_with(self, unit_id: str) -> Shared | None:
        """The shared export of this sender, or of a part of it that names no known unit; None for a unit."""
        return self.shared_by_sender.get(export_of(unit_id))

    def with_shared(self, shared: tuple[Shared, ...]) -> Self:
        """The same with other shared exports."""
        copy = self.model_copy(update={"shared": shared})
        for name in ("shared_exports", "shared_by_sender", "_shared_of"):  # a copy has what was cached
            copy.__dict__.pop(name, None)
        return copy

    @cached_property
    def shared_by_sender(self) -> dict[str, Shared]:
        """The shared exports by what stands in place of a unit's id."""
        return {one.sender: one for one in self.shared_exports}

    @cached_property
    def shared_exports(self) -> tuple[Shared, ...]:
        """The shared exports over the defaults for all units."""
        return tuple(self._over_defaults(one) for one in self.shared)

    @cached_property
    def _shared_of(self) -> dict[str, tuple[Shared, ...]]:
        """The shared exports of each unit, as far as `units` names ids (flows.settings.consistency)."""
        found: dict[str, tuple[Shared, ...]] = {}
        for one in self.shared_exports:
            for unit_id in one.units:
                found[unit_id] = (*found.get(unit_id, ()), one)
        return found

    @cached_property
    def _of_all(self) -> tuple[Exports, ...]:
        """What units without settings of their own send: one object for thousands of them."""
        return (self._laid_over(Exports()),)

    def _over_defaults(self, own: Shared) -> Shared:
        """A shared export over the defaults for all units; but its source, form and layout are its own."""
        own_only = {"source", "sheet", "null_values", "basis", "layout"} | (
            Shared.model_fields.keys() - Exports.model_fields.keys()
        )
        agreed = {
            name: getattr(self.exports, name)
            for name in Exports.model_fields
            if name not in own.model_fields_set | own_only
        }
        if "basis" not in own.model_fields_set:
            agreed["basis"] = YEAR_TO_DATE if (agreed.get("contract") or own.contract) == PROCESSING else "day"
        return own.model_copy(update=agreed)

    def _laid_over(self, own: Exports) -> Exports:
        agreed = self.exports.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
        if agreed.contract == PROCESSING and "basis" not in own.model_fields_set:
            return agreed.model_copy(update={"basis": YEAR_TO_DATE})
        return agreed

    def exports_of(self, unit_id: str, contract: str) -> Exports:
        """A unit's export of one contract; the defaults where the unit has no settings for it.

        Of the sender of a shared export, or of a part of it, that export.
        """
        if (shared := self.shared_with(unit_id)) is not None:
            return shared
        found = (exports for exports in self.all_exports_of(unit_id) if exports.contract == contract)
        return next(found, self._laid_over(Exports(contract=cast("ContractName", contract))))

    def default_level(self, exports: Exports) -> int:
        """The service level of rows that state none; 0 = not known. Only a `summary` has a level by default.

        The one-stop centre reports all levels together, so its level is 0 whatever is set: no rate may count it.
        """
        if exports.contract in (PROCESSING, SCORES):
            return 0
        if exports.service_level is not None:
            return exports.service_level
        return self.run.service_level if exports.contract == "summary" else 0

    def history_terms(self, exports: Exports) -> HistoryTerms:
        """When an export's figures are unusual: [history], replaced by its contract's, [exports]' and its own terms."""
        of_contract: HistoryTermsFor = getattr(self.history, exports.contract)
        agreed: dict[str, Any] = self.history.model_dump(include=set(HistoryTermsFor.model_fields))
        for layer in (of_contract, self.exports.history, exports.history):
            agreed |= layer.model_dump(exclude_unset=True)
        return HistoryTerms(**agreed)

    def cut_off(self, exports: Exports) -> dict[str, int]:
        """The `hour` and which working day after its business date (`days`) until which an export is in time."""
        return {
            "hour": self.run.cut_off_hour if exports.cut_off_hour is None else exports.cut_off_hour,
            "days": self.run.cut_off_days if exports.cut_off_days is None else exports.cut_off_days,
        }

    @cached_property
    def latest_cut_off_days(self) -> int:
        """The most working days that any export has."""
        named = (e.cut_off_days for exports in (*self.units.values(), (self.exports, *self.shared)) for e in exports)
        return max(self.run.cut_off_days, *(days or 1 for days in named))

    def strictness(self, exports: Exports) -> RuleSettings:
        """Rule → severity, of the rules whose severity is changed for an export; its own settings come first."""
        return self.rules.get(exports.contract, {}) | exports.rules

    def severity(self, unit_id: str, contract: str, rule: Rule) -> str:
        """The severity of a rule for a unit's export, or `off`."""
        return self.strictness(self.exports_of(unit_id, contract)).get(rule.id, rule.severity)

    def changed_severities(self) -> list[tuple[str, str, str, str]]:
        """Unit ("" for all), contract, rule and severity (or `off`) of every rule that tyle.toml names."""
        for_all = [("", contract, rules) for contract, rules in self.rules.items()]
        for_one = [
            (id_, exports.contract, exports.rules) for id_ in self.units for exports in self.single_exports_of(id_)
        ]
        for_one += [(one.sender, one.contract, one.rules) for one in self.shared]
        return [
            (unit_id, contract, rule, severity)
            for unit_id, contract, rules in (*for_all, ("", self.exports.contract, self.exports.rules), *for_one)
            for rule, severity in rules.items()
        ]

    def conflicts(self) -> Iterator[tuple[Path, str]]:
        """The settings that do not go together: the path of a key, and why."""
        for unit_id in self.units:
            contracts = [exports.contract for exports in self.single_exports_of(unit_id)]
            for number, contract in enumerate(contracts):
                if contract in contracts[:number]:
                    yield ("units", unit_id, number), "mỗi loại dữ liệu chỉ khai báo một lần"
        days = self.latest_cut_off_days
        needed = days + 2 * -(-days // 5)  # with its weekends; otherwise no run looks back beyond the cut-off
        if days > 1 and self.run.lookback_days < needed:
            yield ("run", "lookback_days"), f"phải từ {needed} trở lên khi cut_off_days = {days}"
        yield from self.lake.faults(self.landing.place)
        if not self.publish.here and not self.lake.is_shared:
            yield ("publish", "here"), "false chỉ dùng khi kho dùng chung ([lake] catalog)"
        yield from _wrong_bases(("exports",), self._laid_over(self.exports))
        yield from _wrong_layout(("exports",), self._laid_over(self.exports))
        for path, written, of in self._written():
            for key in ("count_for", "without_cases"):
                if key in written and of != CASES:
                    yield (*path, key), f'chỉ dùng với contract = "{CASES}"'
            if "expected" in written and of != SCORES:
                yield (*path, "expected"), f'chỉ dùng với contract = "{SCORES}"'
        for unit_id in self.units:
            for number, exports in enumerate(self.single_exports_of(unit_id)):
                yield from _wrong_bases(("units", unit_id, number), exports)
                yield from _wrong_layout(("units", unit_id, number), exports)
        yield from shared_conflicts(self.shared)
        for number, one in enumerate(self.shared_exports):
            yield from _wrong_bases(("shared", number), one)
            yield from _wrong_layout(("shared", number), one)

    def _written(self) -> Iterator[tuple[Path, AbstractSet[str], str]]:
        """Each section of one sender: its path, the keys that it has, and its contract."""
        for unit_id, sections in self.units.items():
            for number, one in enumerate(sections):
                yield ("units", unit_id, number), one.model_fields_set, self._laid_over(one).contract
        for number, (one, whole) in enumerate(zip(self.shared, self.shared_exports, strict=True)):
            yield ("shared", number), one.model_fields_set, whole.contract


def _wrong_bases(path: Path, exports: Exports) -> Iterator[tuple[Path, str]]:
    if exports.contract == SCORES:  # a board of a day, a month or a year
        return
    if (exports.contract == PROCESSING) is not (exports.basis == YEAR_TO_DATE):
        yield path, f'basis = "{YEAR_TO_DATE}" đi với contract = "{PROCESSING}" và chỉ với loại này'
    if exports.contract == CASES and exports.basis == "month_to_date":
        yield path, 'contract = "cases" đếm từng hồ sơ một lần, basis phải là "day"'


def _wrong_layout(path: Path, exports: Exports) -> Iterator[tuple[Path, str]]:
    if exports.layout is None:
        return
    yield from layout_faults(exports.layout, CONTRACTS[exports.contract], (*path, "layout"))
    if exports.null_values and exports.layout.null_values:
        yield (*path, "layout", "null_values"), "đã có null_values ngoài layout: chỉ ghi ở một nơi"
    if exports.sheet and exports.layout.sheets != "one":
        yield (*path, "layout", "sheets"), "không dùng cùng sheet"


def read_settings(workspace: pathlib.Path) -> Settings:
    """Settings of a workspace folder. Raises ConfigurationError with all that is wrong."""
    return settings_of(read_text(workspace / FILE, FILE) or "")


def settings_of(text: str) -> Settings:
    """Settings from the text of tyle.toml and the environment. Raises ConfigurationError with all that is wrong."""
    document, places = parsed(FILE, text), Places(FILE, text)
    sections = Settings.model_fields
    problems = [places.problem((key,), "không có phần này", known=sections) for key in document if key not in sections]
    try:
        settings = Settings(**{key: value for key, value in document.items() if key in sections})
        problems += [places.problem(path, why) for path, why in settings.conflicts()]
    except ValidationError as error:
        problems += [
            _of_environment(problem, path) or problem
            for path, problem in problems_of(error, Settings, places, _MAY_BE_SECRET)
        ]
    except SourceFaultError as error:  # a variable of the environment that is no JSON
        problems.append(Problem("biến môi trường TYLE_…", None, str(error)))
    raise_if_any(problems)
    return settings


def _of_environment(problem: Problem, path: Path) -> Problem | None:
    """The problem, named by the variable of the environment that holds the value; None where tyle.toml does."""
    set_there = {name.upper() for name in os.environ}
    for end in range(len(path), 0, -1):
        name = "TYLE_" + "__".join(str(part) for part in path[:end]).upper()
        if name in set_there:
            return replace(problem, file=name, line=None)
    return None

"""Checks settings against the reference data and the rules. Reads no file."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import polars as pl
from rapidfuzz import process

from flows.settings.exports import PROCESSING, SCORES, RuleSettings
from flows.settings.tyle_toml import FILE, Settings
from transforms.check.rules import severities
from transforms.check.rules.rule import READABLE
from transforms.check.rules.strictness import NEEDED
from transforms.dictionary.problems import Problem, raise_if_any
from transforms.dictionary.toml_file import Places, parsed
from transforms.dictionary.toml_lines import Path
from transforms.reference.organisation import Organisation

_WITHOUT_RATE = (PROCESSING, SCORES)  # what units of groups without a rate send


def consistent(settings: Settings, units: pl.DataFrame, organisation: Organisation, text: str) -> Settings:
    """The settings, where units of groups without a rate send `processing` or `scores`, and nothing without a section.

    `units`: `unit_id` and `unit_group`, more columns allowed; `text`: of tyle.toml. Raises ConfigurationError for all
    units and groups that are not registered, for another contract of a unit without a rate, for a rule that its
    contract lacks, and for a weaker severity of a rule without which nothing can be counted.
    """
    places = Places(FILE, text)
    problems = [*_unknown_units(settings.units, units, places)]
    unrated = _unrated(units, organisation)
    groups = dict(units.select("unit_id", "unit_group").iter_rows())
    problems += _unknown_in_shared(settings, groups, places)
    adapted = _with_shared(_with_unrated(settings, unrated), groups, unrated)
    problems += [places.problem(path, why) for path, why in _covered_twice(adapted)]
    problems += [places.problem(path, why) for path, why in _wrong_contracts(settings, unrated)]
    problems += _unknown_groups(adapted, organisation.with_units, places)
    problems += _wrong_rules(adapted, places)
    raise_if_any(problems)
    return adapted


def check_units(units: pl.DataFrame, text: str) -> None:
    """Raise ConfigurationError for the units of a tyle.toml, wrong elsewhere, that are not registered.

    `units`: as for `consistent`.
    """
    named = parsed(FILE, text).get("units", {})
    raise_if_any(_unknown_units(named if isinstance(named, dict) else (), units, Places(FILE, text)))


def _unknown_units(named: Iterable[str], units: pl.DataFrame, places: Places) -> Iterator[Problem]:
    known = units["unit_id"].to_list()
    for unit_id in set(named) - set(known):
        yield places.problem(("units", unit_id), "không có trong reference/units.csv", known=known)


def _with_unrated(settings: Settings, unrated: Mapping[str, str]) -> Settings:
    own = dict(settings.units)
    for unit_id in unrated:
        own[unit_id] = tuple(
            e if e.contract in _WITHOUT_RATE else e.model_copy(update={"contract": PROCESSING})
            for e in own.get(unit_id, ())
        )
    return settings.model_copy(update={"units": own})


def _wrong_contracts(settings: Settings, unrated: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for unit_id, group in unrated.items():
        for number, exports in enumerate(settings.units.get(unit_id, ())):
            if "contract" in exports.model_fields_set and exports.contract not in _WITHOUT_RATE:
                allowed = " hoặc ".join(f'"{one}"' for one in _WITHOUT_RATE)
                why = f'đơn vị khối {group} chỉ gửi contract = {allowed}, không phải "{exports.contract}"'
                yield ("units", unit_id, number, "contract"), why


def _unrated(units: pl.DataFrame, organisation: Organisation) -> dict[str, str]:
    """The group of each unit that has no rate, by unit_id."""
    pairs = units.select("unit_id", "unit_group").iter_rows()
    return {unit_id: group for unit_id, group in pairs if group in organisation.without_rate}


def _with_shared(settings: Settings, groups: Mapping[str, str], unrated: Mapping[str, str]) -> Settings:
    """The settings, where each shared export names the ids of its units, as they may send it."""
    contracts = [one.contract for one in settings.shared_exports]
    shared = tuple(
        one.within(groups, unrated if contract not in _WITHOUT_RATE else ())
        for one, contract in zip(settings.shared, contracts, strict=True)
    )
    return settings.with_shared(shared)


def _unknown_in_shared(settings: Settings, groups: Mapping[str, str], places: Places) -> Iterator[Problem]:
    known = {*groups, *groups.values()}
    for number, one in enumerate(settings.shared):
        for key, named in (("units", one.units), ("without", one.without)):
            for place, name in enumerate(named):
                if name not in known:
                    path = ("shared", number, key, place)
                    yield places.problem(path, "không phải đơn vị hay khối trong reference/units.csv", name, known)


def _covered_twice(settings: Settings) -> Iterator[tuple[Path, str]]:
    """The units of a shared export that a second one, or a section of their own, covers with the same contract."""
    first: dict[tuple[str, str], str] = {}
    for number, one in enumerate(settings.shared_exports):
        if not one.units:
            yield ("shared", number), "không có đơn vị nào"
        twice: dict[str, list[str]] = {}
        for unit_id in one.units:
            sent = {e.contract for e in settings.single_exports_of(unit_id)} if unit_id in settings.units else set()
            other = first.setdefault((unit_id, one.contract), one.id)
            if other != one.id:
                twice.setdefault(f"[[shared]] id = {other}", []).append(unit_id)
            elif one.contract in sent:
                twice.setdefault(f"[units.{unit_id}]", []).append(unit_id)
        for where, units in twice.items():
            more = f" (và {len(units) - 1} đơn vị nữa)" if len(units) > 1 else ""
            why = f"{units[0]}{more} đã gửi contract = {one.contract} ở {where}: bỏ một nơi, hoặc thêm without"
            yield ("shared", number), f"{why} = {_listed(units)}"


def _listed(units: Sequence[str]) -> str:
    shown = ", ".join(f'"{unit_id}"' for unit_id in units[:3])
    return f"[{shown}{', …' if len(units) > 3 else ''}]"


def _unknown_groups(settings: Settings, known: Collection[str], places: Places) -> Iterator[Problem]:
    for number, route in enumerate(settings.alerts.routes):
        for place, group in enumerate(route.groups):
            if group not in known:
                path = ("alerts", "routes", number, "groups", place)
                yield places.problem(path, "không có khối này trong reference/organisation.toml", group, known)


def _wrong_rules(settings: Settings, places: Places) -> Iterator[Problem]:
    agreed: list[tuple[Path, str, RuleSettings]] = [
        (("rules", contract), contract, rules) for contract, rules in settings.rules.items()
    ]
    agreed.append((("exports", "rules"), settings.exports.contract, settings.exports.rules))
    for unit_id in settings.units:
        for number, e in enumerate(settings.single_exports_of(unit_id)):
            agreed.append((("units", unit_id, number, "rules"), e.contract, e.rules))
    agreed += [
        (("shared", number, "rules"), one.contract, one.rules) for number, one in enumerate(settings.shared_exports)
    ]
    for path, contract, rules in agreed:
        own = {rule: severity for rule, severity in severities(contract).items() if rule != READABLE}
        for rule, severity in rules.items():
            if rule not in own:
                near = tuple(name for name, _, _ in process.extract(rule, list(own), limit=3))
                yield places.problem((*path, rule), f"loại {contract} không có quy tắc này", near=near)
            elif rule in NEEDED and severity not in {"critical", own[rule]}:
                yield places.problem((*path, rule), "không hạ mức được, thiếu nó thì không có số liệu để tính")

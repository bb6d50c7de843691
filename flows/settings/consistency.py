"""Checks settings against the reference data and the rules. Reads no file."""

from rapidfuzz import process

from flows.settings.exports import PROCESSING
from flows.settings.tyle_toml import FILE, Settings, SettingsError
from transforms.check.rules import severities
from transforms.check.rules.rule import READABLE
from transforms.check.rules.strictness import NEEDED
from transforms.reference.unit_file import CENTRES
from transforms.reference.units import Registry


def consistent(settings: Settings, registry: Registry) -> Settings:
    """The settings, where units of the group `centres` send `processing` only, and nothing without a section.

    Raises SettingsError for a unit or a group that the registry lacks, for another contract of a centre, for a rule
    that its contract lacks, and for a weaker severity of a rule without which nothing can be counted.
    """
    unknown = sorted(set(settings.units) - set(registry.units["unit_id"]))
    if unknown:
        raise SettingsError(f"{FILE}: units.{unknown[0]}: không có trong reference/units.csv")
    adapted = _with_centres(settings, registry)
    _refuse_unknown_groups(adapted, registry)
    _refuse_wrong_rules(adapted)
    return adapted


def _with_centres(settings: Settings, registry: Registry) -> Settings:
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

"""What is wrong in reference/metrics.toml, entry by entry, with its line. Reads no file and makes no table."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from transforms.dictionary.counts import COUNTS
from transforms.dictionary.problems import Problem
from transforms.dictionary.toml_file import Places
from transforms.reference.metric_file import (
    BY_PROCEDURE,
    CASES,
    CONTRACTS,
    DENOMINATOR,
    FIRST,
    GIVEN,
    LEVELS,
    MACHINE,
    NUMERATOR,
    OF_GIVEN,
    ONLINE_RATE,
    UNITS,
    YEARLY,
    Metric,
    Term,
)
from transforms.reference.score_faults import same_components, wrong_score

_KNOWN = (*CONTRACTS, YEARLY)
_Path = tuple[str | int, ...]


def faults(
    places: Places,
    metrics: Sequence[Metric],
    fields: Mapping[str, str] | None,
    lists: Collection[str] | None,
    groups: Collection[str] | None,
) -> Iterator[Problem]:
    """All that is wrong.

    `fields`: names of the known fields by id; `lists`: the known lists of procedures; `groups`: those that have a rate;
    None: not checked.
    """
    for number, metric in enumerate(metrics):
        here = ("metric", number)
        if metric.valid_from and metric.valid_to and metric.valid_to < metric.valid_from:
            yield places.problem((*here, "valid_to"), f"trước valid_from {metric.valid_from}", metric.valid_to)
        if metric.kind is None:
            for key in _stated(metric, MACHINE):
                kind = GIVEN if key in OF_GIVEN else "ratio"
                yield places.problem((*here, key), f'chỉ có nghĩa khi có kind = "{kind}"')
            continue
        if metric.unit != UNITS[metric.kind]:
            yield places.problem((*here, "unit"), f"phải là {UNITS[metric.kind]}", metric.unit)
        if metric.kind == GIVEN:
            yield from wrong_score(places, here, metric, metrics)
        else:
            yield from _wrong_ratio(places, here, metric, fields)
            yield from _wrong_procedures(places, here, metric, lists)
            yield from _wrong_groups(places, here, metric, groups)
        if metric.enabled and metric.verified is False:
            yield places.problem((*here, "enabled"), "chỉ số chưa kiểm chứng (verified = false) thì không được bật")
        if (metric.id, metric.version) == (ONLINE_RATE, 1):
            for key in _stated(metric, FIRST):
                if getattr(metric, key) != FIRST[key]:
                    yield places.problem(
                        (*here, key), "định nghĩa của online_rate v1 là cố định; định nghĩa khác là một version mới"
                    )
    yield from _wrong_versions(places, metrics)
    yield from same_components(places, metrics)


def _stated(metric: Metric, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if getattr(metric, key) is not None]


def _wrong_ratio(places: Places, here: _Path, metric: Metric, fields: Mapping[str, str] | None) -> Iterator[Problem]:
    for key in _stated(metric, OF_GIVEN):
        yield places.problem((*here, key), 'chỉ có nghĩa khi có kind = "given"')
    yield from _wrong_contracts(places, here, metric)
    for key in (NUMERATOR, DENOMINATOR):
        yield from _wrong_part(places, (*here, key), metric, getattr(metric, key), fields)


def _wrong_contracts(places: Places, here: _Path, metric: Metric) -> Iterator[Problem]:
    contracts = metric.contracts or []
    for place, contract in enumerate(contracts):
        path = (*here, "contracts", place)
        if contract not in _KNOWN:
            yield places.problem(path, f"phải là một trong {', '.join(_KNOWN)}", contract, _KNOWN)
        elif contract in contracts[:place]:
            yield places.problem(path, "đã có ở trước", contract)
    if YEARLY in contracts and set(contracts) & set(CONTRACTS):
        path = (*here, "contracts", contracts.index(YEARLY))
        yield places.problem(path, "lũy kế từ đầu năm của mọi thủ tục, không đi cùng loại dữ liệu khác", YEARLY)


def _wrong_part(
    places: Places, here: _Path, metric: Metric, terms: Sequence[Term] | None, fields: Mapping[str, str] | None
) -> Iterator[Problem]:
    """What is wrong in numerator or denominator."""
    if terms is None:
        yield places.problem(here, "thiếu khóa này")
        return
    for place, term in enumerate(terms):
        yield from _wrong_term(places, (*here, place), term, metric.contracts or [], fields)
    for (_, one), (place, other) in combinations(enumerate(terms), 2):
        if one.count == other.count and _overlap(one, other):
            yield places.problem((*here, place), "đếm trùng hồ sơ của một mục ở trước", other.text())


def _wrong_term(
    places: Places,
    here: _Path,
    term: Term,
    contracts: Sequence[str],
    fields: Mapping[str, str] | None,
) -> Iterator[Problem]:
    count = COUNTS.get(term.count)
    if count is None:
        yield places.problem((*here, "count"), f"phải là một trong {', '.join(COUNTS)}", term.count, COUNTS)
    elif lacking := [one for one in contracts if one in _KNOWN and one not in count.contracts]:
        yield places.problem((*here, "count"), f"loại dữ liệu {', '.join(lacking)} không có số này", term.count)
    for key, known in (("levels", LEVELS), ("fields", fields)):
        given = getattr(term, key) or []
        for place, value in enumerate(given):
            if value in given[:place]:
                yield places.problem((*here, key, place), "đã có ở trước", value)
            elif known is not None and value not in known:
                what = "phải là mức độ từ 1 đến 4" if key == "levels" else "không có trong fields.csv"
                yield places.problem((*here, key, place), what, value, fields or () if key == "fields" else ())


def _wrong_groups(places: Places, here: _Path, metric: Metric, groups: Collection[str] | None) -> Iterator[Problem]:
    named = metric.groups or []
    for place, group in enumerate(named):
        if group in named[:place]:
            yield places.problem((*here, "groups", place), "đã có ở trước", group)
        elif groups is not None and group not in groups:
            yield places.problem((*here, "groups", place), "không phải khối có tỷ lệ", group, groups)
    if named and (metric.id, metric.version) == (ONLINE_RATE, 1):
        yield places.problem((*here, "groups"), "online_rate v1 là của mọi khối", ", ".join(named))


def _wrong_procedures(places: Places, here: _Path, metric: Metric, lists: Collection[str] | None) -> Iterator[Problem]:
    """What is wrong in the lists of procedures; a case whose procedure is not named must be in no term, or in each."""
    terms = [
        (key, place, term) for key in (NUMERATOR, DENOMINATOR) for place, term in enumerate(getattr(metric, key) or ())
    ]
    if not any(term.procedures for *_, term in terms):
        return
    if metric.contracts != [CASES]:
        why = f"chỉ {CASES} ghi mã thủ tục: chỉ số theo danh mục thủ tục lấy từ [{CASES}]"
        yield places.problem((*here, "contracts"), why, ", ".join(metric.contracts or ()))
    for key, place, term in terms:
        path = (*here, key, place)
        if term.procedures is None:
            yield places.problem((*path, "procedures"), "thiếu khóa này: mọi mục của chỉ số phải theo danh mục thủ tục")
        elif lists is not None and term.procedures not in lists:
            yield places.problem((*path, "procedures"), "không có trong procedures.csv", term.procedures, lists)
        if term.count in COUNTS and term.count not in BY_PROCEDURE:
            why = f"theo thủ tục chỉ có {', '.join(BY_PROCEDURE)}"
            yield places.problem((*path, "count"), why, term.count, BY_PROCEDURE)
        if term.fields:
            yield places.problem((*path, "fields"), "không đi cùng procedures", ", ".join(term.fields))


def _overlap(one: Term, other: Term) -> bool:
    return all(
        not mine or not theirs or set(mine) & set(theirs)
        for mine, theirs in ((one.levels, other.levels), (one.fields, other.fields))
    )


def _wrong_versions(places: Places, metrics: Sequence[Metric]) -> Iterator[Problem]:
    """A version that is there twice, and one that would change the months of an earlier one."""
    seen: set[tuple[str, int]] = set()
    for number, metric in enumerate(metrics):
        here = ("metric", number)
        if (metric.id, metric.version) in seen:
            yield places.problem(here, f"version {metric.version} đã có", metric.id)
        seen.add((metric.id, metric.version))
        earlier = [one for one in metrics if one.kind and one.id == metric.id and one.version < metric.version]
        if metric.kind and earlier and metric.valid_from is None:
            why = f"thiếu khóa này: version {metric.version} không được đổi các tháng trước đó"
            yield places.problem((*here, "valid_from"), why)
        for one in earlier:
            if metric.kind and metric.valid_from and one.valid_from and metric.valid_from <= one.valid_from:
                why = f"phải sau valid_from {one.valid_from} của version {one.version}"
                yield places.problem((*here, "valid_from"), why, metric.valid_from)

"""What is wrong in the entries of reference/metrics.toml that are points of a scoreboard. Reads no file."""

from collections.abc import Iterator, Sequence
from datetime import date

from transforms.dictionary.problems import Problem
from transforms.dictionary.text import fold
from transforms.dictionary.toml_file import Places
from transforms.reference.metric_file import GIVEN, OF_RATIO, RATIO, SCORES, Metric, hundredths

_Path = tuple[str | int, ...]


def wrong_score(places: Places, here: _Path, metric: Metric, metrics: Sequence[Metric]) -> Iterator[Problem]:
    """What is wrong in one entry: its keys, its points, what it stands beside, what it is the sum of."""
    for key in OF_RATIO:
        value = getattr(metric, key)
        if value is not None and (key, value) not in (("contracts", [SCORES]), ("direction", "up")):
            yield places.problem((*here, key), 'chỉ có nghĩa khi có kind = "ratio"')
    for key in ("maximum", "component"):
        if getattr(metric, key) is None:
            yield places.problem((*here, key), "thiếu khóa này")
    for key in ("maximum", "tolerance"):
        value = getattr(metric, key)
        if value is not None and round(value, 2) != value:
            yield places.problem((*here, key), "nhiều nhất hai chữ số thập phân", value)
    ratios = sorted({one.id for one in metrics if one.kind == RATIO})
    if metric.beside is not None and metric.beside not in ratios:
        yield places.problem((*here, "beside"), 'không phải chỉ số có kind = "ratio"', metric.beside, ratios)
    if metric.tolerance is not None and metric.beside is None:
        yield places.problem((*here, "tolerance"), "chỉ có nghĩa khi có beside")
    yield from _wrong_parts(places, (*here, "parts"), metric, metrics)


def _wrong_parts(places: Places, here: _Path, metric: Metric, metrics: Sequence[Metric]) -> Iterator[Problem]:
    """Parts that are no scores, or twice there, and parts whose points are not those of the whole."""
    known = sorted({one.id for one in metrics if one.kind == GIVEN and not one.parts})
    parts = metric.parts or []
    for place, part in enumerate(parts):
        if part in parts[:place]:
            yield places.problem((*here, place), "đã có ở trước", part)
        elif part not in known:
            yield places.problem((*here, place), 'không phải chỉ số có kind = "given" không có parts', part, known)
    if metric.maximum is None or len(set(parts) & set(known)) < len(parts):
        return
    for day in sorted({one.valid_from or date.min for one in metrics if one.id in (metric.id, *parts)}):
        own = [_in_force(part, day, metrics) for part in parts]
        if parts and _in_force(metric.id, day, metrics) is metric and None not in own:
            together = sum(hundredths(one.maximum) for one in own if one is not None and one.maximum is not None)
            if together != hundredths(metric.maximum):
                since = f" từ {day}" if day > date.min else ""
                why = f"tổng điểm tối đa của các thành phần{since} là {together / 100:g}, không phải {metric.maximum:g}"
                yield places.problem(here, why)
                return


def _in_force(metric_id: str, day: date, metrics: Sequence[Metric]) -> Metric | None:
    """The newest version that is valid on a day."""
    valid = [
        one
        for one in metrics
        if one.id == metric_id and (one.valid_from or date.min) <= day <= (one.valid_to or date.max)
    ]
    return max(valid, key=lambda one: one.version, default=None)


def names_of(metric: Metric) -> list[str]:
    """The names by which scoreboards call the component, its own first."""
    found: dict[str, str] = {}
    for name in (metric.name, metric.name_en, *(metric.component or ())):
        if name:
            found.setdefault(fold(name), name)
    return list(found.values())


def same_components(places: Places, metrics: Sequence[Metric]) -> Iterator[Problem]:
    """Names that mean two components at the same time, so that no file could be read."""
    scores = [(number, one) for number, one in enumerate(metrics) if one.kind == GIVEN]
    for place, (number, metric) in enumerate(scores):
        for _, other in scores[:place]:
            if other.id == metric.id or not _overlap(other, metric):
                continue
            theirs = {fold(name) for name in names_of(other)}
            for name in names_of(metric):
                if fold(name) in theirs:
                    yield places.problem(("metric", number, "component"), f"đã là tên của {other.id}", name)


def _overlap(one: Metric, other: Metric) -> bool:
    return (one.valid_from or date.min) <= (other.valid_to or date.max) and (other.valid_from or date.min) <= (
        one.valid_to or date.max
    )

"""Checks which metrics report.toml asks a ranking of. Reads no file."""

from reports.month.office import FILE, Office
from transforms.dictionary.problems import raise_if_any
from transforms.dictionary.toml_file import Places
from transforms.reference.metrics import MetricBook


def check_rankings(office: Office | None, text: str, metrics: MetricBook | None) -> None:
    """Raise ConfigurationError for each metric that the marts do not compute, or that stands twice.

    `office`, `metrics`: None where their files are wrong; then nothing is said. `text`: of report.toml.
    """
    if office is None or metrics is None:
        return
    places, seen = Places(FILE, text), set[str]()
    problems = []
    for number, metric_id in enumerate(office.rankings):
        why = "đã ghi ở trên" if metric_id in seen else metrics.why_not_computed(metric_id)
        seen.add(metric_id)
        if why is not None:
            problems.append(places.problem(("rankings", number), why, metric_id))
    raise_if_any(problems)
